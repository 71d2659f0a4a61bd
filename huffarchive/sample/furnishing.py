"""What the site adds to an article: pictures, advertising, links, promotion, its own phrases."""

from collections.abc import Iterable
from random import Random

from huffarchive.sample import chrome
from huffarchive.sample.chrome import Piece
from huffarchive.sample.composition import Composer
from huffarchive.sample.content import Figure, Newsletter, PullQuote
from huffarchive.sample.entry import Entry


def furnish(entry: Entry, composer: Composer, dice: Random, label: str | None) -> None:
    """What the site adds inside the column: pictures, advertising, links, promotion."""
    shape, template = entry.recipe.shape, entry.recipe.template
    own = entry.recipe.desk in ("house", "blog")
    if shape in ("live", "gallery"):
        return
    if shape != "photos" and dice.random() < (0.8 if own else 0.45):
        caption = dice.random() < 0.7
        composer.blocks.insert(0, Figure(composer.image(caption=caption)))
    if own and shape == "article" and dice.random() < 0.3:
        composer.enrich(3, Figure(composer.image()))
    shown = template in ("archive", "archive-v1", "amp", "2017", "generic")
    if shown and own and shape == "article" and dice.random() < 0.3:
        quote: PullQuote | None = composer.pull_quote()
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
        composer.enrich(3, Newsletter(form))
    if dice.random() < 0.3:
        promotion = composer.promotion()
        ahead = "Suivez-nous" in promotion.line[0].text
        composer.blocks.insert(0, promotion) if ahead else composer.blocks.append(promotion)


def pieces(entry: Entry, dice: Random) -> Iterable[Piece]:
    """The phrases of a page that the read-only archive serves; earlier templates have none."""
    template = entry.recipe.template
    if template not in ("archive", "archive-v1", "amp"):
        return

    def piece(kind: str, text: str, places: tuple[str, ...]) -> Piece:
        return Piece(kind, text, dice.choice(places), dice.choice(chrome.CLASSES))

    if dice.random() < 0.93:
        yield piece("archive_banner", chrome.BANNER, chrome.BANNER_PLACES)
    if dice.random() < 0.08:
        closure = chrome.CLOSURE_EN if dice.random() < 0.3 else chrome.CLOSURE_FR
        yield piece("closure_notice", closure, ("before_main", "main_top", "footer"))
    if entry.recipe.desk == "blog":
        yield piece(
            "contributor_disclaimer", chrome.DISCLAIMER, ("main_top", "in_header", "entry_footer")
        )
    if template == "archive":
        yield Piece("close_widget", chrome.CLOSE, "sticky", "ad-bottom-right-sticky__close")
    if template == "archive-v1":
        yield Piece("correction_link", chrome.CORRECTION, "corrections", "entry__corrections")
    yield piece("faq_footer", chrome.NOTICE, chrome.NOTICE_PLACES)
