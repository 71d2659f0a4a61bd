"""One captured page from its bytes: decoded and parsed at most once, the same way everywhere."""

import codecs
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lxml import etree, html

from huffarchive.end_tags import TAG_END, ends_written, is_ignored
from huffarchive.http import Message

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
CHARSETS = frozenset(
    (
        *("utf-8", "ascii", "iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1251", "cp1252"),
        *("cp1254", "mac-roman", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "big5", "gb18030"),
        *("gbk", "euc_jp", "shift_jis", "euc_kr"),
    )
)
"""Charsets that a page may declare, by Python's names; any other is taken as UTF-8."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_C1 = re.compile(b"\xc2[\x80-\x9f]")
_CONTROL_1 = re.compile("[\x80-\x9f]")
_STREAMED = re.compile(r"(?:.*[^0-9A-Za-z])?S:([0-9a-f]{1,8})")

_VOID = re.compile(
    r"<(?=[estwkcbESTWKCB][morbegMORBEG])(?i:embed|source|track|wbr|keygen|command|bgsound)(?=[\s/>])"
)
"""Void elements (HTML, section 13.1.2, and those that it once had) that libxml2 leaves open."""
_PAGE_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_STRAY = re.compile("Unexpected end tag : (?:div|section|article|main|body|html)")
"""What libxml2 says of an end tag that ends nothing."""

_CLASSES = etree.ElementDefaultClassLookup(
    element=html.HtmlElement,
    comment=html.HtmlComment,
    pi=html.HtmlProcessingInstruction,
    entity=html.HtmlEntity,
)
"""One class for all elements: lxml.html's own look-up runs Python for each that is touched."""

_ORDINARY = bytes(b for b in range(256) if (b >= 32 and b != 127) or b in b"\t\n\r")
"""Bytes that are no control character: a page of nothing else, as most are, is not searched."""


@dataclass(frozen=True)
class Page:
    """A captured page: where it is from, when, and its HTTP response."""

    url: str
    captured_at: datetime
    message: Message

    @cached_property
    def markup(self) -> str:
        """The page's HTML as text: UTF-8 with replacement, unless it says otherwise and is not.

        Control characters, which no HTML may hold, are replaced by spaces.
        """
        text = self._decoded[0]
        odd = self.message.content.translate(None, _ORDINARY)
        if _C1.search(self.message.content):
            text = _CONTROL_1.sub(_windows_meant, text)
        return _CONTROL.sub(" ", text) if odd or "\ufffe" in text or "\uffff" in text else text

    @cached_property
    def _decoded(self) -> tuple[str, bool, bool]:
        return _decode(self.message)

    @property
    def mended(self) -> bool:
        """Whether bytes of it are none of its charset: replaced, or read as Windows-1252."""
        return self._decoded[1]

    @property
    def tree(self) -> html.HtmlElement:
        """The page parsed; an empty document when it holds no element."""
        return self._tree[0]

    @property
    def has_stray_ends(self) -> bool:
        """Whether it has end tags of boxes that are not open, as where one too many came before."""
        return self._tree[1]

    @cached_property
    def _tree(self) -> tuple[html.HtmlElement, bool]:
        text = without_early_ends(voids_closed(self.markup))
        decoded, _, whole = self._decoded
        as_sent = whole and text is decoded
        tree, messages = _parsed(self.message.content if as_sent else text.encode("utf-8"))
        if any(map(is_ignored, messages)) and (written := ends_written(text)) is not text:
            tree, messages = _parsed(written.encode("utf-8"))
        _begin_body(tree)
        for anchor in list(tree.iter("a")):
            if _leads_nowhere(anchor):
                anchor.tag = "span"
        for holder in list(tree.iter("svg", "math", "object", "map")):
            _end_before_text(holder, text)
        if next(tree.iter("template"), None) is not None:
            _show_shadows(tree)
            _place_streamed(tree)
        return tree, any(map(_STRAY.fullmatch, messages))


_OWN = frozenset(("class", "rel", "role", "itemprop"))
_LABEL = 40
"""Letters of a menu's link, at most."""
_OF_HEAD = frozenset(("title", "base", "link", "meta", "script", "style", "noscript", "template"))


