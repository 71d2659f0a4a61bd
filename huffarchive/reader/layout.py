"""What a template generation is: how its pages are recognised, and which element is which part."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple, TypeAlias, cast

from lxml import etree, html

from huffarchive.reader.text import key, words_of
from huffarchive.reading import ChromeKind
from huffarchive.reading import ChromeKind as K


class Part(StrEnum):
    """What a template's element holds, where it is not chrome."""

    TEXT = "text"
    """Paragraphs, for certain: every word in it is the article's."""
    BODY = "body"
    """The article's container: its own paragraphs are text, strangers in it are judged."""
    HEADER = "header"
    """The place of headline, dek, byline and dates."""
    HEADLINE = "headline"
    DEK = "dek"
    BYLINE = "byline"
    AGENCY = "agency"
    """An agency's logo or hidden name."""
    DATE = "date"
    """Visible dates."""
    FIGURE = "figure"
    """A picture with its caption and credit."""
    CAPTION = "caption"
    CREDIT = "credit"
    SLIDES = "slides"
    """A slideshow: pictures, each with words of its own."""
    QUOTE = "quote"
    """A pull quote: the text's own words again, or a quotation of its own."""
    LIVE = "live"
    """A live blog."""
    OUT = "out"
    """Not the main column: a rail, the navigation, the page's footer."""
    HIDDEN = "hidden"
    """Not visible to a reader of the page."""


Role: TypeAlias = Part | ChromeKind

_SELECTOR = re.compile(
    r"(?P<tag>[a-z][\w-]*)?(?:\.(?P<cls>[\w-]+)|\#(?P<id>[\w-]+))?(?P<stem>\*)?", re.ASCII
)
_REMEMBERED = 2048
_LOOKED_AT = 50
"""Columns, and elements of text, that are looked through: a bound on the time."""
_SENTENCE = 40
"""Letters of a text that is more than a label."""


class SelectorRules:
    """A table from selectors to roles; where several fit an element, the first in the table wins.

    A selector is `tag`, `.class`, `#id`, `tag.class` or `tag#id`; a `*` at its end lets the class
    or id go on ("#ad_*").
    """

    def __init__(self, *tables: Mapping[str, Role]) -> None:
        self._exact: dict[str, list[tuple[int, str | None, Role]]] = {}
        self._stems: list[tuple[int, str, str | None, Role]] = []
        self._known: dict[tuple[str, str | None, str | None], Role | None] = {}
        order = 0
        for table in tables:
            for selector, role in table.items():
                order += 1
                self._add(order, selector, role)

    def _add(self, order: int, selector: str, role: Role) -> None:
        found = _SELECTOR.fullmatch(selector)
        if found is None or not selector:
            raise ValueError(f"not a selector: {selector!r}")
        tag = found["tag"]
        if found["cls"] is not None:
            name = f".{found['cls']}"
        elif found["id"] is not None:
            name = f"#{found['id']}"
        else:
            name, tag = tag, None
        if found["stem"]:
            self._stems.append((order, name, tag, role))
        else:
            self._exact.setdefault(name, []).append((order, tag, role))

    def role(self, tag: str, classes: str | None, ident: str | None) -> Role | None:
        """The role of an element, or None when the table does not know it."""
        key = (tag, classes, ident)
        try:
            return self._known[key]
        except KeyError:
            pass
        names = [f".{name}" for name in (classes or "").split()[:40]]
        if ident:
            names.append(f"#{ident}")
        found: list[tuple[int, Role]] = []
        for name in (*names, tag):
            for order, wanted, role in self._exact.get(name, ()):
                if wanted is None or wanted == tag:
                    found.append((order, role))
        for order, stem, wanted, role in self._stems:
            if (wanted is None or wanted == tag) and any(name.startswith(stem) for name in names):
                found.append((order, role))
        answer = min(found, key=lambda pair: pair[0])[1] if found else None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[key] = answer
        return answer


ALWAYS: Mapping[str, Role] = {
    ".hidden": Part.HIDDEN,
    ".display_none": Part.HIDDEN,
    ".sr-only": Part.HIDDEN,
    ".visually-hidden": Part.HIDDEN,
    ".off": Part.HIDDEN,
    ".print-only": Part.HIDDEN,
    ".visible-print*": Part.HIDDEN,
    ".rail": Part.OUT,
    ".right-rail": Part.OUT,
    ".left-rail": Part.OUT,
    "nav": Part.OUT,
    "#footer": Part.OUT,
    "#site-footer": Part.OUT,
    ".site-footer": Part.OUT,
    ".footer-wrapper": Part.OUT,
}
"""Rules that no layout overrides."""

