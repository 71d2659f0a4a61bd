"""The article's pictures: address, caption, credit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html

from huffarchive.article import Chrome, Image
from huffarchive.layouts import Part
from huffarchive.reader.blocks import Block
from huffarchive.reader.marks import is_credit
from huffarchive.reader.typography import clean, key
from huffarchive.reading import ChromeKind

_ADDRESSES = ("data-img-path", "data-src", "data-original", "data-lazy-src", "src")
_ASSET = re.compile(r"[0-9a-f]{24}")
_ORNAMENT = re.compile(
    r"(?:blank|trans|spacer|loader|loading|spinner|pixel|favicon|headshot|sprite)[\w-]*\.(?:gif|png|ico|jpe?g)"
    r"|/images/(?:v|bignews|trans|lightbox)/|analytics|/favicons?/",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Frame:
    owner: int
    slides: bool = False
    url: str | None = None
    alt: str = ""
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


def pictures_of(blocks: Iterable[Block], base: str) -> tuple[tuple[Image, ...], list[Chrome]]:
    """The pictures in the frames of a column, each once, and what is left over of the frames."""
    frames: list[_Frame] = []
    for block in blocks:
        frame = _frame_of(block, frames)
        if block.picture is not None:
            frame.url = _address(block.picture, base)
            frame.alt = block.picture.get("alt") or ""
        elif block.place.role is Part.CREDIT or (
            block.place.role is not Part.CAPTION and is_credit(block.line)
        ):
            frame.credits.append(block.line)
        else:
            frame.captions.append(block.line)
    return _images(frames)


def _frame_of(block: Block, frames: list[_Frame]) -> _Frame:
    """The frame that a block belongs to: its figure's, or that of the picture before it."""
    figure = block.place.figure
    owner = id(figure) if figure is not None else 0
    last = frames[-1] if frames else None
    if last is not None and block.picture is None and (owner in (0, last.owner)):
        return last
    if last is not None and block.picture is not None and owner == last.owner != 0 and not last.url:
        return last
    if last is not None and last.owner == owner != 0 and block.picture is None:
        return last
    frames.append(_Frame(owner, slides=block.place.role is Part.SLIDES))
    return frames[-1]


def _images(frames: list[_Frame]) -> tuple[tuple[Image, ...], list[Chrome]]:
    images: dict[str, Image] = {}
    left: list[Chrome] = []
    for frame in frames:
        captions = _once(frame.captions)
        credits_ = _once(frame.credits)
        left += [Chrome(ChromeKind.REPEAT.value, t) for t in _again(frame.captions)]
        left += [Chrome(ChromeKind.REPEAT.value, t) for t in _again(frame.credits)]
        caption, credit = " ".join(captions) or None, " ".join(credits_) or None
        if frame.url is None:
            kind = ChromeKind.SLIDESHOW if frame.slides else ChromeKind.CAPTION
            left += [Chrome(kind.value, text) for text in captions]
            left += [Chrome(ChromeKind.CREDIT.value, text) for text in credits_]
            continue
        name = _name(frame.url)
        known = images.get(name)
        if known is None:
            images[name] = Image(frame.url, caption, credit)
            continue
        images[name] = Image(known.url, known.caption or caption, known.credit or credit)
        if known.caption and caption:
            left.append(Chrome(ChromeKind.REPEAT.value, caption))
        if known.credit and credit:
            left.append(Chrome(ChromeKind.REPEAT.value, credit))
    return tuple(images.values()), left


def _once(texts: list[str]) -> list[str]:
    return list({key(text): text for text in reversed(texts)}.values())[::-1]


def _again(texts: list[str]) -> list[str]:
    seen: set[str] = set()
    again: list[str] = []
    for text in texts:
        if key(text) in seen:
            again.append(text)
        seen.add(key(text))
    return again


def _address(picture: html.HtmlElement, base: str) -> str | None:
    """The picture's absolute address; None for ornaments and what no browser fetches by HTTP."""
    if any(picture.get(side, "").strip() in ("0", "1", "2") for side in ("width", "height")):
        return None
    for name in _ADDRESSES:
        value = clean(picture.get(name) or "")
        if not value or value.startswith("data:") or _ORNAMENT.search(value):
            continue
        try:
            url: str = urljoin(base, value)
            if urlsplit(url).scheme in ("http", "https") and len(url) <= 2048:
                return url
        except ValueError:
            continue
    return None


def _name(url: str) -> str:
    """What two sizes of one picture share in their addresses."""
    asset = _ASSET.search(url)
    return asset.group() if asset else url.split("?", 1)[0]
