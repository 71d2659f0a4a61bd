"""The records of a file one by one, for frameworks that map a function over files: Ray Data, Spark,
datatrove (docs/scale.md).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from huffarchive.extract.files import extract_file, incomplete
from huffarchive.extract.parallel import USUAL, Bounds


class IncompleteError(RuntimeError):
    """Not all of a file could be read; its records that could be were given before."""


def records_of(
    source: str, *, bounds: Bounds = USUAL, careful: bool = True
) -> Iterator[dict[str, Any]]:
    """The records of a file (a path, or a URL that fsspec knows) in its order, each as its line.

    They are written to the temporary folder first. Raises as `extract_file` does, and behind the
    last record IncompleteError where not all of the file could be read.
    """
    with TemporaryDirectory(prefix="records-") as scratch:
        target = f"{scratch}/records.jsonl"
        done = extract_file(source, target, bounds=bounds, careful=careful)
        written = Path(target if done.problem is None else incomplete(target))
        if written.exists():
            with written.open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)
    if done.problem is not None:
        raise IncompleteError(done.problem)
