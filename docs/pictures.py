"""Makes the pictures of the READMEs again: `python -m docs.pictures [FOLDER]`.

It crawls the sample site, writes its report, opens its reading room, and photographs both in French
and in English with Chromium, without a network. Needs `chromium` and `pip install -e '.[all]'`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.recipes import free_port, serving

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs/pictures"
REPORT, ROOM = (1000, 1120), (1120, 850)
"""Width and height of the windows."""
MOST = 150_000
"""Bytes of a picture."""
SEARCH = "?q=neige"


def main(folder: Path = PICTURES) -> None:
    """Make all pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        shutil.copy(ROOT / "scrapy.cfg", project)
        scrapy(project, "crawl", "huffpost_qc", "-a", "source=sample")
        for lang in ("en", "fr"):
            report = project / f"report.{lang}.html"
            scrapy(project, "report", "qc-sample", "--lang", lang, "-o", str(report))
            photograph(chromium, report.as_uri(), folder / f"report.{lang}.png", REPORT)
            port = free_port()
            command = f"scrapy browse qc-sample --lang {lang} --port {port}"
            with serving(command, port, project):
                address = f"http://127.0.0.1:{port}/{SEARCH}"
                photograph(chromium, address, folder / f"room.{lang}.png", ROOM)


def scrapy(project: Path, *args: str) -> None:
    """Run a command in the project."""
    subprocess.run(
        [sys.executable, "-m", "scrapy.cmdline", *args, "-L", "WARNING"], cwd=project, check=True
    )


def photograph(chromium: str, address: str, picture: Path, size: tuple[int, int]) -> None:
    """Save what a window shows at an address."""
    picture.parent.mkdir(exist_ok=True)
    subprocess.run(
        [
            chromium, "--headless", "--disable-gpu", "--hide-scrollbars",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            f"--window-size={size[0]},{size[1]}", f"--screenshot={picture}", address,
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    if (taken := picture.stat().st_size) > MOST:
        sys.exit(f"{picture}: {taken:,} bytes, {MOST:,} at most: take a smaller window")
    print(f"{picture.name}: {taken:,} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
