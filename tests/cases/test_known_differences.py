"""Where other programs compute otherwise: what the notes of cases say is what their formulas give.

The formulas of Keras, PyTorch, scikit-learn and nnet are written out here by hand. The programs
themselves are asked in tests/others and in tests/parity/test_nnet.py.
"""

import json
import math

import numpy as np
import pytest

from twinprop.cases.case import read_case, run_case

RATE, GRADIENT_W, GRADIENT_B = 0.1, -1e-8, -1e-4


@pytest.fixture
def noted(case_path):
    """Trace of a case and its notes as one text."""

    def run(name):
        case = read_case(case_path(name))
        return case, run_case(case), " ".join(case.notes)

    return run


def adam_step(g, epsilon, before_correction=False):
    """Size of the first step; the corrected means are g and g^2."""
    if before_correction:
        epsilon = epsilon / math.sqrt(1 - 0.999)
    return RATE * abs(g) / (abs(g) + epsilon)


def rmsprop_step(g, epsilon, inside=False, decay=0.9):
    s = (1 - decay) * g * g
    return RATE * abs(g) / (math.sqrt(s + epsilon) if inside else math.sqrt(s) + epsilon)


def clamped_sigmoid(z):
    return np.where(z > 15, 1.0, np.where(z < -15, 0.0, 1 / (1 + np.exp(-z))))


def test_every_case_of_a_known_difference_has_notes(shared_fixtures):
    paths = sorted((shared_fixtures / "cases").glob("differs-*.json"))
    assert len(paths) == 4
    for path in paths:
        assert len(json.loads(path.read_text())["notes"]) >= 2


def test_the_place_of_epsilon_in_adam(noted):
    _, trace, notes = noted("differs-epsilon-adam")
    assert trace["1/dW1"][0, 0] == pytest.approx(GRADIENT_W)
    assert trace["1/db1"][0, 0] == pytest.approx(GRADIENT_B)
    here = adam_step(GRADIENT_W, 1e-8)
    assert trace["1/W1"][0, 0] == pytest.approx(here)
    assert trace["1/b1"][0, 0] == pytest.approx(adam_step(GRADIENT_B, 1e-8))
    for step in (
        here,
        adam_step(GRADIENT_W, 1e-7, before_correction=True),
        adam_step(GRADIENT_W, 1e-8, before_correction=True),
        adam_step(GRADIENT_B, 1e-7, before_correction=True),
    ):
        assert f"{step:.3g}" in notes
    assert f"{1e-7 / math.sqrt(1 - 0.999):.3g}" in notes


def test_the_place_of_epsilon_in_rmsprop(noted):
    _, trace, notes = noted("differs-epsilon-rmsprop")
    assert trace["1/W1"][0, 0] == pytest.approx(rmsprop_step(GRADIENT_W, 1e-8))
    assert trace["1/b1"][0, 0] == pytest.approx(rmsprop_step(GRADIENT_B, 1e-8))
    for step in (
        rmsprop_step(GRADIENT_W, 1e-8),
        rmsprop_step(GRADIENT_B, 1e-8),
        rmsprop_step(GRADIENT_W, 1e-7, inside=True),
        rmsprop_step(GRADIENT_B, 1e-7, inside=True),
        rmsprop_step(GRADIENT_W, 1e-8, decay=0.99),
    ):
        assert f"{step:.3g}" in notes


def test_the_clamp_of_nnet(noted):
    case, trace, notes = noted("differs-nnet-clamp")
    hidden = clamped_sigmoid(trace["1/z1"])
    theirs = clamped_sigmoid(hidden @ case.network[1].weights + case.network[1].bias)
    apart = np.abs(theirs - trace["1/a2"])[:, 0]
    assert f"{apart[0]:.3g} and {apart[1]:.3g}" in notes
    assert apart[2] < 1e-15
    assert f"{abs(hidden - trace['1/a1'])[0, 0]:.3g}" in notes
    assert f"{clamped_sigmoid(-15.0):.2g}" in notes


def test_the_scales_of_the_squared_error(noted):
    case, trace, notes = noted("differs-loss-scale")
    n, m = case.data.y.shape
    error = trace["1/a2"] - case.data.y
    plain = error * 1.0  # the gradient here, with respect to z of the last layer
    np.testing.assert_allclose(trace["1/delta2"], plain, rtol=1e-15)
    assert f"of {n} samples with {m} outputs its gradient is 2/{n * m}" in notes
    np.testing.assert_allclose(2 * error / error.size, plain * 2 / (n * m), rtol=1e-15)
    assert f"a learning rate {n * m // 2} times as large" in notes
    assert f"its loss is 1/{n * m} of the one here, its gradient 1/{n}" in notes
    penalty = case.plan.l2 / 2 * sum(float((w.weights**2).sum()) for w in case.network)
    assert float(trace["1/loss"]) == pytest.approx((error * error).sum() / 2 + penalty)
