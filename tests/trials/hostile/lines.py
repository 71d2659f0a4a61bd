"""The list of addresses of a crawl: each case between two good pages."""

from dataclasses import dataclass

from tests.trials.hostile.case import Case, Own
from tests.trials.hostile.server import GOOD

FIRST = 1_000_000
"""The number of the first case's page."""


@dataclass(frozen=True, slots=True)
class Line:
    """An address of the list, and the number of its page."""

    ident: int
    url: str


def lines_of(numbered: dict[int, Case], base: str, own: Own) -> list[Line]:
    """The lines of a crawl over cases, by their pages' numbers."""
    lines: list[Line] = []
    for ident, case in numbered.items():
        place = ident - FIRST
        before, after = GOOD + 2 * place, GOOD + 2 * place + 1
        lines.append(Line(before, f"{base}/entry/avant_n_{before}"))
        more = (GOOD * 2 + n for n in range(own.good_first))
        lines += [Line(number, f"{base}/entry/bonne_n_{number}") for number in more]
        address = case.url or "{site}/entry/{name}_n_{id}"
        address = address.replace("{site}", base).replace("{name}", case.name)
        lines.append(Line(ident, address.replace("{id}", str(ident))))
        lines.append(Line(after, f"{base}/entry/apres_n_{after}"))
    return lines