def _leads_nowhere(anchor: html.HtmlElement) -> bool:
    """Whether an anchor is no link: a target (`<a name=…>`), a sentence that leads nowhere else."""
    href = anchor.get("href")
    if href and not href.startswith(("#", "javascript:")):
        return False
    if href is None and _OWN.isdisjoint(anchor.attrib):
        return True
    return sum(map(len, anchor.itertext())) > _LABEL


def _begin_body(tree: html.HtmlElement) -> None:
    """Move what no head holds into the body, where a page leaves out `<body>`, as browsers do."""
    head = tree.find("head")
    first = None if head is None else next((e for e in head if e.tag not in _OF_HEAD), None)
    if first is None:
        return
    body = tree.find("body")
    if body is None:
        body = html.Element("body")
        tree.append(body)
    for place, element in enumerate([first, *first.itersiblings()]):
        body.insert(place, element)


_BLOCKS = (
    *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "table"),
    *("pre", "figure", "details"),
)
_FALLBACK = etree.XPath("@data and count(.//p[string-length() > 40]) < 2")


def _end_before_text(holder: html.HtmlElement, markup: str) -> None:
    """Move paragraphs, and what follows them, out of a drawing, an object or a map left open.

    Browsers leave a drawing where a paragraph begins (HTML, section 13.2.6.5), and show what
    stands in a map, and in an object without data; one that has some may hold a line in its place.
    """
    first = next(holder.iter(*_BLOCKS), None)
    if first is None or next(first.iterancestors("foreignobject"), None) is not None:
        return
    closed = holder.tag == "object" and markup.count("<object") <= markup.count("</object")
    if closed and _FALLBACK(holder):
        return
    out = [first, *first.itersiblings()]
    for element in first.iterancestors():
        if element is holder:
            break
        out += element.itersiblings()
    out[-1].tail = (out[-1].tail or "") + (holder.tail or "")
    holder.tail = None
    for element in reversed(out):
        tail, element.tail = element.tail, None
        holder.addnext(element)
        element.tail = tail


def _show_shadows(tree: html.HtmlElement) -> None:
    """Show what a `template` declares as the shadow root of the element around it, as browsers do.

    What the element itself holds stands in a `slot` of it there, or nowhere.
    """
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") is not None or template.get("shadowroot") is not None:
            template.tag = "div"
            template.attrib.clear()


def _place_streamed(tree: html.HtmlElement) -> None:
    """Show parts that React streams (`<div hidden id="S:0">`) where its script would put them."""
    places: dict[str, html.HtmlElement] = {}
    for template in tree.iter("template"):
        places.setdefault(template.get("id") or "", template)
    for part in list(tree.iter("div")):
        found = _STREAMED.fullmatch(part.get("id") or "") if "hidden" in part.attrib else None
        if found is None:
            continue
        del part.attrib["hidden"]
        start = part.get("id")[: found.start(1) - 2]
        for mark in ("B", "P"):
            place = places.get(f"{start}{mark}:{found[1]}")
            if place is not None and part not in place.iterancestors():
                place.addnext(part)
                break


def _parsed(data: bytes) -> tuple[html.HtmlElement, list[str]]:
    """Markup in UTF-8 parsed, and what the parser had to say of its tags."""
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,  # trafilatura stops at one inside a paragraph
        remove_pis=True,
        huge_tree=True,
        recover=True,
        no_network=True,
    )
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.ParserError:
        return html.document_fromstring("<html><body></body></html>"), []
    log = parser.error_log.filter_types(etree.ErrorTypes.ERR_TAG_NAME_MISMATCH)
    return tree, [entry.message for entry in log]


def _windows_meant(control: re.Match[str]) -> str:
    """What Windows meant by a C1 control: trafilatura drops it, and with it a letter."""
    return control.group().encode("latin-1").decode("cp1252", "ignore")


def without_early_ends(markup: str) -> str:
    """Markup without the end tags of body and page where more of the page follows them.

    Browsers go on as if they were not there; libxml2 closes all that is open.
    """
    first = _PAGE_END.search(markup)
    if first is None:
        return markup
    rest = _PAGE_END.sub("", markup[first.end() :])
    return markup[: first.start()] + rest if rest.strip() else markup


