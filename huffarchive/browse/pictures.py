"""The pictures of an article, as the archive holds them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from surt import surt

from huffarchive.browse.capture import MOST, CaptureError, member
from huffarchive.warc.cdxj import Row, rows_of

_PICTURES = 100
"""Pictures of an article that are looked for."""


def pictures(warcs: Path, urls: Iterable[str], near: str) -> Iterator[bytes]:
    """The members of pictures by their addresses, of each the capture nearest to 14 digits.

    Found in the CDXJ indexes beside the WARC files: a file that is growing has none yet. What was
    not captured, or not with status 200, is left out; so is what goes beyond 64 MiB in all.
    """
    indexes = sorted(warcs.glob("*.cdxj"))
    left = MOST
    for url in list(dict.fromkeys(urls))[:_PICTURES]:
        found = [row for path in indexes for row in rows_of(path, surt(url)) if _shows(row)]
        if not found:
            continue
        row = min(found, key=lambda row: abs(int(row.timestamp) - int(near)))
        length = int(row.fields["length"])
        if length > left:
            continue
        left -= length
        try:
            yield member(warcs, row.fields["filename"], int(row.fields["offset"]), length)
        except CaptureError:
            continue  # an index without its file: the page is shown without that picture


def _shows(row: Row) -> bool:
    """Whether it is a picture itself: a revisit would need the capture that it refers to."""
    return row.fields.get("status") == "200" and row.fields.get("mime") != "warc/revisit"
