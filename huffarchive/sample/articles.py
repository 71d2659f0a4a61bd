"""One article of the sample: everything that its page says, and all that is meant by it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from random import Random

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.catalogue import Catalogue, Entry, Recipe, handmade, imported
from huffarchive.sample.composition import MORE_TO_COME, TRANSLATED, Composer, Facts
from huffarchive.sample.content import (
    COMMON,
    NEWSROOMS,
    SITE,
    Bank,
    Block,
    Mark,
    Piece,
    Span,
    Typography,
    bank,
    paragraphs,
    signature,
)


def pictured(recipe: Recipe, block: Block) -> Block:
    """A picture with what its template shows: 2014 one line, 2012 none but in photo stories."""
    if block.kind != "figure":
        return block
    image = block.images[0]
    if recipe.template == "2014" and image.caption is None and image.credit:
        image = replace(image, credit=_known(image.credit))
    if recipe.template == "2014" and image.caption and image.credit:
        one = recipe.shape == "photos" or image.url[-20] in "01234567"
        image = replace(image, caption=None if not one else image.caption)
        image = replace(image, credit=None if one else _known(image.credit))
    elif recipe.template == "2012" and recipe.shape != "photos":
        image = replace(image, caption=None, credit=None)
    return replace(block, images=(image,))


def _known(credit: str | None) -> str:
    """A credit that is one without its label; a name alone would pass for a caption."""
    return credit if credit in ("AP", "AFP", "Getty Images", "Reuters", "PC") else "DR"


def byline(mark: Mark, authors: tuple[str, ...]) -> str | None:
    """The byline as it stands, with the names in their places."""
    return mark.byline.replace("{and}", "{}").format(*authors) or None


def social(headline: str, dice: Random) -> str:
    """The title for social networks, which is not the headline."""
    short = headline.split(":", maxsplit=1)[0].split(",", maxsplit=1)[0]
    return dice.choice((headline, f"{short} - HuffPost Québec", f"[PHOTOS] {headline}"))


def description(text: list[str], second: str | None, headline: str, dice: Random) -> str | None:
    """The page's summary: its second headline, or its beginning, perhaps cut; or none."""
    throw = dice.random()
    if throw < 0.05 or not text:
        return None
    if throw < 0.4 and second is not None and second != headline:
        return second
    first = text[0]
    return first if len(first) <= 180 else first[:170].rsplit(" ", 1)[0] + "..."


def section(desk: str, bank_: Bank, dice: Random) -> str:
    """The section, as it is written on the site."""
    if desk == "blog":
        return "Blogues"
    section = "Style de vie" if bank_["section"][0] == "Blogues" else bank_["section"][0]
    return "Nouvelles" if dice.random() < 0.3 else section


def keywords(facts: Facts, dice: Random) -> tuple[str, ...]:
    """Tags, some with the stray space that editors leave."""
    tags = dice.sample(facts.bank["tags"], dice.randrange(1, 4))
    if dice.random() < 0.5:
        tags.append(facts.value("v1") + (" " if dice.random() < 0.3 else ""))
    return tuple(tags)


def modified(published: datetime, template: str, dice: Random) -> datetime:
    """When it was last changed: at once, or within a day or so."""
    if dice.random() < 0.4:
        return published
    later = published + timedelta(minutes=dice.randrange(1, 60 * 30))
    return later.replace(second=0) if template in ("2017", "2014", "2012") else later


def bio(authors: tuple[str, ...], facts: Facts, dice: Random) -> str | None:
    """What the first author's card says of them."""
    if not authors or dice.random() < 0.4:
        return None
    what = dice.choice(
        ("Journaliste", "Chroniqueur", "Collaboration spéciale", "Auteur et conférencier")
    )
    return f"{what}, {facts.value('v')}"


