"""What the server does that is out of the ordinary, and to which addresses."""

from dataclasses import dataclass
from functools import cached_property

from huffarchive.sample.register import Register

DEAD: dict[tuple[str, str], str] = {
    ("n", "1999990"): "not_found",
    ("n", "2999990"): "deleted",
    ("b", "3999990"): "soft_404",
    ("n", "4999990"): "soft_404",
    ("a", "22999990"): "moved",
    ("n", "5999990"): "moved_away",
}
"""Links that lead to no article of their own: mark and id, and the Reason that a crawl should give.

404; 410; a redirect to `err_code=404`; a 200 that says it is not found; a redirect to the article
of another id; a redirect out of the edition."""

FAILURES = ("500", "428", "429-seconds", "429-date")
"""Answers to the first request for an article; the second is answered well."""
REDIRECTS = ("path", "own-host", "chain", "real-host")
"""Old addresses that lead to the archive's: 301 to a path, 302 to a URL of this server, two hops,
301 to the edition's own host."""


def dead_address(kind: str, ident: str) -> str:
    """The address by which lists name a dead link."""
    if kind == "a":
        return f"https://quebec.huffingtonpost.ca/2018/01/15/une-page-disparue_a_{ident}/"
    return f"https://www.huffpost.com/archive/qc/entry/une-page-disparue_{kind}_{ident}"


@dataclass(frozen=True)
class Oddities:
    """Which articles of a register are answered oddly."""

    register: Register

    @cached_property
    def failing(self) -> dict[int, str]:
        """Number of the article -> one of FAILURES."""
        return dict(zip(self._numbers[: len(FAILURES)], FAILURES, strict=False))

    @cached_property
    def redirected(self) -> dict[int, str]:
        """Number of the article -> one of REDIRECTS."""
        rest = self._numbers[len(FAILURES) :]
        return dict(zip(rest, REDIRECTS, strict=False))

    @cached_property
    def corrected(self) -> int | None:
        """The article that who comes back for it finds corrected; None in a small archive."""
        for number in range(200, self.register.size, 2):  # even ones have an ETag
            recipe = self.register.entry(number).recipe
            if (recipe.template, recipe.desk, recipe.shape) == ("archive", "house", "article"):
                return number
        return None

    @cached_property
    def _numbers(self) -> list[int]:
        """News of the counter, which alone has every form of address."""
        numbers = range(80, min(self.register.size, 200), 3)
        found = [n for n in numbers if self.register.entry(n).recipe.mark == "n"]
        return found[: len(FAILURES) + len(REDIRECTS)]
