"""One article of the sample: everything that its page says, and all that is meant by it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from random import Random

from huffarchive.sample import chrome, labels
from huffarchive.sample.bank import COMMON, bank
from huffarchive.sample.chrome import Piece
from huffarchive.sample.composition import MORE_TO_COME, TRANSLATED, Composer
from huffarchive.sample.content import (
    Block,
    Heading,
    LiveBlog,
    Paragraph,
    Span,
    paragraphs,
)
from huffarchive.sample.desk import Desk
from huffarchive.sample.entry import Entry
from huffarchive.sample.furnishing import furnish, pieces
from huffarchive.sample.newsrooms import NEWSROOMS, Mark, signature
from huffarchive.sample.prose import Facts
from huffarchive.sample.register import Register
from huffarchive.sample.slugs import handmade, imported

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
    ad_label: str | None
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
        note = Paragraph((Span(CORRECTION),))
        later = self.modified + timedelta(days=1)
        return replace(self, blocks=(*self.blocks, note), modified=later)


class Newsdesk:
    """Writes any article of the register, the same one each time it is asked."""

    def __init__(self, register: Register) -> None:
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
        label = dice.choice(chrome.AD_LABELS) if dice.random() < 0.85 else None
        self._compose(entry, composer, dice)
        furnish(entry, composer, dice, label)
        composer.close(desk_signature)
        second = self._second(entry, headline, facts, dice, type_)
        blocks = tuple(map(partial(labels.pictured, recipe), composer.blocks))
        text = paragraphs(blocks)
        known = bool(mark.byline or mark.logo or desk_signature or mark.declared)
        return Story(
            entry=entry,
            slug=self._slug(entry, headline),
            headline=headline,
            second=second,
            social=labels.social(headline, dice),
            description=labels.description(text, second, headline, dice),
            section=labels.section(recipe.desk, facts.bank, dice),
            keywords=labels.keywords(facts, dice),
            authors=authors,
            byline=labels.byline(mark, authors),
            mark=mark,
            agency=room.agency if known else None,
            signature=desk_signature,
            modified=labels.modified(entry.published, recipe.template, dice),
            blocks=blocks,
            pieces=tuple(pieces(entry, dice)),
            ad_label=label,
            folder=self.folder(entry),
            bio=labels.bio(authors, facts, dice),
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

    def _type(self, entry: Entry) -> Desk:
        room = NEWSROOMS[entry.recipe.desk]
        return self.register.random(entry.number, "type").choice(room.type)

    def _slug(self, entry: Entry, headline: str) -> str:
        if entry.slug is not None:
            return entry.slug
        return imported(headline) if entry.recipe.desk in IMPORTERS else handmade(headline)

    def _elsewhere(self, dice: Random) -> tuple[str, str]:
        from huffarchive.sample.addresses import archive_address

        other = self.register.entry(dice.randrange(self.register.size))
        title, slug = self.title(other)
        return archive_address(other.key, slug), title

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
        self, entry: Entry, headline: str, facts: Facts, dice: Random, type_: Desk
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
            composer.blocks.append(LiveBlog(f"live-{entry.key.id}"))
            return
        if shape == "teasers":
            composer.lead(linked=False)
            composer.teasers(5)
            return
        composer.lead(linked=own)
        if shape == "short":
            if dice.random() < 0.5:
                composer.paragraph(composer.say("body"))
            if own or dice.random() < 0.6:
                composer.paragraph(dice.choice(MORE_TO_COME))
            return
        size = {"article": (4, 12), "photos": (3, 8)}.get(shape, (2, 5))
        composer.body(dice.randint(*size), linked=own, headings=own and shape == "article")
        if shape in ("list", "table"):
            composer.blocks.append(Heading(composer.say("subheads")))
            block: Block = composer.listing(dice.randrange(3, 7), ordered=dice.random() < 0.4)
            composer.blocks.append(composer.table() if shape == "table" else block)
            composer.paragraph(composer.say("body"))
        if shape not in ("slides", "gallery") and dice.random() < 0.7:
            composer.paragraph(composer.say("endings"))
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
        hint = chrome.LOADING if entry.recipe.template in ("2012", "2014") else None
        if shape == "photos":
            composer.photos(repeated=dice.random() < 0.7)
        elif shape in ("slides", "gallery"):
            composer.slideshow(dice.randrange(4, 12), hint=hint)
        if shape == "article" and dice.random() < 0.05:
            composer.slideshow(dice.randrange(3, 6), chrome.ELSEWHERE, hint)
