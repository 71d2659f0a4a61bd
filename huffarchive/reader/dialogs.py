"""What an unknown page lays over its text: dialogs, and what asks about cookies."""

import re
from itertools import chain

from lxml import etree, html

from huffarchive.reader.elements import LONG
from huffarchive.reader.layout import names_of
from huffarchive.reader.text import words_of
from huffarchive.reader.vote import LITTLE

_DIALOGS = etree.XPath(
    "(//dialog|//@role[.='dialog' or .='alertdialog']/..|//@aria-modal[.='true']/..)"
    "[not(ancestor::article or ancestor::main or ../p)]"
)
_NAMED = etree.XPath("//*[self::div or self::section or self::aside or self::form][@id or @class]")
_CONSENT = re.compile(
    r"cookie|consent|gdpr|rgpd|onetrust|didomi|usercentrics|privacy|tarteaucitron|axeptio|qc-cmp",
    re.IGNORECASE,
)
_ASKED = ("cookie", "témoin", "consent", "privacy", "vie privée", "partenaires", "partners")
_HOLDS = etree.XPath("boolean(.//h1|.//article|.//main)")


def lift_dialogs(tree: html.HtmlElement) -> None:
    """Take out what a page lays over its text: dialogs, and what asks about cookies.

    Only where the text is elsewhere: they may say more than a short article does.
    """
    over: dict[html.HtmlElement, None] = dict.fromkeys(_DIALOGS(tree))
    asks = _CONSENT.search(" ".join(chain(*names_of(tree)))) is not None
    for box in _NAMED(tree) if asks else ():
        if _CONSENT.search(f"{box.get('id')} {box.get('class')}") is not None:
            words = words_of(box).lower()
            if sum(word in words for word in _ASKED) > 1:
                over[box] = None
    outer = [e for e in over if not _HOLDS(e) and over.keys().isdisjoint(e.iterancestors())]
    if not outer:
        return
    said = [sum(len(words_of(p)) for p in LONG(box)) for box in (tree, *outer)]
    if said[0] - sum(said[1:]) > LITTLE:
        for box in outer:
            box.drop_tree()
