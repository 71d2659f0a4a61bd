"""The trials in a small size, and the proof that they can fail."""

import pytest

SIX = [
    "no-truncation",
    "done-before-written",
    "links-after-done",
    "errors-ignored",
    "rename-not-handled",
    "appends-at-the-end",
]
"""With the one that the README's command tries, the mutants that stand for the faults that storage code is known for."""


def test_power_cuts(command) -> None:
    done = command("power_cut", "--trials", 3, "--pages", 12)
    assert done.returncode == 0, done.stdout
    assert "3 trials" in done.stdout


@pytest.mark.slow
def test_without_fsync_power_cuts_are_noticed(command) -> None:
    done = command("power_cut", "--trials", 4, "--pages", 12, "--without-fsync")
    assert done.returncode == 1
    assert int(done.stdout.rpartition(": ")[2].split()[0]) >= 2


@pytest.mark.slow
def test_storage_faults(command) -> None:
    done = command("storage_faults", "--pages", 8, "--every", 150, "--cuts", 1)
    assert done.returncode == 0, done.stdout
    assert "StorageError" in done.stdout


def test_a_mutant_is_caught(command) -> None:
    done = command("mutants", "--most", 60, "length-not-stored")
    assert done.returncode == 0, done.stdout
    assert "1 found, 0 not found" in done.stdout


@pytest.mark.long
def test_six_more_mutants_are_caught(command) -> None:
    done = command("mutants", "--most", 60, *SIX)
    assert done.returncode == 0, done.stdout
    assert "6 found, 0 not found" in done.stdout


@pytest.mark.long
def test_more_of_them(command) -> None:
    """In CI: 60 trials with power cuts, every tenth moment of one run, 400 faults."""
    for name, *arguments in [
        ("power_cut", "--trials", 60),
        ("power_cut", "--every", 10, "--pages", 24),
        ("storage_faults", "--every", 10),
    ]:
        done = command(name, *arguments)
        assert done.returncode == 0, done.stdout


@pytest.mark.long
def test_all_mutants_are_caught(command) -> None:
    done = command("mutants")
    assert done.returncode == 0, done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("power_cut", ("--crawl", 3, "--pages", 60)),
        ("storage_faults", ("--crawl", 3, "--pages", 40)),
        ("kill", ("--trials", 2, "--pages", 250, "--reach", 6)),
    ],
)
def test_the_real_crawl(command, name: str, arguments: tuple[object, ...]) -> None:
    done = command(name, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_products(command) -> None:
    done = command("products", "--kills", 1, "--twice", 1, "export csv", "extract /", "wacz")
    assert done.returncode == 0, done.stdout
    assert "0 wrong" in done.stdout
