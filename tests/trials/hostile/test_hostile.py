"""The hostile web: what needs no crawl with the tests, all of it by name."""

import pytest

from tests.trials.hostile.__main__ import over, run
from tests.trials.hostile.case import Here
from tests.trials.hostile.cases import CASES
from tests.trials.hostile.evidence import Kept, Sent, compare
from tests.trials.hostile.say import raw, whole

QUICK = [case for case in CASES if case.quick and not case.direct and not case.own]


def _said(results, measured):
    wrong = [
        (r.case.name, r.outcome, r.case.expect, r.seconds, r.neighbours)
        for r in results
        if not r.good
    ]
    return wrong, [fault for cost in measured.values() for fault in cost.faults]


def test_the_table_is_large_enough():
    assert len(CASES) >= 200
    assert len({case.group for case in CASES}) >= 10


@pytest.mark.timeout(900)
def test_what_needs_no_crawl(tmp_path):
    direct = [case for case in CASES if case.direct]
    results, _ = run(direct, tmp_path)
    assert len(results) == len(direct)
    assert [(r.case.name, r.outcome) for r in results if r.outcome != r.case.expect] == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_few_of_each_group(tmp_path):
    # One crawl of them all: their own outcomes, their neighbours, the files that are left.
    from dataclasses import replace

    mixed = [replace(c, group="a few of each", seconds=600.0) for c in QUICK]
    results, measured = run(mixed, tmp_path)
    wrong, faults = _said(results, measured)
    assert wrong == []
    assert faults == []
    assert measured["a few of each"].canary == 0
    assert measured["a few of each"].tracebacks == 0


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("group", dict.fromkeys(case.group for case in CASES))
def test_every_case(group, tmp_path):
    results, measured = run([case for case in CASES if case.group == group], tmp_path)
    wrong, faults = _said(results, measured)
    assert wrong == []
    assert faults + [fault for cost in measured.values() for fault in over(cost)] == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_third_of_the_pages(tmp_path):
    """Every third case of the longest group, as CI has time for."""
    results, measured = run([case for case in CASES if case.group == "pages"][::3], tmp_path)
    assert len(results) > 5
    wrong, faults = _said(results, measured)
    assert wrong == []
    assert faults + [fault for cost in measured.values() for fault in over(cost)] == []


def _kept(body, sent, cut=None):
    here = Here("http://127.0.0.1", "127.0.0.1:1", 1, "/")
    one = Sent("http://127.0.0.1/", raw(sent), here, len(sent))
    return compare(one, Kept(body, cut, http=True))


def test_evidence_that_is_short_or_false_is_found():
    answer = whole(b"La neige tombe.")
    assert _kept(answer, answer) is None
    assert _kept(answer, answer + b"what follows") is None
    assert "are kept, not" in _kept(answer[:-1], answer)
    assert "not what was sent" in _kept(answer.replace(b"La", b"Le"), answer)
    assert "none are kept" in _kept(b"", answer)
    assert "are kept, not" in _kept(answer[:20], answer, "length")
    head = answer[: -len(b"La neige tombe.")]
    assert _kept(head, answer, "length") is None
