"""What a recording says of the attempts of a download, and whose it is."""

import gc

import pytest
from scrapy import Request

from huffarchive.download.recording import Attempt, Recording, exchanges_of
from huffarchive.http import Truncation


@pytest.fixture
def aborts():
    return []


@pytest.fixture
def recording(aborts):
    recording = Recording("http://www.example/", 1000)
    attempt = Attempt(lambda: aborts.append(1))
    attempt.request += b"GET / HTTP/1.1\r\n\r\n"
    recording.attempts.append(attempt)
    attempt.begin("203.0.113.1", None, None)
    return recording


def published(recording):
    request = Request("http://www.example/")
    recording.publish(request)
    return exchanges_of(request)


def test_a_bound_stops_what_is_under_way_once(recording, aborts):
    recording.stop(Truncation.LENGTH)
    recording.stop(Truncation.TIME)
    recording.abort()
    assert [each.truncated for each in published(recording)] == ["length"]
    assert aborts == [1]


@pytest.mark.parametrize(("end", "truncated"), [("lost", "disconnect"), ("whole", None)])
def test_a_bound_changes_nothing_of_what_has_ended(recording, aborts, end, truncated):
    setattr(recording.last, end, True)
    recording.stop(Truncation.TIME)
    assert [each.truncated for each in published(recording)] == [truncated]
    assert aborts == []


def test_what_nobody_says_is_unspecified(recording):
    assert [each.truncated for each in published(recording)] == ["unspecified"]


def test_nothing_is_recorded_before_anything_was_sent():
    recording = Recording("http://www.example/", 1000)
    recording.stop(Truncation.TIME)
    recording.attempts.append(Attempt(lambda: None))
    assert published(recording) == ()


def test_it_belongs_to_one_request_and_goes_with_it(recording):
    request = Request("http://www.example/")
    recording.publish(request)
    [exchange] = exchanges_of(request)
    assert exchange.method == "GET"
    assert exchanges_of(request.copy()) == exchanges_of(request.replace(dont_filter=True)) == ()
    assert "exchange" not in str(request.to_dict())
    del request
    gc.collect()
    assert exchanges_of(Request("http://www.example/")) == ()
