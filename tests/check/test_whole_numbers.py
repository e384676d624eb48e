"""Whole numbers where others are meant: arrays that cut what is put into them, a range of one."""

import pytest

COLUMNS = """import numpy as np
table = np.array([[25, 1, 4], [31, 1, 5], [40, 2, 6], [44, 2, 7], [52, 2, 8], [55, 3, 8],
                  [60, 3, 9], [68, 3, 9], [72, 3, 11], [80, 4, 11], [85, 4, 13], [96, 4, 13]])
X = table[:, :2].astype(float)
y = table[:, 2] / 10
for c in range(2):
    X[:, c] = (X[:, c] - X[:, c].mean()) / X[:, c].std()
w, b = np.zeros(2), 0.0
for epoch in range(30):
    d = (X @ w + b - y) / len(y)
    w = w - 0.1 * X.T @ d
    b = b - 0.1 * d.sum()
"""
UNITS = """import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 1, 1, 0])
rng = np.random.default_rng(3)
V, c = rng.normal(size=(3, 2)), np.zeros(3)
w, b = rng.normal(size=3), 0.0
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(20):
    for x, t in zip(X, y):
        h = np.zeros_like(V[:, 0])
        for j in range(3):
            h[j] = sigmoid(V[j] @ x + c[j])
        o = sigmoid(h @ w + b)
        d = (o - t) * o * (1 - o)
        e = d * w * h * (1 - h)
        w = w - 0.5 * d * h
        b = b - 0.5 * d
        V = V - 0.5 * np.outer(e, x)
        c = c - 0.5 * e
"""
YEARS = """import numpy as np
days = [11300.0, 9200.0, 15100.0, 20400.0, 8100.0, 12700.0]
ages = np.zeros(6, dtype=int)
for i, d in enumerate(days):
    ages[i] = d / 365.25
X = (ages - ages.mean())[:, None] / 10
y = np.array([0.4, 0.3, 0.6, 0.9, 0.2, 0.5])
w, b = np.zeros(1), 0.0
for epoch in range(30):
    d = (X @ w + b - y) / 6
    w = w - 0.1 * X.T @ d
    b = b - 0.1 * d.sum()
"""
BATCHES = """set.seed(4)
X <- matrix(rnorm(120), 40, 3); y <- as.vector(X %*% c(1, -2, 0.5)) + 0.1 * rnorm(40)
w <- rep(0, 3); b <- 0; size <- 8
for (epoch in 1:30) {
  o <- sample(40)
  for (s in seq(1, 40, by = size)) {
    take <- o[s:(s + size - 1)]
    x <- X[take, , drop = FALSE]
    d <- (as.vector(x %*% w) + b - y[take]) / length(take)
    w <- w - 0.1 * as.vector(t(x) %*% d)
    b <- b - 0.1 * sum(d)
  }
}
"""
FAULTS = {
    "columns that are scaled in place": (COLUMNS, ".astype(float)", "", 7, "cut_to_whole"),
    "units in an array like the samples": (UNITS, "V[:, 0]", "[0, 0, 0]", 13, "cut_to_whole"),
}
RIGHT = {
    "columns": COLUMNS,
    "units": UNITS,
    "years are cut": YEARS,
    "classes are counted": YEARS.replace("ages[i] = d / 365.25", "ages[i] = round(d / 365.25)"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_whole_numbers_that_are_meant_are_right(check, name):
    assert check(RIGHT[name])[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_cut_to_whole_numbers_is_told_where_it_is_put(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    _, found, answer = accuse(source, old, new)
    assert (answer["first"]["line"], found) == (line, cause)


@pytest.mark.parametrize(
    "source", [BATCHES, BATCHES.replace("by = size", "by = 1").replace("(s + size - 1)", "s")]
)
def test_batches_in_r_are_right(check, source):
    assert check(source, name="their.R")[1]["verdict"] == "right"


def test_a_range_without_brackets_is_told(check):
    answer = check(BATCHES.replace("(s + size - 1)", "s + size - 1"), name="their.R")[1]
    assert (answer["first"]["line"], answer["cause"]["id"]) == (7, "batch_of_one")
    assert answer["first"]["right"] == "8 samples"
    answer = check(
        BATCHES.replace("o[s:(s + size - 1)]", "s:s+size-1").replace("  o <- sample(40)\n", ""),
        name="their.R",
    )[1]
    assert (answer["first"]["line"], answer["cause"]["id"]) == (6, "batch_of_one")
