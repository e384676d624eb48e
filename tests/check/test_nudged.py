"""Derivatives by nudging each weight: what a loss becomes is all that is known of it."""

import pytest

NUDGED = """import numpy as np
rng = np.random.default_rng(4)
X = rng.uniform(-1, 1, (30, 2))
y = (X[:, 0] > X[:, 1]) * 1.0
def loss(theta):
    h = np.tanh(X @ theta[:6].reshape(2, 3) + theta[6:9])
    p = 1 / (1 + np.exp(-(h @ theta[9:12] + theta[12])))
    return LOSS
theta = rng.normal(size=13)
for k in range(20):
    grad = np.zeros(13)
    for i in range(13):
        e = np.zeros(13)
        e[i] = 1e-5
        grad[i] = (loss(theta + e) - loss(theta - e)) / 2e-5
    theta = theta - 0.5 * grad
"""
LOSSES = {
    "entropy": "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))",
    "squares": "np.mean((p - y) ** 2)",
}
PROGRAMS = {name: NUDGED.replace("LOSS", loss) for name, loss in LOSSES.items()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_training_by_nudging_is_right(check, name):
    assert check(PROGRAMS[name])[1]["verdict"] == "right"


@pytest.mark.parametrize(
    "change", [("/ 2e-5", "/ 1e-5 * (i + 1)"), ("loss(theta - e)", "loss(-e)")]
)
def test_other_differences_are_not_called_right(check, change):
    assert check(PROGRAMS["entropy"].replace(*change))[1]["verdict"] == "not followed"
