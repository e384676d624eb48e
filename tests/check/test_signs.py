"""Rprop: only the sign of a gradient counts, each weight has a step of its own."""

import pytest

ARRAYS = """import numpy as np
rng = np.random.default_rng(15)
X = rng.normal(size=(24, 3))
y = np.sin(X[:, :1]) + X[:, 1:2] * X[:, 2:]
par = [rng.normal(size=(3, 4)) * 0.5, np.zeros((1, 4)),
       rng.normal(size=(4, 1)) * 0.5, np.zeros((1, 1))]
size = [np.full(p.shape, 0.1) for p in par]
past = [np.zeros(p.shape) for p in par]
for epoch in range(30):
    h = 1 / (1 + np.exp(-(X @ par[0] + par[1])))
    e = (h @ par[2] + par[3] - y) / 24
    d = e @ par[2].T * h * (1 - h)
    G = [X.T @ d, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)]
    for i in range(4):
        turn = G[i] * past[i]
        size[i] = np.where(turn > 0, np.minimum(size[i] * 1.2, 1.0), size[i])
        size[i] = np.where(turn < 0, np.maximum(size[i] * 0.5, 1e-6), size[i])
        HELD
        par[i] = par[i] - np.sign(g) * size[i]
        past[i] = g
"""
LISTS = """set.seed(90)
X <- cbind(runif(40, -1, 1), runif(40, -1, 1), 1)
y <- matrix(X[, 1]^2 - X[, 2], ncol = 1)
w <- list(A = matrix(rnorm(12, sd = .5), 3), B = matrix(rnorm(5, sd = .5), 5))
step <- lapply(w, function(m) 0 * m + 0.08)
old <- lapply(w, function(m) 0 * m)
for (k in 1:30) {
  H <- tanh(X %*% w$A)
  e <- (cbind(H, 1) %*% w$B - y) / 40
  g <- list(A = crossprod(X, e %*% t(w$B[1:4, , drop = FALSE]) * (1 - H^2)),
            B = crossprod(cbind(H, 1), e))
  for (l in 1:2) {
    s <- g[[l]] * old[[l]]
    step[[l]][s > 0] <- step[[l]][s > 0] * 1.3
    step[[l]][s < 0] <- step[[l]][s < 0] * 0.4
    g[[l]][s < 0] <- 0
    w[[l]] <- w[[l]] - sign(g[[l]]) * step[[l]]
    old[[l]] <- g[[l]]
  }
}
"""
HELD = ARRAYS.replace("HELD", "g = np.where(turn < 0, 0.0, G[i])")
PLAIN = ARRAYS.replace("HELD", "g = G[i]")
RIGHT = {"held.py": HELD, "plain.py": PLAIN, "held.R": LISTS}
WRONG = {
    "slope.py": (HELD, "* h * (1 - h)", "* h", "d = e"),
    "slope.R": (LISTS, "* (1 - H^2)", "* (1 - H)", "g <- list"),
    "bias.py": (PLAIN, "d.sum(0, keepdims=True)", "d.mean(0, keepdims=True)", "G = "),
}


@pytest.mark.parametrize("name", RIGHT)
def test_rprop_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]
    assert answer["network"]["training"]["optimizer"]["name"] == "rprop"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_gradient_is_told_though_its_sign_alone_counts(accuse, name):
    source, old, new, line = WRONG[name]
    told, _, _ = accuse(source, old, new, name)
    assert told.startswith(line)


@pytest.mark.parametrize("change", [("* 1.2", "* 0.7"), ("turn > 0", "turn >= 0")])
def test_other_steps_are_not_called_right(check, change):
    assert check(HELD.replace(*change))[1]["verdict"] == "not followed"
