"""The steps of `.ci/run`: a failure of any of them is the run's, wherever it ran."""

import runpy
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def steps(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"JOBS=2; source .ci/steps; {script}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_every_step_is_told_and_what_it_printed() -> None:
    done = steps(
        "step one echo un; beside two echo deux; beside three echo trois; "
        "beside four echo quatre; step five echo cinq; finish"
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name, word in zip(
        "one two three four five".split(), "un deux trois quatre cinq".split(), strict=True
    ):
        assert f"== {name}\n{word}\n" in done.stdout
        assert done.stdout.count(f" s  {name}\n") == 1
    assert done.stdout.endswith("all passed\n")


@pytest.mark.parametrize("place", range(5))
def test_one_that_fails_fails_the_run_and_the_others_are_run(place: int) -> None:
    commands = ["true"] * 5
    commands[place] = "bash -c 'exit 3'"
    alone, *others = (
        f"{'step' if n in (0, 4) else 'beside'} s{n} {c}" for n, c in enumerate(commands)
    )
    done = steps("; ".join([alone, *others, "finish; echo not reached"]))
    assert done.returncode == 1
    assert f"FAILED: s{place} (exit status 3)" in done.stdout
    assert done.stdout.count(" s  s") == 5
    assert "not reached" not in done.stdout


def test_no_more_run_beside_each_other_than_there_are_cores() -> None:
    each = "bash -c 'echo $(ls running | wc -l); touch running/$$; sleep 0.3; rm running/$$'"
    done = steps(
        f'cd "$(mktemp -d)"; mkdir running; for n in 1 2 3 4 5 6; do beside $n {each}; done; finish'
    )
    assert done.returncode == 0
    assert set(done.stdout.split("\n")) & {"2", "3", "4", "5"} == set()


def test_after_waiting_for_all_nothing_runs_beside() -> None:
    done = steps(
        "beside one bash -c 'sleep 0.3; echo un'; wait_for_all; step two echo deux; finish"
    )
    assert done.returncode == 0
    assert done.stdout.startswith("\n== one\nun\n\n== two\ndeux\n")


def test_every_promise_can_still_be_broken() -> None:
    breaks = runpy.run_path(str(ROOT / ".ci/promises.py"))["BREAKS"]
    assert len(breaks) == 10
    assert {b.promise[0] for b in breaks} >= set("1234567")
    for broken in breaks:
        assert (ROOT / broken.file).read_text("utf-8").count(broken.old) == 1, broken
