"""What was saved: the report's sections on months, agencies and sources."""

from collections import Counter
from collections.abc import Iterator

from huffarchive.article import AGENCY, COPIES, OWN, UNKNOWN
from huffarchive.reports.charts import (
    Cell,
    ReportPart,
    Section,
    Series,
    Table,
    bars,
    columns,
    row,
)
from huffarchive.reports.corpus_stats import CorpusStats, Facts
from huffarchive.sources.estimate import Claim
from huffarchive.translator import Translator

_COPY_NAMES = {OWN: "own", AGENCY: "agency", UNKNOWN: "unsaid"}
_SHADES = ("first", "second", "third", "fourth", "fifth")


def brief(facts: Facts, say: Translator) -> Section:
    """The sentence and the numbers that matter most."""
    found = facts.census
    lead = _judgement(facts, say)
    months = sorted(month for month, _ in found.months if month)
    figures = [
        (say("saved"), say.count(found.articles)),
        (say("words"), say.count(found.words)),
        (say("bytes"), say.size(sum(file.warc_length for file in facts.files))),
    ]
    if found.versions:
        figures.append((say("versions"), say.count(found.versions)))
    estimate = facts.account["estimate"]
    if "none" not in estimate and not estimate["contradicted"]:
        bound = estimate.get("claim") == Claim.AT_LEAST
        exist = ("exist_at_least", "at_least") if bound else ("exist", "total")
        figures.append((say(exist[0]), say.count(estimate[exist[1]])))
    parts = []
    if months:
        name = "span" if months[0] != months[-1] else "span_of_one"
        first, last = say.month(months[0]), say.month(months[-1])
        span = say(name, first=first, last=last, count=found.articles)
        parts.append(ReportPart(lead=f"{span}."))
    parts.append(ReportPart(say("next"), _next(facts, say)))
    fault = bool(facts.account["problem"] or facts.account["not_read"])
    return Section("brief", say("brief"), lead, tuple(figures), tuple(parts), fault)


def _judgement(facts: Facts, say: Translator) -> str:
    """One sentence: what share of the known articles is safe, what is not, whether to act."""
    pages = facts.account["article_pages"]
    if not pages["known"]:
        return say("brief_empty")
    share = say.share(pages["captured"], pages["known"])
    parts = [say("judge_saved", share=share, known=pages["known"], captured=pages["captured"])]
    counts = {state: pages[state] for state in ("wanted", "failed", "refused", "gone")}
    counts["due"] = facts.due_articles
    parts += [say(f"judge_{name}", count=count) for name, count in counts.items() if count]
    left = facts.account["counts"]
    act = left["wanted"] or left["failed"] or facts.due or facts.account["not_read"]
    if problem := facts.account["problem"]:
        parts.append(say("judge_fault", why=problem))
    return say("judge_then").join([*parts, say("judge_again" if act else "judge_nothing")])


def _next(facts: Facts, say: Translator) -> str:
    counts = facts.account["counts"]
    if facts.account["problem"]:
        return say("next_fault")
    if facts.account["not_read"]:
        return say("next_not_read", count=facts.account["not_read"])
    if counts["wanted"] or facts.due:
        return say("next_wanted", count=counts["wanted"] + facts.due)
    if counts["failed"]:
        return say("next_failed", count=counts["failed"])
    return say("next_nothing")


