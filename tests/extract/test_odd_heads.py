"""A record whose type or address is none is counted and named, not passed over in silence."""

from pathlib import Path

import pytest

from huffarchive.extract.extract import UnreadAnswersError, articles
from tests.verify.records import URL, Rec, http, ident

TEXT = (
    "<p>Le conseil municipal a adopté lundi soir le budget, après trois heures de débats.</p>" * 6
)
PAGE = f"<html><title>Titre</title><body><article><h1>Titre</h1>{TEXT}</article></body></html>"


def record(kind: str, url: str | None, block: bytes) -> Rec:
    return Rec(
        kind,
        [("WARC-Record-ID", ident()), ("WARC-Date", "2026-01-31T12:00:00Z")]
        + ([("WARC-Target-URI", url)] if url is not None else [])
        + [("Content-Type", "application/http; msgtype=response")]
        + [("Content-Length", str(len(block)))],
        block,
    )


def warc(folder: Path, kind: str, url: str | None) -> Path:
    path = folder / "x.warc.gz"
    path.write_bytes(record(kind, url, http(PAGE.encode())).to_member())
    return path


@pytest.mark.parametrize("kind", ["respons", "response;x", "réponse", "answer", "warcinfos"])
def test_a_type_that_is_none(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UnreadAnswersError, match="1 no type of record"):
        list(articles(warc(tmp_path, kind, URL.format(1)), 0))


@pytest.mark.parametrize(
    "url",
    [None, "", "<>", "http://", "https:", "www.huffpost.com/archive/qc/entry/x_n_1", "/archive/qc/",
     "ht tp://www.huffpost.com/x_n_1", "\x01https://www.huffpost.com/x_n_1", "http://[/x_n_1",
     "https://www.huffpost.com:port/archive/qc/entry/x_n_1"],
)  # fmt: skip
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnreadAnswersError, match="1 no address"):
        list(articles(warc(tmp_path, "response", url), 0))


@pytest.mark.parametrize("url", ["dns:example.org", "ftp://example.org/a", "urn:x:y", "http://a"])
def test_an_address_of_no_article_is_passed_over(tmp_path: Path, url: str) -> None:
    assert list(articles(warc(tmp_path, "response", url), 0)) == []


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("interim", ["", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"])
@pytest.mark.parametrize("begin", ["", "<!DOCTYPE html>\r\n\r\n", "<?xml version='1.0'?>\n\n"])
def test_no_empty_line_ends_the_head(begin: str, interim: str, end: str, tmp_path: Path) -> None:
    """No field of a head begins as a tag does: the page begins there."""
    head = end.join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", "Link:", " <x>"])
    block = f"{interim}{head}{end}{begin}{PAGE}".encode()
    path = tmp_path / "x.warc.gz"
    path.write_bytes(record("response", URL.format(1), block).to_member())
    (made,) = articles(path, 0)
    (sound,) = articles(warc(tmp_path, "response", URL.format(1)), 0)
    assert (made.headline, made.text) == (sound.headline, sound.text) == ("Titre", made.text)
    assert made.word_count > 10


def test_the_page_itself_is_read(tmp_path: Path) -> None:
    (made,) = articles(warc(tmp_path, "response", URL.format(1)), 0)
    assert made.id == "qc:n:1"
