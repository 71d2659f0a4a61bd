"""A stranger's metadata that looks like a note of ours."""

import json
from dataclasses import replace

import pytest

from huffarchive.warc.annotation import Annotation


@pytest.mark.parametrize(
    "row",
    [
        {"page": 5},
        {"page": "abc"},
        {"page": "qc:n:1", "state": "lost"},
        {"state": "gone", "reason": "because"},
        {"source": None},
        {"detail": ["a"]},
        {"next": 5},
        {"detail": "\ud800"},
        {"aliases": ["\udfff"]},
        {"tries": -1},
        {"tries": True},
        {"tries": 2**70},
        {"hops": "2"},
        {"unfollowed": 1},
        {"asked": ["live"]},
        {"asked": ["live=gone/because"]},
        {"asked": ["a b=gone/deleted"]},
    ],
)
def test_values_that_no_note_has_are_no_note(row: dict[str, object]) -> None:
    block = json.dumps({"huffarchive": 1, **row}).encode()
    assert Annotation.from_block(block) is None


def test_a_note_of_ours_is_one() -> None:
    note = Annotation(
        page="qc:n:1", state="gone", reason="not_found", source="live", aliases=("a",)
    )
    note = replace(
        note, asked=("live=gone/not_found",), next="http://x/", tries=2, hops=1, unfollowed=True
    )
    assert Annotation.from_block(note.to_block()) == note
