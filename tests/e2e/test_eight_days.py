"""Eight days of cron, with a moved clock: three pages always fail, the others are there."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from huffarchive.archive.status import archive_status
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.exits import Exit
from huffarchive.storage.paths import ArchivePaths
from tests.e2e.scripted import BASE, article, path
from tests.e2e.test_model import Run as ModelRun
from tests.e2e.virtual import Virtual
from tests.kit.command import ROOT

DAY = 86_400


class Days:
    """Runs of the real spider, each at a time of a clock that only these move."""

    def __init__(self, folder: Path, failing: set[int], pages: int = 6) -> None:
        self.folder, self.failing, self.pages = folder, failing, pages
        self.asked: Counter[int] = Counter()
        self.loop = Virtual()
        self.places = ArchivePaths(folder / "warc", folder / "output", "qc")

    def run(self, hour: float, **more: str) -> Exit:
        self.loop.now = 1000.0 + hour * 3600
        urls = [f"{BASE}{path(n)}" for n in range(self.pages)]
        run = _Run(self, urls, ["live"], recrawl=False, stop=None, late=0.0, **more)
        self.loop.run_until_complete(run.go())
        return run.spider.run.status

    def files(self) -> list[str]:
        folders = self.places.warc, self.places.output
        found = (p.name for f in folders for p in f.iterdir())
        return sorted(name for name in found if ".warc" in name or ".jsonl" in name)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Days]]:
    days: list[Days] = []

    def make(*args, **named) -> Days:
        days.append(Days(tmp_path, *args, **named))
        return days[-1]

    yield make
    for one in days:
        one.loop.close()


class _Run(ModelRun):
    def __init__(self, *args, retry: str | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if retry is not None:
            from huffarchive.outcome import State

            object.__setattr__(self.spider.job, "retry", (State(retry),))

    def model_answer(self, request):
        number = int(request.url.rpartition("_")[2])
        self.model.asked[number] += 1
        if number in self.model.failing:
            return 500, {}, b"no"
        return 200, {"Content-Type": "text/html; charset=utf-8"}, article(str(number)).body


def mails(folder: Path, statuses: list[int]) -> list[int]:
    """At which of the runs the line for cron printed something."""
    page = (ROOT / "docs/cron-and-systemd.md").read_text("utf-8")
    (line,) = re.findall(r"^17 \* \* \* \*  (.+)$", page, re.MULTILINE)
    (bin_ := folder / ".venv/bin").mkdir(parents=True)
    (folder / "log").mkdir()
    (bin_ / "scrapy").write_text('#!/bin/sh\necho summary\nexit "$(cat said)"\n')
    (bin_ / "scrapy").chmod(0o755)
    printed = []
    for number, status in enumerate(statuses):
        (folder / "said").write_text(f"{status}\n")
        done = subprocess.run(
            ["sh", "-c", line.replace("/srv/huffarchive", str(folder))],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout in ("", "summary\n"), done.stderr
        printed += [number] if done.stdout else []
    return printed


@pytest.mark.slow
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 24])
def test_three_pages_that_always_fail_are_one_mail_and_given_up(
    tmp_path: Path, made, every: int
) -> None:
    days = made({1, 3, 5})
    statuses = [days.run(hour) for hour in range(0, 8 * 24 + 1, every)]
    over = 7 * 24 // every
    assert statuses == [Exit.FAILURES] * over + [Exit.DONE] * (len(statuses) - over)
    assert mails(tmp_path / "cron", [*statuses[:4], Exit.LOCKED, *statuses[4:]]) == [0, over + 1]
    # The first run's pair of files, and none after it.
    assert len(days.files()) == 2
    assert len({name.partition(".")[0] for name in days.files()}) == 1
    assert days.asked == {0: 1, 2: 1, 4: 1} | dict.fromkeys((1, 3, 5), 5 * (over + 1))
    found = archive_status(days.places, HUFFPOST_QC)
    assert (found["counts"]["failed"], found["given_up"], found["state"]) == (3, 3, "done")
    assert found["next"].startswith("nothing;")
    left = sorted(days.places.reports.glob("*-left.jsonl"))[-1].read_text().splitlines()
    assert [json.loads(line)["given_up"] for line in left] == [True] * 3
    # They are asked for again where that is wanted, and come back.
    days.failing.clear()
    assert days.run(200) == Exit.DONE
    assert days.asked[1] == 5 * (over + 1)
    assert days.run(201, retry="failed") == Exit.DONE
    assert archive_status(days.places, HUFFPOST_QC)["counts"]["captured"] == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hours", "given_up"),
    [
        ([0, 1, 2, 3, 100, 167.9], False),  # five runs, but not over seven days
        ([0, 50, 100, 168.1], False),  # seven days, but not five runs
        ([0, 50, 100, 150, 168.1], True),
    ],
)
def test_when_a_page_is_given_up(made, hours: list[float], given_up: bool) -> None:
    days = made({0}, pages=1)
    statuses = [days.run(hour) for hour in hours]
    assert set(statuses[:-1]) == {Exit.FAILURES}
    assert statuses[-1] == (Exit.DONE if given_up else Exit.FAILURES)


def test_a_page_that_comes_back_begins_anew(made) -> None:
    days = made({0}, pages=2)
    assert [days.run(hour) for hour in (0, 50, 100)] == [Exit.FAILURES] * 3
    days.failing.clear()
    assert days.run(150) == Exit.DONE
    assert not archive_status(days.places, HUFFPOST_QC)["given_up"]
    assert len([name for name in days.files() if name.endswith(".jsonl")]) == 2


def test_what_is_given_up_is_known_after_a_recovery(tmp_path: Path, made) -> None:
    from huffarchive.archive.recover import rebuild
    from tests.kit.ledger_rows import pages

    days = made({0}, pages=2)
    for hour in (0, 50, 100, 150, 170):
        days.run(hour)
    before = pages(days.places.ledger)
    assert SimpleNamespace(**before["n:0"]).given_up == 1
    days.places.ledger.rename(tmp_path / "lost.sqlite3")
    rebuild(days.places, HUFFPOST_QC, 0, lambda _: None)
    assert pages(days.places.ledger) == before
    assert days.run(171) == Exit.DONE
