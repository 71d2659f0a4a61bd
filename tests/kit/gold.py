"""Gold: what a careful annotator writes down about a page; and a record compared with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huffarchive.article import Chrome, Image
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.articles import Story
from huffarchive.sample.catalogue import addresses
from huffarchive.sample.content import SITE, fold, images, links, paragraphs, plain
from huffarchive.sample.pages import canonical, iso, shown
from huffarchive.sample.site import DEAD, Site
from huffarchive.urls import Address, PageKey, identify


@dataclass(frozen=True)
class Gold:
    """The expected page-derived fields of one record; texts have their white space folded."""

    id: str
    kind: str
    """live where the body is a live blog's shell, gallery under _g_, blog under _b_ and where the
    page carries the contributors' disclaimer or its template's blog markup, else news."""
    legacy_id: str | None
    canonical_url: str | None
    """As `link[rel=canonical]` says it."""
    aliases: tuple[str, ...]
    """Every address that answers with this page; a record knows some of them."""
    slug: str
    headline: str
    """The visible headline; a literal `&nbsp;` is kept (a comparison may take it for a space)."""
    dek: str | None
    """The line below the headline; null where it repeats the headline, and in V1."""
    description: str | None
    """`meta[name=description]` as it stands, truncated or not."""
    authors: tuple[str, ...]
    """People only, as they sign: no agency, no "Par", no "HuffPost Québec"."""
    byline_raw: str | None
    """The byline as it is visible ("ParPatrick …", "Le HuffPost/AFP"), without job titles and
    buttons; null where only a logo or the JSON-LD tells."""
    agency: str | None
    """From byline, logo, JSON-LD author, hidden source name or desk signature, in the closed list;
    null where none of them tells."""
    agency_signature: str | None
    section: str | None
    """`article:section`."""
    keywords: tuple[str, ...]
    """The tags as they are displayed or listed for readers, trimmed; not slugs, not the words of
    the headline that older templates put into `meta[name=keywords]`."""
    language: str | None
    """Of the text, whatever the captions' language: "fr"; null where there is no text."""
    date_published: str | None
    """ISO with Toronto's offset: JSON-LD, else meta, else the visible date; to the second where
    any of these says seconds, else to the minute with :00."""
    date_modified: str | None
    paragraphs: tuple[str, ...]
    """Paragraphs, headings, list items, quotes; a table row is one, its cells joined by " | ".
    Neither captions nor slides, nor pull quotes (they repeat), nor embeds' words, nor promotion,
    nor the desk signature; `Plus de détails à venir` and the translator's note stay."""
    images: tuple[Image, ...]
    """The address in `src` (`data-img-path` where lazy), each once; slides too."""
    links: tuple[str, ...]
    """Targets of links in the text only, as the page writes them."""
    chrome: tuple[Chrome, ...]
    """Pieces that must be in the record's chrome under this kind, in the page's order."""
    foreign: tuple[str, ...]
    """Texts of the page that must not be in `text`: the chrome above, captions, credits, forms,
    embeds' words, titles of other articles, the second headline, the byline."""
    layout: str
    is_wire: bool | None
    """True with an agency, false with a byline or a blog's author, null where nothing tells."""

    @property
    def text(self) -> str:
        """The record's `text`."""
        return "\n\n".join(self.paragraphs)


