"""What stands around the results: dates, order, the picture of months, all values, what was meant."""

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

for needed in ("datasette", "numpy", "sqlite_utils", "snowballstemmer", "rapidfuzz"):
    pytest.importorskip(needed)

from huffarchive.translator import words  # noqa: E402
from tests.browse.served import Served, serving  # noqa: E402
from tests.exports import synthetic  # noqa: E402

DATES = ["2012-03-01", "2012-03-31T23:00:00-04:00", "2012-04-01", "2013-12-31", "2014-01-01", None]
RECORDS = [
    replace(synthetic.article(n + 1), date_published=day, text=f"mot numéro {n}", headline=f"Titre {n}", authors=[f"Éva N{n}"])
    for n, day in enumerate(DATES)
]  # fmt: skip
RECORDS[0] = replace(RECORDS[0], warnings=["short_text"], text="un incendie")
RECORDS[3] = replace(RECORDS[3], warnings=["short_text", "no_date"], text="des incendies à Québec")
RECORDS[4] = replace(RECORDS[4], warnings=["no_text"], source="wayback", language="en")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("results")
    path = folder / "qc-1.jsonl"
    path.write_bytes(b"".join(record.to_json() for record in RECORDS))
    with serving(folder, [path], "en", known=lambda: (8, 6)) as found:
        yield found


def titles(page: str) -> list[int]:
    return [int(n) for n in re.findall(r"Titre (\d+)</a>", page)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [4, 3, 2, 1, 0, 5]),
        ("sort=old", [0, 1, 2, 3, 4, 5]),
        ("sort=doubts", [4, 3, 0]),
        ("sort=nonsense", [4, 3, 2, 1, 0, 5]),
        ("from=2012-03-31&to=2012-04-01", [2, 1]),
        ("from=2013", [4, 3]),
        ("to=2012-03", [1, 0]),
        ("to=2012", [2, 1, 0]),
        ("from=2012-03-02&sort=old&q=mot", [1, 2, 4]),
        ("from=2013&to=2012", [3, 2, 1, 0]),
        ("from=12/2013", [4, 3]),
        ("from=31/12/2013&to=31/12/2013", [3]),
        ("from=avril+2012&to=may+2012", [2]),
        ("from=2014-01-02", []),
        ("q=incendie&sort=new", [3, 0]),
        ("q=incendie&sort=old", [0, 3]),
        ("warning=no_text", [4]),
        ("source=wayback", [4]),
        ("language=en", [4]),
        ("layout=archive&year=2013", [3]),
    ],
)
def test_dates_order_and_facets(served: Served, query: str, found: list[int]) -> None:
    page = served.get(f"/?{query}").text
    assert titles(page) == found
    taken = served.get(f"/download.jsonl?{query}").text
    assert [int(n) for n in re.findall(r"Titre (\d+)", taken)] == found
    if found:
        said = re.search('role="status">([^<]+)', page)
        assert said and said[1] == f"{len(found)} article{'s' * (len(found) > 1)}"


@pytest.mark.parametrize("asked", ["from=", "q=year:"])
@pytest.mark.parametrize("day", ["tomorrow", "2013-13-45", "31/02/2013", "0000", "²013"])
def test_a_date_that_is_none_is_said_and_takes_nothing_away_unasked(
    served: Served, day: str, asked: str
) -> None:
    page = served.get(f"/?{asked}{day}").text
    assert words("browse", "en")["ignored_date"] in unescape(page)
    assert titles(page) == [4, 3, 2, 1, 0, 5]
    taken = served.get(f"/download.jsonl?{asked}{day}")
    assert (taken.status_code, taken.text) == (400, words("browse", "en")["ignored_date"] + "\n")


def test_days_stand_whole_in_the_form_whatever_was_typed(served: Served) -> None:
    page = served.get("/?from=mai+2012&to=2013").text
    assert 'name="from" type="date" value="2012-05-01"' in page
    assert 'name="to" type="date" value="2013-12-31"' in page


