"""`python -m tests.trials.archives [proof …]`: run the proofs and print their figures."""

import sys
import tempfile
import time
from pathlib import Path

from tests.trials.archives.proofs import PROOFS, FailedProofError
from tests.trials.archives.software import MissingError


def main(names: list[str]) -> int:
    """Run the proofs named, or all; 0 when each holds."""
    unknown = [name for name in names if name not in PROOFS]
    if unknown:
        print(f"no proof {unknown[0]!r}; there are {', '.join(PROOFS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or PROOFS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                figures = PROOFS[name](Path(folder) / "rig")
            except FailedProofError as error:
                failed += 1
                print(f"{name}: FAILED after {time.monotonic() - began:.0f} s\n{error}")
                continue
            except MissingError as error:
                print(f"{name}: not run: {error}", file=sys.stderr)
                return 2
        print(f"{name}: holds, {time.monotonic() - began:.0f} s")
        for what, figure in figures.items():
            print(f"    {what}: {figure}")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
