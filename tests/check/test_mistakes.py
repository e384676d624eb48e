"""A sample of the proof; `make mistakes` runs all of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from layouts import LAYOUTS
from prove import Outcome, list_mistakes, list_right, run_trials

from twinprop.check.align.knowledge import read_knowledge

# One for each style in turn; each is found in all of them.
SURE = ("slope_plus", "error_without_delta", "slope_of_sigmoid_of_a",
        "gradient_of_z", "slope_one_minus_a")  # fmt: skip


def test_every_cause_has_a_sentence_and_there_are_more_than_sixty():
    knowledge = read_knowledge()
    known = {edit["id"] for edit in knowledge["edits"] + knowledge["mistaken_activations"]}
    assert known <= set(knowledge["sentences"])
    assert len(knowledge["sentences"]) > 60
    assert all(text.endswith((".", ".)")) for text in knowledge["sentences"].values())


def test_there_are_more_than_twenty_styles():
    assert sum(len(styles) for styles in LAYOUTS.values()) > 20


@pytest.mark.parametrize("language", ["python", "r"])
def test_a_mistake_is_found_on_its_line_in_every_style(tmp_path, language):
    wanted = {style: SURE[i % len(SURE)] for i, style in enumerate(LAYOUTS[language])}
    trials = {t.style: t for t in list_mistakes([language]) if wanted[t.style] == t.id}
    assert set(trials) == set(wanted)
    outcomes = run_trials(list(trials.values()), tmp_path)
    assert [o for o in outcomes if not o.is_at_line] == []
    assert [o for o in outcomes if o.cause != o.trial.id] == []


@pytest.mark.parametrize(("language", "step"), [("python", 21), ("r", 31)])
def test_right_programs_are_not_called_wrong(tmp_path, language, step):
    outcomes = run_trials(list(list_right([language]))[::step], tmp_path)
    assert [o for o in outcomes if o.verdict == "different"] == []
    assert share(outcomes, "right") >= 0.9


def test_an_interrupt_of_the_proof_is_told_in_one_sentence():
    command = [sys.executable, str(Path(__file__).with_name("prove.py")), "--jobs", "2"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as proof:
        assert re.fullmatch(r"0 of \d{4} programs\n", proof.stderr.readline())
        os.killpg(proof.pid, signal.SIGINT)
        out, err = proof.communicate(timeout=60)
    assert (proof.returncode, out) == (130, "")
    assert re.fullmatch(r"mistakes: interrupted when \d+ of \d+ programs were checked\n", err)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["python", "r"])
def test_the_whole_proof(tmp_path, language, record_property):
    (wrong_in := tmp_path / "wrong").mkdir()
    (right_in := tmp_path / "right").mkdir()
    mistakes = run_trials(list(list_mistakes([language])), wrong_in)
    right = run_trials(list(list_right([language])), right_in)
    at_line = sum(o.is_at_line for o in mistakes) / len(mistakes)
    record_property(
        "measured",
        f"check, {language}: of {len(mistakes)} programs with a mistake {at_line:.0%} at the line, "
        f"{share(mistakes, 'right'):.0%} called right; of {len(right)} right ones "
        f"{share(right, 'right'):.0%} called right",
    )
    assert [o for o in right if o.verdict == "different"] == []
    assert share(right, "right") >= 0.9
    assert share(mistakes, "different") >= 0.8


def share(outcomes: list[Outcome], verdict: str) -> float:
    return sum(o.verdict == verdict for o in outcomes) / len(outcomes)
