"""The report's sections on what is missing, how well pages were read, and the last runs."""

from collections.abc import Iterable

from huffarchive.outcome import State
from huffarchive.reports.charts import Cell, ReportPart, Section, Series, Table, bars, columns, row
from huffarchive.reports.corpus_stats import LOOKED_FOR, Facts, Run
from huffarchive.sources.estimate import Claim
from huffarchive.translator import Translator

_FEW = 20
"""Rows of a list that need not be folded."""
_STACKED = (State.CAPTURED, State.WANTED, State.FAILED, State.REFUSED, State.GONE)


def missing(facts: Facts, say: Translator) -> Section:
    """Known articles by year and state, the published counts, the estimate, the discoverers."""
    pages = facts.account["article_pages"]
    if not pages["known"]:
        return Section("missing", say("missing"), say("none"))
    lead = say("missing_lead", **pages)
    if facts.due_articles:
        lead = f"{lead} {say('missing_due', due=facts.due_articles)}"
    parts = (
        *_listed(facts, say),
        _years(facts, say, lead),
        *_published(facts, say),
        _estimate(facts, say),
    )
    return Section("missing", say("missing"), lead, parts=parts)


def _listed(facts: Facts, say: Translator) -> tuple[ReportPart, ...]:
    """The articles that are not saved, those that failed first."""
    if not facts.missing:
        return ()
    order = [str(s) for s in (State.FAILED, State.WANTED, State.REFUSED, State.GONE)]
    rows = tuple(
        row(
            page.id,
            say.term("one", page.state),
            say.term("reason", page.reason or ""),
            say.count(page.tries),
            page.url,
        )
        for page in sorted(facts.missing, key=lambda page: order.index(page.state))
    )
    head = ("id", say("state"), say("reason"), say("tries"), say("address"))
    pages = facts.account["article_pages"]
    left = pages["known"] - pages["captured"] - len(facts.missing)
    note = say("listed_more", count=left) if left > 0 else ""
    folded = len(rows) > _FEW
    table = Table(say("listed"), head, rows, folded=folded, words=(1, 2), codes=(0, 4))
    return (ReportPart(tables=(table,), note=note),)


def outcomes(facts: Facts, say: Translator) -> Section:
    """Every state with its reasons, all kinds of pages together."""
    counts = facts.account["counts"]
    if not counts["known"]:
        return Section("outcomes", say("outcomes"), say("none"))
    found = [(*name.split("/"), n) for name, n in facts.account["reasons"].items()]
    if counts["wanted"]:
        found.append((str(State.WANTED), "", counts["wanted"]))
    if facts.due:
        found.append((str(State.CAPTURED), "due", facts.due))
    place = {str(state): at for at, state in enumerate(_STACKED)}
    found.sort(key=lambda item: (place[item[0]], -item[2], item[1]))
    rows = tuple(
        row(
            say.term("state", state),
            say.term("reason", reason),
            Cell(say.count(count), length, state),
            say.share(count, counts["known"]),
        )
        for (state, reason, count), length in zip(found, bars([n for *_, n in found]), strict=True)
    )
    head = (say("state"), say("reason"), say("pages"), say("share"))
    table = Table(say("outcomes"), head, rows, folded=False, words=(0, 1))
    lead = say("outcomes_lead", known=counts["known"])
    return Section("outcomes", say("outcomes"), lead, parts=(ReportPart(tables=(table,)),))


def _years(facts: Facts, say: Translator, lead: str) -> ReportPart:
    years = {year: found for year, found in facts.account["years"].items() if found["known"]}
    dated = [year for year in years if year]
    present = [state for state in _STACKED if any(years[year][state] for year in dated)]
    chart = columns(
        say("missing_chart") + lead,
        dated,
        [
            Series(say.term("state", s), str(s), tuple(years[year][s] for year in dated))
            for s in present
        ],
        number=say.count,
    )
    rows = [
        row(
            year or say("unknown"),
            say.count(found["known"]),
            *(say.count(found[state]) for state in _STACKED),
            say.share(found["captured"], found["known"]),
        )
        for year, found in sorted(years.items(), key=lambda item: item[0] or "unknown")
    ]
    total = facts.account["article_pages"]
    rows.append(
        row(
            say("total"),
            say.count(total["known"]),
            *(say.count(total[state]) for state in _STACKED),
            say.share(total["captured"], total["known"]),
        )
    )
    states = (say.term("state", state) for state in _STACKED)
    head = (say("year"), say("known"), *states, say("share"))
    table = Table(say("missing"), head, tuple(rows), summed=True)
    return ReportPart(chart=chart if dated else None, tables=(table,))


def _published(facts: Facts, say: Translator) -> tuple[ReportPart, ...]:
    """Captured news beside the published counts; nothing for the sample, whose news are made up."""
    years = {y: found for y, found in facts.account["years"].items() if "published" in found}
    if facts.sample or not any(found["captured_news"] for found in years.values()):
        return ()
    captured = tuple(found["captured_news"] for found in years.values())
    published = tuple(found["published"] for found in years.values())
    share = say.share(sum(captured), sum(published))
    lead = say("published_lead", captured=sum(captured), published=sum(published), share=share)
    chart = columns(
        say("published_chart") + lead,
        list(years),
        [
            Series(say("captured_news"), "captured", captured),
            Series(say("published_count"), "published", published),
        ],
        beside=True,
        number=say.count,
    )
    rows = tuple(
        row(
            year,
            say.count(found["captured_news"]),
            say.count(found["published"]),
            say.share(found["captured_news"], found["published"]),
        )
        for year, found in years.items()
    )
    head = (say("year"), say("captured_news"), say("published_count"), say("share"))
    table = Table(say("published"), head, rows)
    return (ReportPart(say("published"), lead, chart, (table,)),)


