"""Runs the recipes of the docs as they are printed: `python -m docs.recipes`.

A recipe is a section of one of PAGES. Its blocks of `sh` and `python` run in order in a folder that
the section "Prepare" has filled; what a block prints must equal the `text` block below it. A block
`sh server` runs until the section ends, on a free port. `<!-- needs: jq -->` names the commands and
modules without which a section is left out. With --write, results that differ are written anew.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from subprocess import Popen
from typing import IO

DOCS = Path(__file__).parent
PAGES = (DOCS / "recipes.md", DOCS / "rights-and-citing.md")
PREPARE = "Prepare"
CHANGING = re.compile(
    r"127\.0\.0\.1:\d+"  # the port
    r"|20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)"  # moment of capture; the articles' are not in UTC
    r"|(?<=captured )(?:[\d-]{10}|\d+ \w+ \d{4})|(?<=urldate = {)[\d-]{10}|(?<=\"accessed\": {)[^}]*"  # its day
    r"|(?<=/)\d{14}"  # the same, in the address of a replay
    r"|qc-sample-\d{14}-\d{5}"  # name of the WARC file
    r"|(?<=offset )\d+|(?<=length )\d+"  # place in it
    r"|urn:uuid:[0-9a-f-]{36}|[0-9a-f]{64}"  # record id, digests
)
"""What differs from one crawl of the sample to the next."""
_BLOCK = re.compile(
    r"^```(?P<kind>sh|python)(?P<server> server)?\n(?P<code>.*?)^```\n"
    r"(?:\n```text\n(?P<result>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_PORT = re.compile(r"(?:-p|--port) (\d+)")
_SECONDS = 250


class RecipeError(Exception):
    """A block did not run."""


@dataclass(frozen=True)
class Block:
    """A block of code: `result` is what the docs say that it prints, None where they say nothing."""

    kind: str
    server: bool
    code: str
    result: str | None
    place: tuple[int, int]
    """Where the result stands in the page."""


@dataclass(frozen=True)
class Stale:
    """A result that is no more what the docs say."""

    said: str
    found: str
    place: tuple[int, int]


@dataclass(frozen=True)
class Recipe:
    """A section of a page."""

    page: Path
    title: str
    needs: tuple[str, ...]
    blocks: tuple[Block, ...]

    def missing(self) -> list[str]:
        """What it needs and is not installed."""
        path = _environment(DOCS)["PATH"]
        return [n for n in self.needs if not (shutil.which(n, path=path) or find_spec(n))]

    def run(self, folder: Path) -> list[Stale]:
        """The results that differ from the docs'."""
        stale = []
        with ExitStack() as servers:
            ports: dict[str, str] = {}
            for block in self.blocks:
                code = block.code
                if block.server:
                    port = ports[_PORT.findall(code)[0]] = free_port()
                for printed, free in ports.items():
                    code = re.sub(rf"\b{printed}\b", free, code)
                if block.server:
                    servers.enter_context(serving(code, port, folder))
                    continue
                found = _output(block.kind, code, folder)
                if block.result is not None and not same(block.result, found):
                    stale.append(Stale(block.result, found, block.place))
        return stale


def same(one: str, other: str) -> bool:
    """Whether two results are equal but for what differs from run to run."""
    return CHANGING.sub("…", one) == CHANGING.sub("…", other)


def recipes(page: Path) -> list[Recipe]:
    """The sections of a page that hold code to run."""
    text, found = page.read_text("utf-8"), []
    heads = [m.end() for m in re.finditer(r"^##+ ", text, re.MULTILINE)]
    for start, end in pairwise([*heads, len(text)]):
        blocks = tuple(
            Block(m["kind"], bool(m["server"]), m["code"], m["result"], m.span("result"))
            for m in _BLOCK.finditer(text, start, end)
        )
        needs = re.findall(r"<!-- needs: (.*?) -->", text[start:end])
        if blocks:
            title = text[start:end].partition("\n")[0]
            found.append(Recipe(page, title, tuple(" ".join(needs).split()), blocks))
    return found


def prepare(folder: Path) -> list[str]:
    """Crawl the sample and export it, as the docs say; what is missing for it."""
    recipe = next(r for r in recipes(PAGES[0]) if r.title == PREPARE)
    if not (missing := recipe.missing()):
        shutil.copy(DOCS.parent / "scrapy.cfg", folder)
        recipe.run(folder)
    return missing


def _environment(folder: Path) -> dict[str, str]:
    """The path leads to this Python's commands first, and to pywb's own environment last."""
    path = [str(Path(sys.executable).parent), os.environ["PATH"], os.environ.get("PYWB", "")]
    return os.environ | {
        "PATH": ":".join(filter(None, path)),
        "HF_HOME": str(folder / "huggingface"),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",
    }


def _output(kind: str, code: str, folder: Path) -> str:
    with _started(kind, code, folder, subprocess.PIPE) as process:
        try:
            out, err = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise RecipeError(f"{code}\ndid not end in {_SECONDS} s") from None
    if process.returncode:
        raise RecipeError(f"{code}\nended with {process.returncode}:\n{out}{err}")
    return re.sub(r"[ \t]+$", "", out, flags=re.MULTILINE)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _started(kind: str, code: str, folder: Path, out: int | IO[str]) -> Iterator[Popen[str]]:
    """A block that runs, in a process group of its own, which ends here."""
    program = [sys.executable] if kind == "python" else ["bash", "-euo", "pipefail"]
    process = Popen(
        [*program, "-c", code], cwd=folder, env=_environment(folder), encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


@contextmanager
def serving(code: str, port: str, folder: Path) -> Iterator[None]:
    """A server that listens."""
    with (folder / "server.log").open("w+") as log, _started("sh", code, folder, log) as process:
        deadline = time.monotonic() + _SECONDS
        while not _listens(int(port)):
            if process.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RecipeError(f"{code}\ndoes not answer:\n{log.read()}")
            time.sleep(0.1)
        yield


def write(page: Path, stale: list[Stale]) -> None:
    """Put what was printed in the place of what the page says."""
    text = page.read_text("utf-8")
    for one in sorted(stale, key=lambda one: one.place, reverse=True):
        start, end = one.place
        text = text[:start] + one.found + text[end:]
    page.write_text(text, "utf-8")


def main() -> int:
    """Run all; say which results are stale, and with --write replace them."""
    status, keep = 0, "--write" not in sys.argv
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if missing := prepare(folder):
            print(f"nothing can run without {', '.join(missing)}: pip install -e '.[recipes]'")
            return 2
        for page in PAGES:
            stale = []
            for recipe in (r for r in recipes(page) if r.title != PREPARE):
                if missing := recipe.missing():
                    print(f"{page.name}, {recipe.title}: left out, it needs {', '.join(missing)}")
                elif found := recipe.run(folder):
                    print(f"{page.name}, {recipe.title}: stale")
                    stale += found
            if stale and keep:
                status = 1
            elif stale:
                write(page, stale)
    return status


if __name__ == "__main__":
    sys.exit(main())
