"""Pictures that are no article's: icons, logos, portraits of authors, pixels that count readers."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from lxml import html

_PLACES = (
    *("/images/v/", "/images/bignews/", "/images/trans/", "/images/lightbox/", "analytics"),
    *("/favicon", "gravatar.com/", "/contributors/", "scorecardresearch.", "quantserve."),
    *("doubleclick.net", "/tr?id=", "apnewsregistry.", "//pixel.", "feedburner.com/~"),
    *("feedsportal.com", "imrworldwide.", "chartbeat.", "stats.wordpress.com", "/emoji/"),
    *("/emoticons/", "/smilies/"),
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
    )
)
"""Words in the class of an element whose pictures are none of the article's."""
_WHOLE = frozenset(("article", "main", "body", "html"))
_LEVELS = 10
_MOST_WORDS = 150
_LENGTH = re.compile(r"\s*(\d+)\s*(?:px)?\s*")
_STYLED = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*[012](?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_NETWORKS = (
    *("facebook.com", "fb.com", "twitter.com", "x.com", "instagram.com", "pinterest.com"),
    *(
        "plus.google.com",
        "linkedin.com",
        "tumblr.com",
        "youtube.com",
        "reddit.com",
        "flipboard.com",
    ),
    *("snapchat.com", "tiktok.com", "whatsapp.com", "wa.me", "t.me", "digg.com"),
    *(
        "delicious.com",
        "apps.apple.com",
        "itunes.apple.com",
        "play.google.com",
        "feeds.feedburner.com",
    ),
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
    if any(size is not None and int(size[1][:6]) <= 2 for size in sizes):
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
        if not _AROUND.isdisjoint(_names(element)) and _is_small(element):
            return True
        element = element.getparent()
    return False


def _names(element: html.HtmlElement) -> frozenset[str]:
    classes = element.get("class")
    return _parts(classes) if classes else frozenset()


@lru_cache(maxsize=2048)
def _parts(classes: str) -> frozenset[str]:
    return frozenset(_NAMES.findall(classes.lower()))


def _is_small(element: html.HtmlElement) -> bool:
    words = 0
    for text in element.itertext():
        words += len(text.split())
        if words > _MOST_WORDS:
            return False
    return True


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
    return len(path) == 1 and path[0] not in _SHOWN
