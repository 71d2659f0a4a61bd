"""The article's images (URL, caption, credit), and which images are none of its."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from lxml import html

from huffarchive.article import Chrome, Image
from huffarchive.editions.edition import Agency
from huffarchive.reader.blocks import Block, BlockLabel, Label
from huffarchive.reader.byline import is_logo, is_logo_file
from huffarchive.reader.elements import PICTURES, is_brief
from huffarchive.reader.layout import Part
from huffarchive.reader.line_patterns import is_credit
from huffarchive.reader.links import absolute, http_url
from huffarchive.reader.text import in_order, key
from huffarchive.reading import ChromeKind

_PLACES = (
    *("/images/v/", "/images/bignews/", "/images/trans/", "/images/lightbox/", "analytics"),
    *("/favicon", "gravatar.com/", "/contributors/", "scorecardresearch.", "quantserve."),
    *("doubleclick.net", "/tr?id=", "apnewsregistry.", "//pixel.", "feedburner.com/~"),
    *("feedsportal.com", "imrworldwide.", "chartbeat.", "stats.wordpress.com", "/emoji/"),
    *("/emoticons/", "/smilies/", "/avatars/", "/avatar/"),
)
"""What stands in the addresses of ornaments and of pixels that count readers."""
_FILES = re.compile(
    r"(?:.*[_-])?(?:blank|trans|transparent|spacer|loader|loading|spinner|pixel|favicon|sprites?"
    r"|placeholder|1x1)(?:[_-][\w-]*|\d*)\.(?:gif|png|ico|svg|webp)"
    r"|(?:blank|spacer|pixel|placeholder|loading)\.jpe?g"
    r"|.*(?:headshot|avatar|gravatar)[\w-]*\.\w+"
    r"|(?:pixel|beacon|count|counter|track|tracking|imp)(?:\.gif|\.png|\.php)?"
)
"""Names of their files."""
_SIGN = re.compile(
    r"[^/]*(?:logo|default|fallback|no-?image|share-?image|touch-icon|opengraph|og-image)[^/]*$",
    re.IGNORECASE,
)
_NAMES = re.compile(r"[^\W_]+")
_OWN = frozenset(("avatar", "headshot", "gravatar", "icon", "emoji", "smiley", "logo", "pixel"))
"""Words in the class of a picture that is none of the article's."""
_AROUND = _OWN | frozenset(
    (
        *("author", "authors", "auteur", "auteurs", "byline", "bylines", "vcard", "bio", "blogger"),
        *("contributor", "contributors", "reporter", "share", "sharing", "social", "addthis"),
        *("sharedaddy", "addtoany", "a2a", "shariff", "sharethis", "newsletter", "infolettre"),
        *("sponsor", "sponsored", "outbrain", "taboola", "comments", "breadcrumb", "icons"),
        *("publicite", "publicites", "publicité", "publicités", "pub", "pubs", "ad", "ads"),
        *("sidebar", "sidebars", "masthead", "tagline"),
        *("advert", "adverts", "advertisement", "advertising", "adsense"),
    )
)
"""Words in the class or id of an element whose pictures are none of the article's."""
_WHOLE = frozenset(("article", "main", "body", "html"))
_LEVELS = 10
_FEW = 8
_BANNER = 6
"""Widths to the height of a site's banner, at least."""
_MOST_WORDS = 150
_LENGTH = re.compile(r"\s*(\d+)\s*(?:px)?\s*")
_STYLED = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[012](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_NETWORKS = (
    *("facebook.com", "fb.com", "twitter.com", "x.com", "instagram.com", "pinterest.com"),
    *("plus.google.com", "linkedin.com", "tumblr.com", "youtube.com", "reddit.com"),
    *("flipboard.com", "snapchat.com", "tiktok.com", "whatsapp.com", "wa.me", "t.me", "digg.com"),
    *("threads.net", "bsky.app", "delicious.com", "apps.apple.com", "itunes.apple.com"),
    *("play.google.com", "feeds.feedburner.com"),
)
_SHOWN = frozenset(("photo.php", "photo", "photos", "watch", "video.php", "story.php", "p"))
"""What a network's address begins with that is of one picture or film."""
_PAGES = frozenset(
    (
        *("pages", "sharer", "sharer.php", "share", "share.php", "intent", "dialog", "pin", "user"),
        *("channel", "c", "company", "in", "submit", "sharearticle", "send", "ca", "fr", "store"),
    )
)
"""What a network's address begins with that is a page of its own there, or a way to share."""


def is_ornament_file(url: str) -> bool:
    """Whether a picture's address is an ornament's."""
    lower = url.lower()
    if any(place in lower for place in _PLACES):
        return True
    return _FILES.fullmatch(lower.partition("?")[0].rstrip("/").rsplit("/", 1)[-1]) is not None


def is_sign_file(url: str) -> bool:
    """Whether a picture in a page's head is the site's own, and none of the article."""
    return is_ornament_file(url) or _SIGN.search(url) is not None


def is_ornament(picture: html.HtmlElement) -> bool:
    """Whether a picture is none of the article's by its size, its names or what it links to."""
    sizes = (_LENGTH.fullmatch(picture.get(side) or "") for side in ("width", "height"))
    wide, high = (int(size[1][:6]) if size is not None else 0 for size in sizes)
    ratio = picture.get("layout") in ("responsive", "intrinsic")
    if (0 < min(wide or 3, high or 3) <= 2 and not ratio) or wide > _BANNER * high > 0:
        return True
    if _STYLED.search(picture.get("style") or "") or not _OWN.isdisjoint(_names(picture)):
        return True
    framed = next(picture.iterancestors("figure"), None) is not None
    element = picture.getparent()
    for _ in range(_LEVELS):
        if element is None or element.tag in _WHOLE:
            break
        if element.tag == "a" and not framed and _leads_away(element.get("href") or ""):
            return True
        if not _AROUND.isdisjoint(_names(element)) and is_brief(element, _MOST_WORDS):
            return True
        element = element.getparent()
    return False


def _names(element: html.HtmlElement) -> frozenset[str]:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _parts(names) if names != " " else frozenset()


@lru_cache(maxsize=2048)
def _parts(classes: str) -> frozenset[str]:
    return frozenset(_NAMES.findall(classes.lower()))


def _leads_away(href: str) -> bool:
    """Whether a link shares the page, or leads to somebody's page on a network or to an app."""
    if href.startswith(("mailto:", "javascript:", "whatsapp:", "sms:", "fb-messenger:")):
        return True
    try:
        parts = urlsplit(href)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return False
    if not host.endswith(_NETWORKS) or not any(
        host == name or host.endswith(f".{name}") for name in _NETWORKS
    ):
        return False
    path = [piece.lower() for piece in parts.path.split("/") if piece]
    if not path or path[0] in _PAGES:
        return True
    return "app" in path[:2] or (len(path) == 1 and path[0] not in _SHOWN)


_LOGO = re.compile(r"(?:^|[/_-])logo[^/]*$", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)
_BEFORE = 4
"""Blocks before the headline of an unknown page in which a picture can be the article's."""
_NEAR = 9
_FOREIGN = frozenset(
    (
        ChromeKind.PROMO,
        ChromeKind.NEWSLETTER,
        ChromeKind.SHARE,
        ChromeKind.RELATED,
        BlockLabel.BYLINE,
    )
)
"""What a line is whose pictures are none of the article's."""


def foreign_pictures(
    blocks: Sequence[Block], fates: list[Label | None], agencies: tuple[Agency, ...], *, known: bool
) -> None:
    """Take agencies' logos and the icons of a line of chrome from the frames; changes `fates`.

    On a page without a layout also those far from the text, and those that lead to other pages.
    """
    kept = [i for i, f in enumerate(fates) if f in (BlockLabel.HEADLINE, BlockLabel.TEXT)]
    last = kept[-1] + 1 if kept else -1
    shown = False
    """Whether a picture stands between the text before and what comes."""
    for i, block in enumerate(blocks):
        picture = block.picture
        shown = shown and fates[i] is not BlockLabel.TEXT
        if fates[i] is not BlockLabel.FRAME:
            continue
        if picture is None:
            if not (known or shown or block.place.figure is not None):
                signed = block.place.role is Part.CREDIT
                fates[i] = ChromeKind.CREDIT if signed else ChromeKind.CAPTION
            continue
        shown = True
        near = bool(kept) and kept[0] - _BEFORE <= i <= last
        if near and i < kept[0]:  # in another cell of a page laid out by tables it is a banner
            near = block.place.cell is blocks[kept[0]].place.cell
        if near and block.place.slides is not None:
            last = max(last, i + _BEFORE)  # its next slide
        beside = _beside(i, blocks, fates)
        if ChromeKind.AD_LABEL in beside:
            fates[i] = BlockLabel.UNSEEN
        elif block.place.figure is None:
            signed = BlockLabel.BYLINE in beside and is_logo(picture, agencies)
            if signed or is_logo_file(picture, agencies):
                fates[i] = BlockLabel.AGENCY if known or signed or near else BlockLabel.UNSEEN
            elif beside and beside <= _FOREIGN:
                fates[i] = BlockLabel.UNSEEN
        if not known and fates[i] is BlockLabel.FRAME and not (near and _stays(picture)):
            fates[i] = BlockLabel.UNSEEN


def _beside(i: int, blocks: Sequence[Block], fates: Sequence[Label | None]) -> set[Label | None]:
    """What the words before and after a picture are, within its own paragraph."""
    found = set()
    picture = blocks[i].picture
    above = picture.getprevious() if picture is not None and not picture.tail else None
    after = range(i + 1, min(i + _NEAR, len(blocks)))
    for way in (range(i - 1, max(i - _NEAR, -1), -1), after):
        near = next((n for n in way if blocks[n].text), None)
        if near is not None and blocks[near].place.element is blocks[i].place.element:
            # On a line of its own below a byline it is no portrait.
            parted = above is not None and above.tag == "br"
            if not (parted and fates[near] is BlockLabel.BYLINE):
                found.add(fates[near])
    return found


def _stays(picture: html.HtmlElement) -> bool:
    """Whether a picture is no sign of the site and leads nowhere, or to itself in full size.

    A teaser leads to its page.
    """
    if _LOGO.search((picture.get("src") or "").split("?")[0]):
        return False
    link = next(picture.iterancestors("a"), None)
    href = "#" if link is None else link.get("href") or "#"
    return href.startswith("#") or _FILE.search(href.split("?")[0]) is not None


_ADDRESSES = (
    *("data-img-path", "data-src", "data-original", "data-lazy-src", "data-hi-res-src"),
    *("data-lazy", "src", "data-srcset", "srcset"),
)
_ASSET = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])[^/]*$")
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)$", re.IGNORECASE)


