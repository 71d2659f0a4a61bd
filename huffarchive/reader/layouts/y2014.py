"""The templates of 2014 to 2016: `#mainentrycontent`."""

from huffarchive.reader.layout import Layout, Part, Role
from huffarchive.reading import ChromeKind as K

RULES: dict[str, Role] = {
    "h1.title": Part.HEADLINE,
    ".dek": Part.DEK,
    ".subtitle": Part.DEK,
    ".fan": K.PROMO,
    "a.email": K.SHARE,
    ".become-fan*": K.PROMO,
    ".byline": Part.BYLINE,
    ".author": Part.BYLINE,
    ".bio": K.AUTHOR_CARD,
    ".wire-partner*": Part.AGENCY,
    ".source-org": Part.AGENCY,
    ".times": Part.DATE,
    ".posted": Part.DATE,
    ".updated": Part.DATE,
    ".main-visual": Part.FIGURE,
    ".entry_image_credit": Part.CREDIT,
    ".large-image-credit": Part.CREDIT,
    ".image-caption": Part.CAPTION,
    "#social_badges": K.SHARE,
    ".slideshow*": Part.SLIDES,
    "#slideshow*": Part.SLIDES,
    ".liveblog*": Part.LIVE,
    "#liveblog*": Part.LIVE,
    "#mainentrycontent": Part.BODY,
    ".ad_share_box": K.AD_LABEL,
    ".contribute": K.CORRECTION_LINK,
    ".follow": K.TAGS,
    ".follow-huffpost": K.NEWSLETTER,
    ".also-on*": K.RELATED,
    ".alsoon*": K.RELATED,
    ".most-popular": K.RELATED,
    "#conversations-huffpost-web": K.COMMENTS,
    "header": Part.HEADER,
}

Y2014 = Layout(
    name="2014",
    markers=(
        "#mainentrycontent",
        ".bottom-tags",
        ".main-visual",
        "#social_badges",
        ".bpage",
        ".entrytag",
    ),
    needed=2,
    column=(
        "//article[contains(concat(' ', @class, ' '), ' entry ')]",
        "//*[@id='mainentrycontent']/ancestor::article",
        "//*[@id='mainentrycontent']/../..",
        "//article",
    ),
    rules=RULES,
)
