"""Results of groups kept on disk, so that a table can be made of several runs at one commit."""

import pickle
import re
from dataclasses import replace
from pathlib import Path

from tests.trials.hostile.cases import CASES
from tests.trials.hostile.crawl import Measured, Result


def slug(group: str) -> str:
    """A group's name in file names."""
    return re.sub(r"[^a-z]+", "-", group.lower())


def keep(
    folder: Path, results: list[Result], measured: dict[str, Measured], *, own_waits: bool = False
) -> None:
    """Keep each group in a file of its own; its answers, which are functions, are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for group, cost in measured.items():
        mine = [
            (
                bool(r.case.direct),
                replace(r, case=replace(r.case, direct=None, answers=(), own=None)),
            )
            for r in results
            if r.case.group == group
        ]
        _file(folder, group, own_waits=own_waits).write_bytes(pickle.dumps((mine, cost)))


def kept(folder: Path, *, own_waits: bool = False) -> tuple[list[Result], dict[str, Measured]]:
    """What was kept, in the order of the table of cases."""
    results: list[Result] = []
    measured: dict[str, Measured] = {}
    for group in dict.fromkeys(case.group for case in CASES):
        path = _file(folder, group, own_waits=own_waits)
        if path.exists():
            mine, measured[group] = pickle.loads(path.read_bytes())
            results += [
                replace(r, case=replace(r.case, direct=str if direct else None))
                for direct, r in mine
            ]
            measured[group].cases = (len(mine), sum(r.good for _, r in mine))
    return results, measured


def _file(folder: Path, group: str, *, own_waits: bool) -> Path:
    return folder / f"{slug(group)}{'-own' if own_waits else ''}.pickle"
