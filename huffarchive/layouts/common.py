"""Names that mean the same in every generation of the templates."""

from collections.abc import Mapping

from huffarchive.layouts.part import Part
from huffarchive.layouts.rules import Role
from huffarchive.reading import ChromeKind as K

ALWAYS: Mapping[str, Role] = {
    ".hidden": Part.HIDDEN,
    ".display_none": Part.HIDDEN,
    ".sr-only": Part.HIDDEN,
    ".visually-hidden": Part.HIDDEN,
    ".off": Part.HIDDEN,
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
    *(".gallery-caption", ".photo-caption", ".media-caption", ".img-caption", ".caption-text"),
    *(".figure-caption", ".legende", ".image__legend"),
)
CREDITS = (".photo-credit", ".media-credit", ".img-credit", ".image-source", ".photographer")
"""What makers of templates call captions and credits."""
EMBEDS = (
    *(".twitter-tweet*", ".twitter-video*", ".twitter-timeline*", ".twitter-moment*"),
    *(".instagram-media*", ".fb-post", ".fb-video", ".fb-page", ".fb-comment-embed", ".g-post"),
    *(".reddit-card", ".reddit-embed*", ".imgur-embed*", ".vine-embed*", ".tiktok-embed*"),
    *(".wp-embedded-content", ".wp-block-embed*", ".bluesky-embed", ".mastodon-embed"),
    *(".text-post-media", ".tumblr-post", ".flickr-embed*", ".giphy-embed", ".storify*"),
    *(".pb_feed", ".playbuzz", ".apester-media", ".opinionstage-widget", ".PDS_Poll"),
    *(".infogram-embed", ".flourish-embed", ".typeform-widget", ".strawpoll-embed"),
    *(".quora-content-embed", ".telegram-post", ".linkedin-post", ".gie-single"),
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
    "time": Part.DATE,
    "select": K.NAVIGATION,
    "textarea": K.OTHER,
}
"""Rules that hold where the layout's own say nothing."""
