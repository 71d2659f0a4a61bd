"""How well pages were read: the report's section on warnings, layouts and missing fields."""

from huffarchive.reports.census import LOOKED_FOR
from huffarchive.reports.facts import Facts
from huffarchive.reports.parts import Cell, Part, Section, Table, bars, row
from huffarchive.reports.voice import Voice


def reading(facts: Facts, say: Voice) -> Section:
    """Warnings, and the share of each layout's articles that lack a field."""
    found, num = facts.census, say.numerals
    if not found.articles:
        return Section("reading", say("reading"), say("none"))
    fine = found.articles - found.warned
    share = num.share(fine, found.articles)
    lead = say("reading_lead", fine=fine, articles=found.articles, share=share)
    ranked = sorted(found.warnings.items(), key=lambda item: (-item[1], item[0]))
    lengths = bars([count for _, count in ranked])
    rows = tuple(
        row(
            say.term("warning", name),
            Cell(num.count(count), length, "failed"),
            num.share(count, found.articles),
        )
        for (name, count), length in zip(ranked, lengths, strict=True)
    )
    head = (say("warning"), say("articles"), say("share"))
    warnings = Table(say("warnings"), head, rows, folded=False)
    first = Part(tables=(warnings,)) if rows else Part(lead=say("no_warnings"))
    return Section("reading", say("reading"), lead, parts=(first, _fields(facts, say)))


def _fields(facts: Facts, say: Voice) -> Part:
    found, num = facts.census, say.numerals
    layouts = [name for name, _ in found.layouts.most_common()]
    counted = row(say("articles"), *(num.count(found.layouts[name]) for name in layouts))
    rows = [counted]
    for name in LOOKED_FOR:
        cells = []
        for layout in layouts:
            lacking, articles = found.missing[layout, name], found.layouts[layout]
            cells.append(Cell(num.share(lacking, articles), lacking / articles, "failed"))
        rows.append(row(say.term("field", name), *cells))
    head = (say("field"), *(say.term("layout", name) for name in layouts))
    table = Table(say("fields"), head, tuple(rows), folded=False, grid=True)
    return Part(say("fields"), say("fields_lead"), tables=(table,))
