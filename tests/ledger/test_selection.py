"""A run over a list of URLs draws the list's pages, at a cost that does not grow with the list."""

from pathlib import Path

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger import rows as selections
from huffarchive.ledger.ledger import Ledger
from huffarchive.urls import Address, identify


def _address(number: int) -> Address:
    url = f"https://www.huffpost.com/archive/qc/entry/un-titre_n_{4_000_000 + number}"
    found = identify(url, HUFFPOST_QC)
    assert isinstance(found, Address)
    return found


@pytest.mark.parametrize("few", [1, 100])
def test_only_the_selection_is_drawn(
    few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "_FEW", few)
    ledger = Ledger.open(tmp_path / "ledger.sqlite3", HUFFPOST_QC)
    with ledger.transaction():
        ledger.pages.want([_address(n).url for n in range(20)], "list")
        ledger.pages.select([_address(n) for n in range(5, 30, 5)], "urls")
        drawn = ledger.frontier.draw(1, 3, 2e9) + ledger.frontier.draw(1, 30, 2e9)
    assert [task.key for task in drawn] == [_address(n).key for n in range(5, 30, 5)]
    ledger.close()


def test_a_portion_of_a_long_list_does_not_walk_the_list(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite3", HUFFPOST_QC)
    steps = []
    for length in (2_100, 8_400):
        with ledger.transaction():
            ledger.pages.select([_address(n) for n in range(length)], "urls")
            count = [0]
            ledger.connection.set_progress_handler(lambda c=count: c.__setitem__(0, c[0] + 1), 50)
            assert len(ledger.frontier.draw(1, 16, 2e9)) == 16
            ledger.connection.set_progress_handler(None, 0)
        steps.append(count[0])
    ledger.close()
    assert steps[1] < 2 * steps[0] + 10
