"""Characters: charsets that lie, that nobody knows, that are none."""

import codecs

from tests.trials.hostile.say import PAGE, Group, article, ok

GROUP = Group("charsets")
_add = GROUP.add
_TEXT = PAGE.decode()
_READ = "captured/article"
_UNREAD = "captured/unreadable"


def _said(
    name: str,
    charset: str | bytes,
    body: bytes = PAGE,
    does: str = "",
    expect: str = _READ,
    *,
    quick: bool = False,
) -> None:
    label = charset if isinstance(charset, bytes) else charset.encode()
    _add(
        f"charset-{name}",
        does or f"charset={charset!r} on a page of UTF-8",
        expect,
        ok(body, b"Content-Type: text/html; charset=" + label),
        quick=quick,
    )


_LATIN = _TEXT.replace("☃", "").encode("latin-1", "replace")
_said("latin-1-for-utf-8", "iso-8859-1")
_said("utf-8-for-latin-1", "utf-8", _LATIN, "UTF-8 named, Latin-1 sent")
_said("missing", "", PAGE)
_said("unknown", "x-neige-9000")
_said("of-5000-letters", "u" * 5000)
_said("with-controls", b"utf\x00-8\x1b[m")
for _codec in (
    "base64",
    "hex",
    "rot13",
    "zlib",
    "bz2",
    "uu",
    "quopri",
    "undefined",
    "idna",
    "unicode_escape",
    "raw_unicode_escape",
    "mbcs",
    "oem",
    "utf_7",
    "hz",
    "iso2022_jp",
):
    _said(_codec.replace("_", "-"), _codec, _LATIN, f"{_codec} named on a page of Latin-1")
_said(
    "punycode",
    "punycode",
    b"a-" + b"\xe9" + b"999999" * 50_000,
    "punycode named on 300 KB: stock Scrapy stands still for a minute",
    quick=True,
)
_said("punycode-page", "punycode", _LATIN + b"-" + b"z" * 300_000)
_said(
    "utf-16-with-bom",
    "utf-16",
    codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le"),
    "UTF-16 with its mark",
)
_said(
    "utf-16-be-with-bom",
    "utf-8",
    codecs.BOM_UTF16_BE + _TEXT.encode("utf-16-be"),
    "UTF-16 with its mark, UTF-8 named",
)
_said("utf-16-without-bom", "utf-16", _TEXT.encode("utf-16-le"), "UTF-16 without its mark")
_said(
    "utf-16-odd",
    "utf-16",
    codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le") + b"\xd8",
    "UTF-16 of an odd length",
)
_said(
    "utf-16-surrogates",
    "utf-16",
    codecs.BOM_UTF16_LE + b"\x00\xd8" * 5000,
    "UTF-16 of half pairs",
    _UNREAD,
)
_said("utf-32", "utf-32", _TEXT.encode("utf-32"), "UTF-32 with its mark")
_said("utf-8-with-bom", "utf-8", codecs.BOM_UTF8 + PAGE, "UTF-8 with a mark")
_said(
    "utf-8-broken",
    "utf-8",
    PAGE.replace(b"neige", b"nei\xc3\x28ge\xff"),
    "broken UTF-8",
    quick=True,
)
_said(
    "utf-8-overlong", "utf-8", PAGE.replace(b"neige", b"\xc0\xbcscript\xc0\xbe"), "overlong UTF-8"
)
_said(
    "utf-8-surrogates", "utf-8", PAGE.replace(b"neige", b"nei\xed\xa0\x80ge"), "surrogates in UTF-8"
)
_said("nul-bytes", "utf-8", PAGE.replace(b" ", b"\0"), "a NUL for every space", quick=True)
_said(
    "all-controls",
    "utf-8",
    PAGE.replace(b"neige", bytes(range(32)) + b"\x7f\xc2\x80\xc2\x9f"),
    "all control characters",
)
_said("noise", "utf-8", bytes(range(256)) * 4000, "a megabyte of all bytes", _UNREAD)
_said("lone-continuation", "utf-8", b"\x80" * 4_000_000, "4 MB of continuation bytes", _UNREAD)
_said(
    "meta-only",
    "",
    article(head='<meta http-equiv="content-type" content="text/html; charset=iso-8859-1">')
    .replace(b'<meta charset="utf-8">', b"")
    .decode()
    .encode("latin-1", "replace"),
    "Latin-1 in a meta element alone",
)
_said("meta-and-header-differ", "shift_jis", PAGE, "Shift_JIS in the header, UTF-8 in the page")
_said(
    "meta-of-100-kb",
    "",
    PAGE.replace(b"<head>", b"<head><meta " + b"a" * 100_000 + b" charset=x>").replace(
        b"La neige", b"La \xe9 neige"
    ),
    "a meta element of 100 KB before the charset",
)
