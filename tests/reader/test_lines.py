"""Lines by their form alone: dates, signatures."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from huffarchive.reader.byline import signature_in
from huffarchive.reader.date_parsing import find_date

MONTREAL = ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-12-31T24:00:00Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31 24:00 -05:00", datetime(2017, 1, 1, tzinfo=timezone(timedelta(hours=-5)))),
        ("31/12/2016 à 24h00", datetime(2017, 1, 1, tzinfo=MONTREAL)),
        ("31 décembre 2016 à 24h00", datetime(2017, 1, 1, tzinfo=MONTREAL)),
        ("2016-12-31T24:01:00Z", None),
        ("2016-12-31T25:00:00Z", None),
        ("9999-12-31T24:00:00Z", None),
    ],
)
def test_midnight_at_a_day_s_end(text, moment):
    assert find_date(text, MONTREAL, day_first=True) == moment


@pytest.mark.parametrize("text", ["nr-mra/bdx", "str-sbh/faa/sw", "sgh/vl", "et/vl"])
def test_signatures(text):
    assert signature_in(text) == text


@pytest.mark.parametrize("text", ["et/ou", "and/or", "8/10", "Et/Ou"])
def test_no_signatures(text):
    assert signature_in(text) is None
