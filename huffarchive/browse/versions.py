"""The difference between two versions of an article."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

SAME, LEFT_OUT, ADDED = "same", "left_out", "added"
_PIECES = re.compile(r"\s+|[^\s]+")
_MOST = 4000
"""Words of a paragraph that are compared; longer ones are shown as replaced."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stands in both versions, or in one."""

    how: str
    """SAME, LEFT_OUT or ADDED."""
    text: str


def difference(old: dict[str, Any], new: dict[str, Any]) -> list[list[Piece]]:
    """Paragraphs (the headline first) that changed, each as pieces; unchanged ones are left out."""
    before = [old["headline"] or "", *old["paragraphs"]]
    after = [new["headline"] or "", *new["paragraphs"]]
    found: list[list[Piece]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        if tag == "replace" and j - i == m - k:
            found += [_words(a, b) for a, b in zip(before[i:j], after[k:m], strict=True)]
            continue
        found += [[Piece(LEFT_OUT, text)] for text in before[i:j]]
        found += [[Piece(ADDED, text)] for text in after[k:m]]
    return found


def _words(old: str, new: str) -> list[Piece]:
    a, b = _PIECES.findall(old), _PIECES.findall(new)
    if len(a) > _MOST or len(b) > _MOST:
        return [Piece(LEFT_OUT, old), Piece(ADDED, new)]
    found = []
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(a[i:j])))
            continue
        if i < j:
            found.append(Piece(LEFT_OUT, "".join(a[i:j])))
        if k < m:
            found.append(Piece(ADDED, "".join(b[k:m])))
    return found
