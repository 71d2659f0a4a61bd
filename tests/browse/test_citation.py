"""References, read by other libraries than those that write them; and what is taken away."""

import gzip
import io
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

for needed in ("datasette", "numpy", "sqlite_utils", "bibtexparser", "rispy"):
    pytest.importorskip(needed)


from huffarchive.article import Article, Image  # noqa: E402
from huffarchive.browse import citation  # noqa: E402
from huffarchive.browse.article import exchange, info  # noqa: E402
from huffarchive.translator import Translator  # noqa: E402
from tests.browse.served import Served, serving  # noqa: E402
from tests.exports import synthetic  # noqa: E402

ODD = 'L’été à 100 % & « $5 » _x_ #1 ~ ^ \\ accolade } seule {ou} deux — œuvre\n "q"'
TITLE = " ".join(ODD.split())
CASES: dict[str, dict[str, object]] = {
    "odd words": {"headline": ODD, "authors": ["Éva Roy", "Jean de La Fontaine", "Ève & {fils}"]},
    "odd names": {
        "headline": "Grève à Notre\u2011Dame : l'« essai » d'\"août\"",
        "authors": [
            "Kevin D'Astous",
            "Anne\u2011Marie Roy",
            'Jo "Le Roi" Côté',
            "Roy & Fils",
            "{X} Y",
            "de Gaulle",
            "Éva and Co Ltd",
            "Roy, Jean",
            "Q.Larocque",
            "and Roy",
        ],
    },
    "two authors": {"authors": ["Lia Roy", "Zoé Côté-d’Or"]},
    "agency": {"authors": [], "agency": "AFP", "is_wire": True},
    "nobody": {"authors": [], "agency": None},
    "no date": {"date_published": None, "captured_at": None},
    "a day alone": {"date_published": "2013-05-01"},
    "a month alone": {"date_published": "2013-05"},
    "a year alone": {"date_published": "2013"},
    "a blog": {"kind": "blog", "language": None, "headline": None, "section": None},
    "wayback": {"source": "wayback", "canonical_url": "https://x.ca/a_{b}%7D_n_1.html?c=d&e"},
}


def made(**changes: object) -> Article:
    return replace(synthetic.article(7), **changes)


def item(case: str, *, invented: bool = False) -> dict:
    return citation.csl(
        json.loads(made(**CASES[case]).to_json()), "HuffPost Québec", invented=invented
    )


def plain(latex: str) -> str:
    """What LaTeX prints."""
    for written, char in (("textbackslash", "\\"), ("textbraceleft", "\0"), ("textbraceright", "\1"),
                          ("textasciitilde", "~"), ("textasciicircum", "^")):  # fmt: skip
        latex = latex.replace(f"\\{written}{{}}", char)
    text = re.sub(r"\\([&%$#_])", r"\1", latex).replace("{", "").replace("}", "")
    return text.replace("\0", "{").replace("\1", "}")


@pytest.mark.parametrize("case", CASES)
def test_bibtex_is_read_by_another_library(case: str) -> None:
    database = pytest.importorskip("pybtex.database")
    wanted = item(case)
    (entry,) = database.parse_string(citation.write([wanted], "bib"), "bibtex").entries.values()
    assert (entry.type, entry.key) == ("misc", "qc-n-7")
    assert plain(entry.fields["title"]) == wanted["title"]
    names = [
        ({"literal": plain(person.last_names[0])} if not person.first_names
         else {"family": plain(" ".join(person.prelast_names + person.last_names)),
               "given": plain(" ".join(person.first_names + person.middle_names))})
        for person in entry.persons.get("author", [])
    ]  # fmt: skip
    assert names == wanted.get("author", [])
    issued = wanted.get("issued", {"date-parts": [[]]})["date-parts"][0]
    assert entry.fields.get("date", "") == "-".join(f"{part:02}" for part in issued)
    assert entry.fields.get("year", "") == "".join(map(str, issued[:1]))
    assert plain(entry.fields["url"]) == wanted["URL"].replace("{", "%7B").replace("}", "%7D")
    assert wanted["archive_location"] in plain(entry.fields["note"])
    assert made().payload_sha256 in entry.fields["note"]


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_ris_is_read_by_another_library(tmp_path: Path) -> None:
    gris = pytest.importorskip("gris")
    items = [item(case) for case in CASES]
    text = citation.write(items, "ris")
    (tmp_path / "x.ris").write_text(text, "utf-8")
    read = gris.read_ris(str(tmp_path / "x.ris"))
    assert len(read) == len(items)
    for found, wanted in zip(read, items, strict=True):
        assert [found["TI"], found["UR"], found["ID"]] == [
            wanted["title"], wanted["URL"], wanted["id"]
        ]  # fmt: skip
        assert found["TY"] == ("BLOG" if wanted["type"] == "post-weblog" else "NEWS")
        names = [
            n.get("literal") or f"{n['family']}, {n['given']}" for n in wanted.get("author", [])
        ]
        assert [
            " ".join(n.split())
            for n in [found.get("AU", [])]
            for n in ([n] if isinstance(n, str) else n)
        ] == names
    # The format: every line a tag, TY first and ER last, nothing between references.
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.splitlines() if line)


