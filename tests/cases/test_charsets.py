"""Pages of others in every charset, whatever they declare."""

import codecs
from itertools import product
from pathlib import Path

from huffarchive.extract.extract import articles
from tests.cases.kit import WORDS, http, packed, page, warc

ENCODED = {
    "utf-8": b"", "utf-8 with a mark": codecs.BOM_UTF8, "cp1252": b"", "latin-1": b"",
    "utf-16-le with a mark": codecs.BOM_UTF16_LE, "utf-16-be with a mark": codecs.BOM_UTF16_BE,
    "utf-16-le": b"", "utf-16-be": b"", "utf-32-le": b"", "utf-32-be": b"",
    "utf-32-le with a mark": codecs.BOM_UTF32_LE, "utf-32-be with a mark": codecs.BOM_UTF32_BE,
}  # fmt: skip


def test_a_page_in_every_charset_has_its_words(tmp_path: Path) -> None:
    """Text of two or four bytes a letter without a mark became an article of nonsense."""
    path, tried, wrong = tmp_path / "x.warc.gz", 0, []
    for name, stated, written in product(
        ENCODED, ("", "own", "none", "utf-8"), ("", "own", "utf-8")
    ):
        charset = name.partition(" ")[0]
        head = f"; charset={stated.replace('own', charset)}" if stated else ""
        meta = f'<meta charset="{written.replace("own", charset)}">' if written else ""
        text = page(1).decode().replace('<meta charset="UTF-8">', meta).replace("«", '"')
        body = ENCODED[name] + text.replace("»", '"').encode(charset)
        path.write_bytes(packed(warc(http(body, kind=f"text/html{head}"), 1)))
        (article,) = articles(path, 0)
        tried += 1
        if WORDS[0] not in article.text:
            wrong.append((name, stated, written, article.text[:40]))
    assert (tried, wrong) == (144, [])
