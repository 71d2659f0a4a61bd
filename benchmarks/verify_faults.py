"""Which seeded faults `verify`, `warcio check` and `fastwarc check` find in WARC files.

Run from the project's folder: `python benchmarks/verify_faults.py`. It prints a row for each fault;
docs/verify.md has the last. `warcio check` has found a fault when its exit status is not 0, `fastwarc
check` when it calls more records bad than in the clean file, or ends with another error. JWAT was not
run: its column says whether its source (WarcReader, WarcHeader, WarcRecord) has a diagnosis for
faults of that kind.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from huffarchive.verify.check import Checker
from huffarchive.verify.rule import Severity
from tests.verify.records import clean, written
from tests.verify.seeded import FAULTS, of

BIN = Path(sys.executable).parent
JWAT = frozenset(
    [
        "not-warc",
        "gzip-damaged",
        "gzip-cut",
        "junk",
        "several-in-member",
        "no-record",
        "version",
        "line-ends",
        "head-utf8",
        "field-line",
        "field-missing",
        "field-empty",
        "field-forbidden",
        "field-repeated",
        "type",
        "id-form",
        "date-form",
        "uri-form",
        "ip-form",
        "length-form",
        "length-long",
        "record-end",
        "content-type",
        "profile",
        "segment",
        "digest-form",
        "block-digest",
        "payload-digest",
        "http-response",
    ]
)
"""Our rules whose faults JWAT has a diagnosis for."""


def warcio_finds(path: Path) -> bool:
    return _run("warcio", "check", str(path)).returncode != 0


def fastwarc_failures(path: Path) -> int:
    """Records that it calls bad; 99 when it ends with an error of another kind.

    It calls the two revisits of the clean file bad, whose payload is not in them by definition:
    a fault is found when there are more.
    """
    with tempfile.NamedTemporaryFile("r") as listed:
        done = _run("fastwarc", "check", "-q", "-p", "-o", listed.name, str(path))
        failures = listed.read().count("FAIL")
    return failures if done.returncode == (1 if failures else 0) else 99


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [f"{BIN}/{command[0]}", *command[1:]], capture_output=True, check=False, timeout=60
    )


def main() -> None:
    names = ("`scrapy verify` names", "`warcio check`", "`fastwarc check -p`", "JWAT-like")
    print(f"| seeded fault | {' | '.join(names)} |")
    print("| --- | --- | :-: | :-: | :-: |")
    found = dict.fromkeys(("verify", "warcio", "fastwarc", "jwat"), 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean.warc.gz"
        path.write_bytes(written(clean()))
        usual = fastwarc_failures(path)
        for fault in FAULTS:
            path.write_bytes(of(fault))
            named = {f.rule for f in Checker().files([path]) if f.severity is Severity.ERROR}
            seen = {
                "verify": fault.rule in named,
                "warcio": warcio_finds(path),
                "fastwarc": fastwarc_failures(path) > usual,
                "jwat": fault.rule in JWAT,
            }
            for name, yes in seen.items():
                found[name] += yes
            ours = f"`{fault.rule}`" if seen["verify"] else "—"
            marks = " | ".join("yes" if seen[n] else "—" for n in ("warcio", "fastwarc", "jwat"))
            print(f"| {fault.name} | {ours} | {marks} |", flush=True)
    total = " | ".join(f"**{n} of {len(FAULTS)}**" for n in found.values())
    print(f"| **found** | {total} |")


if __name__ == "__main__":
    main()
