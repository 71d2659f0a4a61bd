import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest


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
        script = str(Path(__file__).parent / "crawl.py")
        done = subprocess.run(
            [sys.executable, script, json.dumps(wanted)],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert done.returncode == 0, done.stderr
        return {**json.loads(done.stdout.splitlines()[-1]), "log": done.stderr}

    return run
