"""The last runs and the files: the report's closing sections."""

from huffarchive.reports.facts import Facts, Run
from huffarchive.reports.parts import Cell, Part, Section, Table, row
from huffarchive.reports.voice import Voice


def runs(facts: Facts, say: Voice) -> Section:
    """The last runs, the newest first."""
    num = say.numerals
    if not facts.runs:
        return Section("runs", say("runs"), say("none"))
    rows = []
    for run in facts.runs:
        asked, new, seconds = (run.report.get(k) for k in ("asked", "new_articles", "seconds"))
        rows.append(
            row(
                _began(run, say),
                Cell(_how(run, say), number=False),
                num.duration(seconds) if isinstance(seconds, int | float) else "–",
                num.count(asked) if isinstance(asked, int) else "–",
                num.count(new) if isinstance(new, int) else "–",
            )
        )
    head = (say("run"), say("how"), say("duration"), say("asked"), say("new"))
    table = Table(say("runs"), head, tuple(rows), folded=False, words=2)
    last = facts.runs[0]
    lead = say("runs_lead", moment=_began(last, say), how=_how(last, say))
    return Section("runs", say("runs"), lead, parts=(Part(tables=(table,)),))


def files(facts: Facts, say: Voice) -> Section:
    """Every pair of files with its sizes and checksum."""
    num = say.numerals
    if not facts.files:
        return Section("files", say("files"), say("none"))
    lead = say(
        "files_lead",
        count=len(facts.files),
        warc=num.size(sum(file.warc_length for file in facts.files)),
        jsonl=num.size(sum(file.jsonl_length for file in facts.files)),
    )
    rows = tuple(
        row(
            file.stem,
            num.count(file.articles),
            num.size(file.warc_length),
            num.size(file.jsonl_length),
            Cell(file.warc_sha256 or say("growing"), number=False),
        )
        for file in facts.files
    )
    head = (say("file"), say("articles"), say("warc"), say("jsonl"), say("sha256"))
    return Section(
        "files", say("files"), lead, parts=(Part(tables=(Table(say("files"), head, rows),)),)
    )


def _began(run: Run, say: Voice) -> str:
    return say.numerals.moment(run.began) if run.began else run.row.name


def _how(run: Run, say: Voice) -> str:
    if run.row.ended is None:
        return say("run_open")
    return say.term("exit", str(run.row.exit))
