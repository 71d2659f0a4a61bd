"""Products: every command that writes one, killed at random and started twice at once.

An archive of the sample site is crawled in part, and each command makes its product of it; the crawl
is completed, and each command is to replace its product by the new one. Killed by `kill -9` at a
random moment, it must leave the old product or the new one, whole; the same command again must make
the new one and leave nothing else. Of two at one name each that ends with 0 must have left the new
product whole, and the other must say so (2). The commands are forks of a process that has imported
them (`tests/kit/command.py`), so that the moments fall into their work and not into their start.
"""

import argparse
import hashlib
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.kit.command import ROOT, Started


@dataclass(frozen=True)
class Made:
    """What a command makes."""

    target: str | None
    """The name behind -o, in a folder of the command's own; None: the place that it has itself."""
    files: str = "**/*"
    """Its files, as a pattern: of that folder, or of the folder of the archive."""
    replaces: bool = True
    """Whether it may replace an earlier one; else that is refused (2)."""


COMMANDS = {
    "export csv": Made("x.csv"),
    "export csv --spreadsheet": Made("x.csv"),
    "export csv .gz": Made("x.csv.gz"),
    "export jsonl": Made("x.jsonl"),
    "export jsonl .gz": Made("x.jsonl.gz"),
    "export sqlite": Made("x.sqlite"),
    "export parquet": Made("x.parquet"),
    "export parquet --by-year": Made("years"),
    "export huggingface": Made("hub"),
    "wacz": Made("x.wacz"),
    "wacz --size 0.001": Made("parts.wacz"),
    "wacz .": Made(None, "output/qc-sample/*.wacz"),
    "wacz --index": Made(None, "warc/qc-sample/*.cdxj"),
    "report": Made("x.html"),
    "report .": Made(None, "output/qc-sample/report.html"),
    "links": Made("links.jsonl"),
    "extract": Made("records.jsonl"),
    "extract /": Made("outputs/"),
    "sample": Made("page", replaces=False),
    "schema": Made("schema.json"),
}
_MADE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5}|[^<>]*\(UTC\)")
"""What a report says of the time."""


class Rig:
    """An archive that grows, and the products made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def options(self) -> list[str]:
        """Settings that store below the folder."""
        return [
            "-s", f"HUFFARCHIVE_WARC_DIR={self.folder}/warc",
            "-s", f"HUFFARCHIVE_OUTPUT_DIR={self.folder}/output",
            "-s", f"HUFFARCHIVE_CACHE_DIR={self.folder}/cache",
        ]  # fmt: skip

    def crawl(self, *more: str) -> None:
        """Crawl the sample."""
        words = ("crawl", "huffpost_qc", "-a", "source=sample", *more, *self.options)
        done = subprocess.run(
            [sys.executable, "-m", "scrapy.cmdline", *words],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode not in (0, 5):
            raise RuntimeError(done.stderr[-500:])

    def made(self, name: str) -> Path:
        """The folder in which a command's product is looked for."""
        if COMMANDS[name].target is None:
            return self.folder
        return self.folder / "made" / re.sub(r"\W+", "-", name)

    def command(self, name: str) -> list[str]:
        """A command as it is typed."""
        words = [word for word in name.split() if word[0] not in "./"]
        warcs = sorted(map(str, (self.folder / "warc" / "qc-sample").glob("*.warc.gz")))
        about = {"schema": [], "extract": warcs, "sample": [f"{warcs[0]}:{self._offset()}"]}
        words += about.get(words[0], ["qc-sample"])
        if (target := COMMANDS[name].target) is not None:
            folder = self.made(name)
            folder.mkdir(parents=True, exist_ok=True)
            words += ["-o", f"{folder}/{target}"]
            words += ["--replace"] if COMMANDS[name].replaces else []
        return ["-m", "scrapy.cmdline", *words, *self.options]

    def _offset(self) -> int:
        """Where the capture of the first record of the first file stands."""
        first = min((self.folder / "output" / "qc-sample").glob("qc-sample-*.jsonl"))
        found = re.search(rb'"warc_offset":([0-9]+)', first.read_bytes())
        assert found is not None
        return int(found[1])

    def start(self, name: str) -> Started:
        """Start a command, in a process group of its own."""
        return Started(*self.command(name), alone=True)

    def paths(self, name: str) -> list[Path]:
        """The files of a product, our hidden names left out."""
        folder = self.made(name)
        return [
            path
            for path in sorted(folder.glob(COMMANDS[name].files))
            if path.is_file() and ".huffarchive-" not in str(path)
        ]

    def left(self, name: str) -> list[str]:
        """What is left under our hidden names."""
        return [path.name for path in self.made(name).rglob(".huffarchive-*")]

    def product(self, name: str) -> dict[str, str]:
        """Digests of the files of a product."""
        found = {}
        for path in self.paths(name):
            data = path.read_bytes()
            if path.suffix == ".html":
                data = _MADE.sub(b"", data)
            found[str(path.relative_to(self.made(name)))] = hashlib.sha256(data).hexdigest()
        return found

    def save(self, name: str) -> dict[Path, bytes]:
        """The files of a product."""
        return {path: path.read_bytes() for path in self.paths(name)}

    def put(self, name: str, saved: dict[Path, bytes]) -> None:
        """Have the product be as it was saved."""
        if COMMANDS[name].target is None:
            for path in self.paths(name):
                path.unlink()
        else:
            shutil.rmtree(self.made(name), ignore_errors=True)
            self.made(name).mkdir(parents=True)
        for path, data in saved.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def fits(name: str, found: dict[str, str], old: dict[str, str], new: dict[str, str]) -> bool:
    """Whether what is there is the old product or the new one.

    A folder of outputs grows by one whole output after the other, and so do indexes.
    """
    if name in ("extract /", "wacz --index"):
        return all(
            digest in (old.get(path), new.get(path))
            for path, digest in found.items()
            if not path.endswith(".done")
        )
    return found in (old, new)


