"""docs/verify.md says what the program does."""

import re
from pathlib import Path

from huffarchive.verify.rule import RULES
from tests.verify.archives import DAMAGES
from tests.verify.seeded import FAULTS

PAGE = (Path(__file__).parents[2] / "docs/verify.md").read_text("utf-8")


def test_every_rule_has_its_row_and_says_something() -> None:
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \| ", PAGE, re.MULTILINE)) == set(RULES)
    assert all(rule.says.endswith(".") and rule.remedy for rule in RULES.values())


def test_it_tells_how_much_is_seeded() -> None:
    assert f"{len(FAULTS)} kinds of fault in a WARC file" in PAGE
    assert f"{len(DAMAGES)} in an archive" in PAGE
    assert f"| **found** | **{len(FAULTS)} of {len(FAULTS)}** |" in PAGE


def test_every_seeded_rule_is_a_rule() -> None:
    named = {fault.rule for fault in FAULTS} | {name for d in DAMAGES for name in d.rules}
    assert named <= set(RULES)
    assert len(named) > 50
