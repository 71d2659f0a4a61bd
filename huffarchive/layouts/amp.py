"""The AMP pages of the archive (`…/amp`): the archive's names, and AMP's own elements."""

from dataclasses import dataclass

from lxml import html

from huffarchive.layouts import archive, y2017
from huffarchive.layouts.layout import Layout
from huffarchive.layouts.part import Part
from huffarchive.layouts.rules import Role
from huffarchive.reading import ChromeKind as K

RULES: dict[str, Role] = {
    "amp-carousel": Part.SLIDES,
    "amp-base-carousel": Part.SLIDES,
    "amp-lightbox": Part.HIDDEN,
    "amp-image-lightbox": Part.HIDDEN,
    "amp-sidebar": Part.OUT,
    "amp-ad": K.AD_LABEL,
    "amp-embed": K.RELATED,
    "amp-twitter": K.EMBED,
    "amp-instagram": K.EMBED,
    "amp-facebook": K.EMBED,
    "amp-youtube": K.EMBED,
    "amp-iframe": K.EMBED,
    "amp-social-share": K.SHARE,
    **archive.RULES,
    **{name: part for name, part in y2017.RULES.items() if name not in archive.RULES},
}


@dataclass(frozen=True)
class Amp(Layout):
    """Recognised by the mark that every AMP page carries on its root element."""

    def score(self, names: frozenset[str], root: html.HtmlElement) -> int:
        """Above any other layout's on an AMP page, whose other names are those of the archive."""
        del names
        return 1000 if any(mark in root.attrib for mark in ("amp", "⚡")) else 0


AMP = Amp(
    name="amp",
    markers=(),
    needed=0,
    column=("//main", "//*[@id='main' or @role='main']", "//article"),
    rules=RULES,
)
