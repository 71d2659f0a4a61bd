import asyncio
import fcntl
import json
import os
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.politeness.limit import LIMITS, Limit, limit_of
from huffarchive.politeness.shared import SharedPace, _State, cache_dir

LIMIT = Limit("pages", "service", "example.org", "/", 1.0)
SLOWING = Limit("index", "service", "example.org", "/", 1.0, slows=True)


hostile = st.fixed_dictionaries(
    {
        "boot": st.sampled_from(["boot", "other"]),
        "clock": st.floats() | st.integers(),
        "wall": st.floats() | st.integers(),
        "last": st.dictionaries(st.text(max_size=3), st.floats() | st.integers() | st.none()),
        "until": st.floats() | st.integers(),
        "factor": st.floats(),
    }
).map(lambda state: json.dumps(state).encode())


def run(*steps):
    async def main():
        return [await step() for step in steps]

    return asyncio.run(main())


def now() -> float:
    return time.monotonic()


def test_the_interval_holds_across_instances(tmp_path):
    first, second = run(
        lambda: SharedPace(tmp_path).reserve(LIMIT), lambda: SharedPace(tmp_path).reserve(LIMIT)
    )
    assert first == 0
    assert 0.9 < second <= 1


def test_pauses_double_and_a_good_answer_ends_that(tmp_path):
    shared = SharedPace(tmp_path)

    async def refused(seconds: float | None = None) -> float:
        await shared.told_to_wait(LIMIT, now(), seconds)
        return await shared.pause_left(LIMIT)

    pauses = run(refused, refused, refused)
    assert pauses == [pytest.approx(x, abs=0.1) for x in (60, 120, 240)]
    run(lambda: shared.answered(LIMIT, now()))
    assert run(lambda: shared.reserve(LIMIT))[0] > 200  # the pause itself stays
    assert run(lambda: refused(500.0)) == [pytest.approx(500, abs=0.1)]
    # The other limits of the service are paused with it, and other services are not.
    assert run(lambda: shared.reserve(SLOWING))[0] > 400
    assert run(lambda: shared.reserve(Limit("x", "other", "h", "/", 1.0))) == [0]


def test_requests_of_before_the_pause_do_not_double_it(tmp_path):
    shared, sent = SharedPace(tmp_path), now()
    run(*[lambda: shared.told_to_wait(LIMIT, sent, None)] * 3)
    assert run(lambda: shared.pause_left(LIMIT))[0] <= 60


def test_a_503_makes_it_slower_and_good_answers_faster_again(tmp_path):
    shared = SharedPace(tmp_path)
    assert run(lambda: shared.reserve(SLOWING)) == [0]
    file = tmp_path / "service.pace"
    for factor in (2, 4, 8, 16, 16):
        run(lambda: shared.told_to_wait(SLOWING, now(), None))
        assert json.loads(file.read_text())["factor"] == factor
    run(*[lambda: shared.answered(SLOWING, now())] * 70)
    assert json.loads(file.read_text())["factor"] == pytest.approx(7.9, abs=0.1)
    run(*[lambda: shared.answered(SLOWING, now())] * 300)
    assert json.loads(file.read_text())["factor"] == 1


def test_a_file_that_cannot_be_read_counts_as_asked_this_moment(tmp_path):
    for nonsense in (b"\xff\xff", b"[]", b'{"boot": 1}', b"{" * 2000, b'"x"', b"null"):
        (tmp_path / "service.pace").write_bytes(nonsense)
        assert 0.9 < run(lambda: SharedPace(tmp_path).reserve(LIMIT))[0] <= 1
        # And is mended.
        assert json.loads((tmp_path / "service.pace").read_bytes()[:1024])["last"]


@given(st.one_of(st.binary(max_size=2000), hostile))
def test_any_text_gives_a_state(content):
    state = _State.load(content.decode("utf-8", "replace"), "boot", 100.0, 1e9)
    assert 1 <= state.factor <= 16
    assert state.until <= 100.0 + 86_400
    assert max(state.last.values(), default=0) <= 100.0
    assert json.dumps([state.until, state.clock, state.last], allow_nan=False)


def test_after_a_reboot_the_wall_clock_tells_how_long_ago_it_was():
    before = _State("boot 1", 5000.0, 1e9, {"pages": 5000.0}, 5060.0, 5000.0, 60.0)
    text = json.dumps({name: getattr(before, name) for name in before.__slots__})
    after = _State.load(text, "boot 2", 10.0, 1e9 + 40)
    assert after.until - 10.0 == pytest.approx(20)
    assert after.last["pages"] - 10.0 == pytest.approx(-40)
    # A wall clock that was put back does not lengthen it.
    back = _State.load(text, "boot 2", 10.0, 1e9 - 3600)
    assert back.until - 10.0 == pytest.approx(60)
    # In the same boot the wall clock does not matter.
    same = _State.load(text, "boot 1", 5030.0, 1e9 + 7200)
    assert same.until == 5060.0


def test_a_locked_file_is_waited_for_without_holding_up_the_loop(tmp_path):
    run(lambda: SharedPace(tmp_path).pause_left(LIMIT))
    file = os.open(tmp_path / "service.pace", os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    threading.Timer(0.2, lambda: os.close(file)).start()

    async def main() -> int:
        waiting, ticks = asyncio.ensure_future(SharedPace(tmp_path).reserve(LIMIT)), 0
        while not waiting.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert await waiting == 0
        return ticks

    assert asyncio.run(main()) > 10


def test_where_the_state_is(monkeypatch, tmp_path):
    assert cache_dir(str(tmp_path)) == tmp_path
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_dir(None) == tmp_path / "xdg" / "huffarchive"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir("") == tmp_path / ".cache" / "huffarchive"


@pytest.mark.parametrize(
    ("url", "name", "limit"),
    [
        ("https://web.archive.org/cdx/search/cdx?url=x", None, "wayback_cdx"),
        ("https://WEB.archive.org/%63dx/search/cdx", None, "wayback_cdx"),
        ("https://web.archive.org/web/2012id_/http://x/", None, "wayback_pages"),
        ("http://index.commoncrawl.org/collinfo.json", None, "commoncrawl_index"),
        ("https://data.commoncrawl.org/crawl-data/x.gz", None, "commoncrawl_data"),
        ("https://data.commoncrawl.org/x", "wayback_pages", "commoncrawl_data"),
        ("http://127.0.0.1:8080/cdx", "wayback_cdx", "wayback_cdx"),
        ("http://127.0.0.1:8080/cdx", None, None),
        ("https://www.huffpost.com/", None, None),
    ],
)
def test_what_is_under_which_limit(url, name, limit):
    found = limit_of(url, name)
    assert (found and found.name) == limit


def test_the_limits_are_within_the_published_ones():
    assert 60 / LIMITS["wayback_cdx"].interval < 24
    assert 1 / LIMITS["wayback_pages"].interval < 8
    assert LIMITS["commoncrawl_index"].interval > 1
    assert LIMITS["commoncrawl_data"].interval > 0.55
    assert {limit.first_pause for limit in LIMITS.values()} == {60}
    with pytest.raises(KeyError):
        limit_of("http://127.0.0.1/", "no such limit")
