"""Pages whose markup, data or words are out of all measure."""

import json

from tests.trials.hostile.say import HTML, WORDS, Group, article, made, ok, whole

GROUP = Group("pages")
_add = GROUP.add
_READ = "captured/article"


def _body(
    name: str,
    does: str,
    body: str,
    expect: str = _READ,
    *,
    seconds: float = 45.0,
    quick: bool = False,
) -> None:
    _add(name, does, expect, ok(lambda: article(body=body)), seconds=seconds, quick=quick)


def _head(name: str, does: str, head: str, expect: str = _READ, *, quick: bool = False) -> None:
    _add(name, does, expect, ok(lambda: article(head=head)), seconds=45.0, quick=quick)


def _many(
    name: str,
    does: str,
    piece: str,
    count: int,
    expect: str = _READ,
    after: str = "",
    *,
    seconds: float = 45.0,
    quick: bool = False,
) -> None:
    _add(
        name,
        does,
        expect,
        ok(lambda: article(body=piece * count + after)),
        seconds=seconds,
        quick=quick,
    )


_UNREAD = "captured/unreadable"
for _tag in ("div", "b", "blockquote", "ul><li"):
    _many(
        f"nested-{_tag.replace('><', '-')}-10000",
        f"10,000 {_tag} inside each other",
        f"<{_tag}>",
        10_000,
    )