def gold(story: Story) -> Gold:
    """The gold of a story."""
    entry = story.entry
    text = tuple(paragraphs(story.blocks))
    uncredited = entry.recipe.template == "generic"
    pictures = tuple(
        Image(i.url, fold(i.caption) if i.caption else None, None if uncredited else i.credit)
        for i in images(story.blocks)
    )
    pieces = _chrome(story)
    headline = fold(story.headline)
    dek = fold(story.second) if story.second else None
    return Gold(
        id=str(entry.key),
        kind=kind(story),
        legacy_id=None if entry.key.kind == "qc" else entry.key.id,
        canonical_url=canonical(story),
        aliases=addresses(entry, story.slug, story.folder),
        slug=story.slug,
        headline=headline,
        dek=None if dek == headline else dek,
        description=fold(story.description) if story.description else None,
        authors=story.authors,
        byline_raw=story.byline,
        agency=story.agency,
        agency_signature=story.signature,
        section=story.section,
        keywords=tuple(word.strip() for word in story.keywords),
        language="fr" if text else None,
        date_published=iso(shown(story, entry.published)),
        date_modified=iso(shown(story, story.modified)) if has_modified(story) else None,
        paragraphs=text,
        images=pictures,
        links=tuple(links(story.blocks)),
        chrome=pieces,
        foreign=tuple(_foreign(story, pieces, text)),
        layout=entry.recipe.layout,
        is_wire=True if story.agency else False if story.byline else None,
    )


def kind(story: Story) -> str:
    """news, blog, gallery or live."""
    recipe = story.entry.recipe
    if recipe.shape == "live":
        return "live"
    if recipe.mark == "g":
        return "gallery"
    return "blog" if recipe.mark == "b" or recipe.desk == "blog" else "news"


def has_modified(story: Story) -> bool:
    """Whether the page says when it was last changed."""
    template = story.entry.recipe.template
    if template in ("2014", "2012", "generic"):
        return template != "generic" and story.modified > story.entry.published
    return True


def _chrome(story: Story) -> tuple[Chrome, ...]:
    ahead = ("before_main", "main_top", "in_header", "modal")
    first = [Chrome(p.kind, p.text) for p in story.pieces if p.place in ahead]
    last = [Chrome(p.kind, p.text) for p in story.pieces if p.place not in ahead]
    template = story.entry.recipe.template
    inside: list[Chrome] = []
    for block in story.blocks:
        if block.kind == "advertisement" and block.label and template != "generic":
            inside.append(Chrome("ad_label", block.label))
        elif block.kind == "promotion":
            inside.append(Chrome("promo", fold(plain(block.lines[0]))))
        elif block.kind == "related":
            titles = [title for _, title in block.links]
            inside += [Chrome("related", words) for words in (block.label or "", *titles)]
        elif block.kind == "slideshow" and block.text:
            inside.append(Chrome("slideshow_placeholder", block.text))
    if template == "2017" and story.entry.recipe.desk == "blog":
        last.append(Chrome("contributor_disclaimer", SITE["disclaimer"]))
    if template in ("2017", "2014", "2012"):
        last.append(Chrome("correction_link", SITE["correction"]))
    return tuple(dict.fromkeys((*first, *inside, *last)))


def _foreign(story: Story, pieces: tuple[Chrome, ...], text: tuple[str, ...]) -> list[str]:
    found = [piece.text for piece in pieces]
    template = story.entry.recipe.template
    found += SITE["around"][template]
    if template == "2012" and story.byline:
        name = story.authors[0] if story.authors else story.byline.removeprefix("Par ")
        found.append(f"RECEVEZ LES NOUVELLES DE {name.upper()}")
    for block in story.blocks:
        if block.kind in ("newsletter", "embed"):
            found.append(block.text)
        elif block.kind == "pull_quote":
            found.append(block.label or "")
        elif block.kind == "slideshow":
            found += [block.label or "", *(image.caption or "" for image in block.images)]
    for image in images(story.blocks):
        found += [image.caption or "", image.credit or ""]
    found += [story.byline or "", story.bio or "", story.signature or ""]
    whole = "\n".join(text)
    # What the text holds in its own right is no sign of a leak.
    return [words for words in dict.fromkeys(map(fold, found)) if words and words not in whole]


