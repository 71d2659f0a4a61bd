import asyncio
import itertools

import pytest

from huffarchive.outcome import Reason
from huffarchive.politeness.host_state import HostStateFile
from huffarchive.politeness.limits import Limit, Refused, Stopped
from huffarchive.politeness.throttle import Slot, Throttle


@pytest.fixture
def shared(tmp_path):
    return HostStateFile(tmp_path / "cache")


def pace(shared, **options):
    return Throttle(shared, **options)


def here(delay: float = 0.0) -> Limit:
    return Limit.of_host("127.0.0.1:80", delay, 0.2)


HOST = here()


def near(seconds: object) -> object:
    """Seconds, or a list of them: the clock goes on by as little as a thousand readings of it."""
    return pytest.approx(seconds, abs=1e-3)


async def take(throttle: Throttle, lane: Limit, name: str, log: list[tuple[str, float]]) -> Slot:
    turn = await throttle.turn(lane)
    log.append((name, asyncio.get_running_loop().time()))
    await throttle.answered(turn)
    return turn


def test_first_come_first_served_at_the_delay(shared, clock):
    async def main() -> None:
        host = here(0.05)
        own, log = pace(shared), []
        await asyncio.gather(*(take(own, host, str(n), log) for n in range(6)))
        assert [name for name, _ in log] == list("012345")
        gaps = [b - a for (_, a), (_, b) in itertools.pairwise(log)]
        assert gaps == near([0.05] * 5)

    clock.run(main())


def test_hosts_do_not_wait_for_each_other(shared, clock):
    async def main() -> None:
        own, log = pace(shared), []
        began = clock.now
        await asyncio.gather(
            *(take(own, Limit.of_host(f"host{n}", 0, 0), str(n), log) for n in range(50))
        )
        assert clock.now == near(began)
        # Of a host that is not this machine nothing is asked twice within a second.
        await take(own, Limit.of_host("host0", 0, 0), "again", log)
        assert clock.now - began == near(1)

    clock.run(main())


def test_a_late_turn_is_not_made_up_for(shared, clock):
    async def main() -> None:
        host = here(0.1)
        own, log = pace(shared), []
        takers = [asyncio.ensure_future(take(own, host, str(n), log)) for n in range(4)]
        await asyncio.sleep(0.05)
        clock.sleep(0.35)  # the loop is held up
        await asyncio.gather(*takers)
        gaps = [b - a for (_, a), (_, b) in itertools.pairwise(log)]
        assert min(gaps) >= 0.1 - 1e-3

    clock.run(main())


def test_a_change_of_the_wall_clock_changes_nothing(shared, clock):
    async def main() -> None:
        host = here(0.1)
        own, log = pace(shared), []
        takers = [asyncio.ensure_future(take(own, host, str(n), log)) for n in range(4)]
        await asyncio.sleep(0.05)
        clock.wall += 3600
        await asyncio.sleep(0.1)
        clock.wall -= 7200
        await asyncio.gather(*takers)
        gaps = [b - a for (_, a), (_, b) in itertools.pairwise(log)]
        assert gaps == near([0.1] * 3)

    clock.run(main())


def test_ten_thousand_waiting_cost_no_cpu(shared, clock):
    async def main() -> None:
        host = here(3600.0)
        own = pace(shared)
        await own.answered(await own.turn(host))
        waiting = [asyncio.ensure_future(own.turn(host)) for _ in range(10_000)]
        await asyncio.sleep(0.1)
        assert own.waiting(host) == 10_000
        before = clock.waits
        await asyncio.sleep(0.5)
        assert clock.waits == before + 1
        own.close()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(result) for result in results} == {Stopped}
        with pytest.raises(Stopped):
            await own.turn(host)

    clock.run(main())


def test_who_was_waiting_does_not_pass_into_a_pause(shared, clock):
    async def main() -> None:
        own, log = pace(shared), []
        turn = await own.turn(HOST)
        takers = [asyncio.ensure_future(take(own, HOST, str(n), log)) for n in range(5)]
        # A turn is given, and before anybody goes on the pause begins.
        await asyncio.sleep(0)
        while own.waiting(HOST) == 5:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert not log
        await own.backoff(turn, 1.0)
        paused = clock.now
        await asyncio.gather(*takers)
        assert [name for name, _ in log] == list("01234")
        assert min(at for _, at in log) == near(paused + 1)

    clock.run(main())


def test_back_off_doubles_once_a_pause_and_is_reset(shared, clock):
    async def main() -> None:
        own = pace(shared)
        turns = [await own.turn(HOST) for _ in range(3)]
        pauses = [await own.backoff(turn, None) for turn in turns]
        assert pauses == near([0.2] * 3)  # three at once count once
        again = await own.turn(HOST)
        assert await own.backoff(again, None) == near(0.4)
        await own.answered(turns[0])  # late, from before the pause: resets nothing
        again = await own.turn(HOST)
        assert await own.backoff(again, None) == near(0.8)
        await own.answered(await own.turn(HOST), well=False)  # nor does an error
        again = await own.turn(HOST)
        assert await own.backoff(again, None) == near(1.6)

    clock.run(main())


def test_a_good_answer_resets_the_back_off(shared, clock):
    async def main() -> None:
        own = pace(shared)
        for _ in range(2):
            await own.backoff(await own.turn(HOST), None)
        await own.answered(await own.turn(HOST))
        last = await own.backoff(await own.turn(HOST), None)
        assert last == near(0.2)

    clock.run(main())