def test_csl_is_set_by_a_citation_processor() -> None:
    citeproc = pytest.importorskip("citeproc")
    source = pytest.importorskip("citeproc.source.json")
    items = json.loads(citation.write([item(case) for case in CASES], "json"))
    assert [each["title"] for each in items][:1] == [TITLE]
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    setter = citeproc.CitationStylesBibliography(
        style, source.CiteProcJSON(items), citeproc.formatter.plain
    )
    for each in items:
        setter.register(citeproc.Citation([citeproc.CitationItem(each["id"])]))


def test_a_line_says_who_what_when_and_where_it_can_be_checked() -> None:
    french, english = Translator("fr", "browse"), Translator("en", "browse")
    where = (
        "(capturé le 2 janvier 2026, WARC\u00a0: qc-20260102030405-00001.warc.gz, position 7000, longueur 900, sha256:"
        + "0" * 64
        + ")."
    )
    assert citation.line(item("a day alone"), french) == (
        "La Presse Canadienne, «\u00a0Titre numéro 7, version 0\u00a0», HuffPost Québec, 1er mai 2013, "
        f"https://www.huffpost.com/archive/qc/entry/titre_n_7 {where}"
    )
    says = citation.line(item("odd words", invented=True), english)
    assert says.startswith(
        f"Éva Roy, Jean de La Fontaine, Ève & {{fils}}, “[Échantillon inventé] {TITLE}”"
    )
    assert "captured 2 January 2026" in says
    assert ", May 2013, " in citation.line(item("a month alone"), english).replace("\u00a0", " ")
    assert ", 2013, https" in citation.line(item("a year alone"), french)
    assert "DA  - 2013/05//\n" in citation.write([item("a month alone")], "ris")
    says = citation.line(item("no date"), english)
    assert ", undated, " in says
    assert "captured" not in says
    assert "Wayback Machine" in citation.line(item("wayback"), english)