@dataclass(slots=True)
class _Frame:
    place: tuple[int, int, int]
    """The show, the slide of it and the figure; 0 for none."""
    url: str | None = None
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


def images_of(blocks: Iterable[Block], base: str) -> tuple[tuple[Image, ...], list[Chrome]]:
    """The pictures in the frames of a column, each once, and what is left over of the frames."""
    found = list(blocks)
    slides = _slides(found)
    framed: dict[html.HtmlElement | None, int] = {None: 0}
    captioned: set[html.HtmlElement] = set()
    frames: list[_Frame] = []
    shown: html.HtmlElement | None = None
    for block in found:
        show, figure = block.place.slides, block.place.figure
        if figure is None:
            figure = next(block.place.element.iterancestors("figure"), None)
        if figure is not None and figure not in framed:
            holds = next(figure.iter(*PICTURES, "picture"), None) is not None
            framed[figure] = id(figure) if holds or figure.tag == "figure" else 0
            if figure.find(".//figcaption") is not None:
                captioned.add(figure)
        show_id = id(show) if show is not None else 0
        place = (show_id, slides.get(id(block), 0), framed[figure])
        if block.picture is not None:
            url = address_of(block.picture, base)
            if url is None and place[2] and any(frame.place == place for frame in frames[-1:]):
                continue  # a button drawn over the picture
            _frame_of(place, frames, picture=True).url = url
            shown = block.picture
            continue
        if shown is not None and figure in shown.iterancestors("figure"):
            # Around figures of their own: said of the last, where that has no caption itself.
            place = place if frames[-1].captions else frames[-1].place
        frame = _frame_of(place, frames, picture=False)
        few = block.words <= _FEW  # beside a caption: whose picture it is
        *said, last = block.text.split("\n")
        if block.place.role is Part.CREDIT or (
            block.place.role is not Part.CAPTION
            and (is_credit(block.line) or (few and figure in captioned))
        ):
            frame.credits.append(block.line)
        elif said and _credits(last):
            frame.captions.append(" ".join(said))
            frame.credits.append(last)
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
        captions, credits_ = _once(frame.captions, left), _once(frame.credits, left)
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


