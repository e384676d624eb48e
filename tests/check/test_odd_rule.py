"""One parameter whose line of a rule is another than those of the others."""

import pytest

ADAM = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
y = np.sin(X[:, :1]) + X[:, 1:2]
W1, b1 = rng.normal(size=(3, 5)), np.zeros((1, 5))
W2, b2 = rng.normal(size=(5, 1)), np.zeros((1, 1))
mW1, vW1, mb1, vb1 = 0 * W1, 0 * W1, 0 * b1, 0 * b1
mW2, vW2, mb2, vb2 = 0 * W2, 0 * W2, 0 * b2, 0 * b2
for t in range(1, 12):
    h = np.tanh(X @ W1 + b1)
    e = (h @ W2 + b2 - y) / 30
    dW2, db2 = h.T @ e, e.sum(0, keepdims=True)
    d = e @ W2.T * (1 - h ** 2)
    dW1, db1 = X.T @ d, d.sum(0, keepdims=True)
    mW1 = 0.9 * mW1 + 0.1 * dW1
    mb1 = 0.9 * mb1 + 0.1 * db1
    mW2 = 0.9 * mW2 + 0.1 * dW2
    mb2 = 0.9 * mb2 + 0.1 * db2
    vW1 = 0.99 * vW1 + 0.01 * dW1 ** 2
    vb1 = 0.99 * vb1 + 0.01 * db1 ** 2
    vW2 = 0.99 * vW2 + 0.01 * dW2 ** 2
    vb2 = 0.99 * vb2 + 0.01 * db2 ** 2
    W1 -= 0.01 * (mW1 / (1 - 0.9 ** t)) / (np.sqrt(vW1 / (1 - 0.99 ** t)) + 1e-8)
    b1 -= 0.01 * (mb1 / (1 - 0.9 ** t)) / (np.sqrt(vb1 / (1 - 0.99 ** t)) + 1e-8)
    W2 -= 0.01 * (mW2 / (1 - 0.9 ** t)) / (np.sqrt(vW2 / (1 - 0.99 ** t)) + 1e-8)
    b2 -= 0.01 * (mb2 / (1 - 0.9 ** t)) / (np.sqrt(vb2 / (1 - 0.99 ** t)) + 1e-8)
"""
RMSPROP = """set.seed(5)
X <- matrix(rnorm(60), 20)
y <- matrix(tanh(X[, 1]) + X[, 2]^2, 20)
p <- list(W = matrix(rnorm(12), 3), b = matrix(0, 1, 4), V = matrix(rnorm(4), 4))
s <- lapply(p, function(x) 0 * x)
one <- matrix(1, 20, 1)
for (k in 1:12) {
  h <- tanh(X %*% p$W + one %*% p$b)
  e <- (h %*% p$V - y) / 20
  gV <- t(h) %*% e
  d <- (e %*% t(p$V)) * (1 - h^2)
  gW <- t(X) %*% d
  gb <- t(one) %*% d
  s$W <- 0.9 * s$W + 0.1 * gW^2
  s$b <- 0.9 * s$b + 0.1 * gb^2
  s$V <- 0.9 * s$V + 0.1 * gV^2
  p$W <- p$W - 0.01 * gW / (sqrt(s$W) + 1e-6)
  p$b <- p$b - 0.01 * gb / (sqrt(s$b) + 1e-6)
  p$V <- p$V - 0.01 * gV / (sqrt(s$V) + 1e-6)
}
"""
FAULTS = {
    "uncorrected.py": (ADAM, "b1 -= 0.01 * (mb1 / (1 - 0.9 ** t))", "b1 -= 0.01 * mb1"),
    "of_another.py": (ADAM, "b2 -= 0.01 * (mb2", "b2 -= 0.01 * (mW2[:1]"),
    "no_root.R": (RMSPROP, "gW / (sqrt(s$W) + 1e-6)", "gW / (s$W + 1e-6)"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_parameter_with_a_rule_of_its_own_is_told(accuse, name):
    source, old, new = FAULTS[name]
    told, cause, _ = accuse(source, old, new, name)
    assert new in told
    assert cause == "rule_of_one"


def test_a_mean_of_one_parameter_that_takes_all_of_a_step_is_told(accuse):
    line, cause, _ = accuse(ADAM, "mW2 = 0.9 * mW2 + 0.1 * dW2", "mW2 = 0.9 * mW2 + dW2")
    assert "mW2 = 0.9 * mW2 + dW2" in line
    assert cause == "share_left_out"


@pytest.mark.parametrize("name", ["adam.py", "rmsprop.R"])
def test_one_rule_of_all_is_right(check, name):
    _, answer, _ = check(ADAM if name.endswith("py") else RMSPROP, name=name)
    assert answer["verdict"] == "right", answer["sentence"]
