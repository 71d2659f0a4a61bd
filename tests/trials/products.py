"""Products: every command that writes one, killed at random and started twice at once.

An archive of the sample site is crawled in part, and each command makes its product of it; the crawl
is completed, and each command is to replace its product by the new one. Killed by `kill -9` at a
random moment, it must leave the old product or the new one, whole; the same command again must make
the new one and leave nothing else. Of two at one name each that ends with 0 must have left the new
product whole, and the other must say so (2).
"""

import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "export csv": "x.csv",
    "export jsonl": "x.jsonl.gz",
    "export sqlite": "x.sqlite",
    "export parquet": "x.parquet",
    "export parquet --by-year": "years",
    "export huggingface": "hub",
    "wacz": "x.wacz",
    "wacz --size 0.001": "parts.wacz",
    "report": "x.html",
    "links": "links.jsonl",
    "extract": "records.jsonl",
    "extract /": "outputs",
    "schema": "schema.json",
}
_MADE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5}|[^<>]*\(UTC\)")
"""What a report says of the time."""


class Rig:
    """An archive that grows, and the products made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = folder / "made"
        self.made.mkdir()

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
        done = subprocess.run(
            self._scrapy("crawl", "huffpost_qc", "-a", "source=sample", *more),
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode not in (0, 5):
            raise RuntimeError(done.stderr[-500:])

    def _scrapy(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "scrapy.cmdline", *args, *self.options]

    def command(self, name: str) -> list[str]:
        """A command as it is typed."""
        words, target = name.split(), str(self.made / COMMANDS[name])
        about = [] if words[0] == "schema" else ["qc-sample"]
        if words[0] == "extract":
            about = sorted(map(str, (self.folder / "warc" / "qc-sample").glob("*.warc.gz")))
            target += "/" if words[1:] else ""
            words = words[:1]
        return self._scrapy(*words, *about, "-o", target, "--replace")

    def start(self, name: str) -> subprocess.Popen[str]:
        """Start a command, in a process group of its own."""
        return subprocess.Popen(
            self.command(name), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
        )  # fmt: skip

    def product(self) -> dict[str, str]:
        """Digests of the products that are there, our hidden names left out."""
        found = {}
        for path in sorted(self.made.rglob("*")):
            name = path.relative_to(self.made)
            if path.is_file() and not name.parts[0].startswith(".huffarchive-"):
                if any(part.startswith(".huffarchive-") for part in name.parts):
                    continue
                data = path.read_bytes()
                if path.suffix == ".html":
                    data = _MADE.sub(b"", data)
                found[str(name)] = hashlib.sha256(data).hexdigest()
        return found

    def put(self, saved: Path) -> None:
        """Have the products be as they were saved."""
        shutil.rmtree(self.made)
        shutil.copytree(saved, self.made)


def fits(name: str, found: dict[str, str], old: dict[str, str], new: dict[str, str]) -> bool:
    """Whether what is there is the old product or the new one.

    A folder of outputs grows by one whole output after the other.
    """
    if name == "extract /":
        return all(
            digest in (old.get(path), new.get(path))
            for path, digest in found.items()
            if path.endswith(".jsonl")
        )
    return found in (old, new)


def trial(rig: Rig, name: str, old: Path, kills: int, twice: int, random: Random) -> list[str]:
    """All that was wrong."""
    wrong: list[str] = []
    rig.put(old)
    before = rig.product()
    began = time.monotonic()
    process = rig.start(name)
    _, said = process.communicate()
    took = time.monotonic() - began
    if process.returncode:
        return [f"{name}: {process.returncode}: {said[-300:]}"]
    new = rig.product()
    met = 0
    for number in range(kills):
        rig.put(old)
        process = rig.start(name)
        try:
            # Most of a command's time is its start: the second half is what matters.
            process.communicate(timeout=took * random.uniform(0.4, 1.05))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            met += 1
        if not fits(name, rig.product(), before, new):
            wrong.append(f"{name}: kill {number}: neither the old product nor the new")
        again = rig.start(name)
        _, said = again.communicate()
        left = [path.name for path in rig.made.rglob(".huffarchive-*")]
        if again.returncode or rig.product() != new or left:
            wrong.append(f"{name}: kill {number}, again: {again.returncode} {left} {said[-200:]}")
    waits = 0
    for number in range(twice):
        rig.put(old)
        pair = [rig.start(name), rig.start(name)]
        codes = []
        for process in pair:
            process.communicate()
            codes.append(process.returncode)
        waits += 2 in codes
        if sorted(codes) not in ([0, 0], [0, 2]) or rig.product() != new:
            wrong.append(
                f"{name}: twice {number}: {codes}, the new product: {rig.product() == new}"
            )
    print(
        f"{name}: {met} of {kills} killed in its {took:.1f} s, {twice} times twice at once "
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
    with TemporaryDirectory(prefix="products-") as name:
        rig = Rig(Path(name))
        rig.crawl("-a", f"limit={options.limit}")
        chosen = options.commands or list(COMMANDS)
        for command in chosen:
            done = subprocess.run(rig.command(command), cwd=ROOT, capture_output=True, check=False)
            if done.returncode:
                print(f"{command}: {done.stderr.decode()[-300:]}")
                return 1
        rig.crawl()
        olds = {}
        for command in chosen:
            # Each by itself: only its own product is in the folder.
            folder = olds[command] = (
                Path(name) / "old" / command.replace(" ", "_").replace("/", "_")
            )
            folder.mkdir(parents=True)
            stem = COMMANDS[command].partition(".")[0]
            for path in rig.made.iterdir():
                if re.fullmatch(rf"{stem}(-[0-9]+)?(\..*)?", path.name):
                    (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / path.name)
        for command in chosen:
            random = Random(options.seed)
            wrong += trial(rig, command, olds[command], options.kills, options.twice, random)
    for line in wrong[:20]:
        print(f"  {line}")
    print(f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
