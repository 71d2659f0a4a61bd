import asyncio
import fcntl
import json
import os

import pytest

from huffarchive.politeness.host_state import HostState, HostStateFile, cache_dir
from huffarchive.politeness.limits import LIMITS, Limit, limit_of

LIMIT = Limit("pages", "service", "example.org", "/", 1.0)


def with_state(folder, step, limit: Limit = LIMIT):
    """Do something with a limit's state, in a store of its own."""

    async def main():
        async with HostStateFile(folder).state(limit) as state:
            return step(state)

    return asyncio.run(main())


def ask(folder, limit: Limit = LIMIT) -> float:
    """Seconds to wait; asked when there are none."""

    def step(state: HostState) -> float:
        if (wait := state.wait(limit, 0.0)) == 0:
            state.sent(limit, 0.0)
        return wait

    return with_state(folder, step, limit)


def test_the_interval_holds_across_instances(tmp_path, clock):
    first, second = ask(tmp_path), ask(tmp_path)
    assert (first, second) == (0, pytest.approx(1, abs=1e-3))


def test_a_host_s_longer_delay_holds_for_who_does_not_know_of_it(tmp_path, clock):
    host = Limit.of_host("www.example.org", 0.0, 0.0)
    with_state(tmp_path, lambda state: state.sent(host, 4.0), host)
    assert with_state(tmp_path, lambda state: state.wait(host, 0.0), host) == pytest.approx(
        4, abs=1e-3
    )
    assert [path.name for path in tmp_path.iterdir()] == ["www.example.org.pace"]


def test_a_name_is_made_safe_for_a_file(tmp_path):
    host = Limit.of_host("a/../b:80", 0.0, 0.0)
    with_state(tmp_path, lambda state: None, host)
    assert [path.name for path in tmp_path.iterdir()] == ["a%2F..%2Fb%3A80.pace"]


def test_a_server_of_this_machine_leaves_no_file_where_no_folder_is_named(tmp_path):
    async def main() -> None:
        shared = HostStateFile(tmp_path)
        for name in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
            limit = Limit.of_host(name, 0.0, 60.0, shared_here=False)
            async with shared.state(limit) as state:
                state.turned_away(limit, state.clock, None)
            async with shared.state(limit) as state:
                assert state.pause_left > 59

    asyncio.run(main())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_counts_as_asked_this_moment(tmp_path, clock):
    for nonsense in (b"\xff\xff", b"[]", b'{"boot": 1}', b"{" * 2000, b'"x"', b"null"):
        (tmp_path / "service.pace").write_bytes(nonsense)
        assert ask(tmp_path) == pytest.approx(1, abs=1e-3)
        # And is mended.
        assert json.loads((tmp_path / "service.pace").read_bytes()[:1024])["last"]


def test_a_locked_file_is_waited_for_without_holding_up_the_loop(tmp_path, clock):
    ask(tmp_path)
    file = os.open(tmp_path / "service.pace", os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)

    async def main() -> None:
        async def wait() -> float:
            async with HostStateFile(tmp_path).state(LIMIT) as state:
                return state.wait(LIMIT, 0.0)

        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        os.close(file)
        assert await waiting == pytest.approx(0.8, abs=0.01)

    clock.run(main())


def _a_stopped_process_holds_the_lock(folder) -> None:
    file = os.open(folder / "service.pace", os.O_RDWR | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)


def _another_user_s(folder) -> None:
    (folder / "service.pace").mkdir()  # root may write to any file, but to no folder


def _the_disk_is_full(folder) -> None:
    (folder / "service.pace").symlink_to("/dev/full")


def _the_folder_is_a_file(folder) -> None:
    folder.rmdir()
    folder.write_text("")


@pytest.mark.parametrize(
    "spoil",
    [
        _a_stopped_process_holds_the_lock,
        _another_user_s,
        _the_disk_is_full,
        _the_folder_is_a_file,
    ],
)
def test_without_its_file_the_pace_is_kept_in_memory(tmp_path, monkeypatch, caplog, spoil, clock):
    monkeypatch.setattr("huffarchive.politeness.host_state.PATIENCE", 0.1)
    folder = tmp_path / "cache"
    folder.mkdir()
    spoil(folder)

    async def main() -> None:
        shared = HostStateFile(folder)
        async with shared.state(LIMIT) as state:
            state.turned_away(LIMIT, state.clock, None)
        async with shared.state(LIMIT) as state:
            assert 59 < state.wait(LIMIT, 0.0) <= 60

    began = clock.now
    clock.run(main())
    assert clock.now - began < 0.5
    assert caplog.text.count("the pace of service cannot be kept in") == 1


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
