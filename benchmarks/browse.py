"""Time of whole pages of the reading room, and its peak memory, at 100,000 articles.

Run from the project's folder: `python benchmarks/browse.py [articles] [folder]`. The archive, of
invented articles, is made in the folder and used again when it is there; without a folder it is
thrown away. `scrapy browse` runs as its own process and is asked by HTTP, a new connection for each
page. The first time a search is asked, and then again: what words find is kept. Last, MIXED
searches as they come: each asked once, of one to three words as often as the texts have them, every
second one with a year. What it prints is in docs/browse.md.
"""

import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measured import load
from tests.exports import synthetic

TIMES = 15
MIXED = 200
ASKED = (
    ("the front page", {}),
    ("its page 4,000", {"page": "4000"}),
    ("a rare word", {"q": "ditrangra"}),
    ("a word", {"q": "baneuneu"}),
    ("a common word", {"q": "badigra"}),
    ("a word of every article", {"q": "québec"}),
    ("its page 4,000", {"q": "québec", "page": "4000"}),
    ("seven words of every article", {"q": "québec forêt ville le la un ministre"}),
    ("and a rare one", {"q": "québec forêt ville le la un ministre ditrangra"}),
    ("a phrase of common words", {"q": '"gouvernement québec"'}),
    ("a rare phrase", {"q": '"badigra gouvernement baneuneu"'}),
    ("beginnings", {"q": "b*"}),
    ("", {"q": "ba*"}),
    ("", {"q": "fofo*"}),
    ("", {"q": "bane*"}),
    ("", {"q": "b* ditrangra"}),
    ("a year", {"year": "2013"}),
    ("an author", {"author": synthetic.AUTHORS[0]}),
    ("a year and an agency", {"year": "2014", "agency": "AFP"}),
    ("a word and a year", {"q": "badigra", "year": "2013"}),
    ("a word, month, agency", {"q": "québec", "year": "2014", "month": "2014-05", "agency": "AFP"}),
    ("nothing", {"q": "absent"}),
)


def archive(folder: Path, count: int) -> Path:
    """An output folder with `count` articles, one in a hundred in two versions.

    Beyond 100,000 the texts are those of the first 100,000 under other ids.
    """
    output = folder / "output"
    if not (output / "qc").exists():
        growing = folder / "growing"
        growing.mkdir(parents=True)
        written = min(count, 100_000)
        for path in synthetic.write(growing, written, written // 100, files=4):
            for again in range(1, count // written):
                copy = path.with_name(f"{path.stem}{again}.jsonl")
                with path.open("rb") as lines, copy.open("wb") as copied:
                    copied.writelines(
                        line.replace(b'"qc:n:', b'"qc:n:9%d00000' % again, 1) for line in lines
                    )
        output.mkdir()
        growing.rename(output / "qc")
    return output


@contextmanager
def room(output: Path):
    """A running `scrapy browse`: (its address, its process id)."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "scrapy.cmdline", "browse", "qc", "--port", str(port),
         "-s", f"HUFFARCHIVE_OUTPUT_DIR={output}", "-s", f"HUFFARCHIVE_WARC_DIR={output}"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while server.poll() is None:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/", server.pid
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def peak(pid: int) -> float:
    """The most memory that a process has held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e6


def cpu(pid: int) -> float:
    """Milliseconds of CPU that a process has used."""
    return time.clock_gettime(~pid << 3 | 2) * 1000  # as clock_getcpuclockid() makes it


def asked(base: str, pid: int, arguments: dict[str, str]) -> tuple[tuple[float, float], str]:
    """(milliseconds of the server's CPU, and in all), and the page."""
    began, used = time.perf_counter(), cpu(pid)
    with urllib.request.urlopen(f"{base}?{urlencode(arguments)}", timeout=60) as answer:
        page = answer.read().decode()
    return (cpu(pid) - used, (time.perf_counter() - began) * 1000), page


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        output = archive(Path(sys.argv[2] if len(sys.argv) > 2 else name).resolve(), count)
        database = output / "qc" / "room.sqlite3"
        jsonl = sum(path.stat().st_size for path in (output / "qc").glob("*.jsonl"))
        if not database.exists():
            began = time.perf_counter()
            with room(output) as (_, pid):
                taken, used, held = time.perf_counter() - began, cpu(pid) / 1000, peak(pid)
            print(f"making the room: {taken:.0f} s, {used:.0f} s of CPU, peak {held:.0f} MB")
        began = time.perf_counter()
        with room(output) as (base, pid):
            print(f"opening it: {time.perf_counter() - began:.1f} s; {load()}")
            size = database.stat().st_size / 1e6
            print(
                f"{count:,} articles, {jsonl / 1e6:,.0f} MB of JSONL, room.sqlite3 {size:,.0f} MB\n"
            )
            print("| asked | | found | first: of CPU, ms | in all | again: of CPU, ms | in all |")
            print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
            for label, arguments in ASKED:
                first, page = asked(base, pid, arguments)
                again = [asked(base, pid, arguments)[0] for _ in range(TIMES)]
                found = re.search(
                    r'role="status">(?:(?:.* sur )?([\d\u00a0]+) article|Rien|Trop)', page
                )
                assert found, page
                shown = " ".join(v for k, v in arguments.items() if k != "page")
                total = int(re.sub(r"\D", "", found[1] or "0"))
                print(f"| {label} | {f'`{shown}`' if shown else ''} | {total:,} "
                      f"| {first[0]:.0f} | {first[1]:.0f} | {statistics.mean(c for c, _ in again):.0f} "
                      f"| {statistics.median(w for _, w in again):.0f} |", flush=True)  # fmt: skip
        with room(output) as (base, pid):
            chance, taken = random.Random(1), []
            for number in range(MIXED):
                words = " ".join(synthetic.words(chance, chance.randint(1, 3)))
                year = {"year": str(chance.randint(2012, 2021))} if number % 2 else {}
                taken.append(asked(base, pid, {"q": words} | year)[0])
            for at, what in enumerate(("of CPU", "in all")):
                times = sorted(each[at] for each in taken)
                print(f"{MIXED} searches as they come, {what}: median {times[MIXED // 2]:.0f} ms, "
                      f"95th percentile {times[MIXED * 95 // 100]:.0f}, worst {times[-1]:.0f}")  # fmt: skip
            print(f"server's peak {peak(pid):.0f} MB; {load()}")


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
