"""Perceptrons: an output that jumps has no derivative, and their rule passes its error on."""

import pytest

CLASS = """class Perceptron:
    def __init__(self, inputs):
        self.w = [0.1 * (k + 1) for k in range(inputs)]
        self.bias = -0.2
    def fire(self, x):
        total = self.bias
        for w, e in zip(self.w, x):
            total += w * e
        if total >= 0:
            return 1
        return 0
    def adjust(self, x, error, rate):
        for k in range(len(self.w)):
            self.w[k] += rate * error * x[k]
        self.bias += rate * error
data = [((0.2, 0.9), 1), ((0.8, 0.1), 0), ((0.5, 0.6), 1), ((0.9, 0.4), 0), ((0.3, 0.2), 0)]
unit = Perceptron(2)
for epoch in range(12):
    for x, target in data:
        miss = target - unit.fire(x)
        if miss != 0:
            unit.adjust(x, miss, 0.1)
"""
LISTS = """data = [[1, 0, 0], [1, 1, 1], [0, 1, 0], [0, 0, 0]]
w, b, rate = [0, 0], 0, 0.1
misses = [0, 0, 0, 0]
for epoch in range(10):
    for i, row in enumerate(data):
        y = 1 if w[0] * row[0] + w[1] * row[1] + b > 0 else 0
        misses[i] = row[2] - y
        w[0] += rate * misses[i] * row[0]
        w[1] += rate * misses[i] * row[1]
        b += rate * misses[i]
"""
ROSENBLATT = """import numpy as np
X = np.array([[2.0, 1.0], [-1.0, 0.5], [0.5, -2.0], [1.5, 2.0], [-2.0, -1.0], [1.0, -0.4]])
y = np.array([1, -1, -1, 1, -1, 1])
w = np.array([-0.2, 0.1, -0.3])
for epoch in range(4):
    for x, target in zip(X, y):
        change = 0.1 * (target - np.where(x @ w[1:] + w[0] >= 0.0, 1, -1))
        w[1:] += change * x
        w[0] += change
"""
WORDS = """x <- matrix(c(2, 1, -1, 0.5, 0.5, -2, 1.5, 2, -2, -1, 1, -0.4), 6, byrow = TRUE)
y <- c(1, 0, 0, 1, 0, 1)
w <- c(-0.2, 0.1)
b <- 0.3
for (epoch in 1:4) {
  for (i in 1:6) {
    z <- sum(w * x[i, ], b)
    out <- 0
    if (z > 0) {
      out <- 1
    }
    w <- w + 0.1 * (y[i] - out) * x[i, ]
    b <- b + 0.1 * (y[i] - out)
  }
}
"""
FUNCTION = """x <- cbind(c(2, -1, 0.5, 1.5, -2, 1), c(1, 0.5, -2, 2, -1, -0.4))
y <- c(1, -1, -1, 1, -1, 1)
sign_of <- function(z) {
  if (z < 0) return(-1)
  1
}
weights <- c(-0.2, 0.1, 0.3)
for (epoch in 1:4) for (i in 1:6) {
  row <- c(1, x[i, ])
  delta <- y[i] - sign_of(weights %*% row)
  weights <- weights + 0.05 * delta * row
}
"""
IFELSE = FUNCTION.replace("sign_of(weights %*% row)", "ifelse(sum(weights * row) < 0, -1, 1)")
BATCH = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(30, 3))
y = np.sign(X @ np.array([1.0, -1.0, 0.5]) + 0.2)
w, b = rng.normal(size=3), 0.1
for epoch in range(5):
    miss = y - np.sign(X @ w + b)
    w += 0.01 * X.T @ miss
    b += 0.01 * miss.sum()
"""
RIGHT = {
    "class.py": CLASS, "lists.py": LISTS, "rosenblatt.py": ROSENBLATT, "words.R": WORDS,
    "function.R": FUNCTION, "ifelse.R": IFELSE, "batch.py": BATCH,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_perceptron_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]
    assert "perceptron's rule" in answer["network"]["sentence"]


WRONG = {
    "bias_down.R": (WORDS, "b <- b + 0.1", "b <- b - 0.1"),
    "bias_of_input.py": (ROSENBLATT, "w[0] += change", "w[0] += change * x[0]"),
    "miss_turned.py": (CLASS, "target - unit.fire(x)", "unit.fire(x) - target"),
    "other_input.py": (LISTS, "w[1] += rate * misses[i] * row[1]",
                       "w[1] += rate * misses[i] * row[0]"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistake_of_a_perceptron_is_found(accuse, name):
    told, _, _ = accuse(*WRONG[name], name)
    # Of an error that is turned around every use of it is as wrong.
    assert WRONG[name][2] in told or name == "miss_turned.py"


RELU = """import math
data = [(0.5, 1.2), (-1.0, 0.3), (2.0, 2.1), (-0.4, 0.2)]
w, b, v, c = 0.7, 0.1, 0.4, 0.05
def relu(z):
    if z > 0:
        return z
    return 0
for epoch in range(8):
    for x, y in data:
        z = w * x + b
        h = relu(z)
        e = v * h + c - y
        slope = 1 if z > 0 else 0
        w -= 0.05 * e * v * slope * x
        b -= 0.05 * e * v * slope
        v -= 0.05 * e * h
        c -= 0.05 * e
"""


def test_relu_with_a_condition_is_no_perceptron(check):
    _, answer, _ = check(
        RELU.replace("        w -= ", "        k = v\n        w -= "), name="relu.py"
    )
    assert answer["verdict"] == "right", answer["sentence"]
    assert "perceptron" not in answer["network"]["sentence"]