def trial(
    rig: Rig, name: str, old: dict[Path, bytes], kills: int, twice: int, random: Random
) -> list[str]:
    """All that was wrong."""
    wrong: list[str] = []
    rig.put(name, old)
    before = rig.product(name)
    began = time.monotonic()
    done = rig.start(name).end()
    took = time.monotonic() - began
    if done.code:
        return [f"{name}: {done.code}: {done.err[-300:]}"]
    new = rig.product(name)
    if new == before:
        return [f"{name}: the new product is the old one"]
    met = 0
    for number in range(kills):
        rig.put(name, old)
        process = rig.start(name)
        time.sleep(took * random.uniform(0, 1.05))
        met += process.send(signal.SIGKILL)
        process.end()
        found = rig.product(name)
        if not fits(name, found, before, new):
            wrong.append(f"{name}: kill {number}: neither the old product nor the new: {found}")
        done = rig.start(name).end()
        whole = found == new and not COMMANDS[name].replaces and done.code == 2
        if (done.code and not whole) or rig.product(name) != new or rig.left(name):
            wrong.append(f"{name}: kill {number}, again: {rig.left(name)} {done}")
    waits = 0
    for number in range(twice):
        rig.put(name, old)
        pair = [rig.start(name), rig.start(name)]
        codes = [process.end().code for process in pair]
        waits += 2 in codes
        if sorted(codes) not in ([0, 0], [0, 2]) or rig.product(name) != new:
            made = rig.product(name) == new
            wrong.append(f"{name}: twice {number}: {codes}, the new product: {made}")
    print(
        f"{name}: {met} of {kills} killed in its {took:.2f} s, {twice} times twice at once "
        f"({waits} times the second was refused): {len(wrong)} wrong",
        flush=True,
    )
    return wrong


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.products", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="default 50")
    parser.add_argument("--twice", type=int, default=20, metavar="N", help="default 20")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=250, help="pages of the old archive")
    parser.add_argument("commands", nargs="*", help=f"default all: {', '.join(COMMANDS)}")
    options = parser.parse_args()
    wrong: list[str] = []
    with TemporaryDirectory(prefix="products-") as folder:
        rig = Rig(Path(folder))
        rig.crawl("-a", f"limit={options.limit}")
        chosen = options.commands or list(COMMANDS)
        olds: dict[str, dict[Path, bytes]] = {}
        for command in chosen:
            # These are the same of both (the sample has no links): the old state is none.
            if command not in ("wacz --index", "links", "sample", "schema"):
                done = rig.start(command).end()
                if done.code:
                    print(f"{command}: {done}")
                    return 1
            olds[command] = rig.save(command)
        rig.crawl()
        for command in chosen:
            random = Random(options.seed)
            wrong += trial(rig, command, olds[command], options.kills, options.twice, random)
    for line in wrong[:20]:
        print(f"  {line}")
    print(f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
