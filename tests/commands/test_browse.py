"""`scrapy browse` on an archive that changes while the room is open."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import pytest

from tests.commands.conftest import Archive, Done

for needed in ("datasette", "numpy", "sqlite_utils", "snowballstemmer", "rapidfuzz"):
    pytest.importorskip(needed)
import httpx  # noqa: E402

from huffarchive.browse import serving  # noqa: E402

Visit = Callable[[Callable[[str], Awaitable[str]]], Awaitable[None]]


@pytest.fixture
def opened(
    archive: Archive, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Visit], Done]:
    """Open the room of an archive, and be its visitor."""

    def opened(visit: Visit) -> Done:
        def serve(room: Any, _: int) -> None:
            async def visiting() -> None:
                transport = httpx.ASGITransport(room)
                async with httpx.AsyncClient(
                    transport=transport, base_url="http://127.0.0.1"
                ) as asks:

                    async def get(path: str) -> str:
                        return (await asks.get(path)).raise_for_status().text

                    await visit(get)

            asyncio.run(visiting())

        monkeypatch.setattr(serving, "serve", serve)
        return run("browse", "qc", "--lang", "en", "--port", 0, *archive.options)

    return opened


def count(page: str) -> int:
    found = re.search(r"Archive of the articles of [^:]+: (\d+)", page)
    assert found, page
    return int(found[1])


def test_an_open_room_shows_what_is_finished_meanwhile(archive: Archive, opened: Callable) -> None:
    """Also by files whose times are older than the room: a rename keeps them."""
    *_, last = sorted(archive.places.output.glob("qc-*.jsonl"))
    growing = last.with_name(f"{last.name}.open")
    last.rename(growing)

    async def visit(get: Callable[[str], Awaitable[str]]) -> None:
        before = count(await get("/"))
        growing.rename(last)
        pages = await asyncio.gather(*(get("/") for _ in range(4)))
        assert before < 6
        assert [count(page) for page in pages] == [6] * 4
        last.rename(growing)
        assert count(await get("/")) == before

    assert opened(visit).code == 0


def test_an_open_room_that_cannot_be_made_anew_stays_as_it_was(
    archive: Archive, opened: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    torn = archive.places.output / "qc-20300101000000-1.jsonl"

    async def visit(get: Callable[[str], Awaitable[str]]) -> None:
        torn.write_bytes(b'{"id": "qc:n:1"')
        assert [count(await get("/")) for _ in range(3)] == [6, 6, 6]
        torn.unlink()
        assert count(await get("/")) == 6

    assert opened(visit).code == 0
    said = [r.getMessage() for r in caplog.records if "stays as it was" in r.getMessage()]
    assert len(said) == 1
    assert torn.name in said[0]


def test_who_asks_while_a_long_making_goes_on_gets_the_old_room(
    archive: Archive, opened: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 0.0)
    *_, last = sorted(archive.places.output.glob("qc-*.jsonl"))
    growing = last.with_name(f"{last.name}.open")
    last.rename(growing)

    async def visit(get: Callable[[str], Awaitable[str]]) -> None:
        before = count(await get("/"))
        growing.rename(last)
        assert count(await get("/")) == before
        for _ in range(1000):
            if count(await get("/")) == 6:
                return
            await asyncio.sleep(0.01)
        pytest.fail("never made anew")

    assert opened(visit).code == 0


def test_what_is_known_is_told_as_of_now(archive: Archive, opened: Callable) -> None:
    from huffarchive.editions.huffpost_qc import HUFFPOST_QC
    from huffarchive.ledger.ledger import Ledger
    from tests.verify.records import URL

    def known(page: str) -> int:
        found = re.search(r"Of (\d+) pages of articles known", page)
        assert found
        return int(found[1])

    async def visit(get: Callable[[str], Awaitable[str]]) -> None:
        before = known(await get("/"))
        ledger = Ledger.open(archive.places.ledger, HUFFPOST_QC)
        with ledger.transaction():
            ledger.pages.want([URL.format(9_999)], "list")
        ledger.close()
        assert known(await get("/")) == before + 1

    assert opened(visit).code == 0


def test_what_a_recrawl_wants_again_is_saved(archive: Archive, opened: Callable) -> None:
    def saved(page: str) -> str:
        found = re.search(r"Of \d+ pages of articles known, \d+ (?:is|are) saved \([^)]+\)", page)
        assert found
        return found[0]

    async def visit(get: Callable[[str], Awaitable[str]]) -> None:
        before = saved(await get("/"))
        with closing(sqlite3.connect(archive.places.ledger)) as ledger, ledger:
            change = "UPDATE page SET state = 'wanted', reason = NULL WHERE state = 'captured'"
            assert ledger.execute(change).rowcount > 0
        assert saved(await get("/")) == before

    assert opened(visit).code == 0
