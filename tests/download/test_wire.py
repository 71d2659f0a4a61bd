"""The contract of the tap: what it recorded is what the server's sockets saw, byte for byte."""

import re
from pathlib import Path

import pytest

from huffarchive.http import Message
from tests.download.wire_kinds import BOUND, KINDS, MAX_HEAD

NAMES = [f"{scheme}-{kind.name}" for kind in KINDS for scheme in ("http", "https")]


def faults(seen) -> list[str]:
    """Every way in which a recording differs from the server's log."""
    kind, log = seen.kind, seen.log
    if len(seen.results) != len(kind.asks):
        return [f"{len(seen.results)} results for {len(kind.asks)} requests"]
    found = []
    expected = kind.exchanges or (1,) * len(kind.asks)
    if (counts := tuple(len(result.exchanges) for result in seen.results)) != expected:
        found.append(f"{counts} exchanges, not {expected}")
    exchanges = [exchange for result in seen.results for exchange in result.exchanges]
    if len(exchanges) != len(log):
        found.append(f"{len(exchanges)} exchanges, {len(log)} requests arrived")
    for number, (exchange, logged) in enumerate(zip(exchanges, log, strict=False)):
        if exchange.request != logged.request:
            found.append(f"request {number}: {exchange.request!r} is not {logged.request!r}")
        sent = logged.sent.removesuffix(kind.surplus)
        if exchange.truncated is None and exchange.response != sent:
            found.append(f"response {number}: {exchange.response!r} is not {sent!r}")
        if exchange.truncated is not None and not logged.sent.startswith(exchange.response):
            found.append(f"response {number}: {exchange.response!r} does not begin {sent!r}")
    if exchanges and exchanges[-1].truncated != kind.truncated:
        found.append(f"truncated is {exchanges[-1].truncated}, not {kind.truncated}")
    if seen.results[-1].reason != kind.reason:
        last = seen.results[-1]
        found.append(f"reason is {last.reason}, not {kind.reason}: {last.error}")
    return found


def what_surrounds_the_bytes(name, seen):
    secure = name.startswith("https")
    for result in seen.results:
        assert result.before == ()
        for exchange in result.exchanges:
            assert exchange.url == result.url.partition("#")[0]
            assert exchange.ip == "127.0.0.1"
            assert exchange.protocols == ("http/1.1", *["tls/1.3"] * secure)
            assert (exchange.cipher or "").startswith("TLS_" * secure)
            assert exchange.began.utcoffset().total_seconds() == 0
            assert exchange.began.microsecond == 0
            assert exchange.method == exchange.request.split()[0].decode()


def all_that_arrived_is_kept(name, seen):
    last = seen.results[-1].exchanges[-1]
    if last.truncated == "length":
        assert 0 < len(last.response) <= MAX_HEAD + BOUND
    elif not name.split("-", 1)[1].startswith("drip"):
        assert last.response == seen.log[-1].sent.removesuffix(seen.kind.surplus)
    else:
        assert len(last.response) > 50  # some 150 pieces arrive in the time


def a_response_comes_back_only_when_it_is_whole(seen):
    for result in seen.results:
        last = result.exchanges[-1]
        if result.reason is None:
            assert last.truncated is None
            message = Message.parse(last.response)
            assert result.status == message.status
            if last.method != "HEAD" and message.status not in (204, 304):
                assert result.body == (seen.kind.entity or message.entity)
        else:
            assert last.truncated is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_recording_is_what_the_server_saw(wire, name):
    seen = wire[name]
    assert faults(seen) == []
    what_surrounds_the_bytes(name, seen)
    all_that_arrived_is_kept(name, seen)
    a_response_comes_back_only_when_it_is_whole(seen)


@pytest.mark.parametrize(
    "name",
    [n for n in NAMES if "-".join(n.split("-")[1:]) in {k.name for k in KINDS if k.connections}],
)
def test_connections_are_kept_and_dropped_as_they_should(wire, name):
    seen = wire[name]
    assert len({logged.connection for logged in seen.log}) == seen.kind.connections


@pytest.mark.parametrize(
    ("breakage", "noticed_by"),
    [
        ("loses_the_last_byte_of_a_read", "length"),
        ("says_whole_of_what_was_cut", "too-short"),
        pytest.param("keeps_the_surplus", "too-long", marks=pytest.mark.slow),
        pytest.param("rewrites_the_head", "gzip", marks=pytest.mark.slow),
        pytest.param("forgets_the_first_attempt", "sent-again", marks=pytest.mark.slow),
        pytest.param("misses_request_bodies", "post", marks=pytest.mark.slow),
        pytest.param("has_no_bound_on_heads", "endless-interim", marks=pytest.mark.slow),
    ],
)
def test_a_broken_tap_is_noticed(crawls, breakage, noticed_by):
    kinds = [kind for kind in KINDS if kind.name == noticed_by]
    seen = crawls.wire(kinds, ("http",), breakage)
    assert faults(seen[f"http-{noticed_by}"]) != []


def test_the_documentation_has_every_kind():
    page = (Path(__file__).parents[2] / "docs" / "wire-exactness.md").read_text("utf-8")
    table = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`([^`]+)`", "".join(table))) == sorted(kind.name for kind in KINDS)
    assert f"{len(KINDS)} kinds, {2 * len(KINDS)} with TLS" in page
