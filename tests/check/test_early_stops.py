"""Loops over the entries of a list or the positions of a filter that stop before the last."""

import pytest

FILTER = """import numpy as np
rng = np.random.default_rng(19)
signals = rng.normal(size=(12, 10))
target = signals[:, 2] - signals[:, 5]
kernel, shift, w = rng.normal(size=3), 0.1, rng.normal(size=8)
for epoch in range(3):
    for x, t in zip(signals, target):
        z = np.array([x[p:p + 3] @ kernel for p in range(8)]) + shift
        h = np.tanh(z)
        e = h @ w - t
        d = e * w * (1 - h ** 2)
        grad = np.zeros(3)
        for p in range(8):
            grad += d[p] * x[p:p + 3]
        w = w - 0.05 * e * h
        kernel = kernel - 0.05 * grad
        shift = shift - 0.05 * d.sum()
"""
WINDOW = """set.seed(3)
x <- matrix(rnorm(90), 10, 9)
y <- x[, 1] + x[, 4]
k <- rnorm(2)
v <- rnorm(8)
for (epoch in 1:3) {
  for (i in 1:10) {
    z <- numeric(8)
    for (p in 1:8) z[p] <- sum(x[i, p:(p + 1)] * k)
    h <- tanh(z)
    e <- sum(v * h) - y[i]
    d <- e * v * (1 - h^2)
    g <- c(0, 0)
    for (p in 1:8) {
      g <- g + d[p] * x[i, p:(p + 1)]
    }
    v <- v - 0.05 * e * h
    k <- k - 0.05 * g
  }
}
"""
UNITS = """import math, random
random.seed(8)
points = [([random.gauss(0, 1), random.gauss(0, 1)], 1) for _ in range(5)]
points += [([random.gauss(1, 1), random.gauss(2, 1)], 0) for _ in range(5)]
hidden = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
top = [random.uniform(-1, 1) for _ in range(3)]
def squash(v):
    return 1 / (1 + math.exp(-v))
for epoch in range(10):
    for x, t in points:
        row = x + [1.0]
        h = [squash(sum(w * v for w, v in zip(unit, row))) for unit in hidden] + [1.0]
        o = squash(sum(w * v for w, v in zip(top, h)))
        d = (o - t) * o * (1 - o)
        back = [d * top[j] * h[j] * (1 - h[j]) for j in range(2)]
        for j in range(len(h)):
            top[j] -= 0.5 * d * h[j]
        for j in range(2):
            for i in range(len(row)):
                hidden[j][i] -= 0.5 * back[j] * row[i]
"""
RIGHT = {"filter.py": FILTER, "window.R": WINDOW, "units.py": UNITS}
FAULTS = {  # what stands for what, the line, the cause
    "filter.py": (
        FILTER, "        for p in range(8):\n", "        for p in range(len(d) - 1):\n",
        "for p in range(len(d) - 1):", "shares_left_out",
    ),
    "from_one.py": (
        FILTER, "        for p in range(8):\n", "        for p in range(1, 8):\n",
        "for p in range(1, 8):", "shares_left_out",
    ),
    "window.R": (
        WINDOW, "for (p in 1:8) {\n", "for (p in 1:(length(d) - 1)) {\n",
        "for (p in 1:(length(d) - 1)) {", "shares_left_out",
    ),
    "units.py": (
        UNITS, "for i in range(len(row)):", "for i in range(len(x)):",
        "for i in range(len(x)):", "never_updated",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_loops_to_the_end_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_loops_that_stop_early_are_told(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (line, cause)
