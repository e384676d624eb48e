"""Parts of a delta: that of the bias is left out, and no other one."""

import pytest

BATCH = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(30, 4))
Y = np.eye(3)[np.arange(30) % 3]
V, W = rng.normal(size=(6, 5)) * 0.5, rng.normal(size=(3, 7)) * 0.5
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(30):
    x = np.hstack([np.ones((30, 1)), X])
    h = np.hstack([np.ones((30, 1)), sigmoid(x @ V.T)])
    d = sigmoid(h @ W.T) - Y
    e = (d @ W) * (h * (1 - h))
    e = e[:, 1:]
    W = W - d.T @ h / 30
    V = V - e.T @ x / 30
"""
SAMPLE = """set.seed(5)
X <- matrix(rnorm(60), 20); y <- as.numeric(X[, 1] * X[, 2] > 0)
V <- matrix(rnorm(16), 4); w <- rnorm(5)
for (epoch in 1:5) {
  for (i in 1:20) {
    x <- c(1, X[i, ])
    h <- c(1, 1 / (1 + exp(-as.vector(V %*% x))))
    o <- 1 / (1 + exp(-sum(w * h)))
    d <- o - y[i]
    e <- d * w * h * (1 - h)
    e <- e[-1]
    w <- w - 0.3 * d * h
    V <- V - 0.3 * outer(e, x)
  }
}
"""


@pytest.mark.parametrize(
    ("source", "old", "new", "line", "name"),
    [
        (BATCH, "e[:, 1:]", "e[:, :-1]", 13, "their.py"),
        (SAMPLE, "e[-1]", "e[-5]", 11, "their.R"),
    ],
)
def test_the_delta_of_the_bias_is_left_out(check, source, old, new, line, name):
    assert check(source, name=name)[1]["verdict"] == "right"
    answer = check(source.replace(old, new), name=name)[1]
    assert (answer["first"]["line"], answer["cause"]["id"]) == (line, "other_part")