CAPTIONS = (
    *(".gallery-caption", ".image-caption", ".photo-caption", ".media-caption", ".img-caption"),
    *(".caption-text", ".figure-caption", ".legende", ".image__legend"),
)
CREDITS = (".photo-credit", ".media-credit", ".img-credit", ".image-source", ".photographer")
"""What makers of templates call captions and credits."""
EMBEDS = (
    *(".twitter-tweet*", ".twitter-video*", ".twitter-timeline*", ".twitter-moment*"),
    *(".instagram-media*", ".fb-post", ".fb-video", ".fb-page", ".fb-comment-embed", ".g-post"),
    *(".reddit-card", ".reddit-embed*", ".imgur-embed*", ".vine-embed*", ".tiktok-embed*"),
    *(".wp-embedded-content", ".wp-block-embed*", ".bluesky-embed", ".mastodon-embed"),
    *(".text-post-media", ".tumblr-post", ".flickr-embed*", ".giphy-embed", ".storify*"),
    *(".tweet", "amp-twitter", "amp-instagram", "amp-facebook"),
    *(".pb_feed", ".playbuzz*", ".apester-media", ".opinionstage-widget", ".PDS_Poll"),
    *(".infogram-embed", ".flourish-embed", ".typeform-widget", ".strawpoll-embed"),
    *(".quora-content-embed", ".telegram-post", ".linkedin-post", ".gie-single"),
    *(".embedly-card", ".pinterest-pin", ".soundcloud*", ".spotify-embed", ".threads-post"),
    *(".codepen", ".speakerdeck-embed", ".vk_post", ".coveritlive", ".scribblelive*", ".rumble"),
)
"""Posts, players and polls of other sites, by the class that each site's own code gives them."""
BUTTONS = (
    *(".addthis*", ".a2a_kit", ".sharedaddy", ".sd-sharing*", ".sharethis*", ".shariff"),
    *(".twitter-share-button", ".twitter-follow-button", ".twitter-hashtag-button", ".fb-like*"),
    *(".fb-share-button", ".fb-follow", ".g-plusone", ".pin-it-button", ".reddit-badge"),
)
"""Buttons of the networks and of makers of buttons."""

USUAL: Mapping[str, Role] = {
    "h1": Part.HEADLINE,
    "figcaption": Part.CAPTION,
    "figure": Part.FIGURE,
    ".caption": Part.CAPTION,
    ".wp-caption-text": Part.CAPTION,
    ".wp-caption": Part.FIGURE,
    **dict.fromkeys(CAPTIONS, Part.CAPTION),
    # They hold captions on some pages and credits on others: the text tells.
    ".large-image-caption*": Part.FIGURE,
    ".entry_image_caption*": Part.FIGURE,
    ".chapo": Part.DEK,
    ".chapeau": Part.DEK,
    ".standfirst": Part.DEK,
    ".entry-summary": Part.DEK,
    ".credit": Part.CREDIT,
    ".image-credit": Part.CREDIT,
    **dict.fromkeys(CREDITS, Part.CREDIT),
    ".advertisement*": K.AD_LABEL,
    ".ad_spot": K.AD_LABEL,
    ".ad_wrapper*": K.AD_LABEL,
    ".ad-*": K.AD_LABEL,
    "#ad_*": K.AD_LABEL,
    "#ad-*": K.AD_LABEL,
    "#modulous_*": K.AD_LABEL,
    ".taboola*": K.RELATED,
    "#taboola*": K.RELATED,
    "#zergnet*": K.RELATED,
    ".related*": K.RELATED,
    "#related*": K.RELATED,
    ".recirc*": K.RELATED,
    ".around-the-web": K.RELATED,
    ".share*": K.SHARE,
    ".social*": K.SHARE,
    ".chicklets": K.SHARE,
    ".newsletter*": K.NEWSLETTER,
    "#newsletter*": K.NEWSLETTER,
    ".follow-us*": K.PROMO,
    ".comments": K.COMMENTS,
    "#comments": K.COMMENTS,
    ".fb-comments": K.COMMENTS,
    ".fb_comments": K.COMMENTS,
    ".comment-button*": K.COMMENTS,
    ".view-comments-button*": K.COMMENTS,
    ".openweb*": K.COMMENTS,
    ".tag-cloud": K.TAGS,
    ".bottom-tags": K.TAGS,
    **dict.fromkeys(EMBEDS, K.EMBED),
    **dict.fromkeys(BUTTONS, K.SHARE),
    ".breadcrumb*": K.NAVIGATION,
    ".reporter-piece*": Part.BYLINE,
    ".mw-editsection": K.NAVIGATION,
    "time": Part.DATE,
    ".timeago": Part.DATE,
    "select": K.NAVIGATION,
    "textarea": K.OTHER,
}
"""Rules that hold where the layout's own say nothing."""


