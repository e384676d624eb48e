"""Updates that a condition alone decides about: their change is made of no weight."""

import pytest

ROSENBLATT = """import numpy as np
X = np.array([[2.0, 1.0], [-1.0, 0.5], [0.5, -2.0], [1.5, 2.0], [-2.0, -1.0], [1.0, -0.4]])
y = np.array([1, -1, -1, 1, -1, 1])
w = np.array([-0.9, 0.1])
b, rate = 0.0, 0.1
for epoch in range(6):
    for i in range(len(X)):
        if y[i] * (np.dot(w, X[i]) + b) <= 0:
            w = w + rate * y[i] * X[i]
            b = b + rate * y[i]
print(w, b)
"""
MACHINE = """import numpy as np
class Margin:
    def __init__(self, rate, share):
        self.rate, self.share = rate, share
    def fit(self, X, y):
        self.w, self.b = np.full(X.shape[1], 0.1), 0.0
        for k in range(12):
            for row, label in zip(X, y):
                inside = label * (row @ self.w - self.b) >= 1
                if inside:
                    self.w -= self.rate * 2 * self.share * self.w
                else:
                    self.w -= self.rate * (2 * self.share * self.w - label * row)
                    self.b -= self.rate * label
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 2))
Margin(0.01, 0.01).fit(X, np.where(X @ [1, -2] > 0.2, 1, -1))
"""
SIDES = """inside = [[1.2, 0.5, 1.0], [0.7, 1.5, 1.0], [2.0, 0.1, 1.0]]
outside = [[-1.0, 0.3, 1.0], [-0.2, -1.5, 1.0], [0.1, -0.9, 1.0]]
w = [0.1, -0.3, 0.2]
def dot(a, c):
    return sum(p * q for p, q in zip(a, c))
for epoch in range(6):
    for x in inside:
        if dot(w, x) < 0:
            w = [p + q for p, q in zip(w, x)]
    for x in outside:
        if dot(w, x) >= 0:
            w = [p - q for p, q in zip(w, x)]
"""
CLASSES = """import numpy as np
X = np.array([[2.0, 1.0], [-1.0, 0.5], [0.5, -2.0], [1.5, 2.0], [-2.0, -1.0], [1.0, -0.4]])
w = np.zeros(3)
for epoch in range(6):
    for x, t in zip(X, [1, -1, -1, 1, -1, 1]):
        x = np.insert(x, 0, 1)
        if np.sign(np.dot(w, x)) == t:
            continue
        w += t * x
print(w)
"""
LOOP = """set.seed(1)
X <- matrix(rnorm(40), 20)
y <- ifelse(X[, 1] - X[, 2] > 0.1, 1, -1)
w <- c(-0.4, 0.3)
b <- 0.1
for (epoch in 1:6) {
  for (i in seq_len(nrow(X))) {
    z <- sum(w * X[i, ]) + b
    if (y[i] * z <= 0) {
      w <- w + 0.1 * y[i] * X[i, ]
      b <- b + 0.1 * y[i]
    }
  }
}
print(w)
"""
GUESS = LOOP.replace("if (y[i] * z <= 0)", "guess <- if (z > 0) 1 else -1\n    if (guess != y[i])")
RIGHT = {
    "rosenblatt.py": ROSENBLATT, "machine.py": MACHINE, "sides.py": SIDES, "classes.py": CLASSES,
    "loop.R": LOOP, "guess.R": GUESS,
    # Cristianini and Shawe-Taylor move the bias by the square of the largest length.
    "radius.py": ROSENBLATT.replace("b + rate * y[i]", "b + rate * y[i] * 5.0"),
}  # fmt: skip
WRONG = {
    "down.py": (ROSENBLATT, "w + rate * y[i]", "w - rate * y[i]", "gated_sign"),
    "bias_down.R": (LOOP, "b <- b + 0.1", "b <- b - 0.1", "gated_sign"),
    "bias_of_input.py": (ROSENBLATT, "b + rate * y[i]", "b + rate * y[i] * X[i, 0]",
                         "bias_times_input"),
    "other_sample.R": (LOOP, "y[i] * X[i, ]", "y[i] * X[1, ]", "gradient_of_other_input"),
    "no_label.py": (ROSENBLATT, "rate * y[i] * X[i]", "rate * X[i]", "label_left_out"),
    "turned.py": (ROSENBLATT, "+ b) <= 0", "+ b) >= 0", "condition_reversed"),
    "machine_bias.py": (MACHINE, "self.b -= self.rate", "self.b += self.rate", "gated_sign"),
    "one_side.py": (SIDES, "p + q", "p - q", "gated_sign"),
    "classes_down.py": (CLASSES, "w += t", "w -= t", "gated_sign"),
}  # fmt: skip
# What a condition decides about, and is no perceptron.
HILL = """import random
random.seed(3)
data = [(0.1, 0.4), (0.5, 1.1), (0.9, 2.2), (1.3, 2.8)]
w, b, best = 0.3, 0.1, 100.0
for k in range(60):
    dw, db = random.gauss(0, 0.1), random.gauss(0, 0.1)
    w, b = w + dw, b + db
    loss = sum((w * x + b - y) ** 2 for x, y in data)
    if loss < best:
        best = loss
    else:
        w = w - dw
        b = b - db
"""
DUAL = """import numpy as np
X = np.array([[2.0, 1.0], [-1.0, 0.5], [0.5, -2.0], [1.5, 2.0], [-2.0, -1.0], [1.0, -0.4]])
y = np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0])
a, b, rate = np.full(6, 0.1), 0.2, 0.5
G = X @ X.T
for epoch in range(6):
    for i in range(6):
        if y[i] * (np.sum(a * y * G[i]) + b) <= 0.5:
            a[i] += rate
            b += rate * y[i]
"""


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_condition_decides_about_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    if name != "radius.py":  # a rate of its own is more than can be followed
        assert answer["verdict"] == "right", answer["sentence"]
        assert ("perceptron" in answer["network"]["sentence"]) == (name != "machine.py")
    assert answer["verdict"] != "different"


@pytest.mark.parametrize("name", WRONG)
def test_what_a_condition_decides_about_wrongly_is_told(accuse, name):
    source, old, new, cause = WRONG[name]
    line, told, _ = accuse(source, old, new, name)
    assert new in line
    assert told == cause


@pytest.mark.parametrize("source", [HILL, DUAL])
def test_what_is_no_perceptron_is_not_accused(check, source):
    assert check(source)[1]["verdict"] != "different"
