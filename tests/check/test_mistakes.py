"""A sample of the proof; `make mistakes` runs all of it."""

from __future__ import annotations

import pytest
from plants import PLAN_PLANTS, PLANTS, SOFTMAX_PLANTS
from prove import (
    Trial,
    is_cause_right,
    is_first_right,
    is_found,
    list_mistakes,
    list_variants,
    run_trials,
    write_cases,
)

from twinprop.check.catalogue import read_catalogue


def thin(trials: list[Trial], step: int) -> list[Trial]:
    return trials[::step]


def test_the_catalogue_has_more_than_forty_mistakes_with_a_sentence_each():
    catalogue = read_catalogue()
    texts = [m["text"] for m in catalogue["mistakes"]] + list(catalogue["structural"].values())
    assert len(texts) >= 40
    assert all(text.endswith((".", ".)")) for text in texts)


def test_every_mistake_that_can_be_planted_is_planted_in_both_languages():
    catalogue = read_catalogue()
    known = {m["id"] for m in catalogue["mistakes"]} | set(catalogue["structural"])
    planted = {p.id for p in [*PLANTS, *PLAN_PLANTS, *SOFTMAX_PLANTS]}
    assert planted <= known
    # Tested in test_check.py and test_softmax.py: they need other cases than the proof's.
    others = {"softmax_without_shift", "overflow_without_shift"}
    assert known - planted == others


@pytest.mark.parametrize(("language", "step"), [("python", 7), ("r", 13)])
def test_planted_mistakes_are_found_where_they_are_and_named(tmp_path, language, step):
    trials = thin(list(list_mistakes([language])), step)
    outcomes = run_trials(trials, write_cases(tmp_path), tmp_path)
    assert [o for o in outcomes if not is_found(o)] == []
    assert [o for o in outcomes if not is_first_right(o)] == []
    named = sum(is_cause_right(o) for o in outcomes)
    assert named >= len(outcomes) - 1  # two mistakes may give the same numbers


@pytest.mark.parametrize(("language", "step"), [("python", 5), ("r", 9)])
def test_right_programs_are_not_called_wrong(tmp_path, language, step):
    trials = thin(list(list_variants([language])), step)
    outcomes = run_trials(trials, write_cases(tmp_path), tmp_path)
    assert [o for o in outcomes if o.verdict != "right"] == []


def test_both_languages_judge_alike(tmp_path):
    trials = thin(list(list_mistakes(["r"])), 19)
    outcomes = run_trials(trials, write_cases(tmp_path), tmp_path)
    both = [o.both for o in outcomes if o.both[0]]
    assert both
    assert all(python == r for python, r in both)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["python", "r"])
def test_the_whole_proof(tmp_path, language, record_property):
    problems = write_cases(tmp_path)
    mistakes = run_trials(list(list_mistakes([language])), problems, tmp_path)
    right = run_trials(list(list_variants([language])), problems, tmp_path)
    counts = [sum(map(is_so, mistakes)) for is_so in (is_found, is_first_right, is_cause_right)]
    record_property(
        "measured",
        f"check, {language}: of {len(mistakes)} mistakes {counts} are found, at the right first "
        f"quantity, with the right cause; {len(right)} right programs",
    )
    assert all(is_found(o) for o in mistakes)
    assert all(o.verdict == "right" for o in right)
    assert len(right) >= 100
    assert sum(is_first_right(o) for o in mistakes) >= 0.99 * len(mistakes)
    assert sum(is_cause_right(o) for o in mistakes) >= 0.98 * len(mistakes)
