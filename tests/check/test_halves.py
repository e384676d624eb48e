"""Signs where output and target meet: of half of a cross-entropy's derivative, of the target."""

import pytest

HALVES = """import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(2, 60))
Y = (X[:1] * X[1:] > 0) * 1.0
V, c = rng.normal(size=(4, 2)), np.zeros((4, 1))
W, b = rng.normal(size=(1, 4)), np.zeros((1, 1))
for epoch in range(30):
    h = np.tanh(V @ X + c)
    a = 1 / (1 + np.exp(-(W @ h + b)))
    da = -(Y / a - (1 - Y) / (1 - a))
    dz = da * a * (1 - a) / 60
    dh = W.T @ dz * (1 - h ** 2)
    W = W - 0.5 * dz @ h.T
    b = b - 0.5 * dz.sum(axis=1, keepdims=True)
    V = V - 0.5 * dh @ X.T
    c = c - 0.5 * dh.sum(axis=1, keepdims=True)
"""
ROWS = """set.seed(2)
X <- matrix(rnorm(80), 40, 2)
y <- (X[, 1] > X[, 2]) * 1
w <- c(0.3, -0.2); b <- 0
for (epoch in 1:30) {
  p <- as.vector(1 / (1 + exp(-(X %*% w + b))))
  dp <- -y / p + (1 - y) / (1 - p)
  d <- dp * p * (1 - p) / 40
  w <- w - 0.5 * as.vector(t(X) %*% d)
  b <- b - 0.5 * sum(d)
}
"""
SUMS = """import numpy as np
rng = np.random.default_rng(7)
X = rng.normal(size=(60, 2))
Y = (X[:, :1] > X[:, 1:]) * 1.0
V, c = rng.normal(size=(2, 4)), np.zeros(4)
W, b = rng.normal(size=(4, 1)), np.zeros(1)
for epoch in range(30):
    h = np.tanh(X @ V + c)
    p = 1 / (1 + np.exp(-(h @ W + b)))
    d = (p - Y) / 60
    e = d @ W.T * (1 - h ** 2)
    W -= 0.5 * h.T @ d
    b -= 0.5 * d.sum(0)
    V -= 0.5 * X.T @ e
    c -= 0.5 * e.sum(0)
"""
WHOLE = "-(Y / a - (1 - Y) / (1 - a))"
PADDED = "-Y / (a + 1e-9) - (1 - Y) / (1 - a + 1e-9)"
FAULTS = {
    "brackets that are lost": (HALVES, WHOLE, "-(Y / a) - (1 - Y) / (1 - a)", 10, "half_reversed"),
    "a small number in it": (HALVES, WHOLE, PADDED, 10, "half_reversed"),
    "the first half turned": (HALVES, WHOLE, "Y / a + (1 - Y) / (1 - a)", 10, "half_reversed"),
    "halves of an ascent": (
        HALVES.replace(" - 0.5", " + 0.5"), WHOLE, "Y / a + (1 - Y) / (1 - a)", 10, "half_reversed",
    ),
    "a target that is added": (SUMS, "p - Y", "p + Y", 10, "target_added"),
    "a target of whole numbers that is added": (
        SUMS.replace(" * 1.0", ".astype(int)"), "p - Y", "p + Y", 10, "target_added",
    ),
}  # fmt: skip
RIGHT = {
    "halves": HALVES,
    "halves with a small number": HALVES.replace(
        WHOLE, "-Y / (a + 1e-9) + (1 - Y) / (1 - a + 1e-9)"
    ),
    "halves of an ascent": HALVES.replace(" - 0.5", " + 0.5").replace(WHOLE, WHOLE[1:]),
    "a target that is taken away": SUMS,
    "a target of the other sign": SUMS.replace("p - Y", "p + T").replace(
        "V, c", "T = -1 * Y\nV, c"
    ),
    "a target times minus 1": SUMS.replace("p - Y", "-1.0 * Y + p"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_signs_that_belong_together_are_right(check, name):
    assert check(RIGHT[name])[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_sign_is_told_where_output_and_target_meet(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    _, found, answer = accuse(source, old, new)
    assert (answer["first"]["line"], found) == (line, cause)


def test_r_has_halves_and_sums_too(check):
    assert check(ROWS, name="their.R")[1]["verdict"] == "right"
    halves = check(ROWS.replace("p + (1 - y)", "p - (1 - y)"), name="their.R")[1]
    assert (halves["first"]["line"], halves["cause"]["id"]) == (7, "half_reversed")
    whole = "-y / p + (1 - y) / (1 - p)"
    added = check(ROWS.replace(whole, "p + y").replace("dp * p * (1 - p)", "dp"), name="their.R")[1]
    assert (added["first"]["line"], added["cause"]["id"]) == (7, "target_added")
