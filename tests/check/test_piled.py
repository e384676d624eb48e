"""Sums of gradients that are made before the training, and never set back to zero in it."""

import pytest

BY_ROWS = """set.seed(9)
data <- cbind(runif(20, -1, 1), runif(20, -1, 1))
label <- as.numeric(data[, 2] > data[, 1]^2 - 0.3)
W <- array(rnorm(9), dim = c(3, 3))
U <- rnorm(4)
BEFORE
for (epoch in 1:30) {
  WITHIN
  for (r in 1:20) {
    x <- c(data[r, ], 1)
    h <- sapply(1:3, function(j) tanh(sum(W[j, ] * x)))
    p <- 1 / (1 + exp(-sum(U * c(h, 1))))
    d <- p - label[r]
    gU <- gU + d * c(h, 1)
    for (j in 1:3) gW[j, ] <- gW[j, ] + d * U[j] * (1 - h[j]^2) * x
  }
  W <- W - 0.5 * gW / 20
  U <- U - 0.5 * gU / 20
}
"""
IN_LISTS = """import numpy as np
rng = np.random.default_rng(4)
X, y = rng.normal(size=(24, 3)), rng.integers(0, 2, size=24)
weights = [rng.normal(size=(4, 3)), rng.normal(size=(1, 4))]
BEFORE
for epoch in range(20):
    for start in range(0, 24, 8):
        WITHIN
        for x, t in zip(X[start:start + 8], y[start:start + 8]):
            h = np.tanh(weights[0] @ x)
            d = 1 / (1 + np.exp(-(weights[1] @ h))) - t
            grads = [np.outer((weights[1].T @ d) * (1 - h ** 2), x), np.outer(d, h)]
            for i in range(2):
                sums[i] += grads[i]
        for i in range(2):
            weights[i] = weights[i] - 0.1 / 8 * sums[i]
"""
IN_NUMBERS = """import math, random
random.seed(3)
rows = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(16)]
labels = [1 if row[0] + row[1] > 0.2 else 0 for row in rows]
w, b = [0.3, -0.2], 0.1
BEFORE
for epoch in range(12):
    WITHIN
    gb = 0.0
    for row, t in zip(rows, labels):
        p = 1 / (1 + math.exp(-(w[0] * row[0] + w[1] * row[1] + b)))
        for j in range(2):
            g[j] += (p - t) * row[j]
        gb += p - t
    for j in range(2):
        w[j] -= 0.5 * g[j] / 16
    b -= 0.5 * gb / 16
"""
ALONE = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(20, 3))
Y = X[:, :1] * X[:, 1:2]
V, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for epoch in range(9):
    h = np.tanh(X @ V)
    d = (h @ W - Y) / 20
    gW = h.T @ d
    gV = X.T @ (d @ W.T * (1 - h ** 2))
    W = W - 0.1 * gW
    V = V - 0.1 * gV
"""
HANDED_ON = """import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(18, 2))
y = X[:, 0] - X[:, 1] ** 2
layers = [rng.normal(size=(2, 3)), rng.normal(size=3)]
def collect(rows, sums):
    A, b = layers
    for i in rows:
        h = np.tanh(X[i] @ A)
        e = h @ b - y[i]
        for total, share in zip(sums, [np.outer(X[i], e * b * (1 - h ** 2)), e * h]):
            total += share
for epoch in range(12):
    BEFORE
    for start in range(0, 18, 6):
        WITHIN
        collect(range(start, start + 6), sums)
        layers = [p - 0.1 / 6 * s for p, s in zip(layers, sums)]
"""
ZEROS = {
    "handed_on.py": (HANDED_ON, "sums = [np.zeros(p.shape) for p in layers]"),
    "in_numbers.py": (IN_NUMBERS, "g = [0.0, 0.0]"),
    "by_rows.R": (BY_ROWS, "gW <- W * 0; gU <- U * 0"),
    "in_lists.py": (IN_LISTS, "sums = [np.zeros_like(w) for w in weights]"),
}
RIGHT = {
    name: source.replace("BEFORE", "").replace("WITHIN", zeros)
    for name, (source, zeros) in ZEROS.items()
}
# The program, what is changed in it and into what, the text of the line named.
WRONG = {
    name: (source, ("BEFORE", "WITHIN"), (zeros, ""), zeros)
    for name, (source, zeros) in ZEROS.items()
} | {
    "one_of_two.R": (BY_ROWS, ("BEFORE", "WITHIN"), ("gU <- U * 0", "gW <- W * 0"), "gU <- U * 0"),
    # One share is added in a step, where the others have a value of their own: no sum is meant.
    "no_sum.py": (
        ALONE,
        ("gW = h.T @ d", "for epoch"),
        ("gW += h.T @ d", "gW = 0 * W\nfor epoch"),
        "gW +=",
    ),
}


def change(name: str) -> str:
    """A program with its mistake."""
    source, old, new, _ = WRONG[name]
    for a, b in zip(old, new, strict=True):
        source = source.replace(a, b)
    return source


@pytest.mark.parametrize("name", RIGHT)
def test_sums_that_are_set_back_are_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", WRONG)
def test_sums_that_go_on_are_told_where_they_begin(check, name):
    _, answer, _ = check(change(name), name=name)
    assert answer["verdict"] == "different", answer["sentence"]
    assert answer["cause"]["id"] == "gradient_accumulated"
    assert answer["first"]["source"].startswith(WRONG[name][3])