def add_page_chrome(entry: Entry, composer: Composer, dice: Random, label: str | None) -> None:
    """What the site adds inside the column: pictures, advertising, links, promotion."""
    shape, template = entry.recipe.shape, entry.recipe.template
    own = entry.recipe.desk in ("house", "blog")
    if shape in ("live", "gallery"):
        return
    if shape != "photos" and dice.random() < (0.8 if own else 0.45):
        caption = dice.random() < 0.7
        composer.blocks.insert(0, Block("figure", images=(composer.image(caption=caption),)))
    if own and shape == "article" and dice.random() < 0.3:
        composer.enrich(3, Block("figure", images=(composer.image(),)))
    shown = template in ("archive", "archive-v1", "amp", "2017", "generic")
    if shown and own and shape == "article" and dice.random() < 0.3:
        quote = composer.pull_quote()
        if quote is not None:
            composer.enrich(4, quote)
    if own and dice.random() < 0.3:
        spoken = template in ("archive", "2017") and dice.random() < 0.1
        composer.enrich(2, composer.embed(spoken=spoken))
    if dice.random() < 0.35:
        composer.enrich(dice.choice((2, 50)), composer.related(dice.randrange(1, 5)))
    if template != "2012":
        composer.advertise(label, every=3)
    if own and template in ("archive", "2017") and dice.random() < 0.2:
        form = "Inscrivez-vous à notre infolettre pour recevoir l'essentiel de l'actualité."
        composer.enrich(3, Block("newsletter", text=form))
    if dice.random() < 0.3:
        promotion = composer.promotion()
        ahead = "Suivez-nous" in promotion.lines[0][0].text
        composer.blocks.insert(0, promotion) if ahead else composer.blocks.append(promotion)


def pieces(entry: Entry, dice: Random) -> Iterable[Piece]:
    """The phrases of a page that the read-only archive serves; earlier templates have none."""
    template = entry.recipe.template
    if template not in ("archive", "archive-v1", "amp"):
        return

    def piece(kind: str, text: str, places: tuple[str, ...]) -> Piece:
        return Piece(kind, text, dice.choice(places), dice.choice(SITE["classes"]))

    if dice.random() < 0.93:
        yield piece("archive_banner", SITE["banner"], SITE["banner_places"])
    if dice.random() < 0.08:
        closure = SITE["closure_en" if dice.random() < 0.3 else "closure_fr"]
        yield piece("closure_notice", closure, ("before_main", "main_top", "footer"))
    if entry.recipe.desk == "blog":
        yield piece(
            "contributor_disclaimer", SITE["disclaimer"], ("main_top", "in_header", "entry_footer")
        )
    if template == "archive":
        yield Piece("close_widget", SITE["close"], "sticky", "ad-bottom-right-sticky__close")
    if template == "archive-v1":
        yield Piece("correction_link", SITE["correction"], "corrections", "entry__corrections")
    yield piece("faq_footer", SITE["notice"], SITE["notice_places"])


IMPORTERS = ("afp", "rc", "lpc", "ap", "reuters", "relax")
"""Desks whose copy was imported with slugs of 25 characters."""
CORRECTION = "Correction: une version antérieure de cet article citait un chiffre erroné."


@dataclass(frozen=True)
class Story:
    """One article, before a template shows it."""

    entry: Entry
    slug: str
    headline: str
    second: str | None
    """What stands below the headline; None in templates that show nothing there."""
    social: str
    """The title for social networks (og:title)."""
    description: str | None
    section: str
    keywords: tuple[str, ...]
    authors: tuple[str, ...]
    byline: str | None
    mark: Mark
    agency: str | None
    signature: str | None
    modified: datetime
    blocks: tuple[Block, ...]
    pieces: tuple[Piece, ...]
    folder: str | None
    """Author's folder in the URL of a blog post."""
    bio: str | None
    """What the author's card says of the first author."""
    data: str
    """How the page's JSON-LD is: whole, broken or missing."""

    @property
    def text(self) -> list[str]:
        """The article's paragraphs."""
        return paragraphs(self.blocks)

    def corrected(self) -> "Story":
        """The article a day after it was last changed, with a correction at its end."""
        note = Block("paragraph", ((Span(CORRECTION),),))
        later = self.modified + timedelta(days=1)
        return replace(self, blocks=(*self.blocks, note), modified=later)


