"""The reading room as it is served: from a crawl of the sample, through the command line."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("datasette")
pytest.importorskip("sqlite_utils")
pytest.importorskip("snowballstemmer")

from huffarchive.extract.extract import articles  # noqa: E402

ROOT = Path(__file__).parent.parent.parent
BROWSER = ROOT / "tests" / "browser"
SHOTS = os.environ.get("SHOTS")

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Room:
    base: str
    article: dict[str, object]
    shots: Path


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("room")
    options = ("-s", f"HUFFARCHIVE_WARC_DIR={folder}/warc",
               "-s", f"HUFFARCHIVE_OUTPUT_DIR={folder}/output")  # fmt: skip
    scrapy = (sys.executable, "-m", "scrapy.cmdline")
    subprocess.run(
        [*scrapy, "crawl", "huffpost_qc", "-a", "source=sample", *options],
        cwd=ROOT, check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    rows = [
        json.loads(line)
        for path in (folder / "output" / "qc-sample").glob("*.jsonl")
        for line in path.read_bytes().splitlines()
    ]
    article = next(row for row in rows if "neige" in row["text"] and row["previous_id"] is None)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    replay = ("--replay", str(BROWSER)) if (BROWSER / "node_modules/replaywebpage").exists() else ()
    server = subprocess.Popen(
        [*scrapy, "browse", "qc-sample", "--port", str(port), *replay, *options],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Room(f"http://127.0.0.1:{port}", article, folder)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    asked = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_it_is_read_only_and_for_this_machine(room: Room) -> None:
    assert get(room.base + "/")[0] == 200
    assert get(room.base + "/", "POST")[0] == 405
    assert get(room.base + "/", "DELETE")[0] == 405
    assert get(room.base + "/", Host="evil.example")[0] == 421
    assert get(room.base + "/room/articles.json?_size=1", Host="127.0.0.1.evil.example")[0] == 421


def test_an_article_stands_with_its_provenance_and_its_very_record(
    room: Room, tmp_path: Path
) -> None:
    row = room.article
    status, page = get(f"{room.base}/article/{row['id']}")
    text = page.decode()
    assert status == 200
    for name in ("warc_file", "payload_sha1", "payload_sha256", "captured_at"):
        assert str(row[name]) in text
    status, data = get(f"{room.base}/capture/{row['id']}.warc.gz")
    warc = room.shots / "warc" / "qc-sample" / str(row["warc_file"])
    start = int(str(row["warc_offset"]))
    own = warc.read_bytes()[start : start + int(str(row["warc_length"]))]
    info, _, note = data.partition(own)
    assert own + note in warc.read_bytes()
    assert warc.read_bytes().startswith(info)
    (tmp_path / "x.warc.gz").write_bytes(data)
    (again,) = articles(tmp_path / "x.warc.gz", 0)
    assert again.id == row["id"]
    assert again.text == row["text"]
    assert b"WARC-Type: warcinfo" in gzip.decompress(data)
    part = get(f"{room.base}/capture/{row['id']}.warc.gz", Range="bytes=2-9")
    assert part == (206, data[2:10])
    assert get(f"{room.base}/article/qc:n:0")[0] == 404
    assert get(f"{room.base}/capture/qc:n:0.warc.gz")[0] == 404


@pytest.mark.skipif(
    not (shutil.which("chromium") and (BROWSER / "node_modules/replaywebpage/sw.js").exists()),
    reason="needs chromium, and bash .ci/browser",
)
def test_a_reader_finds_an_article_and_sees_its_capture_and_nothing_leaves(room: Room) -> None:
    done = subprocess.run(
        ["node", str(BROWSER / "room.mjs"), room.base + "/", "neige", "--shots", str(SHOTS or room.shots)],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["outside"] == []
    assert found["asked"] > 20
    for size in ("desktop", "phone", "small"):
        assert found[size]["replayed"]
        assert found[size]["atHeadline"]
        assert found[size]["marks"] > 0
        assert found[size]["title"].strip() == found[size]["headline"]
        assert found[size]["overflow"] == 0


@pytest.mark.skipif(
    not (shutil.which("chromium") and (BROWSER / "node_modules/axe-core").exists()),
    reason="needs chromium, and bash .ci/browser",
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(room: Room, scheme: str) -> None:
    pages = ("/", "/?q=neige&year=2013", f"/article/{room.article['id']}", "/article/none",
             "/?sort=doubts", "/?q=insendie", "/values/author")  # fmt: skip
    done = subprocess.run(
        ["node", str(BROWSER / "axe.mjs"), *(room.base + page for page in pages),
         "--shots", f"{SHOTS or room.shots}/room-{scheme}-"],
        capture_output=True, text=True, timeout=200, check=False, env=os.environ | {"SCHEME": scheme},
    )  # fmt: skip
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["pages"] == 3 * len(pages)
    assert len(list(Path(SHOTS or room.shots).glob(f"room-{scheme}-[0-9]-*.png"))) == 3 * len(pages)
    # The archived page's own scripts may fail: `errors` is not looked at here.
    assert (found["violations"], found["outside"], found["overflow"]) == ([], [], [])


def test_a_page_past_the_last_is_the_last(room: Room) -> None:
    for query in ("", "q=neige&", "year=2013&"):
        pages = {get(f"{room.base}/?{query}page={n}")[1].decode() for n in (99_999, 999_999, 50)}
        (page,) = pages
        shown = re.search(r"<span>Page ([0-9]+) sur ([0-9]+)</span>", page)
        assert "<h2>" in page
        if shown:
            assert shown[1] == shown[2]
            assert 'rel="next"' not in page
            assert 'rel="prev"' in page


def test_the_replay_has_a_name_and_a_script_that_names_its_frame(room: Room) -> None:
    page = get(f"{room.base}/article/{room.article['id']}")[1].decode()
    if "<replay-web-page" in page:
        assert re.search(
            r'<replay-web-page role="region" aria-label="Capture rejouée\xa0: .+?"', page
        )
    status, script = get(f"{room.base}/room.js")
    assert status == 200
    assert b"replay-web-page" in script
