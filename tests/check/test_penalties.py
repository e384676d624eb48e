"""The penalty in the loss that a program computes, and its derivative in the gradient."""

import pytest

VECTOR = """set.seed(9)
X <- cbind(1, scale(as.matrix(stackloss[, 1:3]))); y <- as.numeric(stackloss[, 4] > 15)
lambda <- 0.1
cost <- function(b) {
  p <- plogis(drop(X %*% b))
  -mean(y * log(p) + (1 - y) * log(1 - p)) + lambda / 2 * sum(b[-1]^2)
}
slope <- function(b) {
  p <- plogis(drop(X %*% b))
  drop(crossprod(X, p - y)) / 21 + lambda * c(0, b[-1])
}
b <- c(0.3, 0.1, -0.2, 0.2)
for (k in 1:60) {
  if (k %% 2 == 0) cat(k, cost(b), "\n")
  b <- b - 0.5 * slope(b)
}
"""
RIDGE = """import numpy as np
rng = np.random.default_rng(30)
A = np.c_[np.ones(40), rng.normal(size=(40, 3))]
t = A @ [1.0, 2.0, -1.0, 0.5] + rng.normal(size=40)
alpha = 0.05

def cost(w):
    r = A @ w - t
    return (r @ r + alpha * w[1:] @ w[1:]) / (2 * len(t))

def grad(w):
    g = A.T @ (A @ w - t)
    g[1:] += alpha * w[1:]
    return g / len(t)

w = rng.normal(size=4)
for i in range(50):
    c = cost(w)
    w = w - 0.3 * grad(w)
"""
TABLES = """import numpy as np

def fit(w, X, y, lam):
    n = len(y)
    h = np.tanh(X @ w["A"] + w["a"])
    r = h @ w["u"] - y
    cost = r @ r / n + lam * (np.sum(w["A"] ** 2) + np.sum(w["u"] ** 2))
    d = np.outer(2 * r / n, w["u"]) * (1 - h ** 2)
    return cost, (X.T @ d + 2 * lam * w["A"],
                  d.sum(0),
                  2 * h.T @ r / n + 2 * lam * w["u"])

rng = np.random.default_rng(8)
X = rng.normal(size=(40, 3))
y = X[:, 0] * X[:, 1]
w = {"A": rng.normal(size=(3, 5)) * 0.4, "a": np.zeros(5), "u": rng.normal(size=5) * 0.4}
for i in range(60):
    cost, slopes = fit(w, X, y, 0.02)
    for key, g in zip(("A", "a", "u"), slopes):
        w[key] = w[key] - 0.1 * g
"""
RIGHT = {"vector.R": VECTOR, "ridge.py": RIDGE, "tables.py": TABLES}
WRONG = {
    "all.R": (VECTOR, "lambda * c(0, b[-1])", "lambda * b", "drop(crossprod", "decay_of_free"),
    "all.py": (RIDGE, "g[1:] += alpha * w[1:]", "g += alpha * w", "g +=", "decay_of_free"),
    "half.py": (TABLES, "/ n + 2 * lam", "/ n + lam", "2 * h.T", "decay_of_one"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_penalty_that_is_derived_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", WRONG)
def test_a_penalty_unlike_that_of_the_loss_is_told_where_it_is_added(accuse, name):
    source, old, new, line, wanted = WRONG[name]
    told, cause, _ = accuse(source, old, new, name)
    assert (told[: len(line)], cause) == (line, wanted)
