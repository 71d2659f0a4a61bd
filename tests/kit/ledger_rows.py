"""A ledger's rows by what they are of, without the numbers that rows have in one ledger only."""

import sqlite3
from pathlib import Path

NUMBERS = {
    "page.id", "capture.id", "capture.page", "alias.page", "memento.page", "answer.page",
    "host.id", "discoverer.id",
}  # fmt: skip
"""They say which row is which: in another order of naming a row has another number."""
NOT_TOLD = {
    "page.due": "when a page may be asked again: a time of a run that is over",
    "page.run": "the pages under way: a lost ledger has none",
    "page.crashes": "runs that died while a page was alone under way leave no record",
    "page.source": "whom a page waits for: the run says that is about to ask",
    "alias.said": "which address gave which answer in this round: no file says when one began",
    "alias.at": "as alias.said",
    "memento.tried": "what came of asking another archive for a capture that was passed over",
    "run.*": "the reports are the account of the runs",
    "reading.*": "files of others are read again, and what they name is known then",
}
"""Columns and tables that the files do not tell of, and why."""
_COMPARED = {
    "page": "key kind rank state reason url tries hops month moved_to status detail doubted "
    "failures failing given_up",
    "alias": "url",
    "capture": "source url target captured_at checked_at etag last_modified payload_sha1 payload_sha256 "
    "record_id file offset length reason",
    "memento": "source timestamp url status mime digest length file offset",
    "file": "id stem state warc_length jsonl_length articles warc_sha256 jsonl_sha256",
}
_JOINED = {
    "page.host", "page.named", "host.name", "discoverer.name",
    "answer.source", "answer.state", "answer.reason",
}  # fmt: skip
"""Compared by the names that they stand for, and in their page's row."""
_COUNTED = {"tally.*"}


def assert_equal(lost: Path, made: Path) -> None:
    """Every row of one ledger is one of the other, save for what is NOT_TOLD."""
    before, after = pages(lost), pages(made)
    assert before.keys() == after.keys()
    differing = {
        f"{key}: {name}": (value, after[key][name])
        for key, page in before.items()
        for name, value in page.items()
        if value != after[key][name]
    }
    assert not differing, differing
    for table in ("alias", "capture", "memento"):
        assert rows(made, table) == rows(lost, table), table
    assert files(made) == files(lost)
    assert _query(made, _TALLY) == _query(lost, _TALLY)


def pages(ledger: Path) -> dict[str, dict[str, object]]:
    """Every page by its key; its host and who named it by their names."""
    with sqlite3.connect(ledger) as db:
        names = dict(db.execute("SELECT id, name FROM discoverer"))
        columns = _COMPARED["page"].split()
        found = {}
        answers: dict[int, list[str]] = {}
        for page, *said in db.execute("SELECT * FROM answer ORDER BY page, source"):
            answers.setdefault(page, []).append("{}={}/{}".format(*said))
        for *row, page, host, named in db.execute(
            f"SELECT {', '.join(columns)}, page.id, host.name, named "
            "FROM page JOIN host ON host.id = host"
        ):
            namers = sorted(name for number, name in names.items() if named >> number & 1)
            made = dict(zip(columns, row, strict=True)) | {"host": host, "named": namers}
            made["asked"] = " ".join(answers.get(page, ()))
            found[made.pop("key")] = made
    db.close()
    return found


def rows(ledger: Path, table: str) -> set[tuple[object, ...]]:
    """The rows that belong to a page, each with its key; of aliases those it does not stand at."""
    columns = ", ".join(f"t.{name}" for name in _COMPARED[table].split())
    other = "WHERE t.url != page.url" if table == "alias" else ""
    return _query(
        ledger, f"SELECT key, {columns} FROM {table} t JOIN page ON page.id = page {other}"
    )


def files(ledger: Path) -> set[tuple[object, ...]]:
    return _query(ledger, f"SELECT {_COMPARED['file'].replace(' ', ', ')} FROM file")


_TALLY = "SELECT state, reason, kind, month, sum(n) FROM tally WHERE n > 0 GROUP BY 1, 2, 3, 4"


def _query(ledger: Path, query: str) -> set[tuple[object, ...]]:
    with sqlite3.connect(ledger) as db:
        found = set(db.execute(query))
    db.close()
    return found


def forgotten(ledger: Path) -> set[str]:
    """The ledger's columns that are neither compared nor said to be unknown."""
    with sqlite3.connect(ledger) as db:
        tables = [
            name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        columns = {f"{t}.{row[1]}" for t in tables for row in db.execute(f"PRAGMA table_info({t})")}
    db.close()
    compared = {f"{t}.{name}" for t, names in _COMPARED.items() for name in names.split()}
    named = compared | _JOINED | _COUNTED | NUMBERS | NOT_TOLD.keys()
    whole = {name.removesuffix("*") for name in named if name.endswith(".*")}
    return {c for c in columns - named if not c.startswith(tuple(whole))}
