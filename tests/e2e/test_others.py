"""WARCs that others wrote give the same articles."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from warcio.capture_http import capture_http

from huffarchive.sample.server import Service
from huffarchive.sample.site import site
from huffarchive.warc.reader import records
from tests.kit.command import scrapy
from tests.verify.archives import build, first
from tests.verify.records import flipped

EVIDENCE = {
    "source", "captured_at", "warc_file", "warc_offset", "warc_length", "warc_record_id",
    "payload_sha1", "payload_sha256", "aliases", "http_status", "capture_choice",
}  # fmt: skip
"""Fields that name the file and the capture."""


def said(path: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    return {r["id"]: {k: v for k, v in r.items() if k not in EVIDENCE} for r in rows}


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """Some pages of every template, of all kinds of transfer."""
    return list(site().plain_urls())[::12]


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", ["wget", pytest.param("wget-plain", marks=pytest.mark.long), "warcio"]
)
def test_the_same_articles(form: str, pages: list[str], tmp_path: Path) -> None:
    if form.startswith("wget") and shutil.which("wget") is None:
        pytest.skip("GNU wget is not installed")
    with Service(site()) as service:
        here = [service.base + "/" + url.split("/", 3)[3] for url in pages]
        listed = tmp_path / "urls.txt"
        listed.write_text("\n".join(pages) + "\n")
        ours = tmp_path / "ours"
        done = scrapy(
            "crawl", "huffpost_qc", "-a", f"site={service.base}", "-a", f"urls={listed}",
            "-s", f"HUFFARCHIVE_WARC_DIR={ours}", "-s", f"HUFFARCHIVE_OUTPUT_DIR={ours}",
            "-s", "HUFFARCHIVE_WORKERS=0",
        )  # fmt: skip
        assert done.code == 0, done.err
        expected = said(next((ours / "qc").glob("*.jsonl")))
        theirs = _capture(form, here, tmp_path)
    if form == "warcio":
        taken = tmp_path / "taken"
        done = scrapy(
            "crawl", "huffpost_qc", "-a", f"site={service.base}", "-a", f"urls={listed}",
            "-a", "source=warc", "-a", f"files={theirs}",
            "-s", f"HUFFARCHIVE_WARC_DIR={taken}", "-s", f"HUFFARCHIVE_OUTPUT_DIR={taken}",
            "-s", "HUFFARCHIVE_WORKERS=0",
        )  # fmt: skip
        assert said(next((taken / "qc").glob("*.jsonl"))) == expected, done.err
    # Their WARC knows nothing of -a site=: its addresses become the edition's.
    rewritten = _with_addresses(theirs, service.base, dict(zip(here, pages, strict=True)))
    out = tmp_path / "theirs.jsonl"
    done = scrapy("extract", str(rewritten), "-o", str(out), "--workers", "0")
    assert done.code == 0, done.err
    got = said(out)
    assert set(got) == set(expected)
    for ident, row in got.items():
        wanted = expected[ident]
        for name in ("url", "canonical_url"):
            row.pop(name), wanted.pop(name)
        assert row == wanted


def _capture(form: str, urls: list[str], folder: Path) -> Path:
    if form == "warcio":
        # It wraps http.client, and must be imported before what uses that.
        import http.client  # noqa: F401
        from urllib.request import urlopen

        path = folder / "theirs.warc.gz"
        with capture_http(str(path)):
            for url in urls:
                for _ in range(3):
                    try:
                        urlopen(url, timeout=10).read()
                        break
                    except OSError:
                        continue
        return path
    options = ["--no-warc-compression"] if form == "wget-plain" else []
    subprocess.run(
        ["wget", "-q", "--tries=3", "--warc-file=theirs", *options, "-O", "/dev/null", *urls],
        cwd=folder,
        check=False,
        timeout=100,
    )
    return folder / ("theirs.warc" if options else "theirs.warc.gz")


def _with_addresses(path: Path, base: str, real: dict[str, str]) -> Path:
    import gzip

    packed = path.suffix == ".gz"
    data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    for here, there in real.items():
        for form in (b"WARC-Target-URI: <%s>\r\n", b"WARC-Target-URI: %s\r\n"):
            data = data.replace(form % here.encode(), form % there.encode())
    new = path.with_name("rewritten.warc")
    new.write_bytes(data)
    return new


@pytest.mark.slow
def test_damage_in_a_file_of_others_costs_one_page(tmp_path: Path) -> None:
    """Crawl and extract, with readers and without, take what stands on both sides of it."""
    places = build(tmp_path / "theirs")
    warc = first(places, ".warc.gz")
    responses = [s for s in records(warc) if s.record.type == "response"]
    assert len(responses) == 4  # the last is a page that is gone
    warc.write_bytes(flipped(warc.read_bytes(), responses[1].offset + responses[1].length // 2))
    said_once = f"{warc}: at byte {responses[1].offset}: "
    for workers in ("0", "2"):
        out = tmp_path / f"{workers}.jsonl"
        done = scrapy("extract", str(warc), "-o", str(out), "--workers", workers)
        assert done.code == 3
        assert done.err.count(said_once) == 1
        assert f"{responses[1].length} bytes are lost in 1 place" in done.err
        assert "scrapy recover" in done.err
        assert "Traceback" not in done.err
        assert len(out.read_bytes().splitlines()) == 2
    done = scrapy(
        "crawl", "huffpost_qc", "-a", "source=warc", "-a", f"files={warc}",
        "-s", f"HUFFARCHIVE_WARC_DIR={tmp_path}", "-s", f"HUFFARCHIVE_OUTPUT_DIR={tmp_path}",
        "-s", "HUFFARCHIVE_WORKERS=0",
    )  # fmt: skip
    assert done.code not in (0, 4)
    assert said_once in done.err
    (ours,) = (tmp_path / "qc").glob("*.jsonl")
    assert len(ours.read_bytes().splitlines()) == 2
