"""Breaks ten promises, one after the other, and says which test of the README's command caught each.

`python .ci/promises.py [number…]`. Each is a few characters of the source, changed in a copy of the tree;
a text that is no longer there is an error. The near tests must pass before anything is broken, and with it
one must fail. Ends with 0 when all were caught.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Break:
    """A promise, the text that keeps it, what is put in its place, and the tests that are near."""

    promise: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


BREAKS = [
    Break(
        "1 nothing without evidence: the bytes as they crossed the wire",
        "huffarchive/download/tap.py",
        "            attempt.response += data\n",
        '            attempt.response += data.replace(b"Content-", b"content-")\n',
        ("tests/download/test_wire.py",),
    ),
    Break(
        "2 the JSONL is a function of the WARC",
        "huffarchive/archive/store_visit.py",
        "    return extract.article(capture, visit.task.key, text, edition)\n",
        "    from dataclasses import replace\n"
        "    found = extract.article(capture, visit.task.key, text, edition)\n"
        '    return replace(found, captured_at="2026-01-01T00:00:00+00:00")\n',
        ("tests/e2e/test_revisits.py::test_the_jsonl_is_what_extract_gives",),
    ),
    Break(
        "3 killed at any moment, nothing is doubled or torn",
        "huffarchive/archive/crash_repair.py",
        "    disk.truncate(path, length)\n",
        "",
        ("tests/archive/test_archive.py",),
    ),
    Break(
        "4 every wanted page ends in a state",
        "huffarchive/crawl/errors.py",
        "        exception.__traceback__ = None\n        self._lost(item, response)\n",
        "        exception.__traceback__ = None\n",
        ("tests/e2e/test_net.py",),
    ),
    Break(
        "5 exit status 0 means that nothing is left",
        "huffarchive/crawl/run.py",
        "            return Exit.FAILURES\n",
        "            return Exit.DONE\n",
        ("tests/e2e/test_bad_hour.py::test_what_is_said_again_a_day_later_is_settled",),
    ),
    Break(
        "6 polite: the Crawl-delay of robots.txt",
        "huffarchive/politeness/middleware.py",
        "rules.crawl_delay or 0.0)",
        "0.0)",
        ("tests/politeness/test_crawl.py::test_crawl_delay_is_the_delay_of_its_host",),
    ),
    Break(
        "7 a page cannot hurt the machine: its redirects end",
        "huffarchive/outcome.py",
        "    if hops >= MAX_HOPS or address.url == url:\n",
        "    if address.url == url:\n",
        ("tests/test_outcome.py",),
    ),
    Break(
        "8 no private address is asked",
        "huffarchive/download/endpoint.py",
        "        ip.is_global\n        and not ip.is_multicast",
        "        not ip.is_multicast",
        ("tests/download/test_endpoint.py", "tests/download/test_address.py"),
    ),
    Break(
        "9 a page's words reach no terminal as they are",
        "huffarchive/workers/job.py",
        """    return "".join(c if c.isprintable() else " " for c in text[:300])\n""",
        "    return text[:300]\n",
        ("tests/workers/test_workers.py::test_a_hostile_page_costs_one_page[raise-reader_failed]",),
    ),
    Break(
        "10 what changed is kept beside what was",
        "huffarchive/warc/writer.py",
        "    elif message.status == 200 and payload_sha1 and payload_sha1 == earlier.payload_sha1:\n",
        "    elif message.status == 200 and payload_sha1:\n",
        (
            "tests/e2e/test_revisits.py::test_a_changed_article_is_a_new_record_and_the_old_one_stays",
        ),
    ),
]


def near(tree: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Run some tests in a tree: pytest's status and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def caught(tree: Path, broken: Break) -> str | None:
    """The test that failed with it; None when none did. RuntimeError where nothing can be said."""
    path = tree / broken.file
    whole = path.read_text("utf-8")
    if whole.count(broken.old) != 1:
        raise RuntimeError(f"{broken.file} holds {whole.count(broken.old)} times: {broken.old!r}")
    path.write_text(whole.replace(broken.old, broken.new), "utf-8")
    try:
        status, said = near(tree, broken.tests)
    finally:
        path.write_text(whole, "utf-8")
    if status == 0:
        return None
    failed = re.findall(r"^FAILED (\S+)", said, re.MULTILINE)
    if status != 1 or not failed:
        raise RuntimeError(f"no test failed, but pytest ended with {status}:\n{said}")
    return failed[0]


def main(numbers: list[str]) -> int:
    """Break each, and say what became of it."""
    chosen = [broken for broken in BREAKS if not numbers or broken.promise.split()[0] in numbers]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, tree / name)
        status, said = near(tree, tuple(dict.fromkeys(t for b in chosen for t in b.tests)))
        if status:
            print(said, "before anything was broken", sep="\n")
            return 1
        missed = 0
        for broken in chosen:
            test = caught(tree, broken)
            missed += test is None
            print(f"{broken.promise}: {test or 'NOT CAUGHT'}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} caught")
    return 1 if missed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