def _estimate(facts: Facts, say: Translator) -> ReportPart:
    found = facts.account["estimate"]
    note = ""
    if "none" in found:
        lead = say("estimate_none")
    elif found["contradicted"]:
        lead = say("estimate_low", known=found["known"], high=found["high"])
    else:
        bound = found.get("claim") == Claim.AT_LEAST
        figures = {name: number for name, number in found.items() if isinstance(number, int)}
        lead = say("estimate_at_least" if bound else "estimate_lead", **figures)
        note = say("estimate_how", lists=_named(found["lists"], say), method=found["method"])
    rows = tuple(
        row(
            _named([name], say),
            *(say.count(named[column]) for column in ("known", "captured", "alone")),
        )
        for name, named in facts.account["discoverers"].items()
    )
    head = (say("discoverer"), say("known"), say("state_captured"), say("alone"))
    tables = (Table(say("discoverers"), head, rows),) if rows else ()
    return ReportPart(say("estimate"), lead, tables=tables, note=note)


def _named(discoverers: Iterable[str], say: Translator) -> str:
    return ", ".join(say.term("discoverer", name) for name in discoverers)


ROOM = "http://127.0.0.1:8001/"
"""The reading room, where it is open at its usual port."""


def reading(facts: Facts, say: Translator) -> Section:
    """Warnings, and the share of each layout's articles that lack a field."""
    found = facts.census
    if not found.articles:
        return Section("reading", say("reading"), say("none"))
    fine = found.articles - found.warned
    share = say.share(fine, found.articles)
    lead = say("reading_lead", fine=fine, articles=found.articles, share=share)
    ranked = sorted(found.warnings.items(), key=lambda item: (-item[1], item[0]))
    lengths = bars([count for _, count in ranked])
    rows = tuple(
        row(
            Cell(say.term("warning", name), link=f"{ROOM}?sort=doubts&warning={name}"),
            Cell(say.count(count), length, "failed"),
            say.share(count, found.articles),
        )
        for (name, count), length in zip(ranked, lengths, strict=True)
    )
    head = (say("warning"), say("articles"), say("share"))
    warnings = Table(say("warnings"), head, rows, folded=False)
    room = say("warnings_room", name=facts.account["archive"])
    shown = ReportPart(tables=(warnings,), note=room)
    first = shown if rows else ReportPart(lead=say("no_warnings"))
    return Section("reading", say("reading"), lead, parts=(first, _fields(facts, say)))


def _fields(facts: Facts, say: Translator) -> ReportPart:
    found = facts.census
    layouts = [name for name, _ in found.layouts.most_common()]
    counted = row(say("articles"), *(say.count(found.layouts[name]) for name in layouts))
    rows = [counted]
    for name in LOOKED_FOR:
        cells = []
        for layout in layouts:
            lacking, articles = found.missing[layout, name], found.layouts[layout]
            cells.append(Cell(say.share(lacking, articles), lacking / articles, "failed"))
        rows.append(row(say.term("field", name), *cells))
    head = (say("field"), *(say.term("layout", name) for name in layouts))
    table = Table(say("fields"), head, tuple(rows), folded=False, grid=True)
    return ReportPart(say("fields"), say("fields_lead"), tables=(table,))


def runs(facts: Facts, say: Translator) -> Section:
    """The last runs, the newest first."""
    if not facts.runs:
        return Section("runs", say("runs"), say("none"))
    rows = []
    for run in facts.runs:
        asked, new, seconds = (run.report.get(k) for k in ("asked", "new_articles", "seconds"))
        rows.append(
            row(
                say.stamp(run.began) if run.began else run.row.name,
                _how(run, say),
                say.duration(seconds) if isinstance(seconds, int | float) else "–",
                say.count(asked) if isinstance(asked, int) else "–",
                say.count(new) if isinstance(new, int) else "–",
            )
        )
    head = (say("run"), say("how"), say("duration"), say("asked"), say("new"))
    table = Table(say("runs"), head, tuple(rows), folded=False, words=(1,), codes=(0,))
    last = facts.runs[0]
    began = say.moment(last.began) if last.began else last.row.name
    lead = say("runs_lead", moment=began, how=_how(last, say))
    note = "" if all(run.report for run in facts.runs) else say("runs_unreported")
    return Section("runs", say("runs"), lead, parts=(ReportPart(tables=(table,), note=note),))


def files(facts: Facts, say: Translator) -> Section:
    """Every pair of files with its sizes and checksum."""
    if not facts.files:
        return Section("files", say("files"), say("none"))
    lead = say(
        "files_lead",
        count=len(facts.files),
        warc=say.size(sum(file.warc_length for file in facts.files)),
        jsonl=say.size(sum(file.jsonl_length for file in facts.files)),
    )
    rows = tuple(
        row(
            file.stem,
            say.count(file.articles),
            say.size(file.warc_length),
            say.size(file.jsonl_length),
            file.warc_sha256 or say("growing"),
        )
        for file in facts.files
    )
    head = (say("file"), say("articles"), say("warc"), say("jsonl"), say("sha256"))
    table = Table(say("files"), head, rows, words=(), codes=(0, 4))
    return Section("files", say("files"), lead, parts=(ReportPart(tables=(table,)),))


def _how(run: Run, say: Translator) -> str:
    if run.row.ended is None:
        return say("run_open")
    return say.term("exit", str(run.row.exit))