def when(facts: Facts, say: Translator) -> Section:
    """Articles by month of publication, own and agency copy; agencies; kinds."""
    found = facts.census
    totals: Counter[str] = Counter()
    copies: Counter[str] = Counter()
    for (month, copy), count in found.months.items():
        totals[month] += count
        copies[copy] += count
    dated = [month for month in totals if len(month) == len("2012-02")]
    if not dated:
        return Section("when", say("when"), say("none"))
    months = list(every_month(min(dated), max(dated)))
    best = max(months, key=lambda month: totals[month])
    lead = say(
        "when_lead",
        own=copies[OWN],
        agency=copies[AGENCY],
        unknown=copies[UNKNOWN],
        best=say.month(best),
        count=totals[best],
    )
    present = [copy for copy in COPIES if copies[copy]]
    chart = columns(
        say("when_chart") + lead,
        [say.month(month) for month in months],
        [
            Series(say(_COPY_NAMES[c]), c, tuple(found.months[m, c] for m in months))
            for c in present
        ],
        marks=[(at, m[:4]) for at, m in enumerate(months) if m.endswith("-01") or not at],
        number=say.count,
    )
    rows = [
        row(
            say.month(month) if month else say("unknown"),
            *(say.count(found.months[month, copy]) for copy in COPIES),
            say.count(totals[month]),
        )
        for month in [*months, *sorted(totals.keys() - set(months))]
    ]
    rows.append(
        row(say("total"), *(say.count(copies[c]) for c in COPIES), say.count(sum(totals.values())))
    )
    head = (say("month"), *(say(_COPY_NAMES[copy]) for copy in COPIES), say("total"))
    table = Table(say("when"), head, tuple(rows), summed=True)
    undated = sum(totals.values()) - sum(totals[month] for month in months)
    note = say("when_undated", count=undated) if undated else ""
    return Section(
        "when",
        say("when"),
        lead,
        parts=(
            ReportPart(chart=chart, tables=(table,), note=note),
            *_ranked(say("agencies"), say("agency_name"), found.agencies, found, say),
            *_ranked(
                say("kinds"),
                say("kind"),
                Counter({say.term("kind", kind): n for kind, n in found.kinds.items()}),
                found,
                say,
            ),
        ),
    )


def sources(facts: Facts, say: Translator) -> Section:
    """Articles by source, for each year of publication, and by day of capture."""
    found = facts.census
    totals: Counter[str] = Counter()
    for (source, _), count in found.sources.items():
        totals[source] += count
    if not totals:
        return Section("sources", say("sources"), say("none"))
    names = [name for name, _ in totals.most_common()]
    years = sorted({year for _, year in found.sources if year})
    best, count = totals.most_common(1)[0]
    lead = say(
        "sources_lead",
        best=say.term("source", best),
        count=count,
        share=say.share(count, found.articles),
    )
    chart = columns(  # of a single source it would say what the months say
        say("sources_chart") + lead,
        years if len(names) > 1 else [],
        [
            Series(say.term("source", s), shade, tuple(found.sources[s, y] for y in years))
            for s, shade in zip(names, _SHADES, strict=False)
        ],
        number=say.count,
    )
    shown = [*years, *([""] if any(found.sources[s, ""] for s in names) else [])]
    rows = [
        row(year or say("unknown"), *(say.count(found.sources[s, year]) for s in names))
        for year in shown
    ]
    rows.append(row(say("total"), *(say.count(totals[s]) for s in names)))
    head = (say("year"), *(say.term("source", s) for s in names))
    days = sorted(found.days.items())
    by_day = Table(
        say("days"),
        (say("day"), say("articles")),
        tuple(row(day, say.count(n)) for day, n in days),
    )
    table = Table(say("sources"), head, tuple(rows), summed=True)
    part = ReportPart(chart=chart, tables=(table, by_day))
    return Section("sources", say("sources"), lead, parts=(part,))


def _ranked(
    title: str, head: str, counts: Counter[str], found: CorpusStats, say: Translator
) -> tuple[ReportPart, ...]:
    """A table of counts, the largest first, each with its bar; nothing when there are none."""
    if not counts:
        return ()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lengths = bars([count for _, count in ranked])
    rows = tuple(
        row(
            name,
            Cell(say.count(count), length),
            say.share(count, found.articles),
        )
        for (name, count), length in zip(ranked, lengths, strict=True)
    )
    table = Table(title, (head, say("articles"), say("share")), rows, folded=False)
    return (ReportPart(tables=(table,), small=True),)


def every_month(first: str, last: str) -> Iterator[str]:
    """Every month from "YYYY-MM" to "YYYY-MM", those without articles too."""
    year, month = int(first[:4]), int(first[5:7] or 1)
    while (now := f"{year:04}-{month:02}") <= last:
        yield now
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
