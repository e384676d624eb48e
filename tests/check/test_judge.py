"""The judge on recordings made by hand: what is right, and on which line a fault begins."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from graphs import Tape, train

import twinprop.check.explain as explain
from twinprop.check.explain import described
from twinprop.check.explain.answer import exit_status, format_answer
from twinprop.check.explain.judge import judge_recording

SCHEMA = json.loads(Path(explain.__file__).with_name("answer.schema.json").read_text())
# A mistake of graphs.train, its line, and its cause where one edit gives the value.
FAULTS = {
    "slope": (8, "delta1", "slope_plus"),
    "no slope": (11, "dW1", "gradient_of_error"),
    "other rate": (16, "b1", None),
    "exp": (2, "a1", "sigmoid_sign"),
}


def test_right_training_is_called_right_with_its_network() -> None:
    answer = judge_recording(train(), [])
    assert answer["verdict"] == "right"
    assert answer["network"]["sentence"].startswith("2-3-1, sigmoid, sigmoid with squared error")
    assert answer["network"]["training"]["optimizer"]["learning_rate"] == pytest.approx(0.5)
    assert answer["seen"]["text"] == "all 4 steps"


@pytest.mark.parametrize("mistake", FAULTS)
def test_fault_is_found_on_its_line_with_its_name_and_cause(mistake: str) -> None:
    answer = judge_recording(train(mistake), [])
    line, name, cause = FAULTS[mistake]
    assert answer["verdict"] == "different"
    assert (answer["first"]["line"], answer["first"]["name"]) == (line, name)
    assert (answer["cause"] or {}).get("id") == cause


def test_difference_shows_both_values_and_they_differ() -> None:
    first = judge_recording(train("slope"), [])["first"]
    assert first["yours"] != first["right"]
    assert first["your_shape"] == first["right_shape"] == "5 x 3"


def test_training_that_goes_uphill_is_not_right() -> None:
    answer = judge_recording(train("uphill"), [])
    assert answer["verdict"] == "different"
    assert answer["cause"]["id"] == "wrong_sign"


def test_answers_keep_to_the_schema() -> None:
    for mistake in ("", *FAULTS):
        answer = judge_recording(train(mistake), [])
        jsonschema.validate(json.loads(json.dumps(answer)), SCHEMA)


def test_text_shows_the_line_and_underlines_the_place() -> None:
    source = "\n".join(f"statement = {n}" for n in range(1, 20))
    text = format_answer(judge_recording(train("slope"), [source]))
    assert "  line 8: statement = 8\n" in text
    assert "          ^" in text


def test_exit_status_says_right_different_or_not_followed() -> None:
    answers = [judge_recording(g, []) for g in (train(), train("slope"), Tape().graph())]
    assert [exit_status(a) for a in answers] == [0, 1, 2]


def test_recording_without_training_is_not_followed() -> None:
    t = Tape()
    x = t.leaf(np.ones((2, 2)), "X")
    t.sigmoid(t.do("@", x, x, line=1), 2, "a")
    answer = judge_recording(t.graph(), [])
    assert answer["verdict"] == "not followed"
    assert "nothing was seen to be trained" in answer["sentence"]


def test_a_fault_in_an_array_of_three_axes_is_shown_by_its_rows() -> None:
    theirs = np.zeros((2, 3, 4))
    right = theirs.copy()
    right[1, 2, 3] = 5.0
    found = described._compare_values(theirs, right)
    assert (found["row"], found["column"], found["right"]) == (6, 4, 5.0)