def voids_closed(markup: str) -> str:
    """Markup with a slash at the end of the void elements that libxml2 would leave open.

    Left open they hold what follows, pictures and paragraphs, up to the end of their parent.
    """
    found = _VOID.search(markup)
    if found is None:
        return markup
    parts: list[str] = []
    done, quoted = 0, True
    while found is not None:
        end = TAG_END.match(markup, found.end()) if quoted else None
        # A quotation mark that no other closes: the tag ends where a tag can end.
        quoted = end is not None
        close = end.end() - 1 if end is not None else markup.find(">", found.end())
        if close < 0:
            break
        parts += [markup[done:close], " /"]
        done = close
        found = _VOID.search(markup, close)
    return "".join((*parts, markup[done:]))


def decode(message: Message) -> str:
    """Decode a body: strict UTF-8 first, then the declared charset, then UTF-8 as far as it goes.

    UTF-8 is declared everywhere on this site and a few pages hold broken sequences, which a
    guesser of charsets would turn into nonsense: runs of bytes that are none are Windows-1252
    where that gives French, and U+FFFD where not.
    """
    return _decode(message)[0]


def _decode(message: Message) -> tuple[str, bool, bool]:
    """The text of a body, whether bytes were mended or replaced, whether it is just its UTF-8."""
    data = message.content
    name = wide_charset(data[:4])
    if name is None:
        try:
            text = data.decode("utf-8")
            return text.lstrip("\ufeff"), False, text[:1] != "\ufeff"
        except UnicodeDecodeError:
            name = "utf-8" if data.startswith(codecs.BOM_UTF8) else _declared(message, data)
    text = data.decode(name, "huffarchive.windows" if name == "utf-8" else "replace")
    return text.lstrip("\ufeff"), name == "utf-8" or "\ufffd" in text, False


_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}


def wide_charset(begin: bytes) -> str | None:
    """The charset of a text in units of two or four bytes, whatever it declares: by its mark, or
    by the zeros in its first four bytes; None of any other.
    """
    if begin in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    if begin[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return _ZEROS.get(tuple(byte == 0 for byte in begin))


_LETTERS = frozenset("àâäçéèêëîïôöùûüœáíóúñåãõßÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÁÍÓÚÑ".encode("cp1252"))
_SIGNS = frozenset("«»’‘“”–—…€°\xa0".encode("cp1252"))
_ASCII_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CUT = frozenset(b"\xc2\xc3\xe2")
"""What a French letter or sign begins with in UTF-8: at the end of a word it is cut off."""


def _windows(error: UnicodeError) -> tuple[str, int]:
    """What bytes that are no UTF-8 say in Windows-1252, where that is French; else U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, start, end = error.object, error.start, error.end
    before, after = data[start - 1 : start], data[end : end + 1]
    run = data[start:end]
    read = all(byte in _LETTERS or byte in _SIGNS for byte in run)
    if run[0] in _CUT:
        # The letter itself goes on in a word: "pâte"; UTF-8 that was cut does not.
        read = read and len(run) == 1 and after in _IN_WORDS and run[0] != 0xC3
    elif run[0] in _LETTERS:
        alone = run[0] in b"\xe0\xc0" and not (before + after).strip()
        read = read and (alone or before in _IN_WORDS or after in _IN_WORDS or after > b"\x7f")
    elif run[0] == 0x80:
        read = read and after <= b"\x7f" and after not in _IN_WORDS
    return (run.decode("cp1252"), end) if read else ("\ufffd", end)


_IN_WORDS = frozenset(bytes((byte,)) for byte in _ASCII_LETTERS)
codecs.register_error("huffarchive.windows", _windows)


def _declared(message: Message, data: bytes) -> str:
    in_header = _HEADER_CHARSET.search(message.header("content-type") or "")
    in_markup = _CHARSET.search(data[:2048])
    for label in (
        in_header.group(1) if in_header else None,
        in_markup.group(1).decode("ascii") if in_markup else None,
    ):
        if label is None:
            continue
        try:
            name = codecs.lookup(label).name
        except LookupError:
            continue
        if name in CHARSETS:
            return "cp1252" if name in ("iso8859-1", "ascii") else name
    return "utf-8"
