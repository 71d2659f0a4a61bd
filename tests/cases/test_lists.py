"""Lists of addresses as their owners' programs write them."""

import io
from itertools import product
from pathlib import Path

import pytest

from huffarchive.crawl import arguments
from huffarchive.crawl.arguments import CrawlArguments, lines
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.urls import Address
from tests.cases.kit import ADDRESS, HERE

ENDS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
FORMS = {
    "utf-8": "utf-8",
    "with a mark": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-be": None,
    "utf-16 without a mark": "utf-16-le",
    "utf-16-be without a mark": "utf-16-be",
    "utf-32": "utf-32",
    "utf-32 without a mark": "utf-32-le",
    "utf-32-be without a mark": "utf-32-be",
}


def listed(path: Path, data: bytes) -> tuple[list[str], list[str]]:
    """The numbers of the articles that a list names, and what is said of its other lines."""
    path.write_bytes(data)
    found = [*CrawlArguments.parse(HUFFPOST_QC, {"urls": str(path)}).listed()]
    return (
        [a.key.id for a in found if isinstance(a, Address)],
        [said for said in found if isinstance(said, str)],
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_every_line_end(end: str, form: str, tmp_path: Path) -> None:
    text = end.join(ADDRESS.format(n) for n in range(1, 6))
    for tail in ("", end, end * 2):
        data = (
            b"\xfe\xff" + (text + tail).encode("utf-16-be")
            if form == "utf-16-be"
            else (text + tail).encode(FORMS[form] or "")
        )
        assert listed(tmp_path / "x", data) == ([*"12345"], [])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_lines_are_the_same_however_they_are_read(size: int, monkeypatch) -> None:
    monkeypatch.setattr(arguments, "_PIECE", size)
    for ends in product(ENDS, repeat=3):
        text = "".join(f"é{n}{end}" for n, end in enumerate(ends)) + "last"
        assert [*lines(io.BytesIO(text.encode()))] == text.splitlines()
    assert [*lines(io.BytesIO(b"a\r\n\r\nb\n\nc"))] == ["a", "", "b", "", "c"]
    assert [*lines(io.BytesIO(b""))] == []


A, B, C = (ADDRESS.format(n) for n in (1, 2, 3))


@pytest.mark.parametrize(
    "line",
    [
        f"{A} {B} {C}", f"{A},{B},{C}", f"{A}, {B}; {C}", f"{A}\t{B}\t{C}", f'"{A}","{B}","{C}"',
        f"u={A} u={B} u={C}", f"1:{A} 2:{B} url:{C}", f"{A}{B}{C}", f"{A}\0{B}\0{C}",
        f"«{A}» “{B}” „{C}“", f"`{A}` ‘{B}’ \ufeff{C}", f"\ufeff{A}\u200b\u200b{B} \ufeff{C}",
        f'{{"url":"{A}"}},{{"url":"{B}"}},{{"url":"{C}"}}', f'<a href="{A}">{B}</a>{C}',
        f"<{A}> <{B}> <{C}>", f"{A}|{B}|{C}", f"1. {A} 2. {B} (3) {C}", f'["{A}", "{B}", "{C}"]',
    ],
)  # fmt: skip
def test_several_addresses_on_a_line(line: str, tmp_path: Path) -> None:
    assert listed(tmp_path / "x", line.encode())[0] == ["1", "2", "3"]


COPIES = [
    '<ul><li><a href="{}">t</a></li></ul>', "<a href='{}' class=x>t</a>", "<a href={}>t</a>",
    '<DT><A HREF="{}" ADD_DATE="1">t</A>', "<url><loc>{}</loc></url>", "- [titre (a)]({}) : bon",
    '[1]: {} "titre"', "| {} | 1 |", "Voir {}.", "(voir {})", "**{}**", "_{}_", "['{}']", "* <{}>",
    "t VALUES (1,'{}');", "{} -> ok", '=HYPERLINK("{}";"x")', '"url": "{}",', "« {} »",
    "ca,huffingtonpost,quebec)/x 20150101000000 {} text/html 200 AAA - - 1 2 f.warc.gz", "{}\\par x",
]  # fmt: skip


@pytest.mark.parametrize("copy", COPIES)
def test_an_address_ends_where_something_else_begins(copy: str, tmp_path: Path) -> None:
    """What is asked for is the address as it was meant, and nothing of what it was copied from."""
    (tmp_path / "x").write_text("\n".join(copy.format(url) for url in (A, B, C)))
    found = CrawlArguments.parse(HUFFPOST_QC, {"urls": str(tmp_path / "x")}).listed()
    assert [a.url if isinstance(a, Address) else a for a in found] == [A, B, C]


def test_what_is_odd_in_a_copy(tmp_path: Path) -> None:
    for data in (
        f'["{A}", "{B}"]'.replace("/", "\\/").encode(),  # JSON of PHP
        f"{A[5:]}, {B[7:].upper()}\nhttp://elsewhere.example/?u={C[7:]}".encode(),  # no scheme
        f'"{A[7:]}"\t1\n{B[7:]}'.encode(),
        f"{A}\x85{B}".encode("latin-1"),  # an ellipsis of Windows, or a line's end
    ):
        assert listed(tmp_path / "x", data)[0] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "numbers", "said"),
    [
        (f"url,title\n{A},{B}\n{C},x", ["1", "3"], 0),  # a table: its first column
        (f"url\ttitle\n{A}\t{B}\n{C}\tx", ["1", "3"], 0),
        (f"{A}\tLa neige\n{B}\tLe vent", ["1", "2"], 0),
        (f"{A},La neige\n{B};Le vent", ["1", "2"], 0),
        (f"{A} La neige", ["1"], 0),
        (f"{A} http://elsewhere.example/x_n_9.html", ["1"], 1),
        (f"nothing\n\n# {B}\n{A}\nhttp://elsewhere.example/", ["1"], 2),
        (f"http://quebec.huffingtonpost.ca/{A}", ["1"], 0),  # an address in an address
        (f"http://quebec.huffingtonpost.ca/a,b;c/x_b_7.html {A}", ["7", "1"], 0),
        ("x" * 3_000_000 + "\n" + A, ["1"], None),
        ("\x00\x01\n" + A, ["1"], 1),
    ],
)
def test_what_a_line_names(text: str, numbers: list[str], said: int | None, tmp_path: Path) -> None:
    found, other = listed(tmp_path / "x", text.encode())
    assert found == numbers
    assert said is None or len(other) == said
    assert said != 0 or not other


def test_an_address_in_a_long_line_is_not_cut(tmp_path: Path, monkeypatch) -> None:
    """Half of one may name another page."""
    monkeypatch.setattr(arguments, "_PIECE", 1000)
    monkeypatch.setattr(arguments, "_LONGEST", 4000)
    text = ",".join(ADDRESS.format(n) for n in range(1, 2000))
    assert listed(tmp_path / "x", text.encode()) == ([str(n) for n in range(1, 2000)], [])


def test_a_list_with_cr_between_its_addresses() -> None:
    found = CrawlArguments.parse(HUFFPOST_QC, {"urls": str(HERE / "15-list-cr-only.txt")}).listed()
    assert [a.key.id for a in found] == ["6001", "6002", "6003", "6004", "6005"]
