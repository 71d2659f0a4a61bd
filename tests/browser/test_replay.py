"""What was captured twice replays in pywb and in ReplayWeb.page, through both kinds of revisit.

Needs chromium, `npm install --prefix tests/browser`, ReplayWeb.page unpacked in
tests/browser/node_modules/replaywebpage, and pywb in the folder that $PYWB names (it wants a
virtual environment of its own). `bash .ci/browser` gets all of them.
"""

import heapq
import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from huffarchive.sample.catalogue import Entry
from huffarchive.sample.server import Service
from huffarchive.sample.site import SEED, Site

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
PYWB = Path(os.environ.get("PYWB") or Path(shutil.which("pywb") or "/nowhere").parent)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (PYWB / "wb-manager").exists(), reason="needs pywb: set $PYWB"),
]


@dataclass(frozen=True)
class Revisit:
    """A revisit record, and the record that was read from the page it is of."""

    kind: str
    url: str
    moment: str
    before: str
    """Moment of the capture that it refers to."""
    record: dict[str, Any]
    page: bytes
    """The page of that capture, codings undone."""


@dataclass(frozen=True)
class Twice:
    """A site crawled twice, the pages unchanged."""

    folder: Path
    warcs: list[Path]
    revisits: list[Revisit]


class Mirror(Site):
    """The sample as a mirror serves it: its pages name their pictures on the mirror itself.

    What is asked of a mirror is stored under the mirror's addresses, and replayed under them.
    """

    def markup(self, entry: Entry, *, corrected: bool = False) -> str:
        return (
            super()
            .markup(entry, corrected=corrected)
            .replace("https://img.huffingtonpost.com/", "/")
        )


def scrapy(*args: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy.cmdline", *args,
         "-s", f"HUFFARCHIVE_WARC_DIR={folder}/warc", "-s", f"HUFFARCHIVE_OUTPUT_DIR={folder}/output"],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    # Of a mirror's pages some are gone: that alone, which is doubted for a day, is status 3.
    doubted = done.returncode == 3 and "provisional, see" in done.stdout
    assert done.returncode == 0 or doubted, done.stdout + done.stderr


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("twice")
    with Service(Mirror(SEED, 120)) as service:
        crawl = ("crawl", "huffpost_qc", "-a", f"site={service.base}", "-a", "images=true")
        scrapy(*crawl, folder=folder)
        time.sleep(1.1)  # a WARC's dates have seconds
        scrapy(*crawl, "-a", "recrawl=0", folder=folder)
    rows = {}
    for path in sorted((folder / "output" / "qc").glob("*.jsonl")):
        rows |= {row["url"]: row for row in map(json.loads, path.read_bytes().splitlines())}
    warcs = sorted((folder / "warc" / "qc").glob("*.warc.gz"))
    pages = {}
    with warcs[0].open("rb") as file:
        for item in ArchiveIterator(file):
            if item.rec_type == "response":
                ident = item.rec_headers.get_header("WARC-Record-ID")
                pages[ident] = item.content_stream().read()
    revisits = []
    with warcs[-1].open("rb") as file:
        for item in ArchiveIterator(file):
            field = item.rec_headers.get_header
            if item.rec_type == "revisit" and (row := rows.get(field("WARC-Target-URI"))):
                kind = field("WARC-Profile").rpartition("/")[2]
                dates = (_stamp(field(n)) for n in ("WARC-Date", "WARC-Refers-To-Date"))
                revisits.append(
                    Revisit(kind, row["url"], *dates, row, pages[field("WARC-Refers-To")])
                )
    return Twice(folder, warcs, revisits)


def _stamp(moment: str) -> str:
    return re.sub(r"\D", "", moment)[:14]


@contextmanager
def pywb(folder: Path, warcs: list[Path], index: list[str] | None = None) -> Iterator[str]:
    """A collection of the WARC files, indexed by pywb, or with the lines of our own index."""
    folder.mkdir()
    manager = [PYWB / "wb-manager"]
    for args in (["init", "huff"], ["add", "huff", *map(str, warcs)]):
        subprocess.run([*manager, *args], cwd=folder, check=True, capture_output=True, timeout=60)
    if index is not None:
        (folder / "collections/huff/indexes/index.cdxj").write_text("".join(index), "utf-8")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [PYWB / "pywb", "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=log, stderr=log
        )
        try:
            for _ in range(600):
                with closing(socket.socket()) as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/huff"
        finally:
            server.terminate()
            server.wait(10)


def replayed(base: str, revisit: Revisit) -> tuple[str, bytes]:
    """(moment that pywb says, the page at the revisit): nothing rewritten, codings undone."""
    with urllib.request.urlopen(f"{base}/{revisit.moment}id_/{revisit.url}", timeout=20) as answer:
        return answer.headers["Memento-Datetime"], answer.read()


