"""What was taken in from files of other programs replays in pywb as it was read.

Needs pywb in the folder that $PYWB names; `bash .ci/browser` gets it.
"""

import http.client
import re
import string
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from huffarchive.http import Message
from huffarchive.warc.capture import captures
from huffarchive.warc.cdxj import stamp, write_index
from huffarchive.warc.reader import records
from tests.browser.test_replay import PYWB, pywb
from tests.cases.test_taken_in import Taken, taken  # noqa: F401  a fixture

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (PYWB / "wb-manager").exists(), reason="needs pywb: set $PYWB"),
]


def replayed(address: str) -> bytes:
    """The page, codings undone."""
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return Message.parse(
            f"HTTP/1.1 200 OK\r\nContent-Encoding: {answer.headers.get('Content-Encoding', '')}"
            "\r\n\r\n".encode()
            + answer.read()
        ).content


@pytest.mark.parametrize("ours", [False, True], ids=["pywb's index", "our index"])
def test_pywb_replays_what_was_read(taken: Taken, tmp_path: Path, ours: bool) -> None:  # noqa: F811
    (path,) = (taken.folder / "warc/qc").glob("*.warc.gz")
    lines = write_index(path).read_text("utf-8").splitlines(keepends=True) if ours else None
    kept = {c.url: c for c in captures(records(path))}
    # pywb gives up over another status line, over an interim answer and over an address that is
    # none; no byte of them is changed.
    plain = re.compile(rb"(?i)HTTP/1\.[01] +200")
    sound = [url for url in kept if "://[" not in url]
    read = {url: kept[url] for url in sound if plain.match(kept[url].response)}
    assert len(kept) - len(read) == 7
    wrong = []
    with pywb(tmp_path / "pywb", [path], lines) as base:
        for url, capture in read.items():
            moment = stamp(capture.answer.record.field("WARC-Date"))
            try:
                found = replayed(f"{base}/{moment}id_/{quote(url, safe=string.punctuation)}")
            except (http.client.HTTPException, urllib.error.URLError, ValueError) as error:
                wrong.append((url, moment, str(error)))
                continue
            if found != Message.parse(capture.readable).content:
                wrong.append((url, moment, f"{len(found)} bytes"))
    assert (wrong, len(kept)) == ([], len(taken.rows))
    print(f"{len(read)} of {len(kept)} captures replayed byte for byte")
