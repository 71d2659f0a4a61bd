"""A sorted CDXJ index beside a finished WARC file, made with cdxj-indexer.

`python -m huffarchive.exports.cdxj FILE PARENT` indexes one file and ends with its parent.
"""

import logging
import os
import sys
from pathlib import Path
from typing import Any

from cdxj_indexer.main import CDXJIndexer

from huffarchive.http import Message, MessageError
from huffarchive.storage import disk
from huffarchive.warc.cdxj import GROWING, index_path, is_fresh
from huffarchive.warc.record import read_warc_date, sha1
from huffarchive.workers.child import die_with

log = logging.getLogger(__name__)

RECORDS = "response,revisit,resource"
"""What can be replayed. The indexer's own choice has metadata records too, whose notes would
stand in for the page they are about, since they share its address and date.
"""


class _Indexer(CDXJIndexer):  # type: ignore[misc]
    """The library's indexer, with the digest of the entity where a record states none.

    The library would hash the chunks of a chunked answer, which equals no revisit's digest.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.passed_over = 0
        """Records that could not be indexed."""

    def process_index_entry(self, it: Any, record: Any, filename: str, output: Any) -> None:
        """Write the line of a record; one that no line can be made of costs its line alone."""
        try:
            super().process_index_entry(it, record, filename, output)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            self.passed_over += 1
            url = ascii(record.rec_headers.get("WARC-Target-URI"))[:200]
            log.warning("%s: %s is not in the index: %s", filename, url, ascii(str(error))[:200])

    def _write_line(self, out: Any, index: Any, record: Any, filename: str) -> None:
        moment = read_warc_date(record.rec_headers.get("WARC-Date") or "")
        date = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
        record.rec_headers.replace_header("WARC-Date", date)
        super()._write_line(out, index, record, filename)

    def _do_write(self, urlkey: str, ts: str, index: Any, out: Any) -> None:
        super()._do_write(urlkey, ts.zfill(14), index, out)  # the year 1 has four digits

    def _get_digest(self, record: Any, name: str) -> str:
        stated = record.rec_headers.get(name)
        if stated:
            return str(stated)
        body = record.raw_stream.read()
        if record.http_headers is None:
            return sha1(body)
        headers = tuple((n, v) for n, v in record.http_headers.headers)
        try:
            return sha1(Message("", 200, "", headers, body).entity)
        except MessageError:
            return sha1(body)


def write_index(warc: Path) -> Path:
    """Write the index of a finished WARC file beside it; memory is bounded, bytes are always equal.

    OSError when it cannot be written, warcio's ArchiveLoadFailed when the file is damaged.
    """
    target = index_path(warc)
    growing = target.with_suffix(f".{os.getpid()}{GROWING}")
    try:
        _Indexer(str(growing), [str(warc)], sort=True, records=RECORDS).process_all()
        with growing.open("rb") as file:
            os.fsync(file.fileno())
        growing.replace(target)
        disk.sync_folder(target.parent)
    finally:
        growing.unlink(missing_ok=True)
    return target


def fresh_index(warc: Path) -> Path:
    """The index beside a WARC file; written when it is missing or older than the file."""
    return index_path(warc) if is_fresh(warc) else write_index(warc)


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    os.nice(10)
    write_index(Path(sys.argv[1]))
