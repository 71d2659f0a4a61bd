"""The page software of 2019 on, which serves the read-only archive (V1 and V2) since 2021, and
the archive's AMP pages (`…/amp`).
"""

from dataclasses import dataclass

from lxml import html

from huffarchive.reader.elements import PICTURES
from huffarchive.reader.layout import Layout, Names, Part, Role
from huffarchive.reader.layouts import y2017
from huffarchive.reading import ChromeKind as K

ARCHIVE_RULES: dict[str, Role] = {
    "#entry-header": Part.HEADER,
    ".entry__header": Part.HEADER,
    ".top-header": Part.HEADER,
    ".bottom-header": Part.HEADER,
    "h1.headline": Part.HEADLINE,
    ".headline__title": Part.HEADLINE,
    ".headline__subtitle": Part.DEK,
    ".dek": Part.DEK,
    ".entry__byline__mini-bio": K.AUTHOR_CARD,
    ".entry__byline__social": K.SHARE,
    ".entry__byline": Part.BYLINE,
    ".author-list": Part.BYLINE,
    ".entry__byline__author": Part.BYLINE,
    ".wire-partner*": Part.AGENCY,
    ".entry__wirepartner*": Part.AGENCY,
    ".entry__wire-partner*": Part.AGENCY,
    ".timestamp": Part.DATE,
    ".label__link": K.SECTION_LABEL,
    ".entry__tags": K.TAGS,
    ".top-tags": K.TAGS,
    ".label*": K.SECTION_LABEL,
    ".entry-eyebrow": K.SECTION_LABEL,
    ".cli-related-articles*": K.RELATED,
    ".cli-advertisement": K.AD_LABEL,
    ".cli-newsletter*": K.NEWSLETTER,
    ".cli-support*": K.PROMO,
    ".cli-promo*": K.PROMO,
    ".cli-embed*": K.EMBED,
    ".cli-video*": K.EMBED,
    ".cli-pullquote": Part.QUOTE,
    ".cli-slideshow*": Part.SLIDES,
    ".cli-gallery*": Part.SLIDES,
    ".cli-liveblog": Part.LIVE,
    ".cli-image__caption": Part.CAPTION,
    ".cli-image__credit": Part.CREDIT,
    ".cli-image*": Part.FIGURE,
    ".cli-text": Part.TEXT,
    ".cli-listicle": Part.TEXT,
    "#entry-body": Part.BODY,
    ".js-entry-content": Part.BODY,
    ".entry__content-list": Part.BODY,
    ".entry__corrections": K.CORRECTION_LINK,
    ".author-card*": K.AUTHOR_CARD,
    ".entry__author-cards": K.AUTHOR_CARD,
    ".got-a-tip*": K.PROMO,
    ".back-to-home*": K.NAVIGATION,
    ".below-entry*": K.RELATED,
    ".zone*": K.RELATED,
    ".bottom-right-sticky__close": K.CLOSE_WIDGET,
    ".ad-bottom-right-sticky__close": K.CLOSE_WIDGET,
    ".entry__right-rail": Part.OUT,
    ".entry__left-rail": Part.OUT,
    ".skip-to-content": K.NAVIGATION,
}

ARCHIVE = Layout(
    name="archive",
    markers=(
        ".cli-text",
        ".cli",
        "#entry-body",
        "#entry-header",
        ".js-entry-content",
        ".entry__content",
        ".entry__byline__author",
        ".entry__content-list",
    ),
    needed=2,
    column=("//main", "//*[@id='main' or @role='main']", "//article/.."),
    rules=ARCHIVE_RULES,
)


AMP_RULES: dict[str, Role] = {
    **dict.fromkeys(("amp-carousel", "amp-base-carousel", "amp-inline-gallery"), Part.SLIDES),
    **dict.fromkeys(("amp-stream-gallery", "amp-image-slider"), Part.SLIDES),
    **dict.fromkeys(("amp-lightbox", "amp-image-lightbox", "amp-consent"), Part.HIDDEN),
    "amp-user-notification": Part.HIDDEN,
    "amp-sidebar": Part.OUT,
    "amp-timeago": Part.DATE,
    **dict.fromkeys(("amp-ad", "amp-sticky-ad"), K.AD_LABEL),
    **dict.fromkeys(("amp-embed", "amp-list", "amp-next-page"), K.RELATED),
    "amp-social-share": K.SHARE,
    **ARCHIVE_RULES,
    **{name: part for name, part in y2017.RULES.items() if name not in ARCHIVE_RULES},
}


_SAYING = PICTURES | {"amp-accordion", "amp-fit-text", "amp-layout", "amp-live-list", "amp-script"}
"""AMP's elements that show their own words, or a picture; all others are players and the like."""


@dataclass(frozen=True)
class Amp(Layout):
    """Recognised by the mark that every AMP page carries on its root element."""

    def role(self, element: html.HtmlElement) -> Role | None:
        """The role by the table; what stands in for what is not loaded or supported is not seen."""
        if element.get("fallback") is not None or element.get("placeholder") is not None:
            return Part.HIDDEN
        role = super().role(element)
        strange = role is None and element.tag.startswith("amp-") and element.tag not in _SAYING
        return K.EMBED if strange else role

    def score(self, names: Names, root: html.HtmlElement) -> int:
        """Above any other layout's on an AMP page, whose other names are those of the archive."""
        del names
        return 1000 if any(mark in root.attrib for mark in ("amp", "⚡")) else 0


AMP = Amp(
    name="amp",
    markers=(),
    needed=0,
    column=("//main", "//*[@id='main' or @role='main']", "//article"),
    rules=AMP_RULES,
)
