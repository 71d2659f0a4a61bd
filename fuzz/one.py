"""One target under atheris: `python -m fuzz.one TARGET [libFuzzer's arguments]`."""

import logging
import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["huffarchive", "warcio", "protego"]):
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until the time is up or something is found."""
    logging.disable(logging.CRITICAL)
    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - libFuzzer writes to the descriptor
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
