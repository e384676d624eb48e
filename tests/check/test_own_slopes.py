"""A derivative that is written wrongly in a way of its own, for all layers: told where it is."""

import pytest

PYTHON = """import numpy as np
rng = np.random.default_rng(1)
X = rng.random((20, 3))
y = (X.sum(axis=1, keepdims=True) > 1.5) * 1.0
def squash(z):
    return 1 / (1 + np.exp(-z))
def slope(v):
    return v * (1 - v)
W1, b1 = rng.normal(size=(3, 4)), np.zeros((1, 4))
W2, b2 = rng.normal(size=(4, 1)), np.zeros((1, 1))
for step in range(12):
    z1 = X @ W1 + b1
    a1 = squash(z1)
    z2 = a1 @ W2 + b2
    a2 = squash(z2)
    d2 = (a2 - y) * slope(a2)
    d1 = d2 @ W2.T * slope(a1)
    W2 -= 0.5 * a1.T @ d2
    b2 -= 0.5 * d2.sum(axis=0, keepdims=True)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(axis=0, keepdims=True)
"""
R = """set.seed(3)
X <- matrix(runif(40, -1, 1), 20)
y <- matrix(sin(2 * X[, 1]) * X[, 2], 20)
slope <- function(a) 1 - a^2
W <- matrix(rnorm(6), 2)
V <- matrix(rnorm(3), 3)
for (step in 1:12) {
  h <- tanh(X %*% W)
  o <- tanh(h %*% V)
  d <- (o - y) * slope(o)
  e <- d %*% t(V) * slope(h)
  V <- V - 0.1 * t(h) %*% d
  W <- W - 0.1 * t(X) %*% e
}
"""
CHAIN = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(2, 30))
Y = (X[:1] * X[1:] > 0) * 1.0
V, b = rng.normal(size=(5, 2)), np.zeros((5, 1))
W, c = rng.normal(size=(1, 5)), np.zeros((1, 1))
for step in range(12):
    Z = V @ X + b
    H = np.maximum(Z, 0)
    A = 1 / (1 + np.exp(-(W @ H + c)))
    dA = -(Y / A - (1 - Y) / (1 - A))
    dS = dA * A * (1 - A)
    dZ = W.T @ dS * (Z > 0)
    W -= 0.05 * dS @ H.T / 30
    c -= 0.05 * dS.sum(axis=1, keepdims=True) / 30
    V -= 0.05 * dZ @ X.T / 30
    b -= 0.05 * dZ.sum(axis=1, keepdims=True) / 30
"""
FAULTS = {
    "after a cross-entropy": (CHAIN, "A * (1 - A)", "A * A"),
    "the square of what is left": (PYTHON, "v * (1 - v)", "(1 - v) ** 2"),
    "a power too much": (PYTHON, "v * (1 - v)", "v ** 2 * (1 - v)"),
    "the sigmoid's square": (
        PYTHON.replace("slope(a1)", "slope(z1)").replace("slope(a2)", "slope(z2)"),
        "v * (1 - v)", "1 / (1 + np.exp(-v)) ** 2",
    ),
    "a power of tanh": (R, "1 - a^2", "1 - a^3"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_slope_of_its_own_is_told_where_it_is_made(accuse, name):
    source, old, new = FAULTS[name]
    file = "their.R" if source.startswith("set") else "their.py"
    told, cause, _ = accuse(source, old, new, file)
    assert new in told
    assert cause == "slope_of_none"


@pytest.mark.parametrize("source", [PYTHON, R, CHAIN])
def test_right_slopes_are_right(check, source):
    _, answer, _ = check(source, name="their.R" if source.startswith("set") else "their.py")
    assert answer["verdict"] == "right", answer["sentence"]


def test_slopes_of_a_loss_of_its_own_accuse_nobody(check):
    """Of an error that is bent no rate that is written fits, whatever the slopes are."""
    source = PYTHON.replace("(a2 - y) * slope", "np.arctan(3 * (a2 - y)) * slope")
    assert check(source)[1]["verdict"] != "different"


def test_a_weighted_cross_entropy_accuses_nobody(check):
    source = CHAIN.replace("-(Y / A", "-(3 * Y / A")
    assert check(source)[1]["verdict"] != "different"
