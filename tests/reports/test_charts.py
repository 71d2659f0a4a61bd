"""The charts: each column as high as its value says, and nothing that could run."""

from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

if find_spec("pygal") is None:
    pytest.skip("needs pygal", allow_module_level=True)

from huffarchive.reports.charts import Series, columns

SVG = "{http://www.w3.org/2000/svg}"


def bars(svg: str, shade: str) -> list[tuple[float, str]]:
    """(height, what a pointer reads) of each column."""
    root = etree.fromstring(svg)
    found = root.iterfind(f".//{SVG}rect[@class='{shade}']")
    return [(float(bar.get("height")), bar.findtext(f"{SVG}title")) for bar in found]


values = st.lists(st.integers(0, 500_000), min_size=1, max_size=30)


@given(values)
@settings(max_examples=25)
def test_a_column_is_as_high_as_its_value(numbers: list[int]) -> None:
    chart = columns(
        "x", [f"n{at}" for at, _ in enumerate(numbers)], [Series("S", "own", tuple(numbers))]
    )
    for svg in (chart.wide, chart.narrow):
        found = bars(svg, "own")
        assert [text for _, text in found] == [f"n{at} – S ({n})" for at, n in enumerate(numbers)]
        most = max(numbers)
        tallest = max(height for height, _ in found)
        for number, (height, _) in zip(numbers, found, strict=True):
            if most:
                assert height == pytest.approx(tallest * number / most, abs=0.01)


def test_series_are_stacked_or_beside_one_another() -> None:
    two = [Series("A", "own", (1, 2)), Series("B", "agency", (3, 0))]
    stacked = columns("x", ["p", "q"], two)
    assert stacked.legend == (("own", "A"), ("agency", "B"))
    beside = columns("x", ["p", "q"], two, beside=True)
    assert len(bars(stacked.wide, "agency")) == len(bars(beside.wide, "agency")) == 2
    assert bars(beside.wide, "agency")[0][0] > bars(stacked.wide, "agency")[0][0]


def test_marks_are_the_labels_below_the_axis() -> None:
    names = [f"month {at}" for at in range(36)]
    chart = columns(
        "x",
        names,
        [Series("S", "own", tuple(range(36)))],
        marks=[(0, "2012"), (12, "2013"), (24, "2014")],
    )
    texts = etree.fromstring(chart.wide).xpath("//*[contains(@class,'axis x')]//text()")
    assert [text for text in texts if text.strip()] == ["2012", "2013", "2014"]


def test_nothing_runs_and_nothing_tells_when_it_was_drawn() -> None:
    hostile = '</svg><script>alert(1)</script>&"'
    chart = columns(hostile, [hostile], [Series(hostile, "own", (1,))])
    assert chart == columns(hostile, [hostile], [Series(hostile, "own", (1,))])
    root = etree.fromstring(chart.wide)
    assert {etree.QName(node).localname for node in root.iter()} <= {
        "svg",
        "g",
        "path",
        "rect",
        "text",
        "title",
    }
    assert not [name for node in root.iter() for name in node.attrib if name.startswith("on")]
    assert bars(chart.wide, "own")[0][1] == f"{hostile} – {hostile} (1)"
