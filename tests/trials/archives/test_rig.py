"""The proofs against pywb and nginx: discovery and capture through other archives."""

from pathlib import Path

import pytest

from tests.trials.archives.proofs import PROOFS
from tests.trials.archives.software import MissingError, nginx, pywb_folder


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PROOFS)
def test_proof(name: str, tmp_path: Path) -> None:
    try:
        nginx()
        pywb_folder()
    except MissingError as error:
        pytest.skip(str(error))
    size = {"articles": 20} if name in ("wayback", "commoncrawl") else {}
    assert PROOFS[name](tmp_path / "rig", **size)
