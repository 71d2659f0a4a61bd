"""What is missing: the report's sections on known pages, published counts and outcomes."""

from collections.abc import Iterable

from huffarchive.outcome import State
from huffarchive.reports.charts import Series, columns
from huffarchive.reports.facts import Facts
from huffarchive.reports.parts import Cell, Part, Section, Table, bars, row
from huffarchive.reports.voice import Voice
from huffarchive.sources.estimate import Claim

_STACKED = (State.CAPTURED, State.WANTED, State.FAILED, State.REFUSED, State.GONE)


def missing(facts: Facts, say: Voice) -> Section:
    """Known articles by year and state, the published counts, the estimate, the discoverers."""
    pages = facts.account["article_pages"]
    if not pages["known"]:
        return Section("missing", say("missing"), say("none"))
    lead = say("missing_lead", **pages)
    parts = (_years(facts, say, lead), *_published(facts, say), _estimate(facts, say))
    return Section("missing", say("missing"), lead, parts=parts)


def outcomes(facts: Facts, say: Voice) -> Section:
    """Every state with its reasons, all kinds of pages together."""
    num, counts = say.numerals, facts.account["counts"]
    if not counts["known"]:
        return Section("outcomes", say("outcomes"), say("none"))
    found = [(*name.split("/"), n) for name, n in facts.account["reasons"].items()]
    if counts["wanted"]:
        found.append((str(State.WANTED), "", counts["wanted"]))
    place = {str(state): at for at, state in enumerate(_STACKED)}
    found.sort(key=lambda item: (place[item[0]], -item[2], item[1]))
    rows = tuple(
        row(
            say.term("state", state),
            say.term("reason", reason),
            Cell(num.count(count), length, state),
            num.share(count, counts["known"]),
        )
        for (state, reason, count), length in zip(found, bars([n for *_, n in found]), strict=True)
    )
    head = (say("state"), say("reason"), say("pages"), say("share"))
    table = Table(say("outcomes"), head, rows, folded=False, words=(0, 1))
    lead = say("outcomes_lead", known=counts["known"])
    return Section("outcomes", say("outcomes"), lead, parts=(Part(tables=(table,)),))


def _years(facts: Facts, say: Voice, lead: str) -> Part:
    num = say.numerals
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
        number=num.count,
    )
    rows = [
        row(
            year or say("unknown"),
            num.count(found["known"]),
            *(num.count(found[state]) for state in _STACKED),
            num.share(found["captured"], found["known"]),
        )
        for year, found in sorted(years.items(), key=lambda item: item[0] or "unknown")
    ]
    total = facts.account["article_pages"]
    rows.append(
        row(
            say("total"),
            num.count(total["known"]),
            *(num.count(total[state]) for state in _STACKED),
            num.share(total["captured"], total["known"]),
        )
    )
    states = (say.term("state", state) for state in _STACKED)
    head = (say("year"), say("known"), *states, say("share"))
    table = Table(say("missing"), head, tuple(rows), summed=True)
    return Part(chart=chart if dated else None, tables=(table,))


def _published(facts: Facts, say: Voice) -> tuple[Part, ...]:
    """Captured news beside the published counts; nothing for the sample, whose news are made up."""
    num = say.numerals
    years = {y: found for y, found in facts.account["years"].items() if "published" in found}
    if facts.sample or not years:
        return ()
    captured = tuple(found["captured_news"] for found in years.values())
    published = tuple(found["published"] for found in years.values())
    share = num.share(sum(captured), sum(published))
    lead = say("published_lead", captured=sum(captured), published=sum(published), share=share)
    chart = columns(
        say("published_chart") + lead,
        list(years),
        [
            Series(say("captured_news"), "captured", captured),
            Series(say("published_count"), "published", published),
        ],
        beside=True,
        number=num.count,
    )
    rows = tuple(
        row(
            year,
            num.count(found["captured_news"]),
            num.count(found["published"]),
            num.share(found["captured_news"], found["published"]),
        )
        for year, found in years.items()
    )
    head = (say("year"), say("captured_news"), say("published_count"), say("share"))
    table = Table(say("published"), head, rows)
    return (Part(say("published"), lead, chart, (table,)),)


def _estimate(facts: Facts, say: Voice) -> Part:
    num, found = say.numerals, facts.account["estimate"]
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
            *(num.count(named[column]) for column in ("known", "captured", "alone")),
        )
        for name, named in facts.account["discoverers"].items()
    )
    head = (say("discoverer"), say("known"), say("state_captured"), say("alone"))
    tables = (Table(say("discoverers"), head, rows),) if rows else ()
    return Part(say("estimate"), lead, tables=tables, note=note)


def _named(discoverers: Iterable[str], say: Voice) -> str:
    return ", ".join(say.term("discoverer", name) for name in discoverers)
