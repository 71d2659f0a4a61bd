"""The last runs and the files: the report's closing sections."""

from huffarchive.reports.facts import Facts, Run
from huffarchive.reports.parts import Part, Section, Table, row
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
                num.stamp(run.began) if run.began else run.row.name,
                _how(run, say),
                num.duration(seconds) if isinstance(seconds, int | float) else "–",
                num.count(asked) if isinstance(asked, int) else "–",
                num.count(new) if isinstance(new, int) else "–",
            )
        )
    head = (say("run"), say("how"), say("duration"), say("asked"), say("new"))
    table = Table(say("runs"), head, tuple(rows), folded=False, words=(1,), codes=(0,))
    last = facts.runs[0]
    began = num.moment(last.began) if last.began else last.row.name
    lead = say("runs_lead", moment=began, how=_how(last, say))
    note = "" if all(run.report for run in facts.runs) else say("runs_unreported")
    return Section("runs", say("runs"), lead, parts=(Part(tables=(table,), note=note),))


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
            file.warc_sha256 or say("growing"),
        )
        for file in facts.files
    )
    head = (say("file"), say("articles"), say("warc"), say("jsonl"), say("sha256"))
    table = Table(say("files"), head, rows, words=(), codes=(0, 4))
    return Section("files", say("files"), lead, parts=(Part(tables=(table,)),))


def _how(run: Run, say: Voice) -> str:
    if run.row.ended is None:
        return say("run_open")
    return say.term("exit", str(run.row.exit))
