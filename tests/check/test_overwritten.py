"""A weight that is replaced by what should be taken from it, as in `b =- change`."""

import pytest

PYTHON = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
y = (X[:, :1] > X[:, 1:2]) * 1.0
W1, b1 = rng.normal(size=(3, 5)), np.zeros((1, 5))
W2, b2 = rng.normal(size=(5, 1)), np.zeros((1, 1))
for step in range(8):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = (p - y) * p * (1 - p)
    e = d @ W2.T * h * (1 - h)
    W2 -= 0.5 * h.T @ d
    b2 -= 0.5 * d.sum(0, keepdims=True)
    W1 -= 0.5 * X.T @ e
    b1 -= 0.5 * e.sum(0, keepdims=True)
"""
R = """set.seed(2)
X <- matrix(rnorm(60), 20)
y <- matrix((X[, 1] > X[, 2]) * 1, 20)
W <- matrix(rnorm(12), 3)
V <- matrix(rnorm(4), 4)
b <- rep(0, 4)
for (step in 1:8) {
  h <- 1 / (1 + exp(-sweep(X %*% W, 2, b, "+")))
  p <- 1 / (1 + exp(-(h %*% V)))
  d <- (p - y) / 20
  e <- (d %*% t(V)) * h * (1 - h)
  V <- V - 0.5 * t(h) %*% d
  W <- W - 0.5 * t(X) %*% e
  b <- b - 0.5 * colSums(e)
}
"""
FAULTS = {
    "bias.py": (PYTHON, "b1 -= 0.5", "b1 =- 0.5"),
    "weights.py": (PYTHON, "W2 -= 0.5", "W2 =- 0.5"),
    "added.py": (PYTHON, "b2 -= 0.5", "b2 =+ 0.5"),
    "bias.R": (R, "b <- b - 0.5", "b <- -0.5"),
}  # fmt: skip
LOOKING_AHEAD = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
y = (X[:, :1] > X[:, 1:2]) * 1.0
W = rng.normal(size=(3, 1))
v = np.zeros((3, 1))
for step in range(8):
    p = 1 / (1 + np.exp(-(X @ (W + 0.8 * v))))
    v = 0.8 * v - 0.3 * X.T @ (p - y) / 30
    W = W + v
"""
COST_AFTERWARDS = """set.seed(3)
x <- cbind(1, rnorm(40), rnorm(40))
y <- (x[, 2] - x[, 3] + rnorm(40, 0, 0.5) > 0) * 1
squash <- function(z) 1 / (1 + exp(-z))
cost <- function(b) -mean(y * log(squash(x %*% b)) + (1 - y) * log(1 - squash(x %*% b)))
gradient <- function(b) t(x) %*% (squash(x %*% b) - y) / 40
b <- rep(0, 3)
costs <- numeric(0)
for (step in 1:8) {
  b <- b - 0.5 * gradient(b)
  costs <- c(costs, cost(b))
}
"""
ERRORS_AS_INPUTS = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
y = np.sin(X[:, :1])
W1, W2, before = rng.normal(size=(4, 5)), rng.normal(size=(5, 1)), np.zeros((30, 1))
for step in range(8):
    A = np.hstack([X, before])
    h = np.tanh(A @ W1)
    e = (h @ W2 - y) / 30
    d = e @ W2.T * (1 - h ** 2)
    W2 -= 0.1 * h.T @ e
    W1 -= 0.1 * A.T @ d
    before = e
"""
ERRORS_IN_THE_SUM = (
    ERRORS_AS_INPUTS.replace("(4, 5)", "(3, 5)")
    .replace("[X, before]", "[X]")
    .replace("h @ W2 - y", "h @ W2 + before - y")
)


@pytest.mark.parametrize("name", FAULTS)
def test_what_replaces_a_weight_is_told(accuse, name):
    told, cause, _ = accuse(*FAULTS[name], name)
    assert told.startswith(FAULTS[name][2])
    assert cause == "overwritten"


@pytest.mark.parametrize(
    "source", [PYTHON, R, LOOKING_AHEAD, COST_AFTERWARDS, ERRORS_AS_INPUTS, ERRORS_IN_THE_SUM]
)
def test_what_a_step_takes_of_the_one_before_accuses_nobody(check, source):
    _, answer, _ = check(source, name="their.R" if source.startswith("set") else "their.py")
    assert answer["verdict"] == "right", answer["sentence"]
