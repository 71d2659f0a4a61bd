"""Pictures that are no article's: icons, logos, portraits of authors, pixels that count readers."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from lxml import html

_FILES = re.compile(
    r"(?:blank|trans|spacer|loader|loading|spinner|pixel|favicon|headshot|sprite|placeholder"
    r"|gravatar|avatar)[\w-]*\.(?:gif|png|ico|jpe?g|svg|webp)"
    r"|/images/(?:v|bignews|trans|lightbox)/|analytics|/favicons?/|gravatar\.com/|/contributors/"
    r"|scorecardresearch\.|quantserve\.|doubleclick\.net|/tr\?id=|apnewsregistry\.|//pixel\."
    r"|/(?:pixel|beacon|count|counter|track|tracking|imp)(?:\.gif|\.png|\.php|/?\?|/?$)"
    r"|feedburner\.com/~|feedsportal\.com|imrworldwide\.|chartbeat\.|stats\.wordpress\.com"
    r"|/(?:emoji|emoticons|smilies)/",
    re.IGNORECASE,
)
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
    return _FILES.search(url) is not None


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