_many("nested-div-a-million", "a million div inside each other", "<div>", 1_000_000, quick=True)
_many("nested-span-a-million", "a million span inside each other", "<span>", 1_000_000)
_many(
    "nested-font-100000", "100,000 font elements that nobody closes", "<font color=x><p>", 100_000
)
_many("nested-a-100000", "100,000 links that nobody closes", "<a href=/x>", 100_000, expect=_UNREAD)
_many("nested-table-20000", "20,000 tables inside each other", "<table><tr><td>", 20_000)
_many("nested-form-100000", "100,000 forms and fieldsets", "<form><fieldset>", 100_000)
_many("nested-svg-50000", "50,000 svg and math elements", "<svg><math>", 50_000)
_many("nested-comments", "100,000 comments that begin and do not end", "<!--", 100_000)
_many("closing-tags", "a million closing tags", "</p>", 1_000_000)
_many(
    "paragraphs",
    "200,000 paragraphs",
    "<p>La neige tombe.</p>",
    200_000,
    quick=False,
    expect=_UNREAD,
)
_many("paragraphs-empty", "200,000 empty paragraphs", "<p></p>", 200_000, expect=_UNREAD)
_many("links", "200,000 links", "<a href='/entry/x_n_{}.html'>x</a>", 200_000, expect=_UNREAD)
_many(
    "links-long",
    "2,000 links of 5,000 characters",
    f"<a href='http://quebec.huffingtonpost.ca/{'a' * 5000}'>x</a>",
    2000,
)
_many("cells", "200,000 cells in one row", "<td>x", 200_000, after="</table>", expect=_UNREAD)
_add(
    "table",
    "a table of 200,000 cells",
    _UNREAD,
    ok(lambda: article(body="<table>" + ("<tr>" + "<td>neige" * 100) * 2000 + "</table>")),
    seconds=45.0,
)
_many("line-breaks", "200,000 line breaks", "<br>", 200_000, expect=_UNREAD)
_many(
    "line-breaks-with-words", "200,000 words and line breaks", "neige<br>", 200_000, expect=_UNREAD
)
_many("list-items", "200,000 list items", "<li>neige", 200_000, expect=_UNREAD)
_many("pictures", "100,000 pictures", '<img src="/a.png" alt="neige">', 100_000, expect=_UNREAD)
_many(
    "iframes",
    "100,000 frames",
    '<iframe src="http://127.0.0.1:1/"></iframe>',
    100_000,
    expect=_UNREAD,
)
_many("scripts", "50,000 scripts", "<script>neige()</script>", 50_000, expect=_UNREAD)
_add(
    "attributes",
    "an element with 100,000 attributes",
    _UNREAD,
    ok(lambda: article(body="<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">neige</p>")),
    seconds=45.0,
    quick=False,
)
_add(
    "attributes-same",
    "an element with 100,000 equal attributes",
    _READ,
    ok(lambda: article(body="<p " + "class=x " * 100_000 + ">neige</p>")),
    seconds=45.0,
)
_add(
    "attribute-of-10-mb",
    "an attribute of 10 MB",
    _READ,
    ok(lambda: article(body=f'<p title="{"n" * 10_000_000}">neige</p>')),
    seconds=45.0,
)
_add(
    "classes",
    "an element of 200,000 classes",
    _READ,
    ok(lambda: article(body=f'<div class="{" ".join(f"c{n}" for n in range(200_000))}">x</div>')),
    seconds=45.0,
)
_add(
    "tag-name-of-1-mb",
    "an element with a name of 1 MB",
    _READ,
    ok(lambda: article(body=f"<{'x' * 1_000_000}>neige")),
    seconds=45.0,
)
_add(
    "tag-never-ends",
    "a tag of 5 MB that never ends",
    _READ,
    ok(lambda: article() + b"<p " + b"a " * 2_500_000),
    seconds=45.0,
)
_add(
    "quote-never-ends",
    "a quote in a tag that never ends",
    _READ,
    ok(lambda: article() + b'<a href="' + b"neige " * 500_000),
    seconds=45.0,
)
_add(
    "script-never-ends",
    "a script that never ends",
    _READ,
    ok(lambda: article(head="<script>") + b"var a=1;" * 500_000),
    seconds=45.0,
)
_many(
    "meta-elements",
    "100,000 meta elements",
    "<meta property=og:title content=neige>",
    100_000,
    expect=_UNREAD,
)
_many("entities", "a million entities", "&eacute;", 1_000_000)
_many("entities-broken", "500,000 broken entities", "&#x110000;&neige;&#xD800;", 200_000)
_many("one-word", "one word of 10 MB", "neige", 2_000_000, expect=_UNREAD)
_many("spaces", "10 MB of spaces", " ", 10_000_000)
_many("no-break-spaces", "4 MB of no-break spaces", "\u00a0", 2_000_000)
_many("combining-marks", "one letter with a million accents", "\u0301", 1_000_000)
_many("zalgo", "300,000 letters with accents above and below", "n\u0301\u0323", 300_000)
_many("bidi", "500,000 bidi marks", "\u202e\u2066", 250_000)
_many("punctuation", "2 MB of full stops", ". ", 1_000_000)
_many("capitals", "a megabyte of capitals and dashes, as a dateline has", "MONTRÉAL - ", 100_000)
_many("initials", "a megabyte of what could be signatures", "(AFP) — Par Neige ", 60_000)
_many("dates", "a megabyte of dates", "le 31 février 2015 à 25h61 ", 40_000)
_many("urls", "a megabyte of addresses in the text", "http://neige.example/a?b=c ", 40_000)
_many("parentheses", "a megabyte of parentheses", "(", 1_000_000)
_many(
    "text-of-10-mb",
    "10 MB of text in one paragraph",
    WORDS,
    10_000_000 // len(WORDS.encode()),
    quick=False,
    expect=_UNREAD,
)
_add(
    "text-of-16-mb-in-paragraphs",
    "16 MB of text in paragraphs",
    _UNREAD,
    ok(lambda: article(body=f"<p>{WORDS}</p>" * (15_900_000 // (len(WORDS.encode()) + 7)))),
    seconds=45.0,
)
_add(
    "text-of-20-mb",
    "20 MB of text, its length announced",
    "failed/too_large",
    made(lambda: (whole(article(body=WORDS * (20_000_000 // len(WORDS.encode())))),), end="hang"),
)
_add(
    "text-of-50-mb",
    "50 MB of text, its length announced",
    "failed/too_large",
    made(lambda: (whole(article(body=WORDS * (50_000_000 // len(WORDS.encode())))),), end="hang"),
    quick=True,
)

_BILLION = (
    '<!DOCTYPE lolz [<!ENTITY a "neige">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(12))
    + "]>"
)
_add(
    "entity-bomb",
    "the billion laughs in a page",
    _READ,
    ok(lambda: _BILLION.encode() + article(body="&m;")),
    quick=True,
)
_add(
    "entity-bomb-as-xml",
    "the billion laughs as XML",
    _READ,
    ok(
        lambda: b'<?xml version="1.0"?>' + _BILLION.encode() + b"<lolz>&m;</lolz>",
        b"Content-Type: text/xml",
    ),
)
_add(
    "entity-quadratic",
    "one entity of 100 KB, named 10,000 times",
    _READ,
    ok(
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
            + b"n" * 100_000
            + b'">]><x>'
            + b"&a;" * 10_000
            + b"</x>"
        )
    ),
)
_add(
    "doctype-of-5-mb",
    "a doctype of 5 MB",
    _READ,
    ok(lambda: b"<!DOCTYPE " + b"html " * 1_000_000 + b">" + article()),
)
_add(
    "xxe-in-page",
    "an external entity that names a file",
    _READ,
    ok(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        + article(body="&e;")
    ),
)
_add(
    "xinclude",
    "XInclude and processing instructions",
    _READ,
    ok(article(body='<xi:include href="file:///etc/passwd" parse="text"/><?php phpinfo();?>')),
)


def _ld(name: str, does: str, data: str, *, quick: bool = False) -> None:
    _head(
        f"json-ld-{name}", does, f'<script type="application/ld+json">{data}</script>', quick=quick
    )


def _news(**fields: object) -> str:
    return json.dumps({"@type": "NewsArticle", **fields})


_ld("deep", "JSON-LD 100,000 lists deep", "[" * 100_000, quick=True)
_ld("deep-objects", "JSON-LD 50,000 objects deep", '{"@graph":[' * 50_000 + "]}" * 50_000)
_ld("broken", "JSON-LD that breaks off", '{"@type":"NewsArticle","headline":"a')
_ld("huge", "JSON-LD of 900 KB", _news(keywords=["neige"] * 90_000))
_ld("over-the-bound", "JSON-LD of 5 MB", _news(headline="n" * 5_000_000))
_ld(
    "many",
    "20,000 JSON-LD scripts",
    _news(headline="a") + '</script><script type="application/ld+json">' * 20_000,
)
_ld(
    "wrong-types",
    "every value of another type",
    _news(
        headline={"a": [1]},
        author=17,
        datePublished=["x", None],
        keywords={"a": 1},
        image=3.5,
        articleSection=[[["a"]]],
        publisher="x",
        mainEntityOfPage=False,
    ),
)
_ld(
    "nulls",
    "every value null",
    _news(headline=None, author=[None], datePublished=None, image=[None]),
)
_ld(
    "surrogates",
    "half surrogate pairs",
    _news(headline="a\ud800b", author={"name": "\udfff"}),
    quick=True,
)
_ld(
    "nan",
    "NaN, Infinity and big floats",
    '{"@type":"NewsArticle","headline":NaN,"datePublished":-Infinity,"author":1e999}',
)
_ld(
    "big-integer",
    "an integer of 100,000 digits",
    '{"@type":"NewsArticle","datePublished":' + "9" * 100_000 + "}",
)
_ld(
    "controls",
    "control characters and NULs in strings",
    '{"@type":"NewsArticle","headline":"a\x01\x1b[31m\\u0000b\\u202e"}',
)
_ld("same-keys", "100,000 equal keys", "{" + '"headline":"a",' * 50_000 + '"@type":"NewsArticle"}')
_ld("many-authors", "50,000 authors", _news(author=[{"name": f"n{n}"} for n in range(20_000)]))
_ld(
    "script-inside",
    "a closing script in a string",
    '{"@type":"NewsArticle","headline":"</script><script>alert(1)"}',
)
_ld(
    "cycle",
    "ids that name each other",
    '{"@graph":[{"@id":"a","@type":"Article","author":{"@id":"a"}}]}',
)

for _name, _title in {
    "controls": "neige\x01\x07\x1b[2J\x7f\x9b31m",
    "bidi": "neige \u202egnp.exe\u2066 \u2069",
    "surrogates": "neige \ud800 \udfff",
    "nul": "nei\0ge",
    "newlines": "a\r\nWARC/1.1\r\nX: y\n\n",
    "of-1-mb": "n" * 1_000_000,
    "empty": "",
    "spaces": "\u200b\u3000\u00a0",
    "emoji": "👩‍👩‍👧" * 1000,
    "html": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "line-separators": "a\u2028b\u2029c\x85d",
    "non-characters": "a\ufffe\uffff\ufdd0\U0010ffff",
}.items():
    _add(
        f"title-{_name}",
        f"a title: {_title[:30].encode('unicode_escape').decode()}",
        _READ,
        ok(lambda title=_title: article(title)),
        seconds=45.0,
        quick=_name in ("controls", "surrogates"),
    )
for _date in (
    "99999-01-01",
    "0000-00-00",
    "0001-01-01T00:00:00+14:00",
    "2015-02-30",
    "2099-12-31",
    "9999-12-31T23:59:59-23:59",
    "-2015-01-01",
    "2015-13-45T25:61:61Z",
    "١٤٤٧-٠١-٠١",
    "1e9",
    "2015-01-02" * 5000,
    "2015-01-02T03:04:05.999999999999999999Z",
    "31/02/2015",
    "2015-01-02T03:04:05+99:99",
    "",
):
    _head(
        f"date {_date[:30] or '(empty)'}",
        "a publication date in metadata and JSON-LD",
        f'<meta property="article:published_time" content="{_date}">'
        f'<script type="application/ld+json">{_news(datePublished=_date, dateModified=_date)}</script>'
        f'<time datetime="{_date}">{_date}</time>',
    )
_add(
    "og-type-of-1-mb",
    "an og:url and og:type of 1 MB",
    _READ,
    ok(
        lambda: article(
            head=f'<meta property="og:url" content="{"u" * 1_000_000}"><meta property="og:type" content="{"a" * 1_000_000}">'
        )
    ),
)
_add("empty-page", "no byte at all", _UNREAD, ok(b""))
_add("plain-text", "no markup at all", _READ, ok(WORDS.encode(), b"Content-Type: text/plain"))
_add(
    "pdf",
    "a PDF",
    _UNREAD,
    ok(b"%PDF-1.7\n" + bytes(range(256)) * 400, b"Content-Type: application/pdf"),
)
_add(
    "png",
    "a picture",
    _UNREAD,
    ok(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400, b"Content-Type: image/png"),
)
_add("zip", "a zip file", _UNREAD, ok(b"PK\x03\x04" + bytes(range(256)) * 400, HTML))
_add(
    "frameset",
    "frames and no body",
    _UNREAD,
    ok(b"<html><frameset><frame src='http://127.0.0.1:1/'></frameset>"),
)
_add(
    "looks-like-a-warc",
    "a page that holds WARC records",
    _READ,
    ok(
        article(
            body="\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nneige\r\n\r\n"
        )
    ),
    quick=True,
)
_add(
    "looks-like-a-line",
    "a page that holds lines of JSON",
    _READ,
    ok(article(body='<p>{"id":"qc:n:1"}\n{"id":"qc:n:2"}\u2028</p>')),
)
