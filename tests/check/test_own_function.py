"""Slopes of functions of the program's own, shares of a derivative, and weights that recycle."""

import pytest

MISH = """import numpy as np
rng = np.random.default_rng(14)
X = rng.normal(size=(26, 3))
Y = X[:, :1] * X[:, 1:2] - X[:, 2:]
def bend(z):
    return z * np.tanh(np.log(1 + np.exp(z)))
def bend_slope(z):
    t = np.tanh(np.log(1 + np.exp(z)))
    return t + z * (1 - t ** 2) / (1 + np.exp(-z))
A, a = rng.normal(0, 0.7, (3, 5)), np.zeros(5)
B, b = rng.normal(0, 0.7, (5, 1)), np.zeros(1)
for step in range(10):
    z = X @ A + a
    h = bend(z)
    miss = (h @ B + b - Y) / 26
    back = miss @ B.T
    delta = back * bend_slope(z)
    B -= 0.2 * h.T @ miss
    b -= 0.2 * miss.sum(0)
    A -= 0.2 * X.T @ delta
    a -= 0.2 * delta.sum(0)
"""
CUBE = """set.seed(6)
X <- matrix(rnorm(60), 20, 3)
y <- X[, 1] * X[, 2]
curve <- function(z) atan(z + 0.1 * z^3)
steep <- function(z) {
  (1 + 0.3 * z^2) / (1 + (z + 0.1 * z^3)^2)
}
V <- matrix(rnorm(12, 0, 0.5), 3, 4)
u <- matrix(rnorm(4), 4, 1)
for (turn in 1:10) {
  z <- X %*% V
  h <- curve(z)
  e <- (h %*% u - y) / 20
  back <- e %*% t(u)
  d <- back *
    steep(z)
  u <- u - 0.3 * t(h) %*% e
  V <- V - 0.3 * t(X) %*% d
}
"""
NORMED = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(24, 3)) + 1
y = (X[:, 0] > X[:, 1]).astype(float)
W, g, c = rng.normal(size=(3, 4)), np.ones(4), np.zeros(4)
v = rng.normal(size=4)
for step in range(9):
    u = X @ W
    centred = u - u.mean(axis=0)
    spread = np.sqrt((centred ** 2).mean(axis=0) + 1e-5)
    unit = centred / spread
    h = np.tanh(g * unit + c)
    p = 1 / (1 + np.exp(-(h @ v)))
    e = (p - y) / 24
    dh = np.outer(e, v) * (1 - h ** 2)
    dunit = dh * g
    dspread = -(dunit * centred).sum(axis=0) / spread ** 2
    dcentred = dunit / spread
    dcentred = dcentred + dspread * centred / (24 * spread)
    du = dcentred - dcentred.mean(axis=0)
    W -= 0.3 * X.T @ du
    g -= 0.3 * (dh * unit).sum(axis=0)
    c -= 0.3 * dh.sum(axis=0)
    v -= 0.3 * h.T @ e
"""
LOGIT = """set.seed(11)
X <- cbind(1, matrix(rnorm(90), 45, 2))
y <- rbinom(45, 1, plogis(X[, 2] - 0.5 * X[, 3]))
w <- c(0.2, -0.1, 0.4)
for (i in 1:20) {
  score <- rowSums(sweep(X, 2, w, "*"))
  p <- 1 / (1 + exp(-score))
  g <- colMeans(X * (p - y))
  w <- w - 0.4 * g
}
"""
LINE = """set.seed(5)
table <- as.matrix(scale(cars))
table <- cbind(one = 1, speed = table[, 1], square = table[, 1]^2)
dist <- as.vector(scale(cars$dist))
theta <- c(0.1, 0.3, -0.2)
for (i in 1:15) {
  fit <- apply(t(t(table) * theta), 1, sum)
  error <- fit - dist
  theta <- theta - 0.1 * as.vector(crossprod(table, error)) / 50
}
"""
RIGHT = {
    "mish.py": MISH, "cube.R": CUBE, "normed.py": NORMED, "logit.R": LOGIT, "line.R": LINE,
    "turned.R": LOGIT.replace('rowSums(sweep(X, 2, w, "*"))', "colSums(t(X) * w)"),
}  # fmt: skip
FAULTS = {  # what stands for what, the line, the cause
    "mish.py": (
        MISH, "return t + z * (1 - t ** 2) / (1 + np.exp(-z))", "return t + z * (1 - t ** 2)",
        "return t + z * (1 - t ** 2)", None,
    ),
    "cube.R": (
        CUBE, "(1 + 0.3 * z^2) / (1 +", "(1 + 0.1 * z^2) / (1 +",
        "(1 + 0.1 * z^2) / (1 + (z + 0.1 * z^3)^2)", None,
    ),
    "normed.py": (
        NORMED, "dspread * centred / (24 * spread)", "dspread * centred / 24",
        "dcentred = dcentred + dspread * centred / 24", None,
    ),
    "logit.R": (
        LOGIT, 'rowSums(sweep(X, 2, w, "*"))', "rowSums(X * w)", "score <- rowSums(X * w)",
        "weights_recycled",
    ),
    "line.R": (
        LINE, "apply(t(t(table) * theta), 1, sum)", "rowSums(table * as.vector(theta))",
        "fit <- rowSums(table * as.vector(theta))", "weights_recycled",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_programs_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_where_they_are_made(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (line, cause)
