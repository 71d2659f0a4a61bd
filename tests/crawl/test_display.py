"""What is shown of a run: rates from settled pages, lines that fit, and nothing off a terminal."""

from datetime import UTC, datetime, timedelta

import pytest

from huffarchive.archive.status import duration, moment, percent, size
from huffarchive.crawl.display import Pace, Standing, fit, lines
from huffarchive.outcome import State

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("samples", "most", "rate", "expected"),
    [
        ([(0, 5)], None, None, None),
        ([(0, 5)], 0.25, None, 0.25),  # what the Crawl-delay says until something is known
        ([(0, 5), (30, 5)], 0.25, None, 0.25),  # retries settle nothing, and change nothing
        ([(0, 5), (59, 5)], 0.25, None, 0.25),
        ([(0, 5), (60, 5)], 0.25, None, None),  # ten pages might have been settled: nobody answers
        ([(0, 5), (60, 5)], 0.1, None, 0.1),
        ([(0, 5), (100, 5)], 0.1, None, None),
        ([(0, 5), (30, 9)], 0.25, None, 0.25),
        ([(0, 5), (100, 15)], 0.25, 0.1, 0.1),
        ([(0, 5), (100, 105)], 0.25, 0.25, 0.25),  # what robots.txt refuses costs no time
        ([(0, 5), (10, 105)], None, 10.0, 10.0),
        ([(0, 0), (3600, 720), (7200, 900)], 0.25, 0.05, 0.05),  # the last hour
        ([(0, 90), (100, 80)], 0.25, None, 0.25),  # wanted again
        ([(0, 0), (4, 36)], 50.0, 9.0, 9.0),  # and not what the delay allows
    ],
)
def test_pace(
    samples: list[tuple[float, int]],
    most: float | None,
    rate: float | None,
    expected: float | None,
) -> None:
    pace = Pace()
    for now, settled in samples:
        pace.add(now, settled)
    assert (pace.rate(most), pace.expected(most)) == (rate, expected)


def test_a_pace_keeps_an_hour() -> None:
    pace = Pace()
    for now in range(10_000):
        pace.add(now, now)
    assert len(pace._samples) <= 3602


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (3720, "1 h 2 min"),
     (86_400, "1 d"), (3 * 86_400 + 4 * 3600, "3 d 4 h"), (10**9, "11574 d")],
)  # fmt: skip
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_sizes() -> None:
    assert [size(n) for n in (0, 999, 999_949, 999_950, 31 * 10**8, 10**16)] == [
        "0 bytes", "999 bytes", "999.9 kB", "1.0 MB", "3.1 GB", "10000.0 TB"
    ]  # fmt: skip


def test_all_is_said_only_when_it_is_all() -> None:
    assert [percent(*p) for p in ((0, 0), (0, 3), (399_999, 400_000), (3, 3))] == [
        "100.0 %", "0.0 %", "99.9 %", "100.0 %"
    ]  # fmt: skip


@pytest.mark.usefixtures("in_utc")
def test_moments() -> None:
    assert moment(NOW, NOW) == f"{NOW.astimezone():%H:%M}"
    assert moment(NOW + timedelta(days=13), NOW) == "14 Dec"
    assert moment(NOW + timedelta(days=400), NOW) == "5 Jan 2028"


COUNTS = dict(zip(State, (338_916, 60_900, 292, 0, 12), strict=True))


@pytest.mark.parametrize(
    ("width", "paused", "shown"),
    [
        (79, False, ("61,204/400,120  15.3 %  0.25/s  15 d 16 h left",
                     "60,900 captured  292 gone  12 failed  3.1 GB")),
        (39, False, ("61,204/400,120  15.3 %  15 d 16 h left", "60,900 captured  12 failed  3.1 GB")),
        (79, True, ("61,204/400,120  15.3 %  0.25/s  15 d 16 h left",
                    "www.huffpost.com paused until 14 Dec  60,900 captured  12 failed  3.1 GB")),
        (39, True, ("61,204/400,120  15.3 %  15 d 16 h left",
                    "www.huffpost.com paused until 14 Dec")),
        (10, True, ("61,204/400", "www.huffpo")),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("in_utc")
def test_the_lines_fit(width: int, paused: bool, shown: tuple[str, str]) -> None:
    until = {"www.huffpost.com": NOW + timedelta(days=13)} if paused else {}
    standing = Standing(*(COUNTS, 338_916, 0.25, 1_355_664, 3_100_000_000), until)
    assert lines(standing, width, NOW) == shown


def test_fit_keeps_the_first() -> None:
    assert fit([(3, "a"), (1, "b"), (2, "c")], 4) == "b  c"
