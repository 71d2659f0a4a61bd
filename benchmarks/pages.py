"""Pages to measure with: the sample's articles, furnished and weighing as real pages do.

The sample's own pages are lean: 60 to 260 elements, 2 KB of text, the rest of their weight one
script. Real pages of 80 to 190 KB hold 600 to 1,700 elements, 180 to 390 links and 10 to 60 KB of
text. So zones of other articles are put around each article, and the rest is script.
"""

from collections.abc import Iterator

from huffarchive.sample.catalogue import Entry
from huffarchive.sample.pages import trending
from huffarchive.sample.site import Site, site

WEIGHT = 90
"""Kilobytes that a page weighs on average: 60 to 120."""
ZONES, CARDS = 10, 12
"""Zones of other articles on a page, and articles in each: with them it has 500 elements or more."""


class Pages:
    """So many distinct articles; `lean` leaves them as the sample has them."""

    def __init__(self, articles: int, *, lean: bool = False) -> None:
        self._lean = lean
        self._bare = site(articles=articles)
        self._weighty = site(articles=articles, weight=WEIGHT)

    @property
    def site(self) -> Site:
        """The site that they are of."""
        return self._bare

    def markup(self, entry: Entry) -> str:
        """An article's page."""
        if self._lean:
            return self._weighty.markup(entry)
        frame = self._weighty.frame(entry.number, "bench")
        zones = "".join(trending("Tendances", frame, CARDS) for _ in range(ZONES))
        head, end, tail = self._bare.markup(entry).rpartition("</body>")
        return frame.pad(f"{head}<aside>{zones}</aside>{end}{tail}")

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Address and markup of every article, in order."""
        for number, url in enumerate(self._bare.plain_urls()):
            yield url, self.markup(self._bare.register.entry(number))
