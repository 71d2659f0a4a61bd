"""cdxj-indexer over a WARC file: what the lines of ours are compared with."""

from io import BytesIO
from pathlib import Path
from typing import Any

from cdxj_indexer.main import CDXJIndexer
from warcio.statusandheaders import StatusAndHeadersParser

from huffarchive.http import Message, MessageError
from huffarchive.warc.record import read_warc_date, sha1


class _Indexer(CDXJIndexer):
    """The library's indexer, with the digest of the entity where a record states none.

    The library would hash the chunks of a chunked answer, which equals no revisit's digest.
    """

    def _write_line(self, out: Any, index: Any, record: Any, filename: str) -> None:
        moment = read_warc_date(record.rec_headers.get("WARC-Date") or "")
        date = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
        record.rec_headers.replace_header("WARC-Date", date)
        super()._write_line(out, index, record, filename)

    def process_index_entry(self, it: Any, record: Any, *rest: Any) -> None:
        _pass_interim(record)
        super().process_index_entry(it, record, *rest)

    def _do_write(self, urlkey: str, ts: str, index: Any, out: Any) -> None:
        super()._do_write(urlkey, ts.zfill(14), index, out)  # the year 1 has four digits

    def _get_digest(self, record: Any, name: str) -> str:
        if stated := record.rec_headers.get(name):
            return str(stated)
        body = record.raw_stream.read()
        headers = record.http_headers.headers if record.http_headers is not None else ()
        try:
            return sha1(Message("", 200, "", tuple(headers), body).entity)
        except MessageError:
            return sha1(body)


def _pass_interim(record: Any) -> None:
    """Let the answer be the final one: of the library's, a record that begins with a 103 is one."""
    head = record.http_headers
    while head is not None and head.get_statuscode().startswith("1"):
        rest = BytesIO(record.raw_stream.read())
        record.raw_stream = rest
        if not rest.getvalue().startswith(b"HTTP/"):
            return
        head = record.http_headers = StatusAndHeadersParser([], verify=False).parse(rest)


def cdxj_indexer(warc: Path, scratch: Path) -> bytes:
    """The index of a file, of what can be replayed, sorted."""
    target = scratch / "theirs.cdxj"
    _Indexer(str(target), [str(warc)], sort=True, records="response,revisit,resource").process_all()
    return target.read_bytes()
