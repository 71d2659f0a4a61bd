"""Records that are odd are read for what they say; a line that is none is told, with its number."""

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Archive, Done
from tests.commands.test_where import installed


def _with(**changed: Any) -> Callable[[list[bytes]], list[bytes]]:
    """The second record with other values."""

    def odd(lines: list[bytes]) -> list[bytes]:
        row = json.loads(lines[1]) | changed
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        return [lines[0], line, *lines[2:]]

    return odd


def _without(*names: str) -> Callable[[list[bytes]], list[bytes]]:
    def odd(lines: list[bytes]) -> list[bytes]:
        row = {k: v for k, v in json.loads(lines[1]).items() if k not in names}
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        return [lines[0], line, *lines[2:]]

    return odd


def _put(line: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [lines[0], line, *lines[2:]]


READ = {
    "captured_at null": _with(captured_at=None),
    "captured_at nonsense": _with(captured_at="yesterday"),
    "captured_at without an offset": _with(captured_at="2026-11-20T12:00:00"),
    "captured_at empty": _with(captured_at=""),
    "captured_at missing": _without("captured_at"),
    "date_published nonsense": _with(date_published="hier soir"),
    "date_published impossible": _with(date_published="2014-02-30T10:00:00-05:00"),
    "date_modified nonsense": _with(date_modified="x"),
    "unknown fields": _with(mood="good", nested={"a": [1, None]}),
    "null lists": _with(
        aliases=None, authors=None, keywords=None, paragraphs=None, images=None, links=None,
        chrome=None, warnings=None,
    ),
    "null texts": _with(headline=None, text=None, url=None, layout=None, source=None, kind=None),
    "null numbers": _with(word_count=None, http_status=None, warc_offset=None, warc_length=None),
    "fields missing": _without("keywords", "is_wire", "layout", "source", "word_count", "warnings"),
    "the last fields missing": _without("capture_choice", "date_read_from", "agency_read_from"),
    "twice": lambda lines: [lines[0], lines[1], *lines[1:]],
    "a BOM": lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
    "CRLF": lambda lines: [line.rstrip(b"\n") + b"\r\n" for line in lines],
    "empty lines": lambda lines: [b"\n", lines[0], b"  \r\n", *lines[1:], b"\n"],
    "no last newline": lambda lines: [*lines[:-1], lines[-1].rstrip(b"\n")],
    "a previous version that is nowhere": _with(previous_id="<urn:uuid:0>"),
    "spaces as json.dumps has them": lambda lines: [
        json.dumps(json.loads(line)).encode() + b"\n" for line in lines
    ],
}  # fmt: skip
"""What is read for what it says."""
TOLD = {
    "torn": lambda lines: [lines[0], lines[1][: len(lines[1]) // 2] + b"\n", *lines[2:]],
    "torn into the next": lambda lines: [lines[0], lines[1][:500] + lines[2], *lines[3:]],
    "a lone surrogate, escaped": lambda lines: [
        lines[0], lines[1].replace(b'"text":"', b'"text":"\\ud83d '), *lines[2:]
    ],
    "a lone surrogate, in bytes": lambda lines: [
        lines[0], lines[1].replace(b'"text":"', b'"text":"\xed\xa0\xbd '), *lines[2:]
    ],
    "bytes that are no UTF-8": lambda lines: [
        lines[0], lines[1].replace(b'"text":"', b'"text":"\xff\xfe '), *lines[2:]
    ],
    "zeros": _put(b"\0" * 300 + b"\n"),
    "a list": _put(b"[]\n"),
    "null": _put(b"null\n"),
    "a number": _put(b"17\n"),
    "an empty object": _put(b"{}\n"),
    "deep": _put(b"[" * 100_000 + b"\n"),
    "id null": _with(id=None),
    "id a number": _with(id=17),
    "id missing": _without("id"),
    "text a number": _with(text=17),
    "authors a text": _with(authors="Nathalie Collard"),
    "keywords of numbers": _with(keywords=[1, 2]),
    "images of texts": _with(images=["a.jpg"]),
    "word_count a text": _with(word_count="many"),
    "captured_at a number": _with(captured_at=1416480000),
    "layout a list": _with(layout=[]),
    "a later schema": _with(schema_version=9),
    "NaN": lambda lines: [
        lines[0], lines[1].replace(b'"word_count":', b'"word_count":NaN,"x":'), *lines[2:]
    ],
}  # fmt: skip
"""What is no record."""
NOT_IN_THE_CAPTURE = {name for name in READ if name.startswith("captured_at")} | {
    "null texts",
    "twice",
}
"""What a package says is wrong with it: a page that its index has not, or has twice."""
COMMANDS = [
    "export jsonl", "export csv", "export sqlite", "export parquet", "links", "report", "wacz",
    "cite",
]  # fmt: skip


def _spoil(archive: Archive, odd: Callable[[list[bytes]], list[bytes]]) -> tuple[Path, list[str]]:
    """Have the first file of records be odd; the file, and the ids of its first two records."""
    path = sorted(archive.places.output.glob("qc-*.jsonl"))[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(data := b"".join(odd(lines)))
    with closing(sqlite3.connect(archive.places.ledger)) as ledger, ledger:
        ledger.execute("UPDATE file SET jsonl_length = ? WHERE stem = ?", (len(data), path.stem))
    return path, [json.loads(line)["id"] for line in lines[:2]]


def _run(command: str, idents: list[str], archive: Archive, run: Callable, to: Path) -> Done:
    word = command.split()[0]
    if word == "cite":
        return run("cite", *idents, "--format", "csl", *archive.options)
    made = to / command.replace(" ", "-")
    return run(*command.split(), "qc", "-o", made, *archive.options)


@pytest.mark.slow
@pytest.mark.parametrize("odd", READ)
def test_an_odd_record_is_read_for_what_it_says(
    odd: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    _, idents = _spoil(archive, READ[odd])
    for command in filter(installed, COMMANDS):
        done = _run(command, idents, archive, run, tmp_path)
        if command == "wacz" and odd in NOT_IN_THE_CAPTURE:
            assert (done.code, idents[1] in done.err) == (4, True), done
            continue
        assert done.code == 0, (command, done)
        if command == "export jsonl":
            made = (tmp_path / "export-jsonl").read_bytes()
            rows = [json.loads(line) for line in made.splitlines()]
            assert len({row["id"] for row in rows}) == len(rows) == 6
        if command == "export csv":
            with (tmp_path / "export-csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            assert [row["id"] for row in rows][:2] == idents
            said = json.loads((tmp_path / "export-jsonl").read_bytes().splitlines()[1])
            if "nonsense" in odd or "impossible" in odd:
                assert rows[1][odd.split()[0]] == ""
            assert rows[1]["headline"] == (said["headline"] or "")


@pytest.mark.parametrize("odd", TOLD)
def test_a_line_that_is_no_record_is_told(
    odd: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    path, idents = _spoil(archive, TOLD[odd])
    for command in filter(installed, COMMANDS):
        if command in ("export sqlite", "export parquet"):
            continue  # they read as the other exports do
        done = _run(command, idents, archive, run, tmp_path)
        said = done.err.strip().splitlines()
        assert not (tmp_path / command.replace(" ", "-")).exists()
        if command == "cite":  # it reads the lines alone that name what it is to cite
            assert done.code in (2, 3), done
            assert [item["id"] for item in json.loads(done.out)] == idents[:1]
            continue
        assert (done.code, len(said)) == (3, 1), (command, done)
        assert f"{path}: line 2" in said[0], (command, done)
