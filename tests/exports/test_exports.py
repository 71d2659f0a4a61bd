"""Each export holds the latest version of each article once, in order, and the same bytes twice."""

import csv
import gzip
import hashlib
import json
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from dataclasses import fields
from itertools import permutations
from pathlib import Path

import pytest

from huffarchive.article import AGENCY, OWN, UNKNOWN, Article
from huffarchive.exports.dataset_info import _COPY_NAMES, card, dataset_info
from huffarchive.exports.export import Format, Options, default_target, write
from huffarchive.exports.latest import ExportError, Latest
from huffarchive.reports.corpus_stats import corpus_stats
from huffarchive.storage.paths import ArchivePaths
from huffarchive.translator import words
from tests.exports import synthetic

OPTIONS = Options("HuffPost Québec")
COUNT, REVISED = 120, 7


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return synthetic.write(tmp_path, COUNT, REVISED)


def export(kind: str, paths: list[Path], target: Path, options: Options = OPTIONS) -> list[Path]:
    with Latest(paths) as latest:
        return write(Format(kind), latest, target, options)


def digest(path: Path) -> str:
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(p.name.encode() + p.read_bytes() for p in files)).hexdigest()


def needs(kind: str) -> None:
    if kind in ("parquet", "huggingface"):
        pytest.importorskip("pyarrow")
    if kind == "sqlite":
        pytest.importorskip("sqlite_utils")
        pytest.importorskip("snowballstemmer")


def test_the_latest_version_stands_once_and_in_order(paths: list[Path], tmp_path: Path) -> None:
    (target,) = export("jsonl", paths, tmp_path / "out.jsonl")
    found = synthetic.rows(target)
    assert [row["id"] for row in found] == sorted(f"qc:n:{n}" for n in range(1, COUNT + 1))
    revised = {row["id"] for row in found if row["headline"].endswith("version 1")}
    assert revised == {f"qc:n:{n}" for n in range(1, REVISED + 1)}
    lines = set(b"".join(p.read_bytes() for p in paths).splitlines())
    assert set(target.read_bytes().splitlines()) <= lines


