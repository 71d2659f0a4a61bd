"""Files that other tools wrote: what `scrapy extract` makes of each."""

import json
from typing import Any

import pytest

from tests.cases.kit import HERE, Result, run

WHOLE = {
    "01-chunked-and-gzip-kept-on-plain-body.warc.gz": [1003],
    "02-br-kept-on-plain-body.warc.gz": [1004],
    "03-coding-that-is-none.warc.gz": [1010, 1011],
    "04-status-lines.warc.gz": [2004, 2006, 2005],
    "06-zstd-frames.warc.zst": [4300, 4301, 4302, 4303],
    "06-zstd-with-dictionary.warc.zst": [4300, 4301, 4302, 4303],
    "07-no-content-length.warc": [4230, 4231, 4232, 4233],
    "08-content-length-too-small.warc.gz": [4260, 4261],
    "12-space-in-target-uri.warc.gz": [3102],
    "13-lf-line-ends.warc.gz": [3111],
    "14-resource-record.warc.gz": [3108],
}
"""The articles of each file; each has 4 paragraphs and 70 words."""
ONE_STREAM = "05-arc-in-one-gzip-stream.arc.gz"
Extracted = tuple[Result, dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Extracted:
    """What the command says of all files together, and the records of each."""
    folder = tmp_path_factory.mktemp("extracted")
    names = [*WHOLE, ONE_STREAM]
    done = run("extract", *(str(HERE / name) for name in names), "--workers=2", f"-o{folder}/")
    rows = {}
    for name in names:
        stem = name.removesuffix(".gz").removesuffix(".warc")
        output = folder / f"{stem}.jsonl"  # none of a file of which nothing could be read
        lines = output.read_text("utf-8").splitlines() if output.exists() else []
        rows[name] = [json.loads(line) for line in lines]
    return done, rows


@pytest.mark.parametrize("name", WHOLE)
def test_every_article_is_read_whole(name: str, extracted: Extracted) -> None:
    rows = extracted[1][name]
    assert [row["id"] for row in rows] == [f"qc:n:{n}" for n in WHOLE[name]]
    assert {(len(row["paragraphs"]), row["word_count"]) for row in rows} == {(4, 70)}
    assert not any(row["warnings"] for row in rows)


def test_one_stream_of_many_records_is_named_with_advice(extracted: Extracted) -> None:
    done, rows = extracted
    assert (done.code, rows[ONE_STREAM]) == (3, [])
    (line,) = done.err.splitlines()[:-1]
    assert ONE_STREAM in line
    assert "warcio recompress" in line
