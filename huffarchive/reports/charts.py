"""What a report is made of: sections of figures, tables, and charts as inline SVG."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_NEEDLESS = {_SVG + "defs", _SVG + "title", _SVG + "desc"}
_OVERLAID = {"text-overlay", "tooltip-overlay", "titles", "background"}


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of thing in a chart."""

    name: str
    shade: str
    """Class of the style sheet: its colour, and its hatching where it has one."""
    values: tuple[int, ...]
    """One for each column of the chart."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of columns, drawn twice: for a wide screen and paper, and for a phone."""

    label: str
    """What a screen reader says in its place: what it shows and its main figures."""
    legend: tuple[tuple[str, str], ...]
    """(shade, name), in the order in which they are stacked."""
    wide: str
    narrow: str


def columns(
    label: str,
    names: Sequence[str],
    series: Sequence[Series],
    *,
    beside: bool = False,
    marks: Sequence[tuple[int, str]] | None = None,
    number: Callable[[int], str] = str,
) -> Chart | None:
    """Columns over `names`, the series stacked, or `beside` one another.

    None where there is nothing to draw: no column, or no series. `marks` are the columns that get a
    label below the axis, (position, text); all by default.
    ImportError when pygal is not installed.
    """
    if not names or not series:
        return None
    below = list(enumerate(names)) if marks is None else list(marks)
    few = below[:: 1 + len(below) // 7]
    return Chart(
        label,
        tuple((one.shade, one.name) for one in series),
        _draw(names, series, below, beside=beside, number=number, size=(760, 280)),
        _draw(names, series, few, beside=beside, number=number, size=(300, 230)),
    )


def _draw(
    names: Sequence[str],
    series: Sequence[Series],
    marks: Sequence[tuple[int, str]],
    *,
    beside: bool,
    number: Callable[[int], str],
    size: tuple[int, int],
) -> str:
    pygal, style = _pygal()
    kind = pygal.Bar if beside else pygal.StackedBar
    sums = [sum(one) for one in zip(*(one.values for one in series), strict=True)]
    top = max((max(one.values) for one in series) if beside else sums, default=0)
    chart = kind(
        js=[],
        css=[],
        no_prefix=True,
        width=size[0],
        height=size[1],
        margin=2,
        spacing=6,
        show_legend=False,
        style=style(label_font_size=12, major_label_font_size=12, font_family="sans-serif"),
        x_labels=[str(place) for place in range(len(names))],
        x_labels_major=[str(place) for place, _ in marks],
        show_minor_x_labels=False,
        truncate_label=-1,
        y_labels=_steps(top),
        y_labels_major=[],
        formatter=lambda value: number(int(value)),
        value_formatter=lambda value: number(int(value)),
    )
    for one in series:
        chart.add(one.name, list(one.values))
    return _trimmed(etree.fromstring(chart.render()), names, series, dict(marks), number)


def _pygal() -> tuple[Any, Any]:
    """Pygal and its Style, without the import hook for its plug-ins: Python's log warns of it."""
    import pygal
    from pygal.style import Style

    sys.meta_path[:] = [hook for hook in sys.meta_path if type(hook).__module__ != "pygal"]
    return pygal, Style


def _steps(top: int) -> list[int]:
    """Round values from 0 to the first that is not below the highest column, at most seven."""
    step = 1
    while step * 6 < top:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return list(range(0, max(top, 1) + step, step))


def _trimmed(
    root: Any,
    names: Sequence[str],
    series: Sequence[Series],
    marks: dict[int, str],
    number: Callable[[int], str],
) -> str:
    """The drawing alone: no script, no style, no trace of when it was drawn.

    A pointer that rests on a column reads its name and value, by SVG's own <title>.
    """
    for node in list(root.iter()):
        tag = node.tag if isinstance(node.tag, str) else ""
        classes = set((node.get("class") or "").split())
        if not tag or tag in _NEEDLESS or classes & _OVERLAID:
            _drop(node)
    labels = root.xpath(".//*[contains(@class,'axis x')]//*[local-name()='text']")
    for text in labels:
        text.text = marks.get(int(text.text), "") if (text.text or "").isdigit() else ""
        if not text.text:
            _drop(text)
    for place, one in enumerate(series):
        for group in root.iterfind(f".//*[@class='series serie-{place} color-{place}']"):
            bars = list(group.iter(_SVG + "rect"))
            for column, bar in enumerate(bars):
                bar.set("class", one.shade)
                title = etree.SubElement(bar, _SVG + "title")
                title.text = f"{names[column]} – {one.name} ({number(one.values[column])})"
    for name in ("id", "class"):
        root.attrib.pop(name, None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _drop(node: Any) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, the length of the bar beside it (0 to 1), where it leads."""

    text: str
    share: float | None = None
    shade: str = "captured"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column heads its rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = True
    """Whether it waits behind a chart until it is opened."""
    words: tuple[int, ...] = (0,)
    """The columns that hold words and no numbers, from 0."""
    codes: tuple[int, ...] = ()
    """The columns that hold names and digests, for machines."""
    summed: bool = False
    """Whether the last row is the sum of those above it."""
    grid: bool = False
    """Whether all of its cells have bars: they stand below the numbers then."""

    def kind(self, column: int) -> str:
        """Class of a column's cells: "word", "code" or "number"."""
        return "word" if column in self.words else "code" if column in self.codes else "number"


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A chart, tables, or both, under a heading of their own or the section's."""

    title: str | None = None
    lead: str = ""
    chart: Chart | None = None
    tables: tuple[Table, ...] = ()
    note: str = ""
    small: bool = False
    """Whether another part may stand beside it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report."""

    anchor: str
    title: str
    lead: str
    figures: tuple[tuple[str, str], ...] = ()
    """Numbers that stand alone, each with its name ahead of it."""
    parts: tuple[ReportPart, ...] = ()
    fault: bool = False
    """Whether its lead tells of a fault, which is to be seen."""


def row(*cells: str | Cell) -> tuple[Cell, ...]:
    """A row: plain text stands for a cell without a bar."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)


def bars(counts: Sequence[int]) -> list[float]:
    """Each count as a share of the largest."""
    most = max(counts, default=0)
    return [count / most if most else 0.0 for count in counts]
