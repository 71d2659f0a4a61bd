"""Signals: each command of an archive is sent Ctrl-C and SIGTERM at many moments of its life.

An archive of the sample site is made, and each command is started as people start it, from its first
instruction on; the moments are spread over the time that it takes. To its whole group goes the
signal, as a terminal sends it. It must end in time, print no traceback, and with 5 (stopped), with
what it ends with undisturbed, or by the signal itself where Python had not yet begun or had ended.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kit.command import ROOT

COMMANDS = (
    "export csv qc-sample -o -", "export sqlite qc-sample -o {0}/x.sqlite --replace",
    "links qc-sample", "report qc-sample -o -", "wacz qc-sample -o {0}/x.wacz --replace",
    "extract {0}/warc/qc-sample -o {0}/x.jsonl --replace", "schema", "cite qc:n:1",
    "status qc-sample", "verify qc-sample", "browse qc-sample --port 0",
    "recover qc-sample --force", "crawl huffpost_qc -a source=sample -a limit=3",
)  # fmt: skip
_SERVES = 4.0
"""Seconds of a command that does not end by itself."""


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.signals", description=__doc__)
    parser.add_argument("--moments", type=int, default=20, metavar="N", help="default 20")
    parser.add_argument("commands", nargs="*", help="words of those to try; default all")
    options = parser.parse_args()
    wrong = 0
    with TemporaryDirectory(prefix="signals-") as folder:
        program = [str(Path(sys.executable).with_name("huffarchive"))]
        places = [f"HUFFARCHIVE_{name.upper()}_DIR={folder}/{name}" for name in ("warc", "output")]
        more = [word for place in places for word in ("-s", place)]

        def start(text: str) -> subprocess.Popen[str]:
            words = [word.format(folder) for word in text.split()]
            return subprocess.Popen(
                [*program, *words, *more], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

        start("crawl huffpost_qc -a source=sample -a limit=40").communicate()
        for text in COMMANDS:
            if options.commands and text.split()[0] not in options.commands:
                continue
            for number in (signal.SIGINT, signal.SIGTERM):
                took, usual = _SERVES, 5
                if not text.startswith("browse"):
                    began, process = time.monotonic(), start(text)
                    process.communicate()
                    took, usual = time.monotonic() - began, process.returncode
                codes = []
                for moment in range(options.moments):
                    process = start(text)
                    time.sleep(took * moment / options.moments)
                    os.killpg(process.pid, number)
                    try:
                        said = "".join(process.communicate(timeout=60))
                    except subprocess.TimeoutExpired:
                        os.killpg(process.pid, signal.SIGKILL)
                        said = f"Traceback, {ROOT}/huffarchive/ did not end"
                        process.communicate()
                    codes.append(process.returncode)
                    # Before the package is imported, Python prints what it likes, with 1 or -2.
                    theirs = said.replace(f"{ROOT}/huffarchive/__init__.py", "")
                    early = "Traceback" in said and f"{ROOT}/huffarchive/" not in theirs
                    if not early and ("Traceback" in said or codes[-1] not in (5, usual, -number)):
                        wrong += 1
                        print(f"  {text}: moment {moment}: {codes[-1]}: {said[-600:]}")
                print(f"{text}: {number.name}: in {took:.1f} s {codes}", flush=True)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
