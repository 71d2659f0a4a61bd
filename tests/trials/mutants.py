"""Storage code with one fault each, all of which the trials must find.

`python -m tests.trials.mutants` spoils huffarchive's code in the children of a trial, one mutant after
the other, and runs the trial that ought to notice until it does.
"""

import argparse
import importlib
import inspect
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where, the text that is replaced, and the trial that finds it."""

    target: str
    """module:function or module:Class.method"""
    edits: tuple[tuple[str, str], ...]
    trial: str = "power"
    """power (cuts) or faults."""
    also: str | None = None
    """Another mutant without which this one changes nothing."""


_ARCHIVE = "huffarchive.archive.archive:Archive."
_PAIR = "huffarchive.archive.files:OutputFiles."
_RECOVERY = "huffarchive.archive.crash_repair:"
_DISK = "huffarchive.storage.disk:"
_CLEAR = "            self._batch.clear()\n"

MUTANTS: dict[str, Mutant] = {
    "no-truncation": Mutant(_RECOVERY + "_cut", (("if size == length:", "if size >= length:"),)),
    "length-not-stored": Mutant(
        "huffarchive.ledger.ledger:Files.store",
        (
            (
                ":warc_length, ",
                "ifnull((SELECT warc_length FROM file WHERE id = :serial), :warc_length), ",
            ),
        ),
    ),
    "done-before-written": Mutant(
        _ARCHIVE + "commit",
        (("pair.sync()", "pass"), (_CLEAR, f"            pair and pair.sync()\n{_CLEAR}")),
    ),
    "done-in-pieces": Mutant(
        _ARCHIVE + "commit", (("with self.ledger.transaction():", "if True:"),)
    ),
    "links-after-done": Mutant(
        _ARCHIVE + "commit",
        (
            (
                "pages.apply(page_update)",
                "pages.apply(__import__('dataclasses').replace(page_update, links=()))",
            ),
            (
                _CLEAR,
                "            with self.ledger.transaction():\n"
                "                for page_update in self._batch:\n"
                "                    self.ledger.pages.want(page_update.links, 'link')\n" + _CLEAR,
            ),
        ),
    ),
    "lengths-after-done": Mutant(
        _ARCHIVE + "commit",
        (
            ("self.ledger.files.store(pair.row())", "pass"),
            (
                _CLEAR,
                "            if pair is not None:\n"
                "                with self.ledger.transaction():\n"
                "                    self.ledger.files.store(pair.row())\n" + _CLEAR,
            ),
        ),
    ),
    "errors-ignored": Mutant(
        _DISK + "write",
        (
            (
                "        view = view[file.write(view) :]",
                (
                    "        try:\n            view = view[file.write(view) :]\n"
                    "        except OSError:\n            return"
                ),
            ),
        ),
        "faults",
    ),
    "fsync-errors-ignored": Mutant(
        _DISK + "sync",
        (
            (
                "    os.fsync(file.fileno())",
                "    try:\n        os.fsync(file.fileno())\n    except OSError:\n        pass",
            ),
        ),
        "faults",
    ),
    "half-a-write": Mutant(
        _DISK + "write",
        (("    while view:\n        view = view[file.write(view) :]", "    file.write(view)"),),
        "faults",
    ),
    "goes-on-after-a-failure": Mutant(
        _ARCHIVE + "_storing",
        (
            ("self.broken = StorageError(error)", "self.broken = None"),
            ("raise self.broken from error", "raise StorageError(error) from error"),
        ),
        "faults",
    ),
    "commit-errors-ignored": Mutant(
        "huffarchive.ledger.ledger:Ledger.transaction",
        (
            (
                '        self.connection.execute("COMMIT")',
                (
                    '        try:\n            self.connection.execute("COMMIT")\n'
                    "        except Exception:\n            pass"
                ),
            ),
        ),
        "faults",
    ),
    "rename-not-handled": Mutant(
        _RECOVERY + "repair",
        (
            (
                "path = growing if growing.exists() and not row.whole else whole",
                "path = whole if row.whole else growing",
            ),
        ),
    ),
    "whole-before-renamed": Mutant(
        _ARCHIVE + "_finish_pair",
        (
            ("    pair.finish()\n", ""),
            (
                "self.ledger.files.store(pair.row(whole=True))",
                "self.ledger.files.store(pair.row(whole=True))\n    pair.finish()",
            ),
        ),
    ),
    "appends-at-the-end": Mutant(
        _DISK + "create",
        (("os.O_CREAT | os.O_EXCL", "os.O_CREAT | os.O_APPEND"),),
        also="never-committed-files-left",
    ),
    "never-committed-files-left": Mutant(
        _RECOVERY + "_set_aside", (("    shutil.move(", "    0 and shutil.move("),)
    ),
    "warc-not-synced": Mutant(_PAIR + "sync", (("disk.sync(self._warc)", "pass"),)),
    "jsonl-not-synced": Mutant(_PAIR + "sync", (("disk.sync(self._jsonl)", "pass"),)),
    "names-not-synced": Mutant(_PAIR + "sync", (("disk.sync_folder(self._places.warc)", "pass"),)),
    "renames-not-synced": Mutant(_DISK + "rename", (("    sync_folder(new.parent)", "    pass"),)),
    "folders-not-synced": Mutant(
        _DISK + "make_folder", (("    sync_folder(path.parent)", "    pass"),)
    ),
    "ledger-not-synced": Mutant(
        "huffarchive.ledger.ledger:Ledger.transaction", (("'FULL' if", "'NORMAL' if"),)
    ),
    "ledger-log-dropped": Mutant(
        "huffarchive.ledger.ledger:Ledger.open",
        (
            (
                "        connection = _connect(",
                (
                    "        path.with_name(path.name + '-wal').unlink(missing_ok=True)\n"
                    "        connection = _connect("
                ),
            ),
        ),
    ),
    "cut-bytes-not-kept": Mutant(_RECOVERY + "_cut", (("disk.write(target, part)", "pass"),)),
    "cut-bytes-not-synced": Mutant(_RECOVERY + "_cut", (("disk.sync(target)", "pass"),)),
    "under-way-forgotten": Mutant(
        "huffarchive.ledger.queue:PageQueue.crash_suspects", (("run IS NOT NULL", "run < 0"),)
    ),
}


def apply(name: str) -> None:
    """Spoil the code of this process; ValueError when a mutant no longer fits the code."""
    mutant = MUTANTS[name]
    if mutant.also is not None:
        apply(mutant.also)
    module_name, _, path = mutant.target.partition(":")
    module = importlib.import_module(module_name)
    *owners, last = path.split(".")
    owner = reduce(getattr, owners, module)
    source = textwrap.dedent(inspect.getsource(inspect.getattr_static(owner, last)))
    for old, new in mutant.edits:
        # Texts are given as in the file where they stand; in a method they lose four columns.
        fitting = [(old, new), (old[4:], _left(new))] if old.startswith("    ") else [(old, new)]
        if not any(source.count(a) == 1 for a, _ in fitting):
            raise ValueError(f"{name} no longer fits {mutant.target}: {old!r}")
        source = source.replace(*next((a, b) for a, b in fitting if source.count(a) == 1))
    space: dict[str, object] = {}
    exec(compile(source, f"<{name}>", "exec"), vars(module), space)
    setattr(owner, last, space[last])


def _left(text: str) -> str:
    return "\n".join(line.removeprefix("    ") for line in text.split("\n"))


def hunt(name: str, most: int) -> tuple[int, str | None]:
    """Run a mutant's trial until it fails, `most` times at most: how often, and what it found."""
    from tests.trials import power_cut, storage_faults

    _check_that_it_works(name)
    runs = 0
    if MUTANTS[name].trial == "faults":
        for faults in storage_faults.trials(12, 1, 0, mutant=name):
            runs = faults.runs
            if faults.failed or runs >= 10 * most:
                return runs, faults.failed[0] if faults.failed else None
        return runs, None
    tally = power_cut.trials(most, 40, mutant=name, enough=lambda t: bool(t.failed))
    return tally.trials, tally.failed[0] if tally.failed else None


