"""Which capture's validators go with a request."""

from dataclasses import replace

import pytest

from huffarchive.ledger.rows import CaptureRow, Task
from huffarchive.outcome import Reason
from huffarchive.urls import PageKey

URL = "http://127.0.0.1:8000/archive/qc/entry/x_a_1"
WHEN = "2026-01-01T00:00:00Z"
CAPTURE = CaptureRow(
    "live", URL, URL, WHEN, '"1"', None, "sha1:A", "b", "<urn:uuid:1>", 1, 0, 1, Reason.ARTICLE
)
OTHER_PORT = URL.replace("8000", "9000")


@pytest.mark.parametrize(
    ("source", "url", "sent"),
    [
        ("live", URL, True),
        ("live", OTHER_PORT, False),
        ("live", URL + "?m=true", False),
        ("sample", URL, True),
        ("sample", OTHER_PORT, True),  # one site, on another port in each run
        ("sample", OTHER_PORT + "?m=true", False),
        ("wayback", URL, False),
    ],
)
def test_validators_go_to_the_address_that_gave_them(source: str, url: str, sent: bool) -> None:
    task = Task(1, PageKey("qc", "a", "1"), URL, previous=replace(CAPTURE, source=source))
    assert (task.validated_at(url) is not None) is sent
