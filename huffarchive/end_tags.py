"""End tags that a browser obeys and libxml2 ignores: written so that both read the same.

libxml2 does not obey `</nav>` while a `<div>` in it is open, so that the rest of the page ends up
in the navigation. A browser closes the `div` too (HTML, section 13.2.6.4.7).
"""

import re

_TAG = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>]))")
TAG_END = re.compile(r"[^<>\"']*+(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*+)*+>")
"""What is left of a tag behind its name."""
_CLOSING = frozenset(
    (
        *("address", "article", "aside", "blockquote", "button", "center", "dd", "details"),
        *("dialog", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "header", "hgroup", "li", "main", "menu", "nav", "ol", "pre", "search"),
        *("section", "summary", "ul"),
    )
)
"""Elements whose end tag ends what is open in them."""
_CELLS = frozenset(("td", "th", "caption"))
_BOUNDS = _CELLS | {"table"}
"""Elements out of which no end tag reaches, save their own."""
_TRACKED = _CLOSING | _BOUNDS | {"div", "tr"}
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed"))
"""Elements that hold no tags."""
_ITEMS = frozenset(("li", "dd", "dt"))
_DEEPEST = 512
"""Open elements that are looked through: a bound on the time, not on the page."""
_IGNORED = re.compile(r"mismatch: (\w+) and")


def is_ignored(message: str) -> bool:
    """Whether a message of libxml2 tells of an end tag that a browser may have obeyed."""
    found = _IGNORED.search(message)
    return found is not None and found[1] in _CLOSING


def ends_written(markup: str) -> str:
    """The markup with the `</div>`s that other end tags, and the next item of a list, stand for."""
    parts: list[str] = []
    done = at = 0
    quoted = True
    opened: list[str] = []
    while (tag := _TAG.search(markup, at)) is not None:
        if tag[2] is None:
            at = markup.find("-->", tag.end()) + 3
            if at < 3:
                break
            continue
        name = tag[2].lower()
        end = TAG_END.match(markup, tag.end()) if quoted else None
        # A quotation mark that no other closes: tags end where they can from here on.
        quoted = end is not None
        at = end.end() if end is not None else markup.find(">", tag.end()) + 1
        if at == 0:
            break
        if name in _RAW and not tag[1]:
            close = re.compile(f"</{name}", re.IGNORECASE).search(markup, at)
            if close is None:
                break
            at = close.start()
        if name not in _TRACKED:
            continue
        divs = _close(opened, name) if tag[1] else _open(opened, name)
        if divs:
            parts += [markup[done : tag.start()], "</div>" * divs]
            done = tag.start()
        if not tag[1] and name != "tr" and markup[at - 2] != "/":
            opened.append(name)
    return "".join((*parts, markup[done:])) if parts else markup


def _close(opened: list[str], name: str) -> int:
    """Close what an end tag closes; returns how many of it are a `div` that libxml2 leaves open."""
    bounds = (
        frozenset(("table",)) if name in _CELLS else frozenset() if name == "table" else _BOUNDS
    )
    if name == "li":
        bounds |= {"ul", "ol", "menu"}
    divs = 0
    for depth in range(1, min(len(opened), _DEEPEST) + 1):
        found = opened[-depth]
        if found == name:
            del opened[-depth:]
            return divs if name in _CLOSING else 0
        if found in bounds:
            return 0
        divs += found == "div"
    return 0


def _open(opened: list[str], name: str) -> int:
    """The same for a start tag: an item ends the one before it, a cell or row the cell."""
    if name in _CELLS or name == "tr":
        for depth in range(1, min(len(opened), _DEEPEST) + 1):
            if opened[-depth] == "table":
                del opened[len(opened) - depth + 1 :]
                break
        return 0
    if name not in _ITEMS:
        return 0
    divs = 0
    for depth in range(1, min(len(opened), _DEEPEST) + 1):
        found = opened[-depth]
        if found == name or (name != "li" and found in _ITEMS):
            del opened[-depth:]
            return divs
        if found not in ("div", "address"):
            return 0
        divs += found == "div"
    return 0
