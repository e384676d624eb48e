"""What network a program trains is said as its text has it, and not as a few values allow."""

import pytest

ONES = """set.seed(3)
X <- matrix(runif(40, -1, 1), 20, 2)
y <- matrix(as.numeric(X[, 1] * X[, 2] > 0), 20, 1)
V <- matrix(rnorm(8), 2, 4); c <- matrix(0, 1, 4)
W <- matrix(rnorm(4), 4, 1); b <- matrix(0, 1, 1)
ones <- matrix(1, 20, 1)
for (k in 1:9) {
  z <- X %*% V + ones %*% c
  h <- z
  h[z <= 0] <- 0
  p <- 1 / (1 + exp(-(h %*% W + ones %*% b)))
  d <- (p - y) / 20
  e <- (d %*% t(W)) * (z > 0)
  V <- V - 0.5 * t(X) %*% e
  c <- c - 0.5 * t(ones) %*% e
  W <- W - 0.5 * t(h) %*% d
  b <- b - 0.5 * t(ones) %*% d
}
"""
ODDS = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(30, 3))
t = (X[:, 0] > 0) * 1.0
w = rng.normal(size=3)
for k in range(40):
    x, y = X[k % 30], t[k % 30]
    odds = np.exp(x @ w)
    w = w - 0.2 * (odds / (1 + odds) - y) * x
"""
UNITS = """import numpy as np
rng = np.random.default_rng(3)
X = np.column_stack([rng.normal(size=(30, 2)), np.ones(30)])
t = (X[:, 0] * X[:, 1] > 0) * 1.0
u, v, w = rng.normal(size=3), rng.normal(size=3), rng.normal(size=3)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for k in range(9):
    g, h = sigmoid(X @ u), sigmoid(X @ v)
    H = np.column_stack([g, h, np.ones(30)])
    o = sigmoid(H @ w)
    d = (o - t) / 30
    du, dv = d * w[0] * g * (1 - g), d * w[1] * h * (1 - h)
    w = w - 0.5 * H.T @ d
    u = u - 0.5 * X.T @ du
    v = v - 0.5 * X.T @ dv
"""
UNUSED = ODDS.replace("w = w - 0.2 *", "step =").replace("[k % 30]", "[0]")
SAID = {
    "ones.R": (ONES, "2-4-1, relu, sigmoid with binary cross-entropy"),
    "odds.py": (ODDS, "3-1, sigmoid with binary cross-entropy"),
    "units.py": (UNITS, "a network of 3 parameters with binary cross-entropy"),
}


@pytest.mark.parametrize("name", SAID)
def test_a_network_is_described_as_its_text_has_it(check, name):
    source, said = SAID[name]
    answer = check(source, name=name)[1]
    assert answer["verdict"] == "right"
    assert answer["network"]["sentence"].startswith(said)


def test_a_gradient_that_is_never_used_is_named(check):
    answer = check(UNUSED)[1]
    assert answer["verdict"] == "not followed"
    assert "Line 9 makes step in each pass, always the same" in answer["sentence"]
