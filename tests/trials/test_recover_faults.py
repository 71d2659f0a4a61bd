"""A few of the recoveries that `recover_faults` interrupts; all of them with `-m long`."""

from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.archive.files import ArchiveCorruptError
from huffarchive.archive.status import archive_status
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from tests.trials import recover_faults
from tests.trials.recover_faults import FAULTS, Faulty, Killed, Trial, bytes_of, recover


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("recover"), "all")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.7, 0.8, 0.9, 1.0])
def test_an_interrupted_recovery_loses_nothing(trial: Trial, fault: str, share: float) -> None:
    assert trial.disturbed(fault, 1 + round(share * (trial.changes - 1)))


def test_one_that_is_killed_twice(trial: Trial) -> None:
    trial.disturbed("kill", trial.changes // 2, trial.changes // 3)
    trial.disturbed("kill", trial.changes - 9, 3, 2)


def test_a_second_recovery_knows_what_the_first_knew(trial: Trial) -> None:
    """What is lost is named by no file of the archive but those that were set aside."""
    places = trial._copy("twice")
    recover(places)
    recover(places)
    trial.check(places)


def test_until_its_plan_is_there_everything_stays_as_it_was(trial: Trial) -> None:
    places = trial._copy("full")
    with pytest.raises(OSError, match="No space"), Faulty("full", trial.changes // 3).at_work():
        recover(places)
    assert not (places.output / "recovering").exists(), "room again"
    assert not (places.warc / "recovering").exists()
    assert bytes_of(places) == trial.kept
    assert places.ledger.exists()


def test_no_run_begins_before_a_recovery_is_finished(trial: Trial) -> None:
    places = trial._copy("begun")
    with pytest.raises(Killed), Faulty("kill", trial.changes - 8).at_work():
        recover(places)
    with pytest.raises(ArchiveCorruptError, match=r"interrupted; run `scrapy recover`"):
        Archive(places, HUFFPOST_QC)
    assert archive_status(places, HUFFPOST_QC)["next"].startswith("`scrapy recover qc` finishes")


def test_a_run_goes_on_after_a_recovery_that_did_not_come_to_its_plan(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    whole = Trial(tmp_path_factory.mktemp("whole"), "none")
    places = whole._copy("begun")
    with pytest.raises(Killed), Faulty("kill", whole.changes // 3).at_work():
        recover(places)
    assert (places.output / "recovering").exists()
    Archive(places, HUFFPOST_QC).close(0, "finished")
    assert not list(places.warc.glob("recovering")) + list(places.output.glob("recovering"))


@pytest.mark.long
@pytest.mark.parametrize(("every", "twice"), [(10, 10), (1, 50)], ids=["tenth", "everywhere"])
def test_at_every_change_of_the_disk(every: int, twice: int) -> None:
    assert [problem for _, problem in recover_faults.trials(every, twice) if problem] == []


def test_the_undisturbed_one_wants_what_is_lost(trial: Trial) -> None:
    from tests.kit.ledger_rows import pages

    states = {key: page["state"] for key, page in pages(trial.calm.ledger).items()}
    lost = ("n:11", "n:20", "n:21", "n:22")
    assert {states[key] for key in lost} == {"wanted"}
    assert {states[key] for key in ("n:10", "n:12", "n:30", "n:40")} == {"captured"}
    assert Path(trial.calm.quarantine).is_dir()
