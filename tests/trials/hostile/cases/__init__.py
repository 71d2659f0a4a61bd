"""The table of cases, group by group."""

from tests.trials.hostile.case import Case
from tests.trials.hostile.cases import (
    addresses,
    archives,
    bodies,
    charsets,
    compression,
    framing,
    heads,
    pages,
    redirects,
    robots,
    secure,
    sitemaps,
)

GROUPS = (
    compression,
    framing,
    heads,
    redirects,
    addresses,
    secure,
    charsets,
    pages,
    bodies,
    robots,
    sitemaps,
    archives,
)

CASES: tuple[Case, ...] = tuple(case for module in GROUPS for case in module.GROUP.cases)
"""Every case; names are unique."""

assert len({case.name for case in CASES}) == len(CASES), "a name twice"
