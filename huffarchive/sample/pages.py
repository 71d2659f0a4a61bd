"""The sample's pages, made by the Jinja2 templates in `templates/`, and what stands in each.

A line break of a template and the indentation after it are none of the page: `⏎`, `␍` and `␣`
stand for the line feed, the carriage return and the space at an end of a line that are.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.articles import Story
from huffarchive.sample.catalogue import TORONTO, addresses, handmade
from huffarchive.sample.content import SITE, Line, images

_ENDS = str.maketrans({"⏎": "\n", "␍": '{{ "\\r" }}', "␣": " "})
_WORDS = ("render", "slot", "track", "unit", "node", "state", "event", "queue", "promise", "zone")


@dataclass
class Frame:
    """One page's surroundings: its own dice, a way to other articles, and its weight."""

    dice: Random
    elsewhere: Callable[[], tuple[str, str]]
    topic: Callable[[str], str]
    """The topic page of a tag."""
    weight: int = 0
    """Bytes that the page should have at least; scripts make up for what is missing."""

    def others(self, count: int) -> list[tuple[str, str]]:
        """Address and title of other articles."""
        return [self.elsewhere() for _ in range(count)]

    def script(self, size: int) -> str:
        """About so many bytes of script that does nothing."""
        parts, length = ["(function(){var q=[];"], 22
        while length < size:
            number = self.dice.getrandbits(40)
            a, b = _WORDS[number % 10], _WORDS[number // 16 % 10]
            part = (
                f"q.push(function(){{var {a}{number % 997}=window.{b}||{{}};"
                f'{b}("{a}-{number:010x}",{number % 8191});}});'
            )
            parts.append(part)
            length += len(part)
        return f'<script type="text/javascript">\n{"".join(parts)}}})();\n</script>'

    def pad(self, markup: str) -> str:
        """The page brought to its weight by scripts before the end of its body."""
        missing = self.weight - len(markup.encode())
        if missing <= 0:
            return markup
        head, end, tail = markup.rpartition("</body>")
        return f"{head}{self.script(missing)}{end}{tail}"


class _Unbroken(Extension):
    """Takes the line breaks out of the templates."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        del name, filename
        return re.sub(r"\n\s*", "", source).translate(_ENDS)


def canonical(story: Story) -> str | None:
    """The address that the page gives as its own."""
    entry, template = story.entry, story.entry.recipe.template
    if template in ("archive", "archive-v1", "amp"):
        return HUFFPOST_QC.archive_url(entry.key, story.slug)
    if template == "generic":
        return None
    return addresses(entry, story.slug, story.folder)[0]


def shown(story: Story, moment: datetime) -> datetime:
    """A moment to the precision of the page's best evidence."""
    minutes = story.entry.recipe.template in ("2017", "2014", "2012")
    return moment.replace(second=0) if minutes else moment


def iso(moment: datetime) -> str:
    """ISO 8601 with Toronto's offset."""
    return moment.astimezone(TORONTO).isoformat(timespec="seconds")


def _text(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(words: str) -> str:
    return _text(words).replace('"', "&quot;").replace("'", "&#x27;")


def _runs(line: Line, link_class: str = "") -> str:
    parts = []
    for span in line:
        words = _text(span.text)
        if span.tag is not None:
            style = ' style="font-weight: 400;"' if span.tag == "span" else ""
            words = f"<{span.tag}{style}>{words}</{span.tag}>"
        if span.href is not None:
            css = f'class="{link_class}"' if link_class else 'target="_blank"'
            words = f'<a href="{_attribute(span.href)}" {css}>{words}</a>'
        parts.append(words)
    return "".join(parts)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _script_json(value: object) -> str:
    return _json(value).replace("</", "<\\/")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ENVIRONMENT = Environment(  # noqa: S701 - what is escaped is said in the templates, as it was there
    loader=PackageLoader("huffarchive.sample"),
    extensions=[_Unbroken],
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)
_FILTERS: dict[str, Callable[..., str]] = {
    "t": _text,
    "a": _attribute,
    "json": _script_json,
    "props": lambda value: _attribute(_json(value)),
    "slug": handmade,
    "utc": _utc,
    "iso": iso,
    "rfc2822": format_datetime,
}
_ENVIRONMENT.filters |= _FILTERS
_ENVIRONMENT.globals |= {
    "site": SITE,
    "places": {
        name: f"https://quebec.huffingtonpost.ca/news/{slug}/"
        for name, slug in SITE["sections"].items()
    },
    "runs": _runs,
    "shown": shown,
}


def article(story: Story, frame: Frame) -> str:
    """The page of an article, as its template showed it."""
    template = story.entry.recipe.layout
    pictures = images(story.blocks)
    markup = _ENVIRONMENT.get_template(f"{template}.html.j2").render(
        story=story,
        frame=frame,
        address=canonical(story),
        published=shown(story, story.entry.published),
        picture=pictures[0].url if pictures else None,
        data=_json_ld(story),
    )
    return frame.pad(markup)


def trending(title: str, frame: Frame, count: int) -> str:
    """A zone of so many other articles, as the archive's pages have them."""
    macros = _ENVIRONMENT.get_template("frame.html.j2").module
    return str(macros.trending(title, frame.others(count)))  # type: ignore[attr-defined]


def other(
    kind: str,
    frame: Frame,
    title: str = "",
    address: str = "",
    items: Sequence[dict[str, Any]] = (),
) -> str:
    """A page that is no article.

    `kind` is "old" or "new" (a list in the layout of 2014, or the archive's), "front", "feed",
    "questions" or "missing". An item has `address`, `title`, `excerpt` and the moment `at`.
    """
    return _ENVIRONMENT.get_template("site.html.j2").render(
        kind=kind, frame=frame, title=title, address=address, items=items
    )


def _json_ld(story: Story) -> str:
    """The script element with the JSON-LD, whole or cut as a careless template cuts it."""
    if story.data == "missing":
        return ""
    body = _script_json(_news_article(story))
    if story.data == "broken":
        body = body[: len(body) * 2 // 3] + "\n"
    return f'<script type="application/ld+json">{body}</script>'


def _news_article(story: Story) -> dict[str, object]:
    names = story.authors or tuple(filter(None, (story.mark.declared,)))
    if not names and story.byline and story.agency:
        names = (story.byline.removeprefix("Par "),)
    authors = [
        {
            "@context": "http://schema.org",
            "@type": "Person",
            "description": story.bio or "",
            "name": name,
            "url": f"https://www.huffpost.com/archive/qc/author/{handmade(name)}",
        }
        for name in names
    ]
    value: dict[str, object] = {
        "@context": "http://schema.org",
        "author": authors,
        "creator": authors,
        "dateCreated": _utc(story.entry.published),
        "dateModified": _utc(story.modified),
        "datePublished": _utc(story.entry.published),
        "description": story.description or "",
        "headline": story.headline,
        "inLanguage": "fr-CA",
        "keywords": [handmade(word) for word in story.keywords] + ["type: news"],
        "mainEntityOfPage": {"@type": "WebPage", "@id": canonical(story)},
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "HuffPost",
            "url": "https://www.huffpost.com",
        },
        "url": canonical(story),
        "@type": "NewsArticle",
        "articleSection": story.section,
    }
    if pictures := images(story.blocks):
        value["image"] = {"@type": "ImageObject", "url": pictures[0].url, "width": 1200}
    return value
