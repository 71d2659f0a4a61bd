"""Judging records: each rule is asked only where it can have something to say."""

from collections.abc import Iterator
from dataclasses import replace

from huffarchive.verify.entry import Entry
from huffarchive.verify.finding import Finding, Severity
from huffarchive.verify.rule import RULES, Rule, Scope

Shape = tuple[str, ...]
"""Version, type, whose it is and names of the fields: alike in nearly all records of a type."""
_MANY = 1000
"""Shapes that are remembered."""


class Bench:
    """The rules of records, sorted by the shapes of the records that a file has."""

    def __init__(self) -> None:
        self._known: dict[Shape, tuple[tuple[str, tuple[Rule, ...]], ...]] = {}
        self._rules = [
            rule
            for rule in RULES.values()
            if rule.scope in (Scope.RECORD, Scope.HTTP) and rule.check is not None
        ]

    def judge(self, entry: Entry) -> Iterator[Finding]:
        """Everything that is wrong with a record."""
        shape = (entry.version, entry.type, str(entry.ours), *entry.named)
        groups = self._known.get(shape)
        if groups is None:
            groups = self._groups_for(entry)
            if len(self._known) < _MANY:
                self._known[shape] = groups
        for unless, rules in groups:
            if unless and getattr(entry, unless):
                continue
            for rule in rules:
                for detail in rule.check(entry):  # type: ignore[misc]
                    record = (entry.id or "").strip("<>") or None
                    found = rule.finding(
                        entry.file.shown, entry.offset, record, detail, ours=entry.ours
                    )
                    # A copy is what it was: only its bytes can have gone wrong here.
                    kept = not entry.copied or rule.name == "block-digest"
                    yield found if kept else replace(found, severity=Severity.NOTE)

    def _groups_for(self, entry: Entry) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """The rules that may have something to say of records of this shape."""
        groups: dict[str, list[Rule]] = {}
        for rule in self._rules:
            assert rule.check is not None
            if (
                (rule.kinds and entry.type not in rule.kinds)
                or (rule.about and rule.about.isdisjoint(entry.named))
                or (rule.by_shape and not any(rule.check(entry)))
            ):
                continue
            groups.setdefault(rule.unless, []).append(rule)
        return tuple((unless, tuple(rules)) for unless, rules in groups.items())
