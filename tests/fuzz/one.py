"""One target under atheris: `python -m tests.fuzz.one TARGET [libFuzzer's arguments]`."""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["huffarchive", "warcio", "protego"]):
    from tests.fuzz.targets import TARGETS

MOST_CPU = 10.0
"""Seconds of CPU for one input, instrumented."""


def _in_time(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        began = time.process_time()
        target(data)
        took = time.process_time() - began
        assert took < MOST_CPU, f"{took:.1f} s of CPU for {len(data)} bytes"

    return run


def main() -> None:
    """Fuzz until the time is up or something is found."""
    logging.disable(logging.CRITICAL)
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - libFuzzer writes to the descriptor
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, _in_time(target))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
