"""Whether a host's last answers look like a bad hour of the network or of the site."""

from collections import Counter, deque

from huffarchive.outcome import DISAPPEARED, PROVISIONAL, Reason

LAST = 25
"""Answers of a host that are looked at."""
MOST = 20
"""So many odd ones among them are a bad hour."""


class OddHour:
    """Counts what hosts answered in a run."""

    def __init__(self) -> None:
        self._last: dict[str, deque[Reason | None]] = {}
        self._confirmed: Counter[str] = Counter()
        self._good: Counter[str] = Counter()

    def judge(self, host: str, reason: Reason, doubted: str | None) -> str | None:
        """Take an answer in; in words what is odd of the last ones, or None.

        `doubted` is since when this page's answer waits for a second run. A host that said the same
        of many pages in two runs means it: it may say so of all the others too. One that has given
        no page yet may have none: disappearances are odd where pages came before. A wall is one
        on the second day as well.
        """
        odd = reason if reason in PROVISIONAL else None
        if odd in DISAPPEARED and doubted is not None:
            self._confirmed[host] += 1
        if odd in DISAPPEARED and (self._good[host] < LAST or self._confirmed[host] >= MOST):
            odd = None
        self._good[host] += reason not in PROVISIONAL
        last = self._last.setdefault(host, deque(maxlen=LAST))
        last.append(odd)
        said = Counter(what for what in last if what is not None)
        if said.total() < MOST:
            return None
        kinds = ", ".join(f"{number} {what}" for what, number in said.most_common())
        return f"{said.total()} of its last {len(last)} answers are {kinds}"
