"""What Common Crawl's servers send in place of a member, and members that are odd."""

import base64
import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from huffarchive.warc.capture import captures
from huffarchive.warc.reader import records
from tests.cases.kit import ADDRESS, packed, page, run, warc
from tests.cases.kit import http as http_
from tests.cases.test_playback import crawled_states, records_of
from tests.kit.command import python
from tests.politeness.server import Answer, Server

SHARED = "<urn:uuid:00000000-0000-4000-8000-000000000000>"
FILE = "crawl-data/CC-MAIN-2022-05/segments/1/warc/x{}.warc.gz"
CAPTURED = "captured/article"


def member(number: int, **changed: str) -> bytes:
    return packed(warc(http_(page(number)), number, **changed))


def _once(first: bytes, number: int, nth: int) -> bytes:
    return member(number) if nth else first


SENT = {
    "as it should be": (CAPTURED, lambda n, k: member(n)),
    "a version of the drafts": (
        CAPTURED,
        lambda n, k: packed(warc(http_(page(n)), n).replace(b"WARC/1.0", b"WARC/0.18", 1)),
    ),
    "bare line feeds": (CAPTURED, lambda n, k: packed(warc(http_(page(n)), n, end="\n"))),
    "a blank in its address": (
        CAPTURED,
        lambda n, k: member(n, WARC_Target_URI=f"{ADDRESS.format(n)} "),
    ),
    "no date": (CAPTURED, lambda n, k: packed(warc(http_(page(n)), n, without=("WARC-Date",)))),
    "no length": (
        CAPTURED,
        lambda n, k: packed(warc(http_(page(n)), n, without=("Content-Length",))),
    ),
    "a status line of HTTP/2": (
        CAPTURED,
        lambda n, k: packed(warc(http_(page(n), status="h2 200 OK"), n)),
    ),
    "an id": (CAPTURED, lambda n, k: member(n, WARC_Record_ID=SHARED)),
    "the same id": (CAPTURED, lambda n, k: member(n, WARC_Record_ID=SHARED)),
    "no id": (CAPTURED, lambda n, k: packed(warc(http_(page(n)), n, without=("WARC-Record-ID",)))),
    "cut, once": (CAPTURED, lambda n, k: _once(member(n)[:-30], n, k)),
    "the whole file, once": (CAPTURED, lambda n, k: _once(member(n) + member(n + 500), n, k)),
    "a notice, once": (CAPTURED, lambda n, k: _once(b"<html>busy</html>", n, k)),
    "damaged": ("failed/malformed", lambda n, k: member(n)[:-9] + bytes(9)),
    **{
        f"HTTP {status}": ("failed/server_error", lambda n, k: b"<html>no</html>")
        for status in (404, 410, 416)
    },
    "HTTP 302": ("failed/server_error", lambda n, k: b"<html>no</html>"),
    "HTTP 302, once": (CAPTURED, lambda n, k: _once(b"<html>log in</html>", n, k)),
    **{
        f"a {status} that was archived": (
            "gone/no_capture" if status == 404 else "failed/server_error",
            lambda n, k, status=status: packed(
                warc(http_(page(n), status=f"HTTP/1.1 {status} X"), n)
            ),
        )
        for status in (206, 404, 429, 503)
    },
    "HTTP 404, once": (CAPTURED, lambda n, k: _once(b"<html>no</html>", n, k)),
    "another page, once": (CAPTURED, lambda n, k: _once(member(n + 500), n, k)),
    "another page": ("failed/server_error", lambda n, k: member(n + 500)),
}
"""What becomes of the page, and what is sent: by its number and how often it was asked for."""


def answer(path: str, nth: int) -> Answer:
    asked = parse_qs(urlsplit(path).query)
    if path == "/robots.txt":
        return Answer(404, b"")
    if path.startswith("/collinfo"):
        return Answer(200, b'[{"id": "CC-MAIN-2022-05"}]')
    if "showNumPages" in asked:
        ours = asked["url"][0].startswith("quebec.")
        return Answer(200, json.dumps({"pages": int(ours), "pageSize": 5, "blocks": 1}).encode())
    if path.startswith("/CC-MAIN"):
        return Answer(200, b"".join(map(row, range(len(SENT)))))
    number = int(path.rpartition("/x")[2].partition(".")[0])
    name = [*SENT][number]
    sent = SENT[name][1](number, nth)
    stated = int(name.split()[1].strip(",")) if name.startswith("HTTP ") else 206
    return Answer(stated if sent.startswith(b"<") else 206, sent)


def row(number: int) -> bytes:
    length = len([*SENT.values()][number][1](number, 1))
    digest = base64.b32encode(hashlib.sha1(page(number)).digest()).decode()
    facts = {
        "timestamp": "20220310120000", "url": ADDRESS.format(number), "status": "200",
        "mime": "text/html", "digest": digest, "length": str(length), "offset": "0",
        "filename": FILE.format(number),
    }  # fmt: skip
    return json.dumps(facts).encode() + b"\n"


@pytest.mark.slow
def test_members_that_are_sent(tmp_path: Path) -> None:
    """What is no answer is asked for again; what is odd is laid out as files of others are."""
    listed = tmp_path / "list.txt"
    listed.write_text("".join(f"{ADDRESS.format(n)}\n" for n in range(len(SENT))))
    folders = [f"-sHUFFARCHIVE_{n}_DIR={tmp_path / n.lower()}" for n in ("WARC", "OUTPUT", "CACHE")]
    with Server(answer) as server:
        bases = [f"-sHUFFARCHIVE_COMMONCRAWL_{n}_URL={server.url}" for n in ("INDEX", "DATA")]
        done = python(
            "-m", "tests.kit.hurried", "crawl", "huffpost_qc", "-asource=commoncrawl",
            f"-aurls={listed}", "-sHUFFARCHIVE_WORKERS=0", *folders, *bases,
        )  # fmt: skip
    states = crawled_states(tmp_path)
    assert {name: states[n] for n, name in enumerate(SENT)} == {
        name: state for name, (state, _) in SENT.items()
    }, done.err
    captured = [n for n, (state, _) in enumerate(SENT.values()) if state == CAPTURED]
    assert (done.code, [*sorted(records_of(tmp_path))]) == (3, captured)
    (path,) = (tmp_path / "warc/qc").glob("*.warc.gz")
    kept = [c.answer.record.id for c in captures(records(path)) if c.note and c.note.origin]
    assert len(kept) == len(set(kept)) == len(captured)
    checked = run("verify", *folders)
    assert checked.code == 0, checked.out
    made = run("wacz", "qc", "-o", str(tmp_path / "x.wacz"), *folders)
    assert (made.code, made.err) == (0, "")
