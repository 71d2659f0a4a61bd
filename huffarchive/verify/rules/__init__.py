"""The rules. A table for each thing that they look at (`record.toml`, …) has their words, and the
queries of those that hold records, lines and ledger against each other; whoever else checks is a
function of the rule's name in a module beside it. Importing this fills `RULES`.
"""

import tomllib
from collections.abc import Iterator
from functools import partial
from importlib.resources import files

from huffarchive import typed
from huffarchive.exits import Exit
from huffarchive.outcome import ANSWERED, MAX_HOPS, Reason, State
from huffarchive.sources import COPIED, INDEX, QUERIES, SOURCES
from huffarchive.sources.memento import ARCHIVED_ERROR, ELSEWHERE, SECOND_CHOICE, TRUNCATED
from huffarchive.sources.source import MIRROR, SITE
from huffarchive.verify.index import Index
from huffarchive.verify.rule import CHECKS, RULES, Rule, Scope, Severity
from huffarchive.verify.rules import fields, grammar, http, jsonl  # noqa: F401 - fill CHECKS

Place = tuple[str, int | None, str | None, str, bool]
"""File, offset, record, detail, whether the file is ours."""


def _listed(*values: object) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


_LEFT = {
    name: f"p.{name}"
    for name in (
        "state", "reason", "url", "tries", "status", "detail", "doubted", "failures", "failing",
        "given_up",
    )
} | {
    "asked": "ifnull((SELECT group_concat(said, ' ') FROM (SELECT source || '=' || state || '/' || "
    "reason AS said FROM ledger.answer WHERE page = p.id ORDER BY said)), '')",
    "named": "ifnull((SELECT group_concat(name, ' ') FROM (SELECT name FROM ledger.discoverer "
    "WHERE id <= 62 AND p.named >> id & 1 ORDER BY name)), '')",
}  # fmt: skip
"""What an account says of a page, and where it stands in the ledger."""
_WORDS = {
    "typed": typed(),
    "max_hops": str(MAX_HOPS),
    "states": _listed(*State),
    "reasons": _listed(*Reason),
    "unanswered": _listed(*(reason for reason in Reason if reason not in ANSWERED)),
    "archives": _listed(*SOURCES),
    "own": _listed(*(name for name, source in SOURCES.items() if source.own)),
    "copied": _listed(*sorted(COPIED)),
    "sources": _listed(MIRROR, INDEX.name, *SOURCES),
    "waited_for": _listed("", SITE, MIRROR, INDEX.name, *SOURCES),
    "marks": _listed("", TRUNCATED, ELSEWHERE, ARCHIVED_ERROR, *SECOND_CHOICE, *Reason),
    "exits": f"({', '.join(str(int(status)) for status in Exit)})",
    "of_state": " ".join(
        f"WHEN '{state}' THEN reason IN {_listed(*(r for r in Reason if r.state is state))}"
        for state in State
    ),
    "by_kind": " ".join(
        f"WHEN '{kind}' THEN source = '{name}'" for name, kinds in QUERIES.items() for kind in kinds
    ),
    "differing": " || ".join(
        f"iif(l.{name} IS {of_page}, '', '; {name}: ' || ifnull({of_page}, 'none') || "
        f"', the account says ' || ifnull(l.{name}, 'none'))"
        for name, of_page in _LEFT.items()
    ),
}
"""What the tables' words and queries may name in braces, beside the words of their own."""


def _places(queries: list[str], index: Index) -> Iterator[Place]:
    """What the queries find: of the ledger two columns, of files of ours four, of any file five."""
    for query in queries:
        for row in index.rows(query):
            whole = row if len(row) > 2 else (str(index.ledger), None, *row)
            yield (*whole, True)[:5]


def _load(scope: Scope) -> None:
    rows = tomllib.loads(files(__name__).joinpath(f"{scope}.toml").read_text("utf-8"))
    words = dict(_WORDS)
    for name, text in rows.pop("words").items():
        words[name] = text.format_map(words)
    for name, row in rows.items():
        each = [row["each_query"].format_map(one) for one in row.get("each", ())]
        queries = [query.format_map(words) for query in (*each, *row.get("queries", ()))]
        own = CHECKS.pop(name, None)
        RULES[name] = Rule(
            name,
            scope,
            row["source"],
            row["says"] if own is None else " ".join((own.__doc__ or "").split()),
            row["remedy"].format_map(words),
            Severity(row.get("severity", Severity.ERROR)),
            Severity(row["ours"]) if "ours" in row else None,
            own or (partial(_places, queries) if queries else None),
            frozenset(row.get("about", "").split()),
            frozenset(row.get("kinds", "").split()),
            row.get("unless", ""),
            row.get("by_shape", False),
        )


for _scope in Scope:
    _load(_scope)
assert not CHECKS  # a function that is no rule's
