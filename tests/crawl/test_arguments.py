"""Which page a line of a URL list names."""

import glob
from pathlib import Path

import pytest

from huffarchive.crawl.arguments import CrawlArguments, anywhere, project_folder
from huffarchive.editions.huffpost_qc import HUFFPOST_QC

URL = "https://quebec.huffingtonpost.ca/2012/05/04/x_n_1480236.html"
OTHER = "https://quebec.huffingtonpost.ca/2012/05/04/x_n_2.html"


@pytest.mark.parametrize(
    ("line", "url"),
    [
        (URL, URL),
        (f"{URL}\t2012, mai", URL),
        (f"{URL},2012", URL),
        (f"{URL};2012", URL),
        (f"{URL},{OTHER}", URL),
        (f'"{URL}","Un titre, long"', URL),
        (
            "https://quebec.huffingtonpost.ca/news/alep/,12",
            "https://quebec.huffingtonpost.ca/news/alep/",
        ),
        # Commas that belong to the address.
        ("https://quebec.huffingtonpost.ca/news/a,b/",) * 2,
        ("https://quebec.huffingtonpost.ca/2012/05/04/x,y_n_1480236.html",) * 2,
    ],
)
@pytest.mark.parametrize("head", ["", "URL\n", "url,title\n", "url;titre\n"])
def test_the_first_column_of_a_table_counts(head: str, line: str, url: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(f"\ufeff{head}{line}\n", "utf-8")
    found, *more = CrawlArguments.parse(HUFFPOST_QC, {"urls": str(path)}).listed()
    assert not isinstance(found, str), found
    assert found.url == url
    # A line that no head makes a table's names each address on it.
    assert [getattr(a, "url", a) for a in more] == ([OTHER] if OTHER in line and not head else [])


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("urls", "list.txt", "{here}/list.txt"),
        ("urls", "../a b/list.txt", "{here}/../a b/list.txt"),
        ("urls", "/l/list.txt", "/l/list.txt"),
        ("urls", "-", "-"),
        ("files", "x/*.warc.gz, /y/z.wacz", "{glob}/x/*.warc.gz,/y/z.wacz"),
        ("source", "list,mine.cdxj,sitemap", "list,{glob}/mine.cdxj,sitemap"),
        ("source", "live,wayback", "live,wayback"),
        ("site", "http://m.lan", "http://m.lan"),
        ("HUFFARCHIVE_CA_FILE", "ca.pem", "{here}/ca.pem"),
        ("HUFFARCHIVE_LOG_JSON", "-", "-"),
        ("HUFFARCHIVE_LOG_JSON", "log.json", "{here}/log.json"),
        ("HUFFARCHIVE_METRICS_FILE", "m.prom", "{here}/m.prom"),
        ("HUFFARCHIVE_CACHE_DIR", "cache", "{here}/cache"),
        ("HUFFARCHIVE_OUTPUT_DIR", "out", "{project}/out"),
        ("HUFFARCHIVE_WARC_DIR", "/w", "/w"),
        ("HUFFARCHIVE_WORKERS", "0", "0"),
    ],
)
def test_what_names_a_file_names_it_from_any_folder(
    name: str, given: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here := tmp_path / "a [folder]").mkdir()
    monkeypatch.chdir(here)
    kept = kept.format(here=here, glob=glob.escape(str(here)), project=project_folder())
    assert anywhere(name, given) == kept
    assert anywhere(name, kept) == kept