def index_of(twice: Twice) -> list[str]:
    from huffarchive.warc.cdxj import write_index

    files = [write_index(warc).read_text("utf-8").splitlines(keepends=True) for warc in twice.warcs]
    return list(heapq.merge(*files))


def test_there_are_both_kinds(twice: Twice) -> None:
    assert {revisit.kind for revisit in twice.revisits} == {
        "server-not-modified", "identical-payload-digest"
    }  # fmt: skip
    assert len(twice.revisits) >= 100


@pytest.mark.parametrize("ours", [False, True], ids=["pywb's index", "our index"])
def test_pywb_replays_every_revisit_byte_for_byte(twice: Twice, tmp_path: Path, ours: bool) -> None:
    own_moment = 0
    with pywb(tmp_path / "pywb", twice.warcs, index_of(twice) if ours else None) as base:
        for revisit in twice.revisits:
            moment, page = replayed(base, revisit)
            assert page == revisit.page, (revisit.kind, revisit.url)
            assert len(page) > 1_000
            own_moment += _stamp_of(moment) == revisit.moment
    print(f"{own_moment} of {len(twice.revisits)} at their own moment")
    if ours:
        assert own_moment == len(twice.revisits)
    # By pywb's own index some stand at the moment of the capture that they refer to: it hashes the
    # chunks of a chunked answer, and so finds no original with the revisit's digest.
    assert own_moment > 0


def _stamp_of(http_date: str) -> str:
    return time.strftime("%Y%m%d%H%M%S", time.strptime(http_date, "%a, %d %b %Y %H:%M:%S GMT"))


@pytest.mark.skipif(
    not (shutil.which("chromium") and (MODULES / "replaywebpage" / "sw.js").exists()),
    reason="needs chromium, and bash .ci/browser",
)
def test_a_browser_sees_text_and_pictures_in_both_replayers(twice: Twice, tmp_path: Path) -> None:
    scrapy("wacz", "qc", folder=twice.folder)
    pages = []
    for kind in ("server-not-modified", "identical-payload-digest"):
        revisit = next(
            r
            for r in twice.revisits
            if r.kind == kind and len(r.record["paragraphs"]) > 3 and r.record["images"]
        )
        pictures = [urlsplit(image["url"]).path for image in revisit.record["images"]]
        texts = [html.unescape(revisit.record["headline"]), revisit.record["paragraphs"][-1]]
        for name, moment in (("original", revisit.before), ("revisit", revisit.moment)):
            pages.append(
                {
                    "name": f"{kind}-{name}",
                    "url": revisit.url,
                    "ts": moment,
                    "texts": texts,
                    "pictures": pictures,
                }
            )
    shots = Path(os.environ.get("SHOTS") or tmp_path)
    with pywb(tmp_path / "pywb", twice.warcs, index_of(twice)) as base:
        cases = tmp_path / "cases.json"
        cases.write_text(
            json.dumps(
                {
                    "shots": str(shots),
                    "pywb": base,
                    "wacz": str(twice.folder / "output" / "qc" / "qc.wacz"),
                    "rwp": str(MODULES / "replaywebpage"),
                    "pages": pages,
                }
            )
        )
        done = subprocess.run(
            ["node", str(HERE / "replay.mjs"), str(cases)],
            capture_output=True, text=True, timeout=280, check=False,
        )  # fmt: skip
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert [(one["replayer"], one["name"], one["texts"]) for one in found["seen"]] == [
        (replayer, page["name"], [True, True]) for replayer in ("pywb", "rwp") for page in pages
    ]
    assert [one["pictures"] for one in found["seen"]] == [
        [1200] * len(page["pictures"]) for _ in ("pywb", "rwp") for page in pages
    ]
    assert found["outside"] == []
    assert all((shots / f"{one['replayer']}-{one['name']}.png").exists() for one in found["seen"])


@pytest.mark.skipif(
    not (shutil.which("chromium") and (MODULES / "replaywebpage" / "sw.js").exists()),
    reason="needs chromium, and bash .ci/browser",
)
def test_the_reading_room_shows_an_article_with_its_pictures(twice: Twice) -> None:
    pytest.importorskip("datasette")
    record = next(
        r.record for r in twice.revisits if len(r.record["paragraphs"]) > 3 and r.record["images"]
    )
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "scrapy.cmdline", "browse", "qc", "--port", str(port),
         "--replay", str(HERE), "-s", f"HUFFARCHIVE_WARC_DIR={twice.folder}/warc",
         "-s", f"HUFFARCHIVE_OUTPUT_DIR={twice.folder}/output"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        done = subprocess.run(
            ["node", str(HERE / "pictures.mjs"), f"http://127.0.0.1:{port}/article/{record['id']}",
             *(urlsplit(image["url"]).path for image in record["images"])],
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
    assert done.stdout, done.stderr
    assert json.loads(done.stdout) == [1200] * len(record["images"])