class Page(HTMLParser):
    """What a page says of its article, and where its marks and changes are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: list[tuple[str, str]] = []
        self.inside: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.linked: dict = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        if tag == "meta":
            self.meta.append((found.get("name") or found.get("property"), found.get("content")))
        elif tag not in ("link", "input"):
            self.inside.append("json" if found.get("type") == "application/ld+json" else tag)

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside[-1:] == ["json"]:
            self.linked = json.loads(data)
        for tag in set(self.inside):
            self.texts.setdefault(tag, []).append(data)


RECORDS = [
    made(**CASES["odd words"], id="qc:n:1", text="Des incendies.\n\nIl neige </script>.", images=[
        Image("https://img.example/1.jpg", "Une rue", "AFP"), Image("https://img.example/2.jpg", None, None)]),
    made(id="qc:n:1", captured_at="2026-02-02T03:04:05+00:00", previous_id="<urn:uuid:7-0>",
         headline="L'incendie", paragraphs=["Un.", "Deux incendies.", "Il neige.", "Quatre.", "Cinq."],
         text="Un.\n\nDeux incendies.\n\nIl neige.\n\nQuatre.\n\nCinq.", dek="Neige d'avril"),
    made(id="qc:n:2", **CASES["a blog"]),
    made(id="qc:n:3", text="Rien.", is_wire=None),
]  # fmt: skip
RECORDS[0] = replace(RECORDS[0], paragraphs=RECORDS[0].text.split("\n\n"))


INFO = gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\nbase: x\r\n\r\n\r\n", mtime=0)


@contextmanager
def room(folder: Path, records: list[Article] = RECORDS, **options: object):
    path = folder / "qc-1.jsonl"
    members = [gzip.compress(b"WARC/1.1\r\n" + each.id.encode(), mtime=0) for each in records]
    (folder / "x.warc.gz").write_bytes(b"".join([INFO, *members]))
    at, lines = len(INFO), []
    for each, data in zip(records, members, strict=True):
        lines.append(
            replace(each, warc_file="x.warc.gz", warc_offset=at, warc_length=len(data)).to_json()
        )
        at += len(data)
    path.write_bytes(b"".join(lines))
    with serving(folder, [path], **options) as served:
        yield served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    with room(tmp_path_factory.mktemp("cited")) as found:
        yield found


def test_an_article_says_what_zotero_reads(served: Served) -> None:
    page = Page(served.get("/article/qc:n:2").text)
    meta = dict(page.meta)
    assert meta["z:itemType"] == "blogPost"
    assert meta["citation_title"] == "[Untitled]"
    assert meta["citation_publication_date"] == "2019/01/01"
    assert meta["og:site_name"] == meta["prism.publicationName"] == "Journal"
    assert page.linked["@type"] == "BlogPosting"
    assert page.linked["author"][0]["@type"] == "NewsMediaOrganization"


def test_what_zotero_reads_is_the_reference_whatever_stands_in_it(tmp_path: Path) -> None:
    """Highwire's fields and JSON-LD, read by other parsers than what writes them."""
    days = [case for case in CASES if case not in {"a month alone", "a year alone"}]
    records = [made(**CASES[case], id=f"qc:n:{at}") for at, case in enumerate(days)]
    with room(tmp_path, records) as served:
        pages = [Page(served.get(f"/article/{each.id}").text) for each in records]
    for each, page in zip(records, pages, strict=True):
        wanted = citation.csl(json.loads(each.to_json()), "Journal")
        names = [
            n.get("literal") or f"{n['given']} {n['family']}" for n in wanted.get("author", [])
        ]
        said = {name: [v for n, v in page.meta if n == name] for name, _ in page.meta if name}
        assert said["citation_title"] == [wanted["title"]] == [page.linked["headline"]]
        assert said.get("citation_author", []) == names
        assert [n["name"] for n in page.linked.get("author", [])] == names
        day = (each.date_published or "")[:10]
        assert said.get("citation_publication_date", [""]) == [day.replace("-", "/")]
        assert page.linked.get("datePublished", "")[:10] == day
        assert said["citation_public_url"] == [wanted["URL"]] == [page.linked["url"]]
        assert len(said["citation_publisher"]) == len(said["z:itemType"]) == 1


def test_what_a_search_found_is_marked_in_headline_dek_and_text(served: Served) -> None:
    def marks(query: str) -> list[str]:
        return Page(served.get(f"/article/qc:n:1?q={query}").text).texts.get("mark", [])

    assert marks("incendies") == ["incendie", "incendies"]
    assert marks('"neige" incendie') == ["incendie", "Neige", "incendies", "neige"]
    assert marks("nei*") == ["Neige", "neige"]
    assert marks("absent") == marks("") == marks("-neige") == []
    page = Page(served.get("/article/qc:n:1?q=neige").text)
    assert "".join(page.texts["p"]).count("Deux incendies.") == 2  # the text, and the change


def test_a_change_stands_in_its_context(served: Served) -> None:
    page = Page(served.get("/article/qc:n:1").text)
    assert "Un." in page.texts["ins"]
    assert any("</script>" in text for text in page.texts["del"])