def _check_that_it_works(name: str) -> None:
    """A mutant must do its work where nothing goes wrong: one that cannot run is no finding."""
    from tests.trials.power_cut import run, workplace

    with workplace() as place:
        end = run(place / "archive", place / "journal", 12, 1, name)
    if not end.clean:
        raise RuntimeError(f"{name}: {end.error}: {end.text}")


def results(names: list[str], most: int, show: Callable[[str], None]) -> Iterator[str]:
    """The names of those that were not found."""
    for name in names:
        began = time.monotonic()
        runs, found = hunt(name, most)
        seconds = time.monotonic() - began
        cost = f"{MUTANTS[name].trial:7} {runs:5} runs {seconds:5.1f} s"
        show(f"{name:28} {cost}  {found or 'NOT FOUND'}")
        if found is None:
            yield name


def main() -> int:
    """The command."""
    from tests.trials import preload

    parser = argparse.ArgumentParser(prog="python -m tests.trials.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MUTANTS, []], help="default: all")
    parser.add_argument("--most", type=int, default=200, help="trials before giving up")
    options = parser.parse_args()
    preload.run_again_with_it("tests.trials.mutants")
    missed = list(results(options.names or list(MUTANTS), options.most, print))
    print(f"{len(options.names or MUTANTS) - len(missed)} found, {len(missed)} not found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
