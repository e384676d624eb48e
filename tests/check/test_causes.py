"""Causes: named only where one edit of the right formula gives the value in every step."""

import json

import numpy as np
import pytest
from graphs import Tape

from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.align.recording import Graph
from twinprop.check.explain.judge import judge_recording

SLOPES = {
    "slope left out": "slope_left_out",
    "slope of z": "slope_of_z",
    "slope plus": "slope_plus",
    "one minus a": "slope_one_minus_a",
    "slope twice": "slope_twice",
    "activation": "slope_is_activation",
    "added": "delta_added",
}
OTHERS = {
    "updated weights": "updated_weights_used",
    "not transposed": "next_weights_not_transposed",
    "gradient of z": "gradient_of_z",
    "only last sample": "gradient_of_last_sample",
    "averaged": "samples_averaged",
    "rate twice": "learning_rate_twice",
    "sign": "wrong_sign",
    "all units": "bias_gradient_total",
}


def make_slope(t: Tape, mistake: str, e: int, z: int, a: int) -> int:
    """Delta of the hidden layer, with one of the mistakes of a slope."""
    of = z if mistake == "slope of z" else a
    one = t.do("+" if mistake == "slope plus" else "-", 1.0, of, line=8)
    slope = t.do("*", of, one, line=8)
    if mistake in ("one minus a", "activation"):
        slope = one if mistake == "one minus a" else a
    if mistake == "slope left out":
        return t.do("*", 1.0, e, line=8, name="delta1")
    delta = t.do("+" if mistake == "added" else "*", e, slope, line=8, name="delta1")
    return t.do("*", delta, slope, line=8, name="delta1") if mistake == "slope twice" else delta


def train(mistake: str, steps: int = 4, mixed: bool = False) -> Graph:
    """A 2-3-3 network with squared error; `mixed` makes the mistake in the first half only."""
    t, rng = Tape(), np.random.default_rng(5)
    x = t.leaf(rng.uniform(size=(7, 2)), "X")
    y = t.leaf(rng.integers(0, 2, size=(7, 3)), "y")
    w1, b1 = t.leaf(rng.normal(size=(2, 3)), "W1"), t.leaf(rng.normal(size=3), "b1")
    w2, b2 = t.leaf(rng.normal(size=(3, 3)), "W2"), t.leaf(rng.normal(size=3), "b2")
    planted = mistake
    for step in range(steps):
        mistake = planted if not mixed or step < steps / 2 else "activation"
        z1 = t.do("+", t.do("@", x, w1, line=1), b1, line=1, name="z1")
        a1 = t.sigmoid(z1, 2, "a1")
        z2 = t.do("+", t.do("@", a1, w2, line=3), b2, line=3, name="z2")
        a2 = t.sigmoid(z2, 4, "a2")
        e2 = t.do("-", a2, y, line=5, name="e2")
        slope2 = t.do("*", a2, t.do("-", 1.0, a2, line=6), line=6)
        delta2 = t.do("*", e2, slope2, line=6, name="delta2")
        dw2 = t.do("@", t.turn(z1 if mistake == "gradient of z" else a1, 9), delta2, line=9)
        dw2 = t.name(dw2, "dW2")
        db2 = t.columns(delta2, 10, "db2")
        new = t.do("-", w2, t.do("*", 0.3, dw2, line=13), line=13, name="W2")
        back = new if mistake == "updated weights" else w2
        e1 = t.do("@", delta2, back if mistake == "not transposed" else t.turn(back, 7), line=7)
        delta1 = make_slope(t, mistake, t.name(e1, "e1"), z1, a1)
        dw1 = t.do("@", t.turn(x, 11), delta1, line=11, name="dW1")
        db1 = t.columns(delta1, 12, "db1")
        if mistake == "only last sample":
            index = np.arange(18, 21)
            db1 = t.name(t.add("row", [delta1], t.values[delta1][-1], 12, index), "db1")
        if mistake == "all units":
            db1 = t.name(t.add("np.sum", [delta1], t.values[delta1].sum(), 12), "db1")
        if mistake in ("averaged", "rate twice"):
            db1 = t.do("*", 1 / 7 if mistake == "averaged" else 0.3, db1, line=12, name="db1")
        w2, b2 = new, t.do("-", b2, t.do("*", 0.3, db2, line=14), line=14, name="b2")
        w1 = t.do("-", w1, t.do("*", 0.3, dw1, line=15), line=15, name="W1")
        op = "+" if mistake == "sign" else "-"
        b1 = t.do(op, b1, t.do("*", 0.3, db1, line=16), line=16, name="b1")
    t.do("@", x, w1, line=1)
    return t.graph()


@pytest.mark.parametrize("mistake", [*SLOPES, *OTHERS])
def test_planted_mistake_is_named_with_how_often_it_was_seen(mistake: str) -> None:
    cause = judge_recording(train(mistake), [])["cause"]
    assert cause is not None
    assert cause["id"] == {**SLOPES, **OTHERS}[mistake]
    assert cause["evidence"].endswith("in 4 steps.")


def test_cause_that_does_not_hold_in_every_step_is_not_named() -> None:
    answer = judge_recording(train("slope plus", mixed=True), [])
    assert answer["verdict"] == "different"
    assert answer["cause"] is None


def test_value_that_is_no_single_edit_has_no_cause() -> None:
    t, rng = Tape(), np.random.default_rng(1)
    x, y = t.leaf(rng.uniform(size=(6, 3)), "X"), t.leaf(rng.uniform(size=(6, 2)), "y")
    w, b = t.leaf(rng.normal(size=(3, 2)), "W"), t.leaf(rng.normal(size=2), "b")
    for _ in range(3):
        e = t.do("-", t.do("+", t.do("@", x, w, line=1), b, line=1, name="a"), y, line=2, name="e")
        noise = t.leaf(rng.normal(size=(3, 2)))
        dw = t.do("*", noise, t.do("@", t.turn(x, 3), e, line=3), line=3, name="dW")
        b = t.do("-", b, t.do("*", 0.1, t.columns(e, 4), line=4), line=4, name="b")
        w = t.do("-", w, t.do("*", 0.1, dw, line=5), line=5, name="W")
    t.do("@", x, w, line=1)
    assert judge_recording(t.graph(), [])["cause"] is None


def test_every_edit_has_a_sentence_and_says_what_it_does() -> None:
    knowledge = read_knowledge()
    assert json.dumps(knowledge["edits"])
    for edit in knowledge["edits"]:
        assert knowledge["sentences"][edit["id"]].endswith((".", ".)"))
        assert edit["role"] in ("slope", "delta", "error", "change")
        assert edit["if"]
        assert ("value" in edit) != ("scale" in edit)
