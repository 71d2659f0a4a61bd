"""The article's pictures: address, caption, credit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html

from huffarchive.article import Chrome, Image
from huffarchive.layouts import Part
from huffarchive.reader.blocks import PICTURES, Block
from huffarchive.reader.marks import is_credit
from huffarchive.reader.ornaments import is_ornament, is_ornament_file
from huffarchive.reader.typography import in_order, key
from huffarchive.reading import ChromeKind

_ADDRESSES = (
    *("data-img-path", "data-src", "data-original", "data-lazy-src", "data-hi-res-src"),
    *("data-lazy", "src", "data-srcset", "srcset"),
)
_ASSET = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])[^/]*$")
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)$", re.IGNORECASE)


@dataclass(slots=True)
class _Frame:
    place: tuple[int, int, int]
    """The show, the slide of it and the figure; 0 for none."""
    url: str | None = None
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


def pictures_of(blocks: Iterable[Block], base: str) -> tuple[tuple[Image, ...], list[Chrome]]:
    """The pictures in the frames of a column, each once, and what is left over of the frames."""
    found = list(blocks)
    slides = _slides(found)
    framed: dict[html.HtmlElement | None, int] = {None: 0}
    frames: list[_Frame] = []
    for block in found:
        show, figure = block.place.slides, block.place.figure
        if figure is not None and figure not in framed:
            holds = next(figure.iter(*PICTURES), None) is not None
            framed[figure] = id(figure) if holds else 0
        show_id = id(show) if show is not None else 0
        place = (show_id, slides.get(id(block), 0), framed[figure])
        if block.picture is not None:
            url = address_of(block.picture, base)
            if url is None and place[2] and any(frame.place == place for frame in frames[-1:]):
                continue  # a button drawn over the picture
            _frame_of(place, frames, picture=True).url = url
            continue
        frame = _frame_of(place, frames, picture=False)
        if block.place.role is Part.CREDIT or (
            block.place.role is not Part.CAPTION and is_credit(block.line)
        ):
            frame.credits.append(block.line)
        else:
            frame.captions.append(block.line)
    return _images(frames)


def _slides(blocks: list[Block]) -> dict[int, int]:
    """For each block of a slideshow the slide that it stands on, where the markup tells.

    A show's slides are the elements of one parent and name of which most hold more than a block.
    """
    shows: dict[int, list[Block]] = {}
    for block in blocks:
        if block.place.slides is not None:
            shows.setdefault(id(block.place.slides), []).append(block)
    return {k: v for show in shows.values() for k, v in _slides_of(show).items()}


def _slides_of(show: list[Block]) -> dict[int, int]:
    held: dict[html.HtmlElement, list[int]] = {}
    for block in show:
        element = block.picture if block.picture is not None else block.place.element
        while element is not None and element is not block.place.slides:
            held.setdefault(element, []).append(id(block))
            element = element.getparent()
    rows: dict[tuple[html.HtmlElement, str], list[html.HtmlElement]] = {}
    for element in held:
        rows.setdefault((element.getparent(), element.tag), []).append(element)
    full = {row: sum(len(held[item]) > 1 for item in items) for row, items in rows.items()}
    best = max(full, key=lambda row: (full[row], len(rows[row])), default=None)
    if best is None or not full[best]:
        return {}
    return {block: id(item) for item in rows[best] for block in held[item]}


def _frame_of(place: tuple[int, int, int], frames: list[_Frame], *, picture: bool) -> _Frame:
    """The frame that a block belongs to: its figure's, or that of the picture before it."""
    last = frames[-1] if frames else None
    if last is not None and last.place[:2] == place[:2]:
        ours = last.place == place and any(place[1:])
        if (picture and ours and last.url is None) or (not picture and (ours or not place[2])):
            return last
    frames.append(_Frame(place))
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
            kind = ChromeKind.SLIDESHOW if frame.place[0] else ChromeKind.CAPTION
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


def address_of(picture: html.HtmlElement, base: str) -> str | None:
    """The picture's absolute address; None for ornaments and what no browser fetches by HTTP."""
    if is_ornament(picture):
        return None
    holder = picture.getparent()
    sources = holder.iter("source") if holder is not None and holder.tag == "picture" else ()
    for element in (picture, *sources):
        for name in _ADDRESSES:
            if not (value := element.get(name)):
                continue
            value = in_order(value)
            if name.endswith("srcset"):
                value = (value.split(maxsplit=1) or [""])[0].rstrip(",")
            if (url := address(value, base)) is not None:
                return url
    return None


def address(value: str, base: str) -> str | None:
    """An absolute address of a picture; None for what is none."""
    if not value or value.startswith("data:") or is_ornament_file(value):
        return None
    try:
        url: str = urljoin(base, value)
        return url if urlsplit(url).scheme in ("http", "https") and len(url) <= 2048 else None
    except ValueError:
        return None


def _name(url: str) -> str:
    """What two sizes of one picture share in their addresses."""
    path, _, query = url.partition("?")
    asset = _ASSET.search(path)
    if asset is not None:
        return asset.group()[:24]
    return path if _FILE.search(path) or not query else url