class Names(NamedTuple):
    """All classes and ids of a page."""

    classes: frozenset[str]
    ids: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether a class (".name") or an id ("#name") is among them."""
        return name[1:] in (self.classes if name[0] == "." else self.ids)

    def begin(self, *starts: str) -> bool:
        """Whether a class or id begins with one of these."""
        return any(name.startswith(starts) for names in self for name in names)


@dataclass(frozen=True)
class Layout:
    """One generation of the site's templates; its selectors are data."""

    name: str
    """The record's `layout`."""
    markers: tuple[str, ...]
    """Classes (".name") and ids ("#name") that its pages hold."""
    needed: int
    """How many of the markers must be there."""
    column: tuple[str, ...]
    """XPath of the main column, best first: all its visible words are accounted for."""
    rules: Mapping[str, Role] = field(default_factory=dict)
    """Roles of its elements, by selector, before those that all layouts share."""
    shared: frozenset[str] = frozenset()
    """Those of the markers that other sites have too: alone they say nothing."""

    boxes: tuple[str, ...] = ()
    """XPath of authors' names in boxes outside the column."""

    @cached_property
    def _boxes(self) -> tuple[etree.XPath, ...]:
        return tuple(etree.XPath(path) for path in self.boxes)

    @cached_property
    def _columns(self) -> tuple[etree.XPath, ...]:
        return tuple(etree.XPath(path) for path in self.column)

    @cached_property
    def _rules(self) -> SelectorRules:
        return SelectorRules(ALWAYS, self.rules, USUAL)

    @cached_property
    def _shown(self) -> SelectorRules:
        return SelectorRules(self.rules, USUAL)

    @cached_property
    def _text(self) -> etree.XPath:
        """The elements in one that are the article's text by their names."""
        named = [name for name, role in self.rules.items() if role in (Part.TEXT, Part.BODY)]
        tests = (
            f"@id='{name[1:]}'" if name[0] == "#"
            else f"contains(concat(' ', @class, ' '), ' {name[1:]} ')"
            for name in named
        )  # fmt: skip
        return etree.XPath(f".//*[{' or '.join(tests) or 'false()'}]")

    def holds_text(self, element: html.HtmlElement) -> bool:
        """Whether sentences that the layout knows for the article's are in an element."""
        found = cast("list[html.HtmlElement]", self._text(element))
        return any(_SAYS(inner) for inner in found[:_LOOKED_AT])

    def last_container(self, element: html.HtmlElement) -> html.HtmlElement | None:
        """The last of the article's containers in an element that holds sentences."""
        found = cast("list[html.HtmlElement]", self._text(element))
        bodies = [inner for inner in found if self.role(inner) is Part.BODY]
        return next(filter(_SAYS, bodies[: -_LOOKED_AT - 1 : -1]), None)

    def score(self, names: Names, root: html.HtmlElement) -> int:
        """How many markers a page with these names (`names_of`) has; 0 when too few."""
        del root
        found = [marker for marker in self.markers if names.has(marker)]
        own = not self.shared.issuperset(found)
        return len(found) if own and len(found) >= self.needed else 0

    def main(
        self, tree: html.HtmlElement, titles: frozenset[str] = frozenset()
    ) -> html.HtmlElement | None:
        """The main column, or None when the page has none of its names.

        Of several it is the first under the page's title (`titles` are keys of it), else the first
        with text: the others are teasers.
        """
        for path in self._columns:
            found = cast("list[html.HtmlElement]", path(tree))
            if len(found) > 1:
                del found[_LOOKED_AT:]
                named = (e for e in found if any(key(words_of(h)) in titles for h in _TITLES(e)))
                return next(chain(named, filter(self.holds_text, found)), found[0])
            if found:
                return found[0]
        return None

    def author_boxes(self, tree: html.HtmlElement) -> list[html.HtmlElement]:
        """Authors' names in boxes of their own."""
        found = (cast("list[html.HtmlElement]", path(tree)) for path in self._boxes)
        return next((elements for elements in found if elements), [])

    def role(self, element: html.HtmlElement) -> Role | None:
        """The role of an element, by its own names alone."""
        return self._rules.role(element.tag, element.get("class"), element.get("id"))

    def role_if_shown(self, element: html.HtmlElement) -> Role | None:
        """The role that a hidden element would have if it were not."""
        return self._shown.role(element.tag, element.get("class"), element.get("id"))


@lru_cache(maxsize=4096)
def parts_of(names: str) -> frozenset[str]:
    """The words in names: "story__photoCredit img-2" has story, photo, credit and img."""
    return frozenset(part.lower() for part in _PARTS.findall(names))


_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def names_of(tree: html.HtmlElement) -> Names:
    """The names of a page's elements."""
    classes = set(cast("list[str]", _CLASSES(tree)))
    ids = cast("list[str]", _IDS(tree))
    return Names(frozenset(" ".join(classes).split()), frozenset(ids))


_TITLES = etree.XPath(".//h1|.//h2[not(.//a)]")
_SAYS = etree.XPath(f"boolean(.//text()[string-length() > {_SENTENCE} and not(ancestor::a)])")
_CLASSES = etree.XPath("//@class", smart_strings=False)
_IDS = etree.XPath("//@id", smart_strings=False)