class Golds(Mapping[str, Gold]):
    """The gold of a site by record id, written when asked for: every article once, nothing else."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __getitem__(self, ident: str) -> Gold:
        try:
            key = PageKey.parse(ident)
        except ValueError:
            raise KeyError(ident) from None
        entry = self._site.register.find(key.kind, key.id)
        if entry is None or key.edition != HUFFPOST_QC.code:
            raise KeyError(ident)
        return gold(self._site.desk.story(entry))

    def __iter__(self) -> Iterator[str]:
        return (str(self._site.register.entry(n).key) for n in range(len(self)))

    def __len__(self) -> int:
        return self._site.size


def dead_ids() -> dict[str, str]:
    """Ids that lists name and that are no article -> the Reason a crawl should give."""
    return {str(PageKey(HUFFPOST_QC.code, *key)): reason for key, reason in DEAD.items()}


SHORT = 20
"""Words below which a text may be too short to tell its language."""
_SAME = ("id", "kind", "legacy_id", "canonical_url", "layout", "is_wire", "agency")
_WORDS = ("headline", "dek", "description", "byline_raw", "agency_signature", "section")


@dataclass(frozen=True)
class Miss:
    """A field that differs."""

    field: str
    expected: Any
    got: Any


def misses(gold: Gold, record: Mapping[str, Any]) -> list[Miss]:
    """The fields of a record (a line of JSONL, read) that differ from its gold.

    White space is folded on both sides and a literal `&nbsp;` counts as white space; dates are
    compared as moments; aliases must name the article; a piece of chrome may be part of a larger
    one of its kind; the language of a text under 20 words may be null.
    """
    found: list[Miss] = []

    def compare(field: str, expected: Any, got: Any) -> None:
        if expected != got:
            found.append(Miss(field, expected, got))

    for field in _SAME:
        compare(field, getattr(gold, field), record[field])
    for field in _WORDS:
        compare(field, _fold(getattr(gold, field)), _fold(record[field]))
    compare("aliases", [], [url for url in record["aliases"] if not _names(url, gold.id)])
    compare("authors", _folded(gold.authors), _folded(record["authors"]))
    compare("keywords", _folded(gold.keywords), _folded(record["keywords"]))
    if record["language"] is not None or len(gold.text.split()) >= SHORT:
        compare("language", gold.language, record["language"])
    for field in ("date_published", "date_modified"):
        compare(field, _moment(getattr(gold, field)), _moment(record[field]))
    compare("text", _fold(gold.text), _fold(record["text"]))
    compare("paragraphs", _folded(gold.paragraphs), _folded(record["paragraphs"]))
    compare(
        "images",
        [(i.url, _fold(i.caption), _fold(i.credit)) for i in gold.images],
        [(i["url"], _fold(i["caption"]), _fold(i["credit"])) for i in record["images"]],
    )
    compare("links", list(gold.links), list(record["links"]))
    compare("chrome", [], _missing(gold, record["chrome"]))
    compare("leaks", [], _leaks(gold, record))
    return found


def _leaks(gold: Gold, record: Mapping[str, Any]) -> list[str]:
    """Foreign texts inside the text: long ones anywhere, short ones as a paragraph of their own."""
    paragraphs = _folded(record["paragraphs"])
    whole = _fold(record["text"]) or ""
    words = (fold(text) for text in gold.foreign)
    return [w for w in words if (w in whole if len(w.split()) > 3 else w in paragraphs)]


def _missing(gold: Gold, chrome: list[Mapping[str, str]]) -> list[tuple[str, str]]:
    pieces = [(piece["kind"], _fold(piece["text"]) or "") for piece in chrome]
    return [
        (piece.kind, piece.text)
        for piece in gold.chrome
        if not any(k == piece.kind and (_fold(piece.text) or "") in words for k, words in pieces)
    ]


def _fold(words: str | None) -> str | None:
    return None if words is None else fold(words.replace("&nbsp;", " "))


def _folded(words: list[str] | tuple[str, ...]) -> list[str | None]:
    return [_fold(one) for one in words]


def _moment(words: str | None) -> datetime | str | None:
    if words is None:
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return words
    return moment if moment.tzinfo is not None else words


def _names(url: str, ident: str) -> bool:
    address = identify(url, HUFFPOST_QC)
    return isinstance(address, Address) and str(address.key) == ident
