"""The templates of late 2016 to April 2019: `content-list-component` blocks."""

from huffarchive.layouts.layout import Layout
from huffarchive.layouts.part import Part
from huffarchive.layouts.rules import Role
from huffarchive.reading import ChromeKind as K

RULES: dict[str, Role] = {
    ".headline__title": Part.HEADLINE,
    "h1.headline": Part.HEADLINE,
    ".headline__subtitle": Part.DEK,
    ".dek": Part.DEK,
    ".entry__header": Part.HEADER,
    ".entry-header": Part.HEADER,
    ".entry-eyebrow": K.SECTION_LABEL,
    ".timestamp": Part.DATE,
    ".timestamp__date*": Part.DATE,
    ".author-card__microbio": K.AUTHOR_CARD,
    ".author-card__bio": K.AUTHOR_CARD,
    ".author-card__social*": K.SHARE,
    ".byline": Part.BYLINE,
    ".byline__authors": Part.BYLINE,
    ".author-card__details__name": Part.BYLINE,
    ".author-card": Part.BYLINE,
    ".wire-partner*": Part.AGENCY,
    ".image__caption": Part.CAPTION,
    ".image__credit": Part.CREDIT,
    ".top-media--image": Part.FIGURE,
    "figure.image": Part.FIGURE,
    ".slideshow*": Part.SLIDES,
    ".gallery*": Part.SLIDES,
    ".pull-quote": Part.QUOTE,
    ".embed-asset": K.EMBED,
    ".embed*": K.EMBED,
    ".liveblog*": Part.LIVE,
    ".related-articles*": K.RELATED,
    ".text": Part.TEXT,
    ".post-contents": Part.BODY,
    ".yr-entry-text": Part.BODY,
    ".entry__body": Part.BODY,
    ".js-entry-body": Part.BODY,
    ".entry-corrections*": K.CORRECTION_LINK,
    ".suggest-correction": K.CORRECTION_LINK,
    "#suggested-story": K.RELATED,
    ".below-entry*": K.RELATED,
    ".callout*": K.SHARE,
}

Y2017 = Layout(
    name="y2017",
    markers=(
        ".content-list-component",
        ".headline__title",
        ".headline__subtitle",
        ".post-contents",
        ".yr-entry-text",
        ".wire-partner-component",
        ".js-entry",
        ".timestamp__date--published",
        ".b-page",
        ".js-entry-body",
        ".author-card__details__name",
    ),
    needed=2,
    column=("//article[contains(@class, 'entry')]", "//article", "//main", "//*[@id='main']"),
    rules=RULES,
)
