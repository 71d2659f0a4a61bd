"""The reading room's parts: queries, versions, captures, and who may ask."""

import asyncio
import gzip
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.browse.article import CaptureError, difference, images, member
from huffarchive.browse.facets import PAGE, Query
from huffarchive.browse.query import asked
from huffarchive.browse.room import _BESIDE, build_room, is_of, make_room
from huffarchive.browse.serving import find_replay
from huffarchive.warc.cdxj import rows_of
from tests.exports import synthetic

np = pytest.importorskip("numpy")
pytest.importorskip("sqlite_utils")
pytest.importorskip("snowballstemmer")
from huffarchive.browse.facets import FacetIndex  # noqa: E402
from huffarchive.browse.search import Answer, answer  # noqa: E402
from huffarchive.exports.sqlite import index_words  # noqa: E402
from tests.kit.examples import examples  # noqa: E402

COLUMNS = (
    "id, headline, dek, text, authors, language, date_published, agency, section, kind, "
    "warnings, source, layout"
)


def record(number: int, **changes: object) -> dict[str, object]:
    return {
        "schema_version": "1.0",
        "id": f"qc:n:{number}",
        "headline": "Crue à Montréal",
        "dek": None,
        "text": "La rivière déborde.",
        "paragraphs": ["La rivière déborde."],
        "authors": ["Lia Roy"],
        "language": "fr",
        "date_published": "2013-05-01T10:00:00-04:00",
        "agency": None,
        "section": "Nouvelles",
        "kind": "news",
        "warnings": [],
        "source": "live",
        "layout": "archive",
        "captured_at": "2026-01-01T00:00:00+00:00",
        "previous_id": None,
    } | changes