@pytest.mark.parametrize(
    "named",
    [RECORDS[2].id, RECORDS[2].url, f" {RECORDS[2].url}?x=1#top", RECORDS[2].url.removeprefix("https://"),
     f"https://web.archive.org/web/20140101000000/{RECORDS[2].url}"],
)  # fmt: skip
def test_an_article_is_found_by_its_id_and_its_address(served: Served, named: str) -> None:
    page = served.get(f"/?q={quote(named)}").text
    assert titles(page) == [2]
    assert "ignored" not in page
    taken = served.get(f"/download.jsonl?q={quote(named)}").text
    assert re.findall(r"Titre (\d+)", taken) == ["2"]


def test_an_id_that_is_not_here_is_said(served: Served) -> None:
    page = served.get("/?q=qc:n:404").text
    assert titles(page) == []
    assert words("browse", "en")["ignored_article"] in page


def test_the_picture_counts_months_and_each_is_a_link(served: Served) -> None:
    page = served.get("/").text
    bars = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">', page)
    assert [said.replace("\u00a0", " ") for _, said in bars] == [
        "March 2012: 2",
        "April 2012: 1",
        "December 2013: 1",
        "January 2014: 1",
    ]
    assert titles(served.get(bars[0][0].replace("&amp;", "&")).text) == [1, 0]
    chosen = served.get("/?year=2013").text
    assert len(re.findall(r'<rect class="out"', chosen)) == 3
    assert len(re.findall(r'<rect class="in"', chosen)) == 1


def test_what_was_found_is_marked_in_the_headline_too(served: Served) -> None:
    assert served.get("/?q=titres").text.count("<mark>Titre</mark> 4</a>") == 1
    assert served.get('/?q="titre"').text.count("<mark>Titre</mark> 4</a>") == 1
    assert "<mark>" not in served.get("/").text


def test_the_picture_says_how_many_its_highest_bar_is(served: Served) -> None:
    assert "March 2012 – January 2014, 2 at most" in served.get("/").text.replace("\u00a0", " ")


def test_the_page_of_what_is_doubtful_says_what_it_is(served: Served) -> None:
    page = served.get("/?sort=doubts").text
    assert "<h1>Articles to check</h1>" in page
    assert "<title>Articles to check – Journal</title>" in page
    assert "Articles to check</h1>" not in served.get("/?sort=new").text


def test_of_several_pages_it_says_which_part_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "qc-1.jsonl"
    path.write_bytes(b"".join(synthetic.article(n).to_json() for n in range(21)))
    with serving(tmp_path, [path]) as served:
        assert "1–20 sur 21 articles<" in served.get("/").text
        assert "21–21 sur 21 articles<" in served.get("/?page=2").text


def test_the_first_page_says_what_this_is(served: Served) -> None:
    page = served.get("/").text
    says = "Archive of the articles of Journal: 6 articles, from 1 March 2012 to 1 January 2014."
    assert says in page
    assert "Of 8 pages of articles known, 6 are saved (75.0%)." in page
    assert says not in served.get("/?q=mot").text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("insendie", "incendie"),
        ("incendei", "incendie"),
        ("titre insendie", "titre incendie"),
        ("numéro insendie", ""),
        ("quebek", "Québec"),
        ("incendie", ""),
        ("xyzzy", ""),
        ("auteurs:insendie", ""),
        ("autour:N0 insendie", ""),
        ("auteur:N0 insendie", "auteur:N0 incendie"),
        ("author:N4 insendie", ""),  # that article has no such word
        ("insendie NOT absent", "incendie NOT absent"),
        ("insendie -mots", "incendie -mots"),
        ("NUMERA NEAR numéro", ""),
        ("insendie&year=2014", ""),
    ],
)
def test_what_may_have_been_meant(served: Served, typed: str, meant: str) -> None:
    page = served.get(f"/?q={typed}").text
    assert re.findall(r'Did you mean: <a href="[^"]+">([^<]+)</a>', page) == (
        [meant] if meant else []
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("absent ou incendie", "joins"),
        ("absent or incendie", "joins"),
        ("absent | incendie", "joins"),
        ("absent|incendie", "joins"),
        ("rubrique:Sport", "field"),
        ("sous-titre:Sport", "field"),
        ("mot section:Sport", "field"),
        ("agence:Personne", ""),
        ("mot année:1999", ""),
        ("absent", ""),
        ("auteur:Personne", ""),
        ("absent OU vide", ""),
        ("https://x.ca/absent", ""),
        ("12:30", ""),
        ("mot " * 499 + "mot", ""),
        ("mot " * 499 + "absentement", "cut"),
        ("a" * 1999, ""),
        ("a" * 2001, "cut"),
    ],
)
def test_what_finds_nothing_is_told_why(served: Served, typed: str, says: str) -> None:
    page = served.get("/?" + urlencode({"q": typed})).text
    told = {
        name: words("browse", "en")[f"ignored_{name}"][:20] for name in ("joins", "field", "cut")
    }
    assert [name for name, text in told.items() if text in page] == ([says] if says else [])
    assert "maxlength" not in page
    if says == "cut" and " " in typed:
        assert "absente" not in page  # not cut within a word
        assert titles(page)


