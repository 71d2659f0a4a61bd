import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.kit.clock import Clock
from tests.kit.command import python


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Run a real Scrapy crawl over URLs; what became of each page, and the log's text."""

    def run(urls: list[str], *, scope: list[str] | None = None, **wanted: Any) -> dict[str, Any]:
        wanted["urls"] = urls
        wanted.setdefault("allowed", sorted({urlsplit(url).netloc for url in urls}))
        wanted["scope"] = scope or ["http://127.0.0.1:"]
        wanted["settings"] = {
            "HUFFARCHIVE_CACHE_DIR": str(tmp_path / "cache"),
            **wanted.get("settings", {}),
        }
        done = python(str(Path(__file__).parent / "crawl.py"), json.dumps(wanted))
        assert done.code == 0, done.err
        return {**json.loads(done.out.splitlines()[-1]), "log": done.err}

    return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the pace, which nobody needs to wait for."""
    clock = Clock()
    monkeypatch.setattr("huffarchive.politeness.host_state.time", clock)
    return clock
