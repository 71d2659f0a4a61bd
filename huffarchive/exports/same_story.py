"""The same story under two ids, linked by what it says and never merged.

In May 2019 the site gave older pieces new ids, so one story can stand under `_a_23…` and under
`_qc_5ccc…`. Nothing in the addresses ties the two together; headline, text and date do.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from heapq import nsmallest
from typing import Any

Records = Callable[[], Iterable[Mapping[str, Any]]]
"""The records of an archive, one of each article; read twice, so memory stays small."""

ALIKE = 0.8
"""Share of five-word runs that two texts must have in common."""
DAYS = 2
"""Days between the dates of publication at most, unless the texts are equal."""
SHORT = 20
"""Texts of fewer words must be equal, and of the same day."""
_RUN = 5
_SKETCH = 128
"""Hashes kept of a text: the smallest; what two sketches share estimates what the texts share."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SameStory:
    """One article that tells the story of another."""

    id: str
    same_story_as: str
    """The earliest article that agrees with it: by the form of its id, then its date."""
    headline: str
    """Equal but for accents, case and punctuation."""
    text_equal: bool
    """Word for word, accents, case and punctuation aside."""
    alike: float
    """Share of five-word runs in common, estimated to about 0.04."""
    dates: tuple[str | None, str | None]
    """Days of publication, of `same_story_as` first."""


@dataclass(frozen=True, slots=True)
class _Print:
    """What is compared of an article."""

    id: str
    headline: str
    day: str | None
    words: int
    text: bytes
    sketch: frozenset[int]

    @property
    def age(self) -> tuple[bool, str, str]:
        """Sorts numbers before the later hex ids, then by date."""
        return len(self.id.rsplit(":", 1)[-1]) == 24, self.day or "9999", self.id


def same_stories(records: Records) -> Iterator[SameStory]:
    """The articles that tell an earlier article's story, by id.

    Two articles agree when their headlines are equal and their texts are, or share four fifths of
    their five-word runs within two days of each other. Of an article without a headline or a text
    nothing is said.
    """
    often = Counter(_headline(record) for record in records() if record["text"])
    groups: dict[bytes, list[_Print]] = defaultdict(list)
    for record in records():
        headline = _headline(record)
        if headline is not None and record["text"] and often[headline] > 1:
            groups[headline].append(_print(record))
    links = [link for group in groups.values() for link in _linked(group)]
    yield from sorted(links, key=lambda link: link.id)


def _linked(group: list[_Print]) -> Iterator[SameStory]:
    """Links among articles of one headline, each to the earliest that agrees with it."""
    group.sort(key=lambda one: one.age)
    texts: dict[bytes, dict[str | None, _Print]] = defaultdict(dict)
    """Of each text and day the earliest article."""
    days: dict[int, list[_Print]] = defaultdict(list)
    for later in group:
        near = [one for day in _near(later.day) for one in days[day]]
        same = texts[later.text]
        equal = same.get(later.day) if later.words < SHORT else next(iter(same.values()), None)
        if equal is not None:
            near.append(equal)
        agreeing = [one for one in near if one is equal or _alike(one, later)]
        if agreeing:
            first = min(agreeing, key=lambda one: one.age)
            yield SameStory(
                later.id,
                first.id,
                later.headline,
                first.text == later.text,
                round(_resemblance(first, later), 2),
                (first.day, later.day),
            )
        same.setdefault(later.day, later)
        if (number := _number(later.day)) is not None:
            days[number].append(later)


def _alike(one: _Print, other: _Print) -> bool:
    return min(one.words, other.words) >= SHORT and _resemblance(one, other) >= ALIKE


def _resemblance(one: _Print, other: _Print) -> float:
    """Jaccard's coefficient of two texts, estimated from the smallest hashes of both."""
    if one.text == other.text:
        return 1.0
    both = frozenset(nsmallest(_SKETCH, one.sketch | other.sketch))
    return len(both & one.sketch & other.sketch) / len(both) if both else 0.0


def _near(day: str | None) -> Iterable[int]:
    number = _number(day)
    return () if number is None else range(number - DAYS, number + DAYS + 1)


def _number(day: str | None) -> int | None:
    try:
        return date.fromisoformat(day).toordinal() if day else None
    except ValueError:
        return None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def _headline(record: Mapping[str, Any]) -> bytes | None:
    words = _words(record["headline"] or "")
    return _digest(" ".join(words)) if words else None


def _print(record: Mapping[str, Any]) -> _Print:
    words = _words(record["text"])
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(len(words) - _RUN + 1, 1))}
    hashes = (int.from_bytes(_digest(run), "big") for run in runs)
    return _Print(
        record["id"],
        record["headline"],
        (record["date_published"] or "")[:10] or None,
        len(words),
        _digest(" ".join(words)),
        frozenset(nsmallest(_SKETCH, hashes)),
    )


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
