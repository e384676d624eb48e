"""A loop over the samples that stops early, and a batch that is divided by all samples."""

import pytest

NUMBERS = """import random
random.seed(5)
n = 24
dose = [random.uniform(0, 3) for _ in range(n)]
level = [0.7 * d - 0.2 + random.gauss(0, 0.1) for d in dose]
slope, base = 0.0, 0.0
for turn in range(30):
    gs = gb = 0.0
    for k in range(n):
        miss = slope * dose[k] + base - level[k]
        gs += miss * dose[k]
        gb += miss
    slope -= 0.3 * gs / n
    base -= 0.3 * gb / n
"""
ARRAYS = """import numpy as np
rng = np.random.default_rng(12)
X = rng.normal(size=(18, 3))
y = (X[:, 0] - X[:, 2] > 0.1).astype(float)
w, b = rng.normal(size=3), 0.0
n = len(X)
for epoch in range(14):
    dw, db = np.zeros(3), 0.0
    for i in range(n):
        p = 1 / (1 + np.exp(-(X[i] @ w + b)))
        dw += (p - y[i]) * X[i]
        db += p - y[i]
    w -= 0.4 / n * dw
    b -= 0.4 / n * db
"""
VECTORS = """set.seed(8)
X <- cbind(1, matrix(rnorm(60), 30, 2))
y <- X %*% c(0.4, 1, -0.6) + rnorm(30, 0, 0.2)
V <- matrix(rnorm(9, 0, 0.4), 3, 3)
u <- rnorm(3)
for (epoch in 1:12) {
  GV <- V * 0
  gu <- u * 0
  for (r in seq_len(nrow(X))) {
    h <- tanh(drop(X[r, ] %*% V))
    e <- sum(h * u) - y[r]
    gu <- gu + e * h
    GV <- GV + outer(X[r, ], e * u * (1 - h^2))
  }
  V <- V - 0.2 * GV / nrow(X)
  u <- u - 0.2 * gu / nrow(X)
}
"""
SERIES = """import math, random
random.seed(2)
n = 30
temp = [math.sin(k / 4) + random.gauss(0, 0.05) for k in range(n)]
a, c = 0.1, 0.0
for turn in range(30):
    ga = gc = 0.0
    for k in range(n - 1):
        e = a * temp[k] + c - temp[k + 1]
        ga += e * temp[k]
        gc += e
    a -= 0.3 * ga / n
    c -= 0.3 * gc / n
"""
BATCHES = """import numpy as np
rng = np.random.default_rng(7)
X = rng.normal(size=(60, 3))
Y = X[:, :1] * X[:, 1:2]
V, c = rng.normal(0, 0.6, (3, 5)), np.zeros(5)
W, b = rng.normal(0, 0.6, (5, 1)), np.zeros(1)
for epoch in range(4):
    order = rng.permutation(60)
    for s in range(0, 60, 20):
        xb, yb = X[order[s:s + 20]], Y[order[s:s + 20]]
        h = np.tanh(xb @ V + c)
        d = (h @ W + b - yb) / len(xb)
        e = d @ W.T * (1 - h ** 2)
        W -= 0.2 * h.T @ d
        b -= 0.2 * d.sum(axis=0)
        V -= 0.2 * xb.T @ e
        c -= 0.2 * e.sum(axis=0)
"""
PARTS = """set.seed(4)
X <- cbind(1, matrix(rnorm(80), 40, 2))
y <- rbinom(40, 1, plogis(X[, 2] - X[, 3]))
w <- c(0.1, -0.1, 0.2)
for (epoch in 1:5) {
  for (first in seq(1, 40, by = 10)) {
    own <- first:(first + 9)
    p <- plogis(X[own, ] %*% w)
    g <- t(X[own, ]) %*% (p - y[own]) / length(own)
    w <- w - 0.3 * drop(g)
  }
}
"""
ONE_BY_ONE = ARRAYS.replace("    dw, db = np.zeros(3), 0.0\n", "").replace(
    """        dw += (p - y[i]) * X[i]
        db += p - y[i]
    w -= 0.4 / n * dw
    b -= 0.4 / n * db
""",
    """        w -= 4 * (p - y[i]) * X[i] / n
        b -= 4 * (p - y[i]) / n
""",
)
# A gradient is shortened where it is long.
SHORTENED = ARRAYS.replace(
    "    w -= 0.4 / n * dw",
    "    dw = dw * (1 / max(1, np.sqrt(dw @ dw) / 50))\n    w -= 0.4 / n * dw",
)
RIGHT = {
    "shortened.py": SHORTENED,
    "numbers.py": NUMBERS, "arrays.py": ARRAYS, "vectors.R": VECTORS, "series.py": SERIES,
    "batches.py": BATCHES, "parts.R": PARTS, "one_by_one.py": ONE_BY_ONE,
    # All but one, and divided by as many.
    "but_one.py": NUMBERS.replace("range(n):\n        miss", "range(n - 1):\n        miss").replace(
        "/ n\n", "/ (n - 1)\n"
    ),
}  # fmt: skip
FAULTS = {  # what stands for what, the line, the cause
    "numbers.py": (NUMBERS, "    for k in range(n):\n", "    for k in range(n - 1):\n",
                   "for k in range(n - 1):", "sample_left_out"),
    "from_one.py": (NUMBERS, "    for k in range(n):\n", "    for k in range(1, n):\n",
                    "for k in range(1, n):", "sample_left_out"),
    "arrays.py": (ARRAYS, "for i in range(n):", "for i in range(len(X) - 1):",
                  "for i in range(len(X) - 1):", "sample_left_out"),
    "vectors.R": (VECTORS, "(r in seq_len(nrow(X)))", "(r in 1:(nrow(X) - 1))",
                  "for (r in 1:(nrow(X) - 1)) {", "sample_left_out"),
    "batches.py": (BATCHES, "/ len(xb)", "/ len(X)", "d = (h @ W + b - yb) / len(X)",
                   "batch_divided_by_all"),
    "reciprocal.py": (BATCHES, "(h @ W + b - yb) / len(xb)", "(1 / len(X)) * (h @ W + b - yb)",
                      "d = (1 / len(X)) * (h @ W + b - yb)", "batch_divided_by_all"),
    "parts.R": (PARTS, "/ length(own)", "/ nrow(X)",
                "g <- t(X[own, ]) %*% (p - y[own]) / nrow(X)", "batch_divided_by_all"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_divided_by_as_many_is_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_divided_by_more_is_told(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (line, cause)
