"""Whatever a page holds, the reader answers, and answers the same again."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.page import Page
from huffarchive.reader import read, read_response, vote
from huffarchive.reader.text import NotTextError
from huffarchive.reading import Caution, ChromeKind, Reading
from tests.kit.examples import examples

_TAGS = st.sampled_from(
    [
        "div",
        "p",
        "span",
        "a",
        "h1",
        "h2",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "blockquote",
        "figure",
        "figcaption",
        "img",
        "br",
        "section",
        "article",
        "main",
        "header",
        "time",
        "script",
        "style",
        "form",
        "button",
        "amp-img",
        "noscript",
        "svg",
        "b",
        "select",
        "textarea",
    ]
)
_CLASSES = st.sampled_from(
    [
        "cli-text",
        "cli",
        "entry__content",
        "headline",
        "dek",
        "cli-image",
        "cli-image__caption",
        "credit",
        "timestamp",
        "vcard",
        "entry_body_text",
        "post-contents",
        "content-list-component",
        "author-card",
        "related",
        "share",
        "slideshow",
        "hidden",
        "updated",
        "byline",
        "wire-partner-component",
        "AFPQC",
        "js-entry-content",
        "entry__byline",
    ]
)
_TEXT = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["Close", "nr-mra/bdx", "Par AFP", "08/12/2015 02:12 EST", "(01 of160)", "\u202eabc", "a\ud800b",
         "Cet article fait partie des archives en ligne du HuffPost Québec, qui a fermé ses portes en 2021.",
         "Un paragraphe tout à fait ordinaire, qui se termine par un point.", "&nbsp;", "<![CDATA[", "\x00"]
    ),
)  # fmt: skip
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["href", "src", "datetime", "title", "style", "rel", "hidden", "alt", "width"]),
    st.one_of(
        _TEXT, st.sampled_from(["http://[", "//", "javascript:x", "data:x", "2012-99-99", "1"])
    ),
    max_size=2,
)


@st.composite
def _markup(draw: Any, depth: int = 4) -> str:
    tag, text = draw(_TAGS), draw(_TEXT)
    names = " ".join(draw(st.lists(_CLASSES, max_size=2)))
    attributes = "".join(f' {k}="{v}"' for k, v in draw(_ATTRIBUTES).items())
    inner = "".join(draw(st.lists(_markup(depth - 1), max_size=3))) if depth else ""
    end = f"</{tag}>" if draw(st.booleans()) or draw(st.booleans()) else ""
    return f'<{tag} class="{names}"{attributes}>{text}{inner}{end}{draw(_TEXT)}'


def _sane(reading: Reading) -> None:
    if reading.text is None:
        return
    flat = json.dumps(asdict(reading.text), ensure_ascii=False)
    flat.encode("utf-8")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", flat)
    assert {piece.kind for piece in reading.text.chrome} <= {kind.value for kind in ChromeKind}
    assert set(reading.text.warnings) <= {caution.value for caution in Caution}
    assert all(reading.text.paragraphs)


@pytest.mark.slow
@examples(20, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(_markup(), max_size=6))
def test_any_tags(parts: list[str], make_page: Callable[..., Page]) -> None:
    body = "<html><body class='entry'><main id='main'>" + "".join(parts)
    reading = read(make_page(body), HUFFPOST_QC)
    _sane(reading)
    assert read(make_page(body), HUFFPOST_QC) == reading


@examples(30, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=400), url=st.text(max_size=60))
def test_any_bytes_at_any_url(data: bytes, url: str, make_page: Callable[..., Page]) -> None:
    try:
        _sane(read(make_page(data), HUFFPOST_QC))
        _sane(read(make_page(data, url=url), HUFFPOST_QC))
    except NotTextError:
        assert any(byte < 32 for byte in data) or data.strip()[:1] in b'{["-0123456789tfn'


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\x1f\x8b\x08\0 neige",
        b"%PDF\x01",
        b'\xef\xbb\xbf {"erreur": "<p>Demain</p>"}',
        b"[]",
    ],
)
def test_what_is_no_text_is_not_read(data: bytes, make_page: Callable[..., Page]) -> None:
    with pytest.raises(NotTextError):
        read(make_page(data), HUFFPOST_QC)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[Laval]",
        b"{" * 99_999,
        b"[%s]" % (b"9" * 5000),
        b"\0\0<html>a",
        b"<\0h\0t\0m\0l\0>\0",
        b"\xff\xfea\0",
    ],
)
def test_pages_with_odd_bytes_are_read(data: bytes, make_page: Callable[..., Page]) -> None:
    _sane(read(make_page(data), HUFFPOST_QC))


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["@type", "author", "name", "datePublished", "headline", "keywords", "@graph", "articleSection"]),
            inner, max_size=4,
        ),
    ),
    max_leaves=12,
)  # fmt: skip


@examples(30, suppress_health_check=list(HealthCheck))
@given(data=_JSON)
def test_any_json_ld(data: Any, make_page: Callable[..., Page]) -> None:
    article = {
        "@type": "NewsArticle",
        **(
            data
            if isinstance(data, dict)
            else {"author": data, "datePublished": data, "keywords": data, "headline": data}
        ),
    }
    block = json.dumps(article)
    body = f'<script type="application/ld+json">{block}</script><main id="main" class="entry__content"><div class="cli cli-text"><p>Un mot.</p></div></main>'
    _sane(read(make_page(body), HUFFPOST_QC))


@pytest.mark.slow
def test_deep_nesting_keeps_the_text(make_page: Callable[..., Page]) -> None:
    for depth in (300, 1500):
        body = (
            "<main id=main class='cli'>"
            + "<div>" * depth
            + '<div class="cli-text"><p>Au fond du puits.</p></div>'
            + "</div>" * depth
        )
        text = read(make_page(body), HUFFPOST_QC).text
        assert text is not None
        assert text.paragraphs == ("Au fond du puits.",)
    read(make_page("<div>" * 100_000 + "<p>x"), HUFFPOST_QC)


def test_json_ld_that_hurts(make_page: Callable[..., Page]) -> None:
    for block in (
        "[" * 100_000,
        '{"@type":"NewsArticle","headline":' + "[" * 3000,
        '{"@type":"NewsArticle","author":"' + "x" * 900_000 + '"}',
        '{"@type":"NewsArticle","datePublished":NaN}',
        '{"@type":"NewsArticle","headline":"\\ud800 \\u0007"}',
    ):
        page = make_page(
            f'<script type="application/ld+json">{block}</script><main id=main><div class="cli cli-text"><p>Un mot.</p></div></main>'
        )
        reading = read(page, HUFFPOST_QC)
        _sane(reading)
        assert reading.text is not None
        assert reading.text.paragraphs == ("Un mot.",)


@pytest.mark.slow
def test_reading_leaves_the_page_as_it_was(all_folders: list[Any]) -> None:
    for folder in all_folders:
        first = read(folder.page, HUFFPOST_QC)
        assert read(folder.page, HUFFPOST_QC) == first
        kind = folder.page.message.header("content-type")
        head = f"HTTP/1.1 200 X\r\nContent-Type: {kind}\r\n\r\n".encode("ascii")
        again = read_response(
            folder.page.url, folder.page.captured_at, head + folder.body, HUFFPOST_QC
        )
        assert again == first


def test_what_trafilatura_raises_costs_a_vote_but_not_where_a_sound_page_raises_it_too(
    make_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a broken library would make every page of no layout poorer, and nobody would know."""
    said = "".join(
        f"<p>Une phrase de cette page, la {n}, assez longue pour un texte.</p>" for n in range(9)
    )
    page = make_page(f"<html><body><h1>Titre</h1><div>{said}</div></body></html>".encode())
    real = vote.bare_extraction

    def fussy(document: Any, **options: Any) -> Any:
        if isinstance(document, str):
            return real(document, **options)
        raise RuntimeError("a hostile page")

    monkeypatch.setattr(vote, "bare_extraction", fussy)
    text = read(page, HUFFPOST_QC).text
    assert text is not None
    assert len(text.paragraphs) == 9

    def broken(*_: Any, **__: Any) -> Any:
        raise AttributeError("a broken library")

    monkeypatch.setattr(vote, "bare_extraction", broken)
    with pytest.raises(AttributeError, match="a broken library"):
        read(page, HUFFPOST_QC)
