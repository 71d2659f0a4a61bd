"""Files read by many processes, here or on a cluster: one function, mapped by an engine.

An engine is a module with `run`, which makes calls in any order and says what came of each: what it
returned, or the exception that it or the loss of its process ended in.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module

from huffarchive.extract.files import (
    Extracted,
    divided,
    exists,
    extract_file,
    incomplete,
    join,
    remove,
)
from huffarchive.extract.parallel import USUAL, WHOLE, Bounds, Stretch
from huffarchive.storage import disk


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `extract_file`."""

    source: str
    target: str
    bounds: Bounds = USUAL
    careful: bool = False
    stretch: Stretch = WHOLE
    replace: bool = False

    def __call__(self) -> Extracted:
        """Make it, here."""
        return extract_file(
            self.source,
            self.target,
            bounds=self.bounds,
            careful=self.careful,
            stretch=self.stretch,
            replace=self.replace,
        )


Outcome = Extracted | Exception
Run = Callable[[Sequence[Call]], Iterator[tuple[int, Outcome]]]


class EngineError(RuntimeError):
    """An engine that is not there: one line that says what to do."""


def engine(name: str, address: str | None, workers: int) -> Run:
    """The engine of a name; EngineError where its library is not installed."""
    try:
        module = import_module(f"huffarchive.extract.engines.{name}_engine")
    except ImportError as error:
        raise EngineError(f"{error}; pip install 'huffarchive[{name}]'") from error
    return lambda calls: module.run(calls, address, workers)


def extract_on(
    run: Run, files: Sequence[tuple[str, str]], bounds: Bounds, *, replaced: bool = False
) -> Iterator[Extracted]:
    """Have each (source, target) read; results in the order of the files.

    Large files are read in stretches, whose outputs are joined. A call that did not come back, or
    failed, is made once more, carefully: a page that kills its process is not tried blindly.
    """
    calls: list[Call] = []
    parts: list[list[int]] = []
    for source, target in files:
        call = Call(source, target, bounds, replace=replaced)
        pieces = divided(source)
        if len(pieces) > 1 and not replaced and exists(target):
            pieces = [WHOLE]
        ends = [f"{target}.{piece.begin}-{piece.end}.part" for piece in pieces]
        named = [call]
        if len(pieces) > 1:
            both = zip(ends, pieces, strict=True)
            named = [replace(call, target=end, stretch=piece) for end, piece in both]
        parts.append(list(range(len(calls), len(calls) + len(named))))
        calls += named
    results: dict[int, Extracted] = {}
    shown = 0
    for number, result in _attempted(run, calls):
        results[number] = result
        while shown < len(files) and all(part in results for part in parts[shown]):
            found = [results.pop(part) for part in parts[shown]]
            call = Call(*files[shown], bounds, careful=True, replace=replaced)
            yield found[0] if len(found) == 1 else _joined(run, call, found)
            shown += 1


def _attempted(run: Run, calls: Sequence[Call]) -> Iterator[tuple[int, Extracted]]:
    again: list[int] = []
    for number, outcome in run(calls):
        if isinstance(outcome, Extracted):
            yield number, outcome
        else:
            again.append(number)
    if again:
        for index, outcome in run([replace(calls[number], careful=True) for number in again]):
            yield again[index], _ended(calls[again[index]], outcome)


def _ended(call: Call, outcome: Outcome) -> Extracted:
    """What came of a call that was made for the last time."""
    if isinstance(outcome, Extracted):
        return outcome
    error = outcome if isinstance(outcome, OSError) else None
    said = str(outcome).strip().splitlines() or [type(outcome).__name__]
    why = f"{call.source}: not read: {said[-1]}"
    full = error is not None and disk.is_full(error)
    return Extracted(call.source, call.target, 0, why, fault=error is not None, disk_full=full)


def _joined(run: Run, call: Call, found: list[Extracted]) -> Extracted:
    """One output of a file's parts; where one is not whole the file is read again, undivided."""
    names = [part.target for part in found]
    if all(part.problem is None for part in found):
        try:
            join(names, call.target)
        except OSError as error:
            return _ended(call, error)
        repeats = tuple(repeat for part in found for repeat in part.repeats)
        count = sum(part.articles for part in found)
        return Extracted(call.source, call.target, count, repeats=repeats)
    for name in names:
        remove(name)
        remove(incomplete(name))
    ((_, outcome),) = run([call])
    return _ended(call, outcome)