class Newsdesk:
    """Writes any article of the register, the same one each time it is asked."""

    def __init__(self, register: Catalogue) -> None:
        self.register = register
        self._titles = lru_cache(4096)(self._title)

    def title(self, entry: Entry) -> tuple[str, str]:
        """Headline and slug alone: what links need."""
        return self._titles(entry.number)

    def teaser(self, entry: Entry) -> str:
        """A line about the article, for lists."""
        _, facts, dice = self._begin(entry)
        return self._type(entry).set(facts.tell(dice.choice(facts.bank["leads"])))

    def _title(self, number: int) -> tuple[str, str]:
        entry = self.register.entry(number)
        headline, _, _ = self._begin(entry)
        return headline, self._slug(entry, headline)

    def story(self, entry: Entry) -> Story:
        """The whole article."""
        recipe = entry.recipe
        headline, facts, dice = self._begin(entry)
        room = NEWSROOMS[recipe.desk]
        composer = Composer(facts, room, dice, lambda: self._elsewhere(dice))
        composer.type = type_ = self._type(entry)
        mark, authors = self._signed(entry, dice)
        desk_signature = signature(dice) if mark.signed else None
        label = dice.choice(SITE["ad_labels"]) if dice.random() < 0.85 else None
        self._compose(entry, composer, dice)
        add_page_chrome(entry, composer, dice, label)
        composer.close(desk_signature)
        second = self._second(entry, headline, facts, dice, type_)
        blocks = tuple(map(partial(pictured, recipe), composer.blocks))
        text = paragraphs(blocks)
        known = bool(mark.byline or mark.logo or desk_signature or mark.declared)
        return Story(
            entry=entry,
            slug=self._slug(entry, headline),
            headline=headline,
            second=second,
            social=social(headline, dice),
            description=description(text, second, headline, dice),
            section=section(recipe.desk, facts.bank, dice),
            keywords=keywords(facts, dice),
            authors=authors,
            byline=byline(mark, authors),
            mark=mark,
            agency=room.agency if known else None,
            signature=desk_signature,
            modified=modified(entry.published, recipe.template, dice),
            blocks=blocks,
            pieces=tuple(pieces(entry, dice)),
            folder=self.folder(entry),
            bio=bio(authors, facts, dice),
            data=dice.choice(("whole",) * 16 + ("broken", "missing")),
        )

    def folder(self, entry: Entry) -> str | None:
        """The author's folder in its address, without the rest of the article."""
        if entry.folder is not None or entry.recipe.desk != "blog":
            return entry.folder
        name = self.register.random(entry.number, "blogger").choice(bank(COMMON)["bloggers"])
        return name if "." in name else handmade(name)

    def _begin(self, entry: Entry) -> tuple[str, Facts, Random]:
        dice = self.register.random(entry.number, "story")
        subject = entry.subject or dice.choice(entry.recipe.subjects)
        facts = Facts(dice, bank(subject))
        if entry.headline is not None:
            facts.agree(entry.headline)
            return entry.headline, facts, dice
        headline = self._type(entry).set(facts.tell(dice.choice(facts.bank["headlines"])))
        headline = headline[:1].upper() + headline[1:]
        if ": " in headline and entry.number % 90 == 0:
            headline = headline.replace(": ", "&nbsp;: ", 1)
        return headline, facts, dice

    def _type(self, entry: Entry) -> Typography:
        room = NEWSROOMS[entry.recipe.desk]
        return self.register.random(entry.number, "type").choice(room.type)

    def _slug(self, entry: Entry, headline: str) -> str:
        if entry.slug is not None:
            return entry.slug
        return imported(headline) if entry.recipe.desk in IMPORTERS else handmade(headline)

    def _elsewhere(self, dice: Random) -> tuple[str, str]:
        other = self.register.entry(dice.randrange(self.register.size))
        title, slug = self.title(other)
        return HUFFPOST_QC.archive_url(other.key, slug), title

    def _signed(self, entry: Entry, dice: Random) -> tuple[Mark, tuple[str, ...]]:
        desk, template = entry.recipe.desk, entry.recipe.template
        marks = [
            mark
            for mark in NEWSROOMS[desk].marks
            if not (mark.logo and template in ("2014", "generic"))
            and not (mark.declared and template not in ("archive", "archive-v1"))
            and not (mark.byline.startswith("Par{}") and template == "amp")
        ]
        mark = dice.choice(marks)
        if desk == "blog":
            blogger = self.register.random(entry.number, "blogger")
            return mark, (blogger.choice(bank(COMMON)["bloggers"]),)
        if desk == "house":
            pool = bank(COMMON)["staff"]
        else:
            person = Facts(dice, bank("politique")).person("q1" if desk == "ap" else "p1")
            pool = (person.name,)
        count = mark.byline.count("{")
        return mark, tuple(dice.sample(pool, count)) if count <= len(pool) else ()

    def _second(
        self, entry: Entry, headline: str, facts: Facts, dice: Random, type_: Typography
    ) -> str | None:
        if entry.recipe.template in ("archive-v1", "2014", "2012"):
            return None
        edited = entry.recipe.desk in ("house", "blog") and dice.random() < 0.7
        if entry.dek is not None or (entry.headline is None and edited):
            text = entry.dek or type_.set(facts.tell(dice.choice(facts.bank["deks"])))
            return text[:1].upper() + text[1:]
        if entry.recipe.template == "archive":
            return headline
        return headline if entry.recipe.template == "amp" and dice.random() < 0.5 else None

    def _compose(self, entry: Entry, composer: Composer, dice: Random) -> None:
        shape, desk = entry.recipe.shape, entry.recipe.desk
        own = desk in ("house", "blog")
        if shape == "live":
            if dice.random() < 0.7:
                composer.lead(linked=False)
            composer.blocks.append(Block("live", text=f"live-{entry.key.id}"))
            return
        if shape == "teasers":
            composer.lead(linked=False)
            composer.teasers(5)
            return
        composer.lead(linked=own)
        if shape == "short":
            if dice.random() < 0.5:
                composer.paragraph(composer.t("body"))
            if own or dice.random() < 0.6:
                composer.paragraph(dice.choice(MORE_TO_COME))
            return
        size = {"article": (4, 12), "photos": (3, 8)}.get(shape, (2, 5))
        composer.body(dice.randint(*size), linked=own, headings=own and shape == "article")
        if shape in ("list", "table"):
            composer.heading()
            block = composer.listing(dice.randrange(3, 7), ordered=dice.random() < 0.4)
            composer.blocks.append(composer.table() if shape == "table" else block)
            composer.paragraph(composer.t("body"))
        if shape not in ("slides", "gallery") and dice.random() < 0.7:
            composer.paragraph(composer.t("endings"))
        if not own and dice.random() < 0.12:
            composer.broken()
        if entry.recipe.template == "2014" and dice.random() < 0.4:
            composer.run_together()
        if desk == "house" and dice.random() < 0.06:
            composer.paragraph(TRANSLATED)
        if own and shape == "article" and dice.random() < 0.25:
            composer.enrich(dice.randrange(1, 4), composer.quotation())
        if own and shape == "article" and dice.random() < 0.15:
            composer.enrich(2, composer.listing(3, ordered=False))
        hint = SITE["loading"] if entry.recipe.template in ("2012", "2014") else ""
        if shape == "photos":
            composer.photos(repeated=dice.random() < 0.7)
        elif shape in ("slides", "gallery"):
            composer.slideshow(dice.randrange(4, 12), hint=hint)
        if shape == "article" and dice.random() < 0.05:
            composer.slideshow(dice.randrange(3, 6), SITE["elsewhere"], hint)
