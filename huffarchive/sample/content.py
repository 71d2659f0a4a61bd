"""The content model: what an article is made of, and the site's own phrases around it."""

from dataclasses import dataclass

from huffarchive.article import Image


@dataclass(frozen=True)
class Span:
    """A run of words, perhaps a link, perhaps stressed."""

    text: str
    href: str | None = None
    tag: str | None = None
    """em, strong or span."""


Line = tuple[Span, ...]
"""A paragraph's runs, in order."""


def plain(line: Line) -> str:
    """The words of a line."""
    return "".join(span.text for span in line)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the article; `after_break` puts it in the same element after two breaks."""

    line: Line
    after_break: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading inside the article."""

    text: str
    strong: bool = False
    """Whether the template shows it as a paragraph in bold."""


@dataclass(frozen=True)
class Listing:
    """A list; each item is a paragraph of the text."""

    items: tuple[Line, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Quotation:
    """A block of quoted paragraphs."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A table; each row is a paragraph of the text, its cells joined by " | "."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A picture with its caption and credit; a repeated one shows the caption of an earlier one."""

    image: Image
    repeated: bool = False


@dataclass(frozen=True)
class Slideshow:
    """Pictures behind a slide viewer: `title` heads a promotional one ("INOLTRE SU HUFFPOST")."""

    images: tuple[Image, ...]
    title: str | None = None
    placeholder: str | None = None
    """What stands there until a script has run."""


@dataclass(frozen=True)
class PullQuote:
    """Words of the text shown once more, in large."""

    text: str
    attribution: str


@dataclass(frozen=True)
class Embed:
    """Something of another site: `text` is what is visible of it without scripts."""

    provider: str
    url: str
    text: str = ""


@dataclass(frozen=True)
class Advertisement:
    """An advertising slot with its label, if it shows one."""

    label: str | None


@dataclass(frozen=True)
class Related:
    """Links to other articles under a label."""

    label: str
    links: tuple[tuple[str, str], ...]
    """Address and title."""


@dataclass(frozen=True)
class Promotion:
    """A line that asks the reader to follow the site."""

    line: Line


@dataclass(frozen=True)
class Newsletter:
    """A form to subscribe to a newsletter."""

    text: str


@dataclass(frozen=True)
class LiveBlog:
    """The shell of a live blog, whose entries a script would have fetched."""

    ident: str


@dataclass(frozen=True)
class Signature:
    """The agency's desk signature, as a last paragraph of its own."""

    text: str


Block = (
    Paragraph
    | Heading
    | Listing
    | Quotation
    | Table
    | Figure
    | Slideshow
    | PullQuote
    | Embed
    | Advertisement
    | Related
    | Promotion
    | Newsletter
    | LiveBlog
    | Signature
)


def paragraphs(blocks: tuple[Block, ...]) -> list[str]:
    """The text of the article: what a reader would copy out, in order, white space folded."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(line):
                found.append(plain(line))
            case Heading(text):
                found.append(text)
            case Listing(items):
                found.extend(plain(item) for item in items)
            case Quotation(lines):
                found.extend(plain(line) for line in lines)
            case Table(rows):
                found.extend(" | ".join(row) for row in rows)
            case _:
                pass
    return [folded for text in found if (folded := fold(text))]


def links(blocks: tuple[Block, ...]) -> list[str]:
    """Targets of the links in the text, in order, each once."""
    found: dict[str, None] = {}
    for block in blocks:
        match block:
            case Paragraph(line):
                lines: tuple[Line, ...] = (line,)
            case Listing(items):
                lines = items
            case Quotation(quoted):
                lines = quoted
            case _:
                continue
        found.update((span.href, None) for line in lines for span in line if span.href)
    return list(found)


def images(blocks: tuple[Block, ...]) -> list[Image]:
    """The article's pictures, in order, each address once."""
    found: dict[str, Image] = {}
    for block in blocks:
        if isinstance(block, Figure):
            found.setdefault(block.image.url, block.image)
        elif isinstance(block, Slideshow) and block.title is None:
            for image in block.images:
                found.setdefault(image.url, image)
    return list(found.values())


def fold(text: str) -> str:
    """The text with every run of white space, of any kind, as one space, and none at its ends."""
    return " ".join(text.split())


BANNER = (
    "Cet article fait partie des archives en ligne du HuffPost Québec, qui a fermé"
    " ses portes en 2021."
)
NOTICE = (
    "Cet article fait partie des archives en ligne du HuffPost Canada, qui ont fermé en 2021."
    " Si vous avez des questions ou des préoccupations, veuillez consulter notre FAQ ou contacter"
    " support@huffpost.com."
)
CLOSURE_FR = (
    "HuffPost Canada a fermé ses portes en 2021 et ce site est maintenu en tant qu'archive"
    " en ligne. Si vous avez des questions ou des préoccupations, veuillez consulter notre FAQ ou"
    " contacter"
    " support@huffpost.com."
)
CLOSURE_EN = (
    "HuffPost Canada closed in 2021 and this site is maintained as an online archive. If you have"
    " questions or concerns, please check our FAQ or contact support@huffpost.com."
)
DISCLAIMER = (
    "This post was published on the now-closed HuffPost Contributor platform. Contributors control"
    " their own work and posted freely to our site. If you need to flag this entry as abusive, send"
    " us an email."
)
CLOSE = "Close"
CORRECTION = "Envoyer une correction"
AD_LABELS = ("Publicité", "ADVERTISEMENT", "Advertisement")
LOADING = "Loading Slideshow..."
MODAL = "Open Image Modal"
ELSEWHERE = "INOLTRE SU HUFFPOST"
AROUND = {
    "archive": ("Tendances", "Menu principal", "Édition Québec", "Partager sur facebook"),
    "archive-v1": ("Tendances", "Menu principal", "Édition Québec"),
    "amp": (MODAL, "Tendances", "|"),
    "2017": ("À NE PAS MANQUER", "SUIVEZ-NOUS", "Plus:"),
    "2014": ("Sur le web", "Conversations", "Recevez notre infolettre quotidienne", "Bien dit!"),
    "2012": ("On aura tout vu!", "SUIVEZ LE HUFFPOST", "Les plus lus", "Nos blogueurs"),
    "generic": ("Nos autres dossiers", "Retour"),
}
"""Texts that stand around an article, by template: a few to look for where they do not belong."""


@dataclass(frozen=True)
class Piece:
    """One phrase of the site on one page."""

    kind: str
    """Kind in the record's `chrome`."""
    text: str
    place: str
    """before_main, main_top, in_header, modal, after_sticky, entry_footer, below, footer, end."""
    css: str
    """Class that it carries; nobody knows the real one, so it differs from page to page."""


BANNER_PLACES = ("before_main", "before_main", "main_top", "in_header", "modal")
NOTICE_PLACES = ("after_sticky", "after_sticky", "entry_footer", "below", "footer", "end")
CLASSES = (
    "archive-banner",
    "edition-closed",
    "js-archive-message archive-message",
    "entry__notice",
    "hp-closed-edition__text",
    "site-message site-message--archive",
    "msg",
)