@pytest.mark.parametrize("form", ["bib", "ris", "json"])
def test_an_articles_reference_can_be_had(served: Served, form: str) -> None:
    answer = served.get(f"/cite/qc:n:3.{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == citation.TYPES[form]
    assert answer.headers["content-disposition"] == f'attachment; filename="qc-n-3.{form}"'
    record = json.loads(replace(RECORDS[3], warc_file="x.warc.gz").to_json())
    assert citation.csl(record, "Journal")["title"] in answer.text
    assert served.get(f"/cite/qc:n:9.{form}").status_code == 404


def test_what_a_search_found_is_taken_away_whole(served: Served, tmp_path: Path) -> None:
    lines = (served.folder / "qc-1.jsonl").read_bytes().splitlines(keepends=True)
    latest = {json.loads(line)["id"]: line for line in lines}
    taken = served.get("/download.jsonl").content
    assert sorted(taken.splitlines(keepends=True)) == sorted(latest.values())
    assert json.loads(served.get("/download.jsonl?q=incendie").content)["id"] == "qc:n:1"
    warc = served.get("/download.warc.gz?q=incendie").content
    row = json.loads(latest["qc:n:1"])
    start = row["warc_offset"]
    whole = (served.folder / "x.warc.gz").read_bytes()
    assert warc == INFO + whole[start : start + row["warc_length"]]
    assert served.get("/capture/qc:n:1.warc.gz").content == warc
    assert served.get("/download.warc.gz").content.count(INFO) == 1
    assert [
        len(json.loads(served.get(f"/download.json{q}").content))
        for q in ("", "?q=absent", "?q=neige")
    ] == [3, 0, 2]
    assert served.get("/download.ris").text.count("TY  - ") == 3
    assert served.get("/download.csv").text.startswith("\ufeffschema_version,id,")


def test_a_capture_goes_with_what_is_concurrent_to_it(tmp_path: Path) -> None:
    def packed(*fields: str) -> bytes:
        return gzip.compress("\r\n".join(["WARC/1.1", *fields, "", "x"]).encode(), mtime=0)

    main = packed("WARC-Type: response", "WARC-Record-ID: <a>")
    beside = [
        packed("WARC-Type: request", "WARC-Concurrent-To: <a>"),
        packed("warc-concurrent-to:<a>"),
    ]
    after = [packed("WARC-Record-ID: <b>"), packed("WARC-Concurrent-To: <b>")]
    path = tmp_path / "x.warc.gz"
    pointer = (path.name, len(INFO), len(main))
    for rest, wanted in [
        ([*beside, *after], beside), (beside, beside), (after, []), ([], []),
        ([beside[0], beside[1][:-3]], beside[:1]), ([b"no gzip", *beside], []),
    ]:  # fmt: skip
        path.write_bytes(b"".join([INFO, main, *rest]))
        assert exchange(tmp_path, *pointer) == b"".join([main, *wanted])
        assert info(tmp_path, path.name) == INFO
    path.write_bytes(main)
    assert info(tmp_path, path.name) == info(tmp_path, "none") == b""


@pytest.mark.parametrize("damage", ["all of it", "its checksum", "within it"])
def test_a_damaged_capture_breaks_a_download_off_with_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    sent = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    with room(tmp_path) as served:
        path = tmp_path / "x.warc.gz"
        row = json.loads((tmp_path / "qc-1.jsonl").read_bytes().splitlines()[2])
        whole = bytearray(path.read_bytes())
        start, end = row["warc_offset"], row["warc_offset"] + row["warc_length"]
        at = {"all of it": start, "its checksum": end - 8, "within it": start + 14}[damage]
        whole[at : min(at + 8, end)] = b"\xff" * min(8, end - at)
        path.write_bytes(whole)
        assert served.get("/capture/qc%3An%3A2.warc.gz").status_code == 404
        assert "/capture/qc:n:2.warc.gz: x.warc.gz: no record at" in caplog.text
        caplog.clear()
        scope = {
            "type": "http", "method": "GET", "path": "/download.warc.gz", "query_string": b"", "headers": [(b"host", b"127.0.0.1")],
            "raw_path": b"/download.warc.gz", "scheme": "http", "http_version": "1.1",
        }  # fmt: skip
        from datasette.plugins import pm

        pm.register(served.plugin, "huffarchive-browse")
        try:
            served.loop.run_until_complete(served.client.ds.app()(scope, None, send))
        finally:
            pm.unregister(served.plugin)
    assert all(message.get("more_body", True) for message in sent)
    (said,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert re.search(r"qc:n:2: x\.warc\.gz: no record at \d+; run scrapy verify", said.getMessage())
    assert said.exc_info is None


def test_many_are_one_file_in_every_form(tmp_path: Path) -> None:
    many = [made(id=f"qc:n:{n}", headline=f"=Titre {n}") for n in range(250)]
    with room(tmp_path, many) as served:
        items = json.loads(served.get("/download.json").content)
        assert len({each["id"] for each in items}) == 250
        assert served.get("/download.bib").text.count("@misc{") == 250
        rows = list(
            __import__("csv").DictReader(
                io.StringIO(served.get("/download.csv").text.lstrip("\ufeff"))
            )
        )
        assert {row["headline"] for row in rows} == {f"'=Titre {n}" for n in range(250)}
        gone = served.folder / "x.warc.gz"
        gone.write_bytes(gone.read_bytes()[:-5])
        answer = served.get("/download.warc.gz")
        assert answer.status_code == 404
        assert "La capture n’est pas dans x.warc.gz" in answer.text
        gone.unlink()
        assert served.get("/download.warc.gz").status_code == 404
