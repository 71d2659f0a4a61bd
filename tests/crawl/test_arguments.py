"""Which page a line of a URL list names."""

from pathlib import Path

import pytest

from huffarchive.crawl.arguments import CrawlArguments
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
