"""`scrapy cite`: the latest version of the articles named, from a real archive before the sample."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("bibtexparser")
pytest.importorskip("rispy")

from tests.exports import synthetic
from tests.kit.command import Result, scrapy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cite")
    for name, title, numbers in (("qc", "Vrai", (1, 2)), ("qc-sample", "Faux", (2, 3))):
        (made / "output" / name).mkdir(parents=True)
        rows = [replace(synthetic.article(n), headline=f"{title} {n}") for n in numbers]
        later = replace(
            rows[0], headline=f"{title} plus tard", captured_at="2026-05-01T00:00:00+00:00"
        )
        path = made / "output" / name / f"{name}-20260102030405-00001.jsonl"
        path.write_bytes(b"".join(row.to_json() for row in [later, *rows]))
    return made


def cite(folder: Path, *args: str) -> Result:
    return scrapy(
        "cite",
        *args,
        "-s",
        f"HUFFARCHIVE_OUTPUT_DIR={folder}/output",
        "-s",
        f"HUFFARCHIVE_WARC_DIR={folder}/warc",
    )


def test_articles_are_cited_in_the_order_of_the_arguments(folder: Path) -> None:
    done = cite(
        folder, "qc:n:3", "https://www.huffpost.com/archive/qc/entry/autre_n_2?x=1", "qc:n:1"
    )
    assert done.code == 0, done.err
    titles = [
        line.partition("« ")[2].partition(" »")[0]
        for line in done.out.replace("\u00a0", " ").splitlines()
    ]
    assert titles == ["[Échantillon inventé] Faux 3", "Vrai 2", "Vrai plus tard"]


@pytest.mark.parametrize(
    ("form", "begins"), [("text", "sha256:"), ("bibtex", "@misc{"), ("ris", "TY  - "), ("csl", '"id"')]
)  # fmt: skip
def test_an_article_that_is_named_twice_is_cited_once(folder: Path, form: str, begins: str) -> None:
    address = "https://www.huffpost.com/archive/qc/entry/autre_n_2?x=1"
    done = cite(folder, "qc:n:2", "qc:n:1", "qc:n:2", address, "--format", form)
    assert (done.code, done.out.count(begins)) == (0, 2), done.err
    assert done.out.index("Vrai 2") < done.out.index("Vrai plus tard")


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("qc:n:3", "--format", "bibtex"), 0, "@misc{qc-n-3,"),
        (("qc:n:3", "--format", "ris"), 0, "ID  - qc:n:3"),
        (("qc:n:3", "--format", "csl"), 0, '"id": "qc:n:3"'),
        (("qc:n:3", "--lang", "en"), 0, "captured 2 January 2026"),
        (("qc:n:9",), 2, "qc:n:9: no record of it in an archive here; scrapy status says more"),
        (("x",), 2, "x: no id (qc:n:1480236) and no address of an article; give one"),
        (("https://www.huffpost.com/archive/qc/news/neige",), 2, "no address of an article"),
        ((), 2, "name an article by its id"),
    ],
)  # fmt: skip
def test_what_it_says(folder: Path, args: tuple[str, ...], code: int, says: str) -> None:
    done = cite(folder, *args)
    assert done.code == code
    assert says in (done.err if code else done.out)
    assert "Traceback" not in done.err
