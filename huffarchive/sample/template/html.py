"""Small pieces of HTML."""

import json
from collections.abc import Iterable

from huffarchive.sample.content import Line, Span


def text(words: str) -> str:
    """Words as character data."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(words: str) -> str:
    """Words as the inside of a double-quoted attribute."""
    return text(words).replace('"', "&quot;").replace("'", "&#x27;")


def runs(line: Line, link_class: str = "") -> str:
    """A line's runs."""
    return "".join(_run(span, link_class) for span in line)


def _run(span: Span, link_class: str) -> str:
    words = text(span.text)
    if span.tag == "span":
        words = f'<span style="font-weight: 400;">{words}</span>'
    elif span.tag is not None:
        words = f"<{span.tag}>{words}</{span.tag}>"
    if span.href is None:
        return words
    css = f' class="{link_class}"' if link_class else ' target="_blank"'
    return f'<a href="{attribute(span.href)}"{css}>{words}</a>'


def table(rows: Iterable[Iterable[str]]) -> str:
    """A table without a head, as editors pasted them."""
    cells = ("".join(f"<td>{text(cell)}</td>" for cell in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody></table>"


def script_json(value: object) -> str:
    """A value as JSON inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def props(value: object) -> str:
    """A value as JSON inside an attribute, as the site hands it to its scripts."""
    return attribute(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
