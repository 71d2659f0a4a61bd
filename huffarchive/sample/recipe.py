"""Which kinds of page the archive is made of, and in which mixture."""

from dataclasses import dataclass

from huffarchive.sample.bank import SUBJECTS

_WIRE = ("conflit", "diplomatie", "conflit", "faits_divers", "economie", "sports")
_CANADIAN = ("politique", "faits_divers", "economie", "meteo", "sports", "sante")
_STYLE = ("mode", "sante", "culture", "sciences")
_HOUSE = tuple(subject for subject in SUBJECTS if subject not in ("blogue", "conflit"))
_SUBJECTS = {
    "house": _HOUSE,
    "afp": _WIRE,
    "ap": _WIRE,
    "reuters": ("economie", "diplomatie"),
    "lpc": _CANADIAN,
    "rc": (*_CANADIAN, "culture"),
    "relax": _STYLE,
    "blog": ("blogue",),
}

_MIXTURE = """
archive    afp     article n 7
archive    afp     short   n 1
archive    afp     photos  n 2
archive    lpc     article n 3
archive    rc      article n 3
archive    relax   article n 2
archive    ap      article n 1
archive    reuters short   n 1
archive    house   article n 2
archive    house   article qc 4
archive    house   list    qc 1
archive    house   article a 1
archive    house   slides  n 1
archive    house   live    n 1
archive    house   gallery g 1
archive    house   teasers n 1
archive    house   table   a 1
archive    blog    article b 4
archive    blog    article a 1
archive-v1 afp     article n 2
archive-v1 house   article n 1
archive-v1 rc      article n 1
archive-v1 lpc     short   n 1
archive-v1 blog    article b 1
archive-v1 house   photos  n 1
amp        afp     article n 1
amp        lpc     article n 1
amp        house   article qc 1
amp        house   slides  n 1
amp        blog    article b 1
amp        house   list    a 1
2017       house   article a 2
2017       afp     article a 1
2017       lpc     article a 1
2017       blog    article a 1
2017       house   slides  a 1
2017       house   list    a 1
2014       house   article n 1
2014       lpc     article n 1
2014       afp     article n 1
2014       rc      short   n 1
2014       blog    article b 1
2014       house   slides  n 1
2014       house   photos  n 1
2012       house   article n 1
2012       afp     article n 1
2012       ap      article n 1
2012       rc      article n 1
2012       blog    article b 1
2012       house   slides  n 1
2012       afp     short   n 1
generic    house   article n 1
"""
"""Template, desk, shape, mark in the URL, how many in a round."""


@dataclass(frozen=True)
class Recipe:
    """What one page is to be."""

    template: str
    """archive, archive-v1, amp, 2017, 2014, 2012 or generic."""
    desk: str
    """house, afp, lpc, rc, relax, ap, reuters or blog."""
    shape: str
    """article, short, photos, slides, list, table, teasers, live or gallery."""
    mark: str
    """The mark before the id in its URL: n, b, a, g or qc."""

    @property
    def layout(self) -> str:
        """The record's `layout`."""
        return "archive" if self.template == "archive-v1" else self.template

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it may be about."""
        return _SUBJECTS[self.desk]


def _round() -> tuple[Recipe, ...]:
    recipes: list[Recipe] = []
    for row in _MIXTURE.split("\n"):
        if row:
            template, desk, shape, mark, count = row.split()
            recipes += [Recipe(template, desk, shape, mark)] * int(count)
    size, stride = len(recipes), 29
    assert size % stride, "the stride must visit every recipe"
    return tuple(recipes[i * stride % size] for i in range(size))


ROUND: tuple[Recipe, ...] = _round()
"""One round of recipes; the archive repeats it."""
