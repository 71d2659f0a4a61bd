"""The sample site: any page of it, from its seed and a number, and the gold of every article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from huffarchive.editions import HUFFPOST_QC
from huffarchive.sample.entry import Entry
from huffarchive.sample.gold import Gold, gold
from huffarchive.sample.oddities import DEAD, Oddities
from huffarchive.sample.register import Register
from huffarchive.sample.slugs import handmade
from huffarchive.sample.story import Newsdesk, Story
from huffarchive.sample.template import TEMPLATES, Frame
from huffarchive.urls import PageKey

SEED = 20120208
ARTICLES = 340


@dataclass(frozen=True)
class Site:
    """An archive of `articles` articles; nothing of it is kept, every page is made when asked."""

    seed: int = SEED
    articles: int = ARTICLES
    weight: int = 0
    """Kilobytes that a page weighs on average (two thirds to four thirds of it); 0: as it comes."""
    delay: float = 0.02
    """Crawl-delay of robots.txt, seconds."""
    register: Register = field(init=False)
    desk: Newsdesk = field(init=False)
    oddities: Oddities = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "register", Register(self.seed, self.articles))
        object.__setattr__(self, "desk", Newsdesk(self.register))
        object.__setattr__(self, "oddities", Oddities(self.register))

    @property
    def size(self) -> int:
        """How many articles it has."""
        return self.articles

    @cached_property
    def gold(self) -> Mapping[str, Gold]:
        """The gold by record id, written when asked for."""
        return _Book(self)

    @cached_property
    def wanted_ids(self) -> frozenset[str]:
        """The record ids that a whole crawl yields: every article once, nothing else."""
        return frozenset(self.gold)

    @property
    def dead(self) -> dict[str, str]:
        """Ids that lists name and that are no article -> the Reason a crawl should give."""
        return {str(PageKey(HUFFPOST_QC.code, *key)): reason for key, reason in DEAD.items()}

    def stories(self) -> Iterator[Story]:
        """Every article, in order."""
        return (self.desk.story(self.register.entry(n)) for n in range(self.size))

    def pages(self) -> Iterator[tuple[str, str]]:
        """Address and markup of every article, in order."""
        for number, url in enumerate(self.plain_urls()):
            yield url, self.markup(self.register.entry(number))

    def markup(self, entry: Entry, *, corrected: bool = False) -> str:
        """An article's page, or what became of it when it was corrected."""
        story = self.desk.story(entry)
        story = story.corrected() if corrected else story
        return TEMPLATES[entry.recipe.template](story, self.frame(entry.number))

    def frame(self, number: int, name: str = "") -> Frame:
        """The surroundings of one page: of an article, or of another page by its name."""
        dice = self.register.random(number, f"page{name}")
        heavy = int(self.weight * 1000 * (2 / 3 + dice.random() * 2 / 3))
        return Frame(dice, lambda: self.elsewhere(dice), topic, heavy)

    def elsewhere(self, dice: Random) -> tuple[str, str]:
        """The address and the title of some article."""
        from huffarchive.sample.maps import address_in_lists

        entry = self.register.entry(dice.randrange(self.size))
        title, _ = self.desk.title(entry)
        return address_in_lists(self, entry), title

    def plain_urls(self) -> Iterator[str]:
        """One address for each article that answers 200 without a detour (wget, nginx)."""
        for number in range(self.size):
            entry = self.register.entry(number)
            _, slug = self.desk.title(entry)
            yield HUFFPOST_QC.archive_url(entry.key, slug)


class _Book(Mapping[str, Gold]):
    """The gold of a site, by record id."""

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


def topic(tag: str) -> str:
    """The topic page of a tag."""
    return f"http://quebec.huffingtonpost.ca/news/{handmade(tag)}/"
