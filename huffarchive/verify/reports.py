"""The reports of runs in an archive's folder, and what else lies there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from huffarchive.ledger.stats import MissingPage
from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.index import Index
from huffarchive.verify.jsonl import LEFT
from huffarchive.verify.rule import RULES, Finding

_RUN = re.compile(r"(?P<run>.+?)(?:-left\.jsonl|\.json)")


def check_reports(places: ArchivePaths, index: Index) -> Iterator[Finding]:
    """What is wrong with the reports; the last run's account is added to the index."""
    last = next(
        index.rows("SELECT name, ended, exit FROM ledger.run ORDER BY id DESC LIMIT 1"), None
    )
    ended = last is not None and last[1] is not None
    for path in sorted(places.reports.glob("*")):
        found = _RUN.fullmatch(path.name)
        if found is None or not path.is_file():
            continue
        latest = ended and last is not None and found["run"] in (last[0], "latest")
        if path.name.endswith(LEFT):
            wrong = _account(path, index, latest=latest)
        else:
            wrong = _report(path, index, str(last[0]) if latest and last is not None else None)
        for offset, detail in wrong:
            yield RULES["report"].finding(str(path), offset, None, detail, ours=True)


def _account(path: Path, index: Index, *, latest: bool) -> Iterator[tuple[int | None, str]]:
    offset = 0
    try:
        with path.open("rb") as file:
            for raw in file:
                try:
                    if not raw.endswith(b"\n"):
                        raise ValueError("the line has no end")  # noqa: TRY301
                    left = MissingPage.from_line(raw.decode())
                except ValueError as error:
                    yield offset, f"the line cannot be read: {error}"
                else:
                    if latest:
                        index.add("told_left", *_columns(left))
                offset += len(raw)
    except OSError as error:
        yield None, str(error)
        return
    if latest:
        index.add("told_run", path.name)


def _columns(left: MissingPage) -> tuple[object, ...]:
    key, names = left.id.partition(":")[2], " ".join(sorted(left.named_by))
    of_state = (left.id, key, left.state, left.reason, left.url, left.tries, left.http_status)
    of_runs = (left.detail, left.doubted, left.failures, left.failing, left.given_up)
    return (*of_state, *of_runs, " ".join(sorted(left.asked)), names)


def _report(path: Path, index: Index, last: str | None) -> Iterator[tuple[int | None, str]]:
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        run, counts = document["run"], document["counts"]
        files = [(x["warc"], x["warc_bytes"], x["warc_sha256"]) for x in document["files"]]
        files += [(x["jsonl"], x["jsonl_bytes"], x["jsonl_sha256"]) for x in document["files"]]
        known = counts["known"] == sum(n for name, n in counts.items() if name != "known")
        exit_ = int(document["exit"])
        twin = path.with_name(f"{last}.json")
        copied = not twin.is_file() or twin.read_bytes() == path.read_bytes()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        yield None, f"it cannot be read: {error!r}"
        return
    if run != (last or path.stem) and path.stem != "latest":
        yield None, f"it is of the run {run}"
    if document.get("balanced") is not True or not known:
        yield None, "its counts do not add up"
    if last is None:
        return
    if run != last:
        yield None, f"it is of the run {run}, the last was {last}"
        return
    if not copied:
        yield None, f"it is no copy of {twin.name}, or that has changed"
    said = {name: number for name, number in counts.items() if name != "known" and number}
    if said != (
        there := dict(
            index.rows("SELECT state, sum(n) FROM ledger.tally GROUP BY state HAVING sum(n) != 0")
        )
    ):
        yield None, f"it counts {said}, the ledger {there}"
    rows = index.rows(
        "SELECT stem || '.warc.gz', warc_length, warc_sha256 FROM ledger.file UNION ALL "
        "SELECT stem || '.jsonl', jsonl_length, jsonl_sha256 FROM ledger.file"
    )
    for name, *_ in sorted(set(files) ^ set(rows), key=str):
        yield None, f"of {name} it says what the ledger does not, or nothing"
    for (status,) in index.rows("SELECT exit FROM ledger.run WHERE name = ?", last):
        if status != exit_:
            yield None, f"it says that the run ended with {exit_}, the ledger {status}"


_OURS = r"(?:{name}-\d{{14}}-\d+\.(?:warc\.gz|jsonl)(?:\.open)?|{name}-\d{{14}}-\d+\.cdxj|"
_OURS += r"ledger\.sqlite3(?:-wal|-shm)?|lock|reports|quarantine|exports|recovering|account\.json|"
_OURS += r"report\.html|room\.sqlite3.*|{name}\.wacz|\.huffarchive-.*|.*\.cdxj\.tmp)"


def strangers(places: ArchivePaths) -> Iterator[Finding]:
    """Files and folders in an archive's that are none of its own."""
    known = re.compile(_OURS.format(name=re.escape(places.name)))
    for folder in dict.fromkeys((places.warc, places.output)):
        for path in sorted(folder.glob("*")):
            if not known.fullmatch(path.name):
                yield RULES["file-unknown"].finding(str(path), None, None, "nobody knows this file")
    for path in sorted(places.reports.glob("*")):
        if _RUN.fullmatch(path.name) is None and not path.name.startswith(".huffarchive-"):
            yield RULES["file-unknown"].finding(str(path), None, None, "nobody knows this file")