RECORDS = [
    record(1),
    record(2, agency="AFP", authors=[], date_published="2014-02-03", text="Québec, l'eau monte."),
    record(3, authors=["Lia Roy", "Zoé Côté"], text="Rien.", headline=None, date_published=None),
    record(1, previous_id="<urn:uuid:1>", captured_at="2026-02-01T00:00:00+00:00", text="Fini."),
]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A database of the export's shape, furnished."""
    folder = tmp_path_factory.mktemp("room")
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in RECORDS]
    (folder / "qc-1.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    connection = sqlite3.connect(folder / "room.sqlite3")
    connection.execute(f"CREATE TABLE articles ({COLUMNS})")
    for row in RECORDS[:3]:
        values = [row[name.strip()] for name in COLUMNS.split(",")]
        cells = [json.dumps(v) if isinstance(v, list) else v for v in values]
        connection.execute(f"INSERT INTO articles VALUES ({','.join('?' * len(cells))})", cells)
    connection.commit()
    connection.isolation_level = None
    index_words(connection, beside={n: n if n in COLUMNS else "''" for n in _BESIDE})
    connection.commit()
    build_room(folder / "room.sqlite3", [folder / "qc-1.jsonl"])
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A room of 600 invented articles, made as `scrapy browse` makes it."""
    pytest.importorskip("sqlite_utils")
    pytest.importorskip("snowballstemmer")
    from huffarchive.exports.latest import Latest

    folder = tmp_path_factory.mktemp("invented")
    paths = synthetic.write(folder, 600, 20)
    with Latest(paths) as latest:
        make_room(latest, folder / "room.sqlite3", paths)
    connection = sqlite3.connect(folder / "room.sqlite3")
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


def found(room: sqlite3.Connection, **arguments: str) -> Answer:
    return answer(Query.of(arguments), FacetIndex.read(room), room)


def ids(room: sqlite3.Connection, **arguments: str) -> list[str]:
    return [row["id"] for row in found(room, **arguments).articles]


def test_a_room_of_an_earlier_version_is_made_anew(tmp_path: Path) -> None:
    pytest.importorskip("sqlite_utils")
    from huffarchive.exports.latest import Latest

    paths = synthetic.write(tmp_path, 3, 1)
    target = tmp_path / "room.sqlite3"
    with Latest(paths) as latest:
        make_room(latest, target, paths)
    assert is_of(target, paths)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("PRAGMA user_version = 0")  # as earlier ones have it
    assert not is_of(target, paths)


def test_words_are_found_without_their_accents(room: sqlite3.Connection) -> None:
    assert ids(room, q="riviere") == ["qc:n:1"]
    assert ids(room, q="QUEBEC eau") == ["qc:n:2"]
    assert ids(room, q='"eau monte"') == ["qc:n:2"]
    assert ids(room, q='"monte eau"') == []
    assert ids(room, q="rivi*") == ["qc:n:1"]
    assert ids(room, q="riv") == []
    assert ids(room, q="montréal rien") == []


def test_without_words_the_newest_come_first(room: sqlite3.Connection) -> None:
    assert ids(room) == ["qc:n:2", "qc:n:1", "qc:n:3"]


def test_facets_narrow_and_are_counted(room: sqlite3.Connection) -> None:
    assert ids(room, author="Lia Roy") == ["qc:n:1", "qc:n:3"]
    assert ids(room, author="Lia Roy", year="2013") == ["qc:n:1"]
    assert ids(room, q="montréal", agency="AFP") == ["qc:n:2"]
    assert ids(room, agency="none") == ids(room, year="2013", agency="AFP") == []
    everything = found(room)
    assert everything.total == 3
    assert everything.counts == {
        "year": [("2013", 1), ("2014", 1)],
        "month": [("2013-05", 1), ("2014-02", 1)],
        "agency": [("AFP", 1)],
        "author": [("Lia Roy", 2), ("Zoé Côté", 1)],
        "section": [("Nouvelles", 3)],
        "kind": [("news", 3)],
        "warning": [],
        "source": [("live", 3)],
        "language": [("fr", 3)],
        "layout": [("archive", 3)],
    }
    narrowed = found(room, q="monte")
    assert narrowed.total == 1
    assert {name: counts for name, counts in narrowed.counts.items() if counts} == {
        "year": [("2014", 1)], "month": [("2014-02", 1)], "agency": [("AFP", 1)],
        "section": [("Nouvelles", 1)], "kind": [("news", 1)],
        "source": [("live", 1)], "language": [("fr", 1)], "layout": [("archive", 1)],
    }  # fmt: skip


def test_words_of_very_many_articles_put_nothing_in_order(
    room: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = found(room, q="montr*")
    monkeypatch.setattr("huffarchive.browse.search.RANKED", 1)
    many = found(room, q="montr*")
    assert few.ranked
    assert not many.ranked
    assert [row["id"] for row in many.articles] == ["qc:n:2", "qc:n:1"]
    assert sorted(row["id"] for row in few.articles) == ["qc:n:1", "qc:n:2"]
    assert found(room, q="montr*", author="Lia Roy").total == 1


def test_what_words_find_is_kept_and_bounded(
    room: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huffarchive.browse.facets.KEPT", 3)
    catalogue = FacetIndex.read(room)
    matched: list[str] = []

    def total(text: str) -> int:
        room.set_trace_callback(lambda sql: matched.append(sql) if "group_concat" in sql else None)
        try:
            return answer(Query.of({"q": text}), catalogue, room).total
        finally:
            room.set_trace_callback(None)

    assert [total("montréal -rien") for _ in range(2)] == [2, 2]
    assert [total("rien -montréal"), total("montréal rien")] == [1, 0]
    assert len(matched) == 2  # each word once, wanted or not, beside whatever other
    for text in ("eau", "côté", "monte"):
        total(text)
    assert len(catalogue.kept) == 3
    matched.clear()
    assert [total("montréal"), total("monte")] == [2, 1]
    assert len(matched) == 1


def test_who_has_a_common_stem_is_written_down_when_the_room_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huffarchive.exports.latest import Latest

    monkeypatch.setattr("huffarchive.browse.facets.COMMON", 12)
    paths = synthetic.write(tmp_path, 40)
    with Latest(paths) as latest:
        make_room(latest, tmp_path / "room.sqlite3", paths)
    with closing(sqlite3.connect(tmp_path / "room.sqlite3")) as room:
        room.row_factory = sqlite3.Row
        common = {row["stem"] for row in room.execute("SELECT stem FROM common")}
        assert {"quebec", "foret", "babach"} <= common
        assert len(common) < 200
        asked_for = ("québec", "forêt -babaché", "babaché", "fofofo", "québec OR fofofo")
        totals = [found(room, q=text).total for text in asked_for]
        read: list[str] = []
        room.set_trace_callback(read.append)
        assert found(room, q="babaché -fofofo").total > 0
        assert sum("group_concat" in sql for sql in read) == 1  # the rare word alone
        room.set_trace_callback(None)
        room.execute("DELETE FROM common")
        assert [found(room, q=text).total for text in asked_for] == totals


@pytest.mark.parametrize(
    "arguments",
    [
        {}, {"q": "neige"}, {"q": "ba*"}, {"q": "baneuneu"}, {"q": "ba* ditrangra"},
        {"q": "baneuneu", "year": "2014"}, {"year": "2014", "agency": "AFP"},
        {"author": synthetic.AUTHORS[0]}, {"q": '"le ministre"', "section": "Politique"},
    ],
)  # fmt: skip
def test_every_count_is_exact_and_every_article_stands_on_one_page(
    invented: sqlite3.Connection, arguments: dict[str, str]
) -> None:
    query = Query.of(arguments)
    rows = [dict(row) for row in invented.execute(
        "SELECT id, date_published, agency, authors, section, kind, source, language, layout FROM articles "
        "WHERE :match = '' OR rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH "
        "iif(:match = '', 'absent', :match)) ORDER BY date_published DESC", {"match": asked(query.text, lambda _: set()).match}
    )]  # fmt: skip
    for row in rows:
        date = row["date_published"] or ""
        row |= {"year": [date[:4]], "month": [date[:7]], "author": json.loads(row["authors"])}
        singles = ("agency", "section", "kind", "source", "language", "layout")
        row |= {name: [row[name] or ""] for name in singles} | {"warning": []}
    rows = [row for row in rows if all(value in row[name] for name, value in query.chosen)]
    answered = found(invented, **arguments)
    assert answered.total == len(rows) > 0
    for name, counts in answered.counts.items():
        assert dict(counts) == Counter(value for row in rows for value in row[name] if value)
    pages = -(-len(rows) // PAGE)
    shown = [
        each for page in range(1, pages + 2) for each in ids(invented, **arguments, page=f"{page}")
    ]
    assert sorted(shown) == sorted(row["id"] for row in rows)
    if not query.text:
        dates = {row["id"]: row["date_published"] or "" for row in rows}
        assert [dates[each] for each in shown] == sorted(dates.values(), reverse=True)


@given(st.text(max_size=60))
@examples(30)
def test_any_text_is_a_search(room: sqlite3.Connection, text: str) -> None:
    query = Query.of({"q": text, "page": text, "year": text})
    assert query.page >= 1
    answer(query, FacetIndex.read(room), room)


def test_an_address_says_its_search() -> None:
    query = Query.of({"q": "l'eau & co", "agency": "AFP", "page": "3", "other": "x"})
    assert query.address() == "/?q=l%27eau+%26+co&agency=AFP&page=3"
    assert Query.of({"page": "9" * 40}).page > 10_000  # and so the last
    assert query.with_facet("year", "2013").address() == "/?q=l%27eau+%26+co&year=2013&agency=AFP"
    assert Query().address() == "/"


def test_all_versions_of_a_changed_article_are_kept(room: sqlite3.Connection) -> None:
    rows = room.execute("SELECT id, captured_at FROM version ORDER BY 2").fetchall()
    assert [tuple(row) for row in rows] == [
        ("qc:n:1", "2026-01-01T00:00:00+00:00"), ("qc:n:1", "2026-02-01T00:00:00+00:00")
    ]  # fmt: skip


texts = st.lists(st.sampled_from(["un deux", "trois", "un deux trois quatre", ""]), max_size=5)


@given(texts, texts)
def test_a_difference_leads_from_the_old_text_to_the_new(old: list[str], new: list[str]) -> None:
    found = difference({"headline": "H", "paragraphs": old}, {"headline": "H", "paragraphs": new})
    assert (found == []) == (old == new)
    before = ["".join(p.text for p in pieces if p.how != "added") for pieces in found]
    after = ["".join(p.text for p in pieces if p.how != "left_out") for pieces in found]
    assert [text for text in before if text not in ["H", *old] and text] == []
    assert [text for text in after if text not in ["H", *new] and text] == []


def test_a_change_is_shown_word_by_word() -> None:
    old = {"headline": "H", "paragraphs": ["On compte 402 morts."]}
    new = {"headline": "H", "paragraphs": ["On compte 430 morts.", "La suite."]}
    same = [("same", "H")]
    assert [[(p.how, p.text) for p in pieces] for pieces in difference(old, new)] == [
        same,
        [("left_out", "On compte 402 morts.")],
        [("added", "On compte 430 morts.")],
        [("added", "La suite.")],
    ]
    new["paragraphs"].pop()
    assert [[(p.how, p.text) for p in pieces] for pieces in difference(old, new)] == [
        same,
        [("same", "On compte "), ("left_out", "402"), ("added", "430"), ("same", " morts.")],
    ]
    old["paragraphs"] = [*"abcdefg"]
    new["paragraphs"] = [*"xbcdefy"]
    assert ["".join(p.text for p in pieces if p.how != "added") for pieces in difference(old, new)] == [
        "H", "a", "b", "", "f", "g"
    ]  # fmt: skip


def test_a_capture_is_cut_out_of_its_file(tmp_path: Path) -> None:
    first, second = (
        gzip.compress(b"WARC/1.1\r\none", mtime=0),
        gzip.compress(b"WARC/1.1\r\ntwo", mtime=0),
    )
    (tmp_path / "x.warc.gz").write_bytes(first + second)
    assert member(tmp_path, "x.warc.gz", len(first), len(second)) == second
    (tmp_path / "y.warc.gz.open").write_bytes(first)
    assert member(tmp_path, "y.warc.gz", 0, len(first)) == first
    for name, offset, length, says in [
        ("x.warc.gz", 3, 10, "no record at 3"),
        ("z.warc.gz", 0, 10, "No such file"),
        ("../x.warc.gz", 0, 10, "no name"),
        ("x.warc.gz", 0, 1 << 40, "no name or length"),
    ]:
        with pytest.raises(CaptureError, match=says):
            member(tmp_path, name, offset, length)


def test_replaywebpage_is_found_where_npm_puts_it(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "replaywebpage"
    package.mkdir(parents=True)
    below = tmp_path / "below"
    below.mkdir()
    assert find_replay(None, below) is None
    for name in ("ui.js", "sw.js"):
        (package / name).touch()
    assert find_replay(None, below) == package
    assert find_replay(str(tmp_path), below) == package
    assert find_replay(str(package), below) == package
    with pytest.raises(FileNotFoundError):
        find_replay(str(below), below)


def line(key: str, moment: int, **fields: str) -> str:
    return f"{key} {moment} {json.dumps(fields)}\n"


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(10**13, 10**13 + 9)), max_size=30)
)
def test_the_lines_of_a_key_are_found_in_an_index(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("index") / "x.cdxj"
    path.write_text("".join(sorted(line(f"ca,x)/{k}", m, url="u" * (m % 7)) for k, m in made)))
    for key in "abcdefghz":
        found = [int(row.timestamp) for row in rows_of(path, f"ca,x)/{key}")]
        assert found == sorted(moment for k, moment in made if k == key)


def test_an_articles_pictures_are_those_captured_nearest(tmp_path: Path) -> None:
    members = [gzip.compress(f"WARC/1.1\r\n{n}".encode(), mtime=0) for n in range(4)]
    (tmp_path / "x.warc.gz").write_bytes(b"".join(members))
    rows = [
        ("200", "image/png"),
        ("200", "image/png"),
        ("200", "warc/revisit"),
        ("404", "text/html"),
    ]
    at = 0
    lines = []
    for n, ((status, mime), data) in enumerate(zip(rows, members, strict=True)):
        place = {"offset": str(at), "length": str(len(data)), "filename": "x.warc.gz"}
        lines.append(line("ca,x)/p.png", 20260101000000 + n, status=status, mime=mime, **place))
        at += len(data)
    (tmp_path / "x.cdxj").write_text("".join(lines))
    asked = ["https://x.ca/p.png", "https://x.ca/p.png", "https://x.ca/none.png"]
    assert list(images(tmp_path, asked, "20260101000003")) == [members[1]]
    assert list(images(tmp_path, asked, "20260101000000")) == [members[0]]
    (tmp_path / "x.warc.gz").unlink()
    assert list(images(tmp_path, asked, "20260101000000")) == []


def test_a_capture_that_takes_its_time_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages_of = pytest.importorskip("huffarchive.browse.pages")
    pages = pages_of.Pages("qc", "fr", Path(), None, None)
    told = threading.Event()

    async def row(*_: object) -> dict[str, object]:
        return {"warc_file": "x", "warc_offset": 0, "warc_length": 1}

    def slow(*_: object) -> bytes:
        return b"the record" if told.wait(10) else b"nobody else had a turn"

    monkeypatch.setattr(pages, "_row", row)
    monkeypatch.setattr(pages_of, "info", lambda *_: b"")
    monkeypatch.setattr(pages_of, "exchange", slow)

    async def main() -> bytes:
        request = SimpleNamespace(headers={}, url_vars={"part": "capture"})
        asked = asyncio.ensure_future(pages.capture(request, None))
        await asyncio.sleep(0.01)
        told.set()
        return (await asked).body

    assert asyncio.run(main()) == b"the record"
