"""The launch layout, 2011 to 2013: `.entry_body_text`."""

from huffarchive.reader.layout import Layout, Part, Role
from huffarchive.reading import ChromeKind as K

RULES: dict[str, Role] = {
    ".title-news": Part.HEADLINE,
    ".title-blog": Part.HEADLINE,
    ".entry-title": Part.HEADLINE,
    ".source-org": Part.AGENCY,
    ".vborder-dashed": K.BYLINE_LABEL,
    ".vcard": Part.BYLINE,
    ".updated": Part.DATE,
    ".published": Part.DATE,
    ".comments_datetime": Part.HEADER,
    ".print-link": K.SHARE,
    ".reaction_pannel*": K.SHARE,
    ".read_more*": K.TAGS,
    ".follow_tags*": K.TAGS,
    ".follow_bignews*": K.TAGS,
    ".sidebarHeader": K.SHARE,
    ".facebook-like-box": K.SHARE,
    ".share_boxes*": K.SHARE,
    "#badges_v2*": K.SHARE,
    ".sbm-main": K.SHARE,
    ".sbm*": K.SHARE,
    "#submissions*": K.CORRECTION_LINK,
    ".slideshow*": Part.SLIDES,
    "#slideshow*": Part.SLIDES,
    ".entry_slideshow*": Part.SLIDES,
    ".big_slideshow*": Part.SLIDES,
    ".liveblog*": Part.LIVE,
    "#liveblog*": Part.LIVE,
    ".image_caption*": Part.CAPTION,
    ".img_caption*": Part.CAPTION,
    ".img_credit*": Part.CREDIT,
    ".image_credit*": Part.CREDIT,
    ".entry_body_text": Part.BODY,
    ".entry-content": Part.BODY,
    ".bio*": K.AUTHOR_CARD,
    ".blogger_bio*": K.AUTHOR_CARD,
    ".email_alert*": K.NEWSLETTER,
    "#around_the_web": K.RELATED,
    ".comments_block*": K.COMMENTS,
    "#comments_block*": K.COMMENTS,
    ".twt-container": K.EMBED,
}

Y2012 = Layout(
    name="2012",
    markers=(
        ".entry_body_text",
        ".title-news",
        ".title-blog",
        ".entry-title",
        ".comments_datetime",
        ".hentry",
        ".entry_right",
    ),
    shared=frozenset((".entry-title", ".hentry")),  # the hAtom microformat's
    needed=2,
    column=(
        "//*[contains(@class, '_body_')]/ancestor::*[contains(concat(@class, ' '), 'hentry ')]",
        "//*[contains(concat(' ', @class, ' '), ' hentry ')]",
        "//div[@class='entry'][.//*[contains(@class, 'entry_body_text')]]",
        "//*[contains(concat(' ', @class, ' '), ' entry_body_text ')]/../..",
        "//*[@id='news_content']",
    ),
    rules=RULES,
    boxes=(
        "//*[contains(@class, 'reporter-piece')]//a[contains(concat(' ', @rel, ' '), ' author ')]",
    ),
)
