"""JSON-LD: found by a search for its scripts, read by a JSON parser, trusted in nothing."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from huffarchive.reader.typography import clean_field

_MARK = "application/ld+json"
_LONGEST = 1_000_000
_MOST = 10
_MOST_NODES = 300
_ARTICLES = frozenset(
    (
        *("NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle"),
        *("OpinionNewsArticle", "LiveBlogPosting"),
    )
)


class Structured:
    """The page's JSON-LD of the article; every getter answers None or () for what is not sane."""

    def __init__(self, markup: str) -> None:
        self._data = next(_articles(markup), {})

    def text(self, name: str) -> str | None:
        """A string property, or the first of a list of them."""
        value = self._data.get(name)
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str)), None)
        return clean_field(value) if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """All strings of a property; a string with commas is a list of them."""
        value = self._data.get(name)
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list):
            return ()
        found = (clean_field(part) for part in parts[:200] if isinstance(part, str))
        return tuple(text for text in found if text)

    def names(self, name: str) -> tuple[str, ...]:
        """The names of people or organisations in a property, each once."""
        value = self._data.get(name)
        found: list[str] = []
        for item in value[:50] if isinstance(value, list) else [value]:
            label = item.get("name") if isinstance(item, dict) else item
            text = clean_field(label[:500]) if isinstance(label, str) else None
            if text and text not in found:
                found.append(text)
        return tuple(found)

    def pictures(self) -> tuple[tuple[str, str | None, str | None], ...]:
        """Address, caption and credit of the article's pictures."""
        value = self._data.get("image")
        found = []
        for item in value[:20] if isinstance(value, list) else [value]:
            about = item if isinstance(item, dict) else {"url": item}
            url, caption, credit = (
                clean_field(text[:4096]) if isinstance(text, str) else None
                for text in (about.get(n) for n in ("url", "caption", "creditText"))
            )
            if url:
                found.append((url, caption, credit))
        return tuple(found)

    @property
    def types(self) -> tuple[str, ...]:
        """The article's types."""
        return _types(self._data)


def _articles(markup: str) -> Iterator[dict[str, Any]]:
    seen = 0
    for block in _blocks(markup):
        if (data := _parsed(block)) is None:
            continue
        queue = [data]
        while queue and seen < _MOST_NODES:
            node, seen = queue.pop(0), seen + 1
            if isinstance(node, list):
                queue.extend(node[:50])
            elif isinstance(node, dict):
                if _ARTICLES.intersection(_types(node)):
                    yield node
                graph = node.get("@graph")
                queue.extend(graph[:50] if isinstance(graph, list) else [])


def _parsed(block: str) -> Any:
    """The value of a block, also as browsers' tools and editors spoil it; None when it has none.

    Undone are: what follows the value, comments and CDATA marks around or within it, trailing
    commas, backslashes before what needs none, and quotation marks written as references.
    """
    for text in (block, _mended(block), _mended(unescape(block)) if "&" in block else ""):
        begin = text.lstrip("\ufeff \t\r\n")
        try:
            return _DECODER.raw_decode(begin)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _mended(text: str) -> str:
    last = text.rfind("*/") + 2  # no comment begins behind the last end of one
    head = _ODDITY.sub(_mend, text[:last]) if last > 1 else ""
    text = _MARKS.sub(_mend, head + text[max(last, 0) if last > 1 else 0 :])
    return _COMMAS.sub(_mend, text)


def _mend(found: re.Match[str]) -> str:
    token = found.group()
    if not token.startswith('"'):
        return token[1:] if token.startswith(",") else " "
    return _BACKSLASH.sub(r"\1\2", token)


_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_STRING = r'"(?:[^"\\]|\\.)*(?:"|\Z)'
_ODDITY = re.compile(rf"{_STRING}|/\*.*?\*/", re.DOTALL)
_MARKS = re.compile(rf"{_STRING}|//[^\n]*|<!--|-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_COMMAS = re.compile(rf"{_STRING}|,(?=\s*[\]}}])", re.DOTALL)
_BACKSLASH = re.compile(r'((?:^|[^\\])(?:\\\\)*)\\([^"\\/bfnrtu])', re.DOTALL)


def _types(node: dict[str, Any]) -> tuple[str, ...]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values[:10] if isinstance(item, str))


def _blocks(markup: str) -> Iterator[str]:
    at = 0
    for _ in range(_MOST):
        at = markup.find(_MARK, at)
        if at < 0:
            return
        begin = markup.find(">", at)
        end = markup.find("</script", begin)
        if begin < 0 or end < 0:
            return
        opened = markup.rfind("<", 0, at)
        if markup[opened : opened + 7].lower() == "<script" and end - begin < _LONGEST:
            yield markup[begin + 1 : end]
            at = end
        else:
            at += len(_MARK)
