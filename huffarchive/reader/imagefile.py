"""Whether an answer is a picture: by its media type and its first bytes, never parsed."""

from huffarchive.message import Message, MessageError
from huffarchive.reading import PageType

_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_UNSAID = ("", "application/octet-stream", "binary/octet-stream")
_MARKUP = ("text/html", "application/xhtml+xml")


def picture_type(message: Message) -> PageType:
    """PICTURE, or ERROR for a page that stands in a picture's place; else MessageError."""
    named = (message.header("content-type") or "").split(";")[0].strip().lower()
    if named in _MARKUP:
        return PageType.ERROR
    if not named.startswith("image/") and named not in _UNSAID:
        raise MessageError("malformed", f"no picture: {named[:80]}")
    head = message.content[:16]
    # WebP is a RIFF file, AVIF an ISO media file: their names stand behind a length.
    known = (head[:4] + head[8:12] == b"RIFFWEBP") or head[4:12] in (b"ftypavif", b"ftypavis")
    if not head.startswith(_BEGINNINGS) and not known:
        raise MessageError("malformed", "no picture: it begins like none")
    return PageType.PICTURE
