"""What dates a record: the page's own dates, and a WARC-Date that may be none."""

import json
from pathlib import Path

import pytest

from huffarchive.exports.dataset_info import dataset_info, schema
from huffarchive.exports.export import Format, Options, write
from huffarchive.exports.latest import Latest
from huffarchive.extract.extract import articles
from tests.archive.test_recover import URL, article, http

CASES = Path(__file__).parent / "cases"


def _warc(path: Path, *dates: str | None) -> Path:
    records = []
    for number, date in enumerate(dates):
        block = http(article(number), Content_Type="text/html; charset=utf-8")
        head = [
            "WARC/1.0",
            "WARC-Type: response",
            f"WARC-Record-ID: <urn:uuid:55c7de67-1db9-578e-8d3e-{number:012}>",
            f"WARC-Target-URI: {URL.format(1000 + number)}",
            *([] if date is None else [f"WARC-Date: {date}"]),
            "Content-Type: application/http; msgtype=response",
            f"Content-Length: {len(block)}",
        ]
        records.append("\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n")
    path.write_bytes(b"".join(records))
    return path


NONE = [None, "", "yesterday", "2022-13-45T00:00:00Z", "0000-00-00T00:00:00Z", "Thu, 10 Mar 2022"]
ODD = ["2022-03-10T12:00:00.123456Z", "2022-03-10T07:00:00-05:00", "20220310120000"]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_warc_date_that_is_no_date_leaves_the_time_unknown_and_the_text_whole(tmp_path, workers):
    found = list(articles(_warc(tmp_path / "x.warc", *NONE, *ODD), workers))
    assert len(found) == len(NONE) + len(ODD)
    assert [one.captured_at for one in found] == [
        *[None] * len(NONE),
        *["2022-03-10T12:00:00+00:00"] * len(ODD),
    ]
    assert {len(one.paragraphs) for one in found} == {6}
    assert {tuple(one.warnings) for one in found} == {("unknown_layout",)}
    assert {one.date_published for one in found} == {"2012-10-05T10:00:00-04:00"}


def test_records_without_a_time_of_capture_are_valid_and_exported(tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    pytest.importorskip("pyarrow")
    pytest.importorskip("sqlite_utils")
    pytest.importorskip("snowballstemmer")
    lines = [one.to_json() for one in articles(_warc(tmp_path / "x.warc", None, ODD[0]), 0)]
    for line in lines:
        jsonschema.validate(json.loads(line), schema())
    (tmp_path / "x.jsonl").write_bytes(b"".join(lines))
    with Latest([tmp_path / "x.jsonl"]) as latest:
        assert dataset_info(latest, "x").first == "2022-03-10T12:00:00+00:00"
        for kind in Format:
            write(kind, latest, tmp_path / f"out-{kind}", Options("x"))


def test_visible_dates_of_a_file_of_others():
    found = {
        one.legacy_id: one.date_published for one in articles(CASES / "visible-dates.warc.gz", 0)
    }
    assert found == {
        "7301": "2018-07-12T16:28:00-04:00",
        "7302": "2018-02-03T09:05:00-05:00",
        "7303": "2018-07-12",
        "7304": "2018-02-05",
        "7305": "2018-12-05",
        "7306": "2018-02-08T16:28:00-05:00",
        "7307": "2018-02-08T14:00:00-05:00",
        "7308": "2017-08-02",
    }
