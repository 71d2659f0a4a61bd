"""What a crawl's files must show, looked at from outside."""

import http.client
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from huffarchive.http import Message
from huffarchive.warc.reader import records
from huffarchive.warc.record import Stored
from tests.trials.archives.holdings import Held
from tests.trials.archives.rig import PROJECT, Crawler
from tests.trials.archives.software import cdxj, start_pywb

ASIDE = frozenset(
    {
        "source",
        "captured_at",
        "url",
        "aliases",
        "warc_file",
        "warc_offset",
        "warc_length",
        "warc_record_id",
        "payload_sha1",
        "payload_sha256",
        "previous_id",
        "capture_choice",
    }
)
"""Fields that say where a capture came from; all others are the article's."""


def differences(live: Crawler, other: Crawler, base: str) -> list[str]:
    """Where the articles of two archives differ, field by field; `base` stands for the edition."""
    wrong = []
    text = live.jsonl.decode().replace(base, "https://www.huffpost.com")
    known = {row["id"]: row for row in map(json.loads, text.splitlines())}
    counts = Counter(str(row["id"]) for row in other.records)
    wrong += [f"{i}: {n} records" for i, n in counts.items() if n > 1]
    wrong += [f"{i}: lost" for i in known if not counts[i]]
    wrong += [f"{i}: unknown to the live crawl" for i in counts if i not in known]
    for row in other.records:
        for name, value in row.items():
            if name not in ASIDE and row["id"] in known and known[row["id"]][name] != value:
                wrong.append(f"{row['id']}: {name} is {value!r}, not {known[row['id']][name]!r}")
    return wrong


def of_the_files(crawler: Crawler) -> list[str]:
    """What is wrong with an archive's files: `scrapy extract`, `warcio check`, `scrapy verify`."""
    wrong = []
    names = [str(path) for path in crawler.warcs]
    again = crawler.folder / "again.jsonl"
    done = crawler.run("extract", *names, "-o", str(again), "--replace")
    if done.status != 0:
        wrong.append(f"extract ended with {done.status}: {done.output[-500:]}")
    elif again.read_bytes() != crawler.jsonl:
        wrong.append("extract does not give the run's JSONL")
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *names],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if check.returncode != 0:
        wrong.append(f"warcio check: {check.stdout[-500:]}{check.stderr[-500:]}")
    verified = crawler.run("verify", "--no-notes")
    if verified.status != 0:
        wrong.append(f"verify ended with {verified.status}: {verified.output[-800:]}")
    left = [*crawler.places.warc.glob("*.open"), *crawler.places.output.glob("*.open")]
    return wrong + [f"left over: {path.name}" for path in left]


def of_the_layers(crawler: Crawler, captured_at: str) -> list[str]:
    """What is wrong with the records of pages from other archives."""
    wrong = []
    stored = {(path.name, s.offset): s for path in crawler.warcs for s in records(path)}
    resources = {
        s.record.field("WARC-Concurrent-To"): s.record
        for s in stored.values()
        if s.record.type == "resource"
    }
    for row in crawler.records:
        if row["source"] not in ("wayback", "commoncrawl", "warc"):
            continue
        item = stored.get((row["warc_file"], row["warc_offset"]))
        if item is None or item.record.id != row["warc_record_id"]:
            wrong.append(f"{row['id']}: the pointer leads to nothing")
            continue
        if row["captured_at"] != captured_at:
            wrong.append(f"{row['id']}: captured at {row['captured_at']}")
        if not row["url"].startswith("https://www.huffpost.com/archive/qc/"):
            wrong.append(f"{row['id']}: its url is {row['url']}")
        if not (row["capture_choice"] or "").startswith(f"{row['source']} "):
            wrong.append(f"{row['id']}: its choice is {row['capture_choice']!r}")
        if row["source"] == "wayback":
            wrong += _playback(row, item, resources.pop(item.record.id, None))
        elif (item.record.field("WARC-Target-URI"), item.record.type) != (row["url"], "response"):
            wrong.append(f"{row['id']}: its record is of {item.record.field('WARC-Target-URI')}")
    return wrong + [
        f"a resource of no page: {r.field('WARC-Target-URI')}" for r in resources.values()
    ]


def _playback(row: dict[str, Any], item: Stored, resource: Any) -> list[str]:
    played = item.record.field("WARC-Target-URI") or ""
    if resource is None:
        return [f"{row['id']}: no resource record"]
    moment = row["captured_at"].replace("+00:00", "Z")
    facts = {
        "WARC-Target-URI": row["url"],
        "WARC-Date": moment,
        "WARC-Source-URI": played,
    }
    wrong = [
        f"{row['id']}: the resource's {name} is {resource.field(name)}, not {value}"
        for name, value in facts.items()
        if resource.field(name) != value
    ]
    if f"id_/{row['url']}" not in played:
        wrong.append(f"{row['id']}: played back as {played}")
    return wrong


def of_the_replay(crawler: Crawler, articles: list[Held], stamp: str) -> list[str]:
    """What pywb does not replay under its original address, byte for byte (content unpacked)."""
    folder = crawler.folder / "replay"
    folder.mkdir()
    lines = cdxj(folder, crawler.warcs, crawler.places.warc)
    (folder / "replay.cdxj").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (folder / "config.yaml").write_text(
        f"collections:\n  replay:\n    index_paths: {folder}/replay.cdxj\n"
        f"    archive_paths: {crawler.places.warc}/\n",
        "utf-8",
    )
    pywb = start_pywb(folder).wait()
    wrong = []
    try:
        for article in articles:
            status, body = _get(pywb.port, f"/replay/{stamp}id_/{article.url}")
            if status != 200 or body != Message.parse(article.response).content:
                wrong.append(f"{article.url}: replays as {status} with {len(body)} bytes")
    finally:
        pywb.stop()
    return wrong


def _get(port: int, target: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", target, headers={"Connection": "close"})
        response = connection.getresponse()
        body = response.read()
        head = "".join(f"{n}: {v}\r\n" for n, v in response.getheaders() if n.lower() in _CODING)
        message = Message.parse(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)
        return response.status, message.content
    finally:
        connection.close()


_CODING = ("content-encoding",)


def counted(crawler: Crawler) -> dict[str, int]:
    """Records by their source."""
    return dict(Counter(str(row["source"]) for row in crawler.records))


def files_of(folder: Path, pattern: str) -> list[Path]:
    """Files below a folder, sorted."""
    return sorted(folder.glob(pattern))
