"""Samples with weights, and losses that are computed after the update or kept in a table."""

import pytest

NUMBERS = """import math, random
random.seed(2)
data = [((random.gauss(0, 1), random.gauss(0, 1)), int(random.random() < 0.3)) for _ in range(40)]
share = sum(y for _, y in data) / len(data)
weight = {1: 0.5 / share, 0: 0.5 / (1 - share)}
w, b = [0.0, 0.0], 0.0
for epoch in range(9):
    gw, gb = [0.0, 0.0], 0.0
    for x, y in data:
        p = 1 / (1 + math.exp(-(b + sum(u * v for u, v in zip(w, x)))))
        e = weight[y] * (p - y)
        for j, v in enumerate(x):
            gw[j] += e * v
        gb += e
    w = [u - 0.5 * (g / len(data) + 0.01 * u) for u, g in zip(w, gw)]
    b -= 0.5 * gb / len(data)
"""
VECTOR = """set.seed(5)
x <- matrix(rnorm(80), 40)
y <- rep(c(1, 0), c(8, 32))
k <- ifelse(y == 1, 4, 1)
k <- k / sum(k)
cost <- function(b) {
  f <- b[1] + b[2] * x[, 1] + b[3] * x[, 2]
  sum(k * (log(1 + exp(f)) - y * f))
}
b <- c(0, 0, 0)
for (i in 1:30) {
  p <- 1 / (1 + exp(-(b[1] + b[2] * x[, 1] + b[3] * x[, 2])))
  first <- sum(k * (p - y))
  second <- sum(k * (p - y) * x[, 1])
  third <- sum(k * (p - y) * x[, 2])
  b <- b - 0.5 * c(first, second, third)
  now <- cost(b)
}
"""
TABLE = """set.seed(3)
x <- cbind(1, matrix(rnorm(120), 40))
y <- rbinom(40, 1, plogis(x[, 2]))
loss <- function(b) {
  p <- 1 / (1 + exp(-x %*% b))
  -mean(y * log(p) + (1 - y) * log(1 - p))
}
b <- numeric(4)
path <- matrix(NA, 30, 5)
for (i in 1:30) {
  p <- 1 / (1 + exp(-x %*% b))
  g <- t(x) %*% (p - y) / nrow(x)
  b <- b - 0.1 * g
  path[i, ] <- c(loss(b), b)
}
"""
DECAY = """import numpy as np
rng = np.random.default_rng(7)
X = rng.uniform(-1, 1, (20, 2))
Y = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
ones = lambda a: np.column_stack((np.ones(len(a)), a))
sigmoid = lambda z: 1 / (1 + np.exp(-z))
V, W = rng.normal(size=(4, 3)), rng.normal(size=(2, 5))
def cost(V, W):
    h = sigmoid(ones(sigmoid(ones(X) @ V.T)) @ W.T)
    fit = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / 20
    return fit + 0.05 / 40 * (np.sum(V[:, 1:] ** 2) + np.sum(W[:, 1:] ** 2))
history = []
for epoch in range(9):
    a = ones(sigmoid(ones(X) @ V.T))
    d = (sigmoid(a @ W.T) - Y) / 20
    e = (d @ W * a * (1 - a))[:, 1:]
    gW, gV = d.T @ a, e.T @ ones(X)
    gV[:, 1:] += 0.05 / 20 * V[:, 1:]
    gW[:, 1:] += 0.05 / 20 * W[:, 1:]
    V, W = V - 0.5 * gV, W - 0.5 * gW
    history.append(cost(V, W))
"""
BATCHES = """set.seed(2)
x <- matrix(rnorm(120), 60)
y <- tanh(x[, 1] - x[, 2])
W <- matrix(rnorm(6), 2)
v <- rnorm(3)
for (epoch in 1:4) {
  order <- sample(60)
  for (k in 1:6) {
    rows <- order[((k - 1) * 10 + 1):(k * 10)]
    h <- tanh(x[rows, ] %*% W)
    d <- drop(h %*% v) - y[rows]
    e <- outer(d, v) * (1 - h * h)
    v <- v - 0.2 * drop(d %*% h) / 10
    W <- W - 0.2 * t(x[rows, ]) %*% e / 10
  }
}
"""


RIGHT = {
    "numbers.py": NUMBERS, "vector.R": VECTOR, "table.R": TABLE, "decay.py": DECAY,
    "batches.R": BATCHES,
}  # fmt: skip
FAULTS = {  # what stands for what, the cause
    "vector.R": (VECTOR, "first <- sum(k * (p - y))", "first <- mean(p - y)", None),
    "table.R": (
        TABLE, "g <- t(x) %*% (p - y) / nrow(x)", "g <- t(x) %*% (p - y) / ncol(x)",
        "columns_counted",
    ),
    "decay.py": (
        DECAY, "gW[:, 1:] += 0.05 / 20 * W[:, 1:]", "gW[:, 1:] += 0.05 * W[:, 1:]", "decay_of_one",
    ),
    "batches.R": (
        BATCHES, "rows <- order[((k - 1) * 10 + 1):(k * 10)]",
        "rows <- order[((k - 1) * 10):(k * 10)]", "samples_shared",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_programs_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_at_their_line(accuse, name):
    source, old, new, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (new, cause)


def test_what_is_divided_by_columns_is_as_many_times_too_large(accuse):
    answer = accuse(*FAULTS["table.R"][:3], "table.R")[2]
    assert answer["first"]["ratio"] == "10 times the right one"