def test_the_order_of_the_files_does_not_matter(paths: list[Path], tmp_path: Path) -> None:
    export("jsonl", paths, tmp_path / "a.jsonl")
    export("jsonl", paths[::-1], tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


@pytest.mark.parametrize("kind", [str(kind) for kind in Format])
def test_the_same_input_gives_the_same_bytes(kind: str, paths: list[Path], tmp_path: Path) -> None:
    needs(kind)
    for name in "ab":
        (tmp_path / name).mkdir()
        export(kind, paths, tmp_path / name / "out")
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_csv(paths: list[Path], tmp_path: Path) -> None:
    export("csv", paths, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == COUNT
    assert list(found[0]) == [field.name for field in fields(Article)]
    assert json.loads(found[0]["keywords"]) == ["neige", "ville"]
    assert {row["is_wire"] for row in found} == {"true", "false"}
    assert "\n\n" in found[0]["text"]


def test_csv_for_spreadsheets_runs_no_formula(tmp_path: Path) -> None:
    row = json.loads(synthetic.article(1).to_json())
    row["headline"] = '=HYPERLINK("http://x.example")'
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(row) + "\n", "utf-8")
    export("csv", [path], tmp_path / "out.csv", Options("x", spreadsheet=True))
    text = (tmp_path / "out.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert b"'=HYPERLINK" in text


def test_jsonl_can_be_gzipped(paths: list[Path], tmp_path: Path) -> None:
    export("jsonl", paths, tmp_path / "out.jsonl.gz")
    assert len(gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()) == COUNT


def test_parquet_is_typed(paths: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    export("parquet", paths, tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds["captured_at"] == "timestamp[ms, tz=UTC]" or "timestamp" in kinds["captured_at"]
    assert (kinds["published_on"], kinds["word_count"]) == ("date32[day]", "int32")
    assert "struct" in kinds["images"]
    assert table.num_rows == COUNT
    assert table.column("id").to_pylist() == sorted(f"qc:n:{n}" for n in range(1, COUNT + 1))
    assert table.column("published_on").null_count == 2
    first = table.slice(0, 1).to_pylist()[0]
    wanted = json.loads(synthetic.article(1, 1).to_json())
    for name in set(wanted) - {"captured_at"}:
        assert first[name] == wanted[name], name


def test_parquet_by_year(paths: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    export("parquet", paths, tmp_path / "out", Options("x", by_year=True))
    folders = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert folders == [*(f"year={y}" for y in range(2012, 2022)), "year=unknown"]
    tables = [parquet.ParquetFile(p).read() for p in (tmp_path / "out").rglob("*.parquet")]
    assert sum(t.num_rows for t in tables) == COUNT


def test_sqlite_finds_what_is_written_with_and_without_accents(
    paths: list[Path], tmp_path: Path
) -> None:
    pytest.importorskip("sqlite_utils")
    pytest.importorskip("snowballstemmer")
    _, metadata = export("sqlite", paths, tmp_path / "qc.sqlite")
    with closing(sqlite3.connect(tmp_path / "qc.sqlite")) as db, db:
        (count,) = db.execute("SELECT count(*) FROM articles").fetchone()

        def found(words: str) -> int:
            query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
            return db.execute(query, (words,)).fetchone()[0]

        assert count == COUNT
        assert found("Québec") == found("quebec") == found("QUEBEC") > 100
        assert found("foret") == found("forêt") > 0
        assert found("authors: babache") == found("authors: Babaché") > 0
        assert found("absent") == 0
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    document = json.loads(metadata.read_text("utf-8"))
    table = document["databases"]["qc"]["tables"]["articles"]
    assert set(table["columns"]) == {field.name for field in fields(Article)}


@pytest.mark.filterwarnings("ignore")
def test_datasette_serves_it(paths: list[Path], tmp_path: Path) -> None:
    datasette = pytest.importorskip("datasette.app")
    pytest.importorskip("sqlite_utils")
    pytest.importorskip("snowballstemmer")
    import asyncio

    _, metadata = export("sqlite", paths, tmp_path / "qc.sqlite")

    async def ask(path: str) -> str:
        served = datasette.Datasette(
            [str(tmp_path / "qc.sqlite")], metadata=json.loads(metadata.read_text("utf-8"))
        )
        answer = await served.client.get(path)
        assert answer.status_code == 200
        return answer.text

    assert "the latest version of each" in asyncio.run(ask("/qc/articles"))
    found = json.loads(asyncio.run(ask("/qc/articles.json?_search=foret&_shape=array")))
    assert found


def test_huggingface_has_a_card(paths: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    export("huggingface", paths, tmp_path / "hub")
    card = (tmp_path / "hub/README.md").read_text("utf-8")
    assert card.startswith('---\npretty_name: "HuffPost Québec"')
    assert f"{COUNT:,} articles" in card
    assert f"{COUNT + REVISED:,} versions" in card
    assert set(_COPY_NAMES.values()) == {words("reports", "en")[name] for name in ("own", "unsaid")}
    assert "| Own | " in card
    for field in fields(Article):
        assert f"| `{field.name}` |" in card
    assert [p.name for p in (tmp_path / "hub/data").iterdir()] == ["train-00000-of-00001.parquet"]


def test_nothing_is_replaced_unasked(paths: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        export("jsonl", paths, target)
    assert target.read_bytes() == b"precious"
    with pytest.raises(FileExistsError):  # it is no product of ours
        export("jsonl", paths, target, Options("x", replace=True))
    assert target.read_bytes() == b"precious"
    target.write_bytes(paths[0].read_bytes())
    export("jsonl", paths, target, Options("x", replace=True))
    assert len(synthetic.rows(target)) == COUNT


@pytest.mark.parametrize(
    "put",
    [
        None,
        (b'"headline":"', rb'"headline":"\ud800'),
        (b'"headline":"', rb'"headline":"\uDFFF'),
        (b'"headline":"', b'"headline":"\xed\xa0\x80'),
        (b"{", rb'{"a\udc00":[],'),
    ],
)
@pytest.mark.parametrize("kind", ["jsonl", "csv", "sqlite"])
def test_a_line_that_is_no_record_is_named_and_leaves_nothing(
    put: tuple[bytes, bytes] | None, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.jsonl"
    good = synthetic.article(1).to_json()
    paired = good.replace(b'"headline":"', rb'"headline":"\ud83d\ude00' + "\ud7ff".encode())
    bad = b'{"id": 1}\n' if put is None else good.replace(*put, 1)
    assert bad != good != paired
    path.write_bytes(paired + bad)
    with pytest.raises(
        ExportError, match=r"in\.jsonl: line 2, at byte \d+: no record .{,70}; run scrapy verify"
    ):
        export(kind, [path], tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def test_names() -> None:
    names = {default_target(kind, "qc", by_year=False) for kind in Format}
    assert names == {
        "qc-articles.parquet",
        "qc-articles.sqlite",
        "qc-articles.csv",
        "qc-articles.jsonl",
        "qc-huggingface",
    }


def test_a_missing_library_is_one_line(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from huffarchive.commands.export import Command

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "huffarchive.exports.parquet", raising=False)
    command = Command()
    with pytest.raises(ImportError) as caught:
        command._write(Format.PARQUET, paths, paths[0].with_name("x.parquet"), OPTIONS)
    assert caught.value.name == "pyarrow"


def _line(number: int = 1, version: int = 0, **changed: object) -> bytes:
    row = json.loads(synthetic.article(number, version).to_json())
    row["warc_record_id"] = f"<urn:{number}/{version}>"
    return json.dumps(row | changed, ensure_ascii=False).encode() + b"\n"


def _read(*files: Path) -> tuple[list[dict[str, object]], int, int]:
    with Latest(files) as latest:
        return list(latest.rows()), latest.lines, latest.unread


def test_a_file_named_twice_and_its_copy_are_read_once(paths: list[Path], tmp_path: Path) -> None:
    (tmp_path / "copy.jsonl").write_bytes(paths[0].read_bytes())
    (tmp_path / "link.jsonl").symlink_to(paths[0])
    once = _read(*paths)
    assert _read(*paths, paths[0], tmp_path / "copy.jsonl", tmp_path / "link.jsonl") == once
    assert once[1] == COUNT + REVISED


def test_versions_of_one_second_are_told_apart_whatever_the_order(tmp_path: Path) -> None:
    same = {"captured_at": "2026-01-01T00:00:00+00:00", "warc_file": "a.warc.gz"}
    files = []
    for n, version in enumerate((2, 0, 1)):
        files.append(tmp_path / f"{n}.jsonl")
        files[-1].write_bytes(_line(1, version, warc_offset=100 * version, **same))
    expected = _read(*files)
    assert expected[0][0]["headline"] == "Titre numéro 1, version 2"
    for order in permutations(files):
        assert _read(*order) == expected


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\n\n"])
def test_lines_end_in_a_line_end_however_the_input_did(end: bytes, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.jsonl").write_bytes(_line(number).rstrip() + end)
    (target,) = export("jsonl", sorted(tmp_path.glob("?.jsonl")), tmp_path / "out.jsonl")
    assert target.read_bytes() == _line(1) + _line(2)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("lost", "unread"),
    [
        ({"layout": "unread", "text": "", "warnings": ["reader_timeout"]}, 2),
        ({"layout": "generic", "text": "", "warnings": ["no_text"]}, 2),
        ({"layout": "generic", "text": "", "canonical_url": "https://x/y_n_1"}, 2),
        # The template without a word, and pages with status 200 that nothing shows to be the
        # article's: an error, a wall, a notice.
        ({"layout": "archive", "text": ""}, 1),
        ({"layout": "generic", "text": "Le service est indisponible."}, 1),
        ({"layout": "generic", "text": "Ouvrez une session.", "date_read_from": "visible"}, 1),
        ({"layout": "generic", "text": "Vos témoins.", "canonical_url": "https://x/wall"}, 1),
    ],
)
def test_a_recrawl_that_was_not_read_as_the_article_replaces_no_text(
    lost: dict[str, object], unread: int, order: int, tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    lost = {"canonical_url": None, "date_read_from": None, "paragraphs": []} | lost
    lines = [
        _line(1, 0, captured_at="2025-01-01T00:00:00+00:00"),
        _line(1, 1, captured_at="2026-01-01T00:00:00+00:00", previous_id="<urn:1/0>"),
        _line(1, 2, captured_at="2026-02-01T00:00:00+00:00", previous_id="<urn:1/1>", **lost),
        _line(2, 0, captured_at="2026-02-01T00:00:00+00:00", **lost),
    ]
    path.write_bytes(b"".join(lines[::order]))
    rows, count, passed_over = _read(path)
    assert [row["headline"] for row in rows] == [
        "Titre numéro 1, version 1", "Titre numéro 2, version 0",
    ]  # fmt: skip
    assert (count, passed_over) == (4, unread)
    with Latest([path]) as latest:
        text = card(dataset_info(latest, "x"), {})
    assert f"4 versions were captured; of {unread} the page could not be read as the article" in (
        " ".join(text.split())
    )
    census = corpus_stats([(path, path.stat().st_size)])
    assert census.layouts == Counter(row["layout"] for row in rows)


@pytest.mark.parametrize(
    "told",
    [{"canonical_url": "https://x/y_n_1"}, {"date_read_from": "json-ld"}, {"layout": "archive"}],
)
def test_a_later_version_of_an_unknown_template_that_names_itself_stands(
    told: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    plain = {"layout": "generic", "canonical_url": None, "date_read_from": None}
    path.write_bytes(_line(1, 0) + _line(1, 1, captured_at="2030-01-01T00:00:00Z", **plain | told))
    rows, _, unread = _read(path)
    assert (rows[0]["headline"], unread) == ("Titre numéro 1, version 1", 0)


def test_a_card_of_one_article_has_no_plural(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_bytes(_line(1, 0, word_count=1))
    with Latest([path]) as latest:
        text = " ".join(card(dataset_info(latest, "x"), {}).split())
    assert "1 article with 1 word, the latest version of each (1 version was captured)" in text


def test_own_agency_and_unknown_copy_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    told = [(True, "AFP"), (True, "AFP"), (False, None), (None, None), (None, None), (None, None)]
    path.write_bytes(
        b"".join(_line(n, 0, is_wire=wire, agency=name) for n, (wire, name) in enumerate(told))
    )
    with Latest([path]) as latest:
        found = dataset_info(latest, "x")
    assert found.agencies == (("unknown", 3), ("AFP", 2), ("own", 1))
    census = corpus_stats([(path, path.stat().st_size)])
    copies: Counter[str] = Counter()
    for (_, copy), count in census.months.items():
        copies[copy] += count
    assert (copies[OWN], copies[AGENCY], copies[UNKNOWN]) == (1, 2, 3)


def test_products_beside_an_archives_files_are_not_read(tmp_path: Path) -> None:
    places = ArchivePaths(tmp_path, tmp_path, "qc")
    places.make()
    ours = [f"qc-20260101000000-{n:05}.jsonl" for n in (0, 1)]
    for name in (*ours, "qc-articles.jsonl", "qc-sample-20260101000000-00000.jsonl", "x.jsonl"):
        (places.output / name).write_bytes(_line())
    assert [path.name for path in places.jsonl_files()] == ours
