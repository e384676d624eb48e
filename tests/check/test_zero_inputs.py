"""Samples with inputs of 0 and square gradients: what is told where the first step says little."""

import pytest

UNITS = """inputs <- matrix(c(0, 0, 0, 1, 1, 0, 1, 1), 4, byrow = TRUE)
wanted <- c(0, 1, 1, 0)
set.seed(2)
squash <- function(s) 1 / (1 + exp(-s))
v <- matrix(runif(9, -1, 1), 3, 3)
w <- runif(4, -1, 1)
for (round in 1:6) for (k in 1:4) {
  h <- numeric(3)
  for (j in 1:3) {
    s <- v[3, j]
    for (i in 1:2) s <- s + v[i, j] * inputs[k, i]
    h[j] <- squash(s)
  }
  s <- w[4]
  for (j in 1:3) s <- s + w[j] * h[j]
  o <- squash(s)
  d <- (wanted[k] - o) * o * (1 - o)
  e <- numeric(3)
  for (j in 1:3) e[j] <- d * w[j] * h[j] * (1 - h[j])
  for (j in 1:3) w[j] <- w[j] + 0.4 * d * h[j]
  w[4] <- w[4] + 0.4 * d
  for (j in 1:3) {
    for (i in 1:2) v[i, j] <- v[i, j] + 0.4 * e[j] * inputs[k, i]
    v[3, j] <- v[3, j] + 0.4 * e[j]
  }
}
"""
LISTS = """import math, random
rng = random.Random(7)
A = [[rng.uniform(-1, 1) for _ in range(3)] for _ in range(4)]
B = [rng.uniform(-1, 1) for _ in range(5)]
for epoch in range(6):
    for x, t in [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]:
        x = [*x, 1.0]
        h = [math.tanh(sum(p * q for p, q in zip(row, x))) for row in A] + [1.0]
        y = 1 / (1 + math.exp(-sum(p * q for p, q in zip(B, h))))
        e = y - t
        back = [e * b for b in B]
        B = [b - 0.3 * e * hj for b, hj in zip(B, h)]
        A = [[a - 0.3 * back[j] * (1 - h[j] ** 2) * xi for a, xi in zip(row, x)]
             for j, row in enumerate(A)]
"""
SQUARE = """import numpy as np
rng = np.random.default_rng(5)
X = np.c_[np.ones(24), rng.normal(size=(24, 2))]
T = np.eye(3)[rng.integers(0, 3, 24)]
W = np.zeros((3, 3))
for epoch in range(3):
    rate = 0.1 * 0.9 ** epoch
    for i in rng.permutation(24):
        z = X[i] @ W
        p = np.exp(z - z.max())
        p /= p.sum()
        W -= rate * np.outer(X[i], p - T[i])
"""
MEMORY = """import numpy as np
rng = np.random.default_rng(9)
x = rng.uniform(-1, 1, (40, 2))
t = x[:, :1] * x[:, 1:]
weights = [rng.normal(size=(2, 6)), np.zeros(6), rng.normal(size=(6, 1)), np.zeros(1)]
memory = [np.zeros_like(w) for w in weights]
for step in range(8):
    W, b, V, c = weights
    h = np.tanh(x @ W + b)
    d = (h @ V + c - t) / 40
    e = d @ V.T * (1 - h * h)
    for w, g, m in zip(weights, [x.T @ e, e.sum(0), h.T @ d, d.sum(0)], memory):
        m += g * g
        w -= 0.05 * g / np.sqrt(m + 1e-8)
"""
FAULTS = {
    "units.R": (UNITS, "v[3, j] + 0.4 * e[j]", "v[3, j] + 0.4 * e[1]",
                "v[3, j] <- v[3, j] + 0.4 * e[1]", None),
    "lists.py": (LISTS, "zip(row, x)]\n             for", "zip(row, x[::-1])]\n             for",
                 "A = [[a - 0.3 * back[j] * (1 - h[j] ** 2) * xi for a, xi in zip(row, x[::-1])]",
                 None),
    "square.py": (SQUARE, "np.outer(X[i], p - T[i])", "np.outer(p - T[i], X[i])",
                  "W -= rate * np.outer(p - T[i], X[i])", "gradient_transposed"),
    "memory.py": (MEMORY, "m += g * g", "m = m + g * g", "m = m + g * g", "means_not_kept"),
}  # fmt: skip
PROGRAMS = {"units.R": UNITS, "lists.py": LISTS, "square.py": SQUARE, "memory.py": MEMORY}


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_ones_are_right(check, name):
    assert check(PROGRAMS[name], name=name)[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_where_it_is(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    assert accuse(source, old, new, name=name)[:2] == (line, cause)
