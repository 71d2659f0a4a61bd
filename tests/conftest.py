"""How hypothesis finds its examples.

By default the same ones every time, so that the suite answers alike on every run. With
HYPOTHESIS_PROFILE=ci, as `.ci/run` sets it, new ones each time, and four times as many (twice
as many where a test says how many: `tests.kit.examples`).
"""

import gc
import os
import time
from collections.abc import Generator, Iterator

import pytest
import scrapy.core.downloader.contextfactory  # noqa: F401 - it looks at each module that is there
from hypothesis import settings

from tests.kit.command import stop_server

settings.register_profile(
    "default", derandomize=True, deadline=None, database=None, max_examples=50
)
settings.register_profile(
    "ci", derandomize=False, deadline=None, database=None, max_examples=200, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end: the garbage collector need not look at it."""
    gc.disable()
    result = yield
    gc.freeze()
    gc.enable()
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: one more than there are cores, as there are tests that wait for another process."""
    wanted = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    return int(wanted) if wanted else len(os.sched_getaffinity(0)) + 1


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's time zone is UTC: what is shown in local time is the same everywhere."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def pytest_unconfigure() -> None:
    stop_server()