@pytest.mark.parametrize(
    ("query", "advice"),
    [("q=absent", "other"), ("q=absent+mot", "fewer"), ("q=absent&year=2013", "fewer"),
     ("q=absent&from=2013", "fewer"), ("q=incendei", None)],
)  # fmt: skip
def test_what_finds_nothing_says_what_to_do(served: Served, query: str, advice: str | None) -> None:
    page = unescape(served.get(f"/?{query}").text)
    said = words("browse", "en")
    assert said["nothing"] in page
    assert [name for name in ("fewer", "other") if said[name] in page] == (
        [advice] if advice else []
    )


def test_all_values_of_a_facet_are_there_and_can_be_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "qc-1.jsonl"
    many = [replace(synthetic.article(n), authors=[f"Éva N{n}"]) for n in range(40)]
    path.write_bytes(b"".join(record.to_json() for record in many))
    with serving(tmp_path, [path]) as served:
        page = served.get("/").text
        assert ">28\u00a0de plus<" in page.replace(" de plus", "\u00a0de plus")
        names = Counter(re.findall(r">Éva N(\d+)</a>", served.get("/values/author").text))
        assert len(names) == 40
        assert re.findall(r">Éva N(\d+)</a>", served.get("/values/author?like=n37").text) == ["37"]
        assert "/?author=" in served.get("/values/author?like=EVA").text


def test_a_facet_counts_what_its_links_find(tmp_path: Path) -> None:
    def some(of: tuple[str, str], at: int) -> list[str]:
        return [each for bit, each in zip((1, 2), of, strict=True) if (at + 1) & bit]

    path = tmp_path / "qc-1.jsonl"
    rows = [
        replace(
            each, authors=some(("Éva N1", "Éva N2"), at), warnings=some(("no_date", "no_text"), at)
        )
        for at, each in enumerate(RECORDS)
    ]
    path.write_bytes(b"".join(record.to_json() for record in rows))
    with serving(tmp_path, [path], "en") as served:
        for query in ("", "warning=no_date", "author=%C3%89va+N1", "year=2012&q=mot"):
            for page in ("/", "/values/warning", "/values/author"):
                said = re.findall(
                    r'<a href="(/\?[^"]+)"[^>]*>[^<]+</a> <span class="count">(\d+)',
                    served.get(f"{page}?{query}").text,
                )
                assert said
                for address, count in said:
                    assert len(titles(served.get(unescape(address)).text)) == int(count), address


@pytest.mark.parametrize(
    ("article", "query", "before", "after"),
    [
        (5, "sort=doubts", None, 4),
        (4, "sort=doubts", 5, 1),
        (1, "sort=doubts", 4, None),
        (2, "sort=doubts", None, None),
        (3, "sort=old&year=2012", 2, None),
        (3, "q=mot", None, None),
        (3, "", None, None),
    ],
)
def test_from_article_to_article_as_they_are_sorted(
    served: Served, article: int, query: str, before: int | None, after: int | None
) -> None:
    page = served.get(f"/article/qc:n:{article}?{query}").text
    links = {
        rel: int(n)
        for n, rel in re.findall(r'href="/article/qc%3An%3A(\d+)[^"]*" rel="(\w+)"', page)
    }
    assert links == {k: v for k, v in (("prev", before), ("next", after)) if v}
    assert ("no paragraph" in page) == (article == 5)