def test_no_setting_shortens_the_pause_of_a_host_that_is_not_this_machine(shared, clock):
    async def main() -> None:
        own = pace(shared)
        for host in ("quebec.huffingtonpost.ca", "127.0.0.1.example.org", "10.0.0.1"):
            limit = Limit.of_host(host, 0.0, 0.0)
            pause = await own.backoff(await own.turn(limit), None)
            assert pause == near(60)

    clock.run(main())


def test_retry_after_zero_is_still_a_pause(shared, clock):
    async def main() -> None:
        own = pace(shared)
        for expected in (1, 2):
            pause = await own.backoff(await own.turn(HOST), 0.0)
            assert pause == near(expected)

    clock.run(main())


def test_no_more_under_way_than_allowed(shared, clock):
    async def main() -> None:
        own = pace(shared, concurrency=3)
        turns = [await own.turn(HOST) for _ in range(3)]
        fourth = asyncio.ensure_future(own.turn(HOST))
        await asyncio.sleep(0.05)
        assert not fourth.done()
        await own.release(turns[0])
        await asyncio.wait_for(fourth, 1)

    clock.run(main())


def test_one_who_gives_up_holds_nobody_up(shared, clock):
    async def main() -> None:
        host = here(0.1)
        own = pace(shared, concurrency=1)
        await own.answered(await own.turn(host))
        given_up = [asyncio.ensure_future(own.turn(host)) for _ in range(5)]
        await asyncio.sleep(0.01)
        for task in given_up:
            task.cancel()
        last = await asyncio.wait_for(own.turn(host), 1)
        assert last.limit == host

    clock.run(main())


def test_the_longest_delay_counts_and_may_be_set_while_waiting(shared, clock):
    async def main() -> None:
        own = pace(shared)
        began = clock.now
        await own.answered(await own.turn(HOST))
        own.set_delay(HOST, "http://a", 0.3)
        own.set_delay(HOST, "https://a", 0.1)
        await own.turn(HOST)
        assert clock.now - began == near(0.3)

    clock.run(main())


async def fail(own: Throttle, times: int) -> list[float]:
    """Fail so often; the seconds of each pause."""
    pauses = []
    for _ in range(times):
        await own.failed(await own.turn(HOST), "cut")
        pauses.append(await own.pause_left(HOST))
    return pauses


def test_a_host_that_does_not_answer_is_waited_for_and_then_down(shared, clock):
    async def main() -> None:
        own = pace(shared, patience=(2.9, 9.0))
        waiting = asyncio.ensure_future(fail(own, 9))
        began = clock.now
        with pytest.raises(Refused) as refused:
            await waiting
        assert refused.value.reason == Reason.UNREACHABLE
        assert not refused.value.lasting
        assert refused.value.detail == f"{HOST.name} does not answer (cut)"
        assert clock.now - began == near(3)  # at 0, 1 and 3 s
        assert own.mark_unreachable(HOST)
        with pytest.raises(Refused):
            await own.turn(HOST)

    clock.run(main())


def test_one_that_has_answered_is_waited_for_longer(shared, clock):
    async def main() -> None:
        own = pace(shared, patience=(0.5, 60.0))
        await own.answered(await own.turn(HOST))
        assert await fail(own, 2) == [near(1), near(2)]
        assert not own.mark_unreachable(HOST)
        await own.answered(await own.turn(HOST))
        assert await fail(own, 1) == [near(1)]

    clock.run(main())


def test_many_failing_at_once_count_once(shared, clock):
    async def main() -> None:
        own = pace(shared)
        turns = [await own.turn(HOST) for _ in range(8)]
        for turn in turns:
            await own.failed(turn, "cut")
        assert await own.pause_left(HOST) == near(1)

    clock.run(main())


QUICK = Limit("quick", "service", "example.org", "/", 0.1, first_pause=0.3)


def test_a_service_s_limit_counts_over_all_paces_and_in_place_of_the_delay(tmp_path, clock):
    async def main() -> None:
        paces = [pace(HostStateFile(tmp_path)) for _ in range(3)]
        times: list[float] = []

        async def ask(own: Throttle) -> None:
            for _ in range(4):
                turn = await own.turn(QUICK)
                times.append(turn.at)
                await own.answered(turn)

        await asyncio.gather(*map(ask, paces))
        gaps = [b - a for a, b in itertools.pairwise(sorted(times))]
        assert len(gaps) == 11
        assert min(gaps) >= 0.1 - 1e-3

    clock.run(main())


def test_a_service_s_pause_holds_all_paces_and_limits(tmp_path, clock):
    slow = Limit("other", "service", "example.org", "/cdx", 0.2, first_pause=0.3)

    async def main() -> None:
        one, two = (pace(HostStateFile(tmp_path)) for _ in range(2))
        began = clock.now
        for expected in (0.3, 0.6):
            pause = await one.backoff(await one.turn(QUICK), None)
            assert pause == near(expected)
        await two.turn(slow)
        assert clock.now - began == near(0.9)

    clock.run(main())


def test_without_its_state_the_pace_holds_within_the_run(tmp_path, caplog, clock):
    (tmp_path / "file").write_text("")

    async def main() -> None:
        own, times = pace(HostStateFile(tmp_path / "file" / "cache")), []
        for _ in range(3):
            turn = await own.turn(QUICK)
            times.append(turn.at)
            await own.answered(turn)
        assert min(b - a for a, b in itertools.pairwise(times)) >= 0.1 - 1e-3
        assert await own.backoff(await own.turn(QUICK), None) == near(0.3)

    clock.run(main())
    assert caplog.text.count("the pace of service cannot be kept in") == 1
