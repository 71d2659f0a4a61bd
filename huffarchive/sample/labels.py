"""What a page says around its text: byline, section, tags, summary, dates of change."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from huffarchive.sample.bank import Bank
from huffarchive.sample.content import Block, Figure
from huffarchive.sample.newsrooms import Mark
from huffarchive.sample.prose import Facts
from huffarchive.sample.recipe import Recipe


def pictured(recipe: Recipe, block: Block) -> Block:
    """A picture with what its template shows: 2014 one line, 2012 none but in photo stories."""
    if not isinstance(block, Figure):
        return block
    image = block.image
    if recipe.template == "2014" and image.caption is None and image.credit:
        image = replace(image, credit=_known(image.credit))
    if recipe.template == "2014" and image.caption and image.credit:
        one = recipe.shape == "photos" or image.url[-20] in "01234567"
        image = replace(image, caption=None if not one else image.caption)
        image = replace(image, credit=None if one else _known(image.credit))
    elif recipe.template == "2012" and recipe.shape != "photos":
        image = replace(image, caption=None, credit=None)
    return replace(block, image=image)


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
    section = "Style de vie" if bank_.section == "Blogues" else bank_.section
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