_CREDITED = re.compile(
    r"(?P<caption>.*\w.*?)[\s|–—-]+"
    r"(?P<credit>\(?(?:©|\([cC]\)|(?:[Cc]r[ée]dits?(?: photos?)?|[Pp]hotos?|[Ii]mage)\s?[:/])"
    r"\s?[^.!?]{2,80})"
)


_LABELLED = re.compile(
    r"\(?(?:©|\(c\)|(?:cr[ée]dits?(?: photos?)?|photos?)\s?[:/]"
    r"|courtoisie|courtesy|gracieuset[ée])",
    re.IGNORECASE,
)
_JOINING = frozenset(("via", "par", "by"))
"""Words in lower case between the names of a credit."""


def credited(image: Image) -> Image:
    """The picture with the credit that stands at its caption's end, or is all of it."""
    if image.credit is not None or image.caption is None:
        return image
    if _credits(image.caption):
        return Image(image.url, None, image.caption)
    found = _CREDITED.fullmatch(image.caption)
    return image if found is None else Image(image.url, found["caption"], found["credit"])


def _credits(text: str) -> bool:
    """Whether words below a picture are a credit and cannot be a caption: names, or a label."""
    words = text.split()
    names = all(word[0].isupper() or word in _JOINING or not word.isalpha() for word in words)
    return len(words) <= _FEW and is_credit(text) and (names or _LABELLED.match(text) is not None)


def _once(texts: list[str], left: list[Chrome]) -> list[str]:
    """The texts that say something new; the others go to what is left over."""
    keys = list(map(key, texts))
    again = [keys[n] in keys[:n] for n in range(len(keys))]
    left += [Chrome(ChromeKind.REPEAT.value, texts[n]) for n, so in enumerate(again) if so]
    return [texts[n] for n, so in enumerate(again) if not so]


def address_of(picture: html.HtmlElement, base: str) -> str | None:
    """The picture's absolute address; None for ornaments and what no browser fetches by HTTP."""
    if is_ornament(picture):
        return None
    holder = picture if picture.tag == "picture" else picture.getparent()
    sources = holder.iter("source") if holder is not None and holder.tag == "picture" else ()
    if holder is not None and (shown := picture.getnext()) is not None and shown.tag == "noscript":
        sources = (*sources, *shown.iter("img"))
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
    return http_url(absolute(value, base))


def _name(url: str) -> str:
    """What two sizes of one picture share in their addresses."""
    path, _, query = url.partition("?")
    asset = _ASSET.search(path)
    if asset is not None:
        return asset.group()[:24]
    return path if _IMAGE_FILE.search(path) or not query else url
