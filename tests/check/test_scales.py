"""Numbers that a gradient is multiplied by: the rate once, and a penalty's as the cost has it."""

import pytest

RATE = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(30, 3))
y = np.sin(X[:, :1]) + X[:, 1:2]
P = {"V": rng.normal(size=(3, 5)), "c": np.zeros(5), "W": rng.normal(size=(5, 1)), "b": np.zeros(1)}
def gradients(rate):
    h = np.tanh(X @ P["V"] + P["c"])
    d = (h @ P["W"] + P["b"] - y) / len(X)
    e = d @ P["W"].T * (1 - h ** 2)
    return {"V": X.T @ e, "c": e.sum(0), "W": h.T @ d, "b": d.sum(0)}
for epoch in range(9):
    rate = 0.4 * 0.9 ** epoch
    for k, g in gradients(rate).items():
        P[k] = P[k] - rate * g
"""
NUMBERS = """import math
speed = 3
rows = [(0.2, 0.9, 1.0), (0.8, -0.3, 0.0), (-0.5, 0.4, 1.0), (0.1, -0.7, 0.0)] * 3
u, v, c, w, b = 0.4, -0.3, 0.1, 0.7, -0.2
def sigmoid(z):
    return 1 / (1 + math.exp(-z))
for p, q, t in rows:
    h = sigmoid(u * p + v * q + c)
    o = sigmoid(w * h + b)
    out = speed * (t - o) * o * (1 - o)
    hidden = out * w * h * (1 - h)
    u += hidden * p
    v += hidden * q
    c += hidden
    w += out * h
    b += out
"""
PENALTY = """import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(40, 3))
y = (X[:, 0] + rng.normal(size=40) > 0) * 1.0
w, b, strength, m = np.zeros(3), 0.0, 2.0, 40
for epoch in range(12):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    penalty = strength / (2 * m) * np.sum(w ** 2)
    cost = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + penalty
    gw = X.T @ (p - y) / m + strength / m * w
    gb = np.sum(p - y) / m
    w = w - 0.5 * gw
    b = b - 0.5 * gb
"""
SQUARES = """import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(25, 3))
y = X[:, :1] * X[:, 1:2]
V, c = rng.normal(size=(3, 4)), np.zeros(4)
W, b = rng.normal(size=(4, 1)), np.zeros(1)
for epoch in range(9):
    h = np.tanh(X @ V + c)
    e = h @ W + b - y
    cost = np.mean(e ** 2) + 0.01 * (np.sum(V * V) + np.sum(W * W))
    d = 2 * e / 25
    t = d @ W.T * (1 - h ** 2)
    gV = X.T @ t + 0.02 * V
    gW = h.T @ d + 0.02 * W
    V -= 0.1 * gV
    W -= 0.1 * gW
    c -= 0.1 * t.sum(0)
    b -= 0.1 * d.sum(0)
"""
WORDS = """import math
texts = [("a b c d", 1), ("c c", 0), ("a d", 0), ("b b b", 1), ("d d", 0), ("a a d", 1)]
w, b = {word: 0.1 for word in "abcd"}, 0.0
for epoch in range(12):
    for text, y in texts:
        counts = {}
        for word in text.split():
            counts[word] = counts.get(word, 0.0) + 1.0
        p = 1 / (1 + math.exp(-b - sum(w[word] * v for word, v in counts.items())))
        g = p - y
        for word, v in counts.items():
            w[word] -= 0.2 * g * v
        b -= 0.2 * g
"""
MEANS = RATE.replace(") / len(X)", ")").replace(
    "for epoch", "m, s = ({k: 0 * p for k, p in P.items()} for _ in range(2))\nfor epoch"
)
MEANS = MEANS.replace(
    "        P[k] = P[k] - rate * g",
    """        g = 1 / len(X) * g
        m[k] = 0.9 * m[k] + 0.1 * g
        s[k] = 0.99 * s[k] + 0.01 * np.square(g)
        mean, square = m[k] / (1 - 0.9 ** (epoch + 1)), s[k] / (1 - 0.99 ** (epoch + 1))
        P[k] = P[k] - 0.02 * mean / (np.sqrt(square) + 0.001)""",
)
BOUNDS = RATE.replace("        P[k] =", "        g = np.clip(g, -5, 5)\n        P[k] =")
MOMENTUM = "        past[k] = 0.8 * past[k] - rate * g\n        P[k] = P[k] + past[k]"
RIDGE = """import numpy as np
rng = np.random.default_rng(4)
X = np.c_[np.ones(40), rng.normal(size=(40, 2))]
y = (X @ [0.2, 1.0, -1.5] + rng.normal(0, 0.5, 40) > 0) * 1.0
strength, m, theta = 2.0, len(y), np.zeros(3)
for step in range(30):
    h = 1 / (1 + np.exp(-X @ theta))
    cost = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    cost += strength / (2 * m) * np.sum(theta[1:] ** 2)
    gradient = X.T @ (h - y) / m
    gradient[1:] += strength / m * theta[1:]
    theta -= 0.5 * gradient
"""
PARTS = RIDGE.replace("np.sum(theta[1:] ** 2)", "(theta[1:] @ theta[1:])").replace(
    "    gradient[1:] += strength / m * theta[1:]",
    "    decay = strength / m * theta\n    decay[0] = 0\n    gradient = gradient + decay",
)
GIVEN = """import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(30, 3))
y = (X[:, :1] > X[:, 1:2]) * 1.0
def train(w, b, rate, times):
    for i in range(times):
        p = 1 / (1 + np.exp(-(X @ w + b)))
        gw = X.T @ (p - y) / len(X)
        move = rate * gw
        w = w - move
        b = b - rate * np.mean(p - y)
    return w, b
w, b = train(np.full((3, 1), 0.1), 0.0, 0.4, 12)
"""
LAYERS = """import numpy as np
class Layer:
    def __init__(self, rng, n, m):
        self.w, self.b = rng.normal(size=(n, m)), np.zeros(m)
    def forward(self, x):
        self.x, self.a = x, np.tanh(x @ self.w + self.b)
        return self.a
    def backward(self, error, rate):
        delta = error * (1 - self.a ** 2)
        change = rate * delta
        below = delta @ self.w.T
        self.w = self.w - self.x.T @ change
        self.b = self.b - change.sum(0)
        return below
rng = np.random.default_rng(5)
layers = [Layer(rng, 2, 4), Layer(rng, 4, 3), Layer(rng, 3, 1)]
X = rng.normal(size=(20, 2))
y = np.tanh(X[:, :1] - X[:, 1:])
for epoch in range(12):
    a = X
    for layer in layers:
        a = layer.forward(a)
    error = (a - y) / len(X)
    for layer in layers[::-1]:
        error = layer.backward(error, 0.3)
"""
MASKED = """import numpy as np
rng = np.random.default_rng(6)
X = np.hstack([np.ones((40, 1)), rng.normal(size=(40, 4))])
y = (X[:, 1] + rng.normal(size=40) > 0) * 1.0
theta = np.zeros(5)
for epoch in range(12):
    p = 1 / (1 + np.exp(-(X @ theta)))
    penalty = np.append(0.0, 0.02 * theta[1:])
    gradient = X.T @ (p - y) / 40 + penalty
    theta = theta - 0.5 * gradient
"""
COLUMNS = """import numpy as np
rng = np.random.default_rng(7)
X = rng.normal(size=(30, 2))
Y = np.eye(3)[np.argmax(X @ rng.normal(size=(2, 3)), axis=1)]
V, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 5))
strength, m = 0.4, len(X)
def cost(V, W):
    a = np.hstack([np.ones((m, 1)), X])
    h = 1 / (1 + np.exp(-(a @ V.T)))
    b = np.hstack([np.ones((m, 1)), h])
    p = 1 / (1 + np.exp(-(b @ W.T)))
    J = -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p)) / m
    J += strength / (2 * m) * (np.sum(V[:, 1:] ** 2) + np.sum(W[:, 1:] ** 2))
    d = p - Y
    e = d @ W[:, 1:] * h * (1 - h)
    gV, gW = e.T @ a / m, d.T @ b / m
    gV[:, 1:] += strength / m * V[:, 1:]
    gW[:, 1:] += strength / m * W[:, 1:]
    return J, gV, gW
for step in range(8):
    J, gV, gW = cost(V, W)
    V = V - 0.8 * gV
    W = W - 0.8 * gW
"""
# Each layer with a strength of its own, as the cost says too.
STRENGTHS = COLUMNS.replace(
    "(np.sum(V[:, 1:] ** 2) + np.sum(W[:, 1:] ** 2))",
    "(3 * np.sum(V[:, 1:] ** 2) + np.sum(W[:, 1:] ** 2))",
).replace("strength / m * V", "3 * strength / m * V")
# A cost that is shown without a penalty.
UNSAID = COLUMNS.replace("    J += strength / (2 * m)", "    size = strength / (2 * m)").replace(
    "strength / m * V", "2 * strength / m * V"
)
FAULTS = {
    "a penalty of some of one layer that is not divided": (
        COLUMNS, "strength / m * V", "strength * V", "gV[:, 1:] +=", "decay_of_one",
    ),
    "half a penalty of some of the last layer": (
        COLUMNS, "strength / m * W", "strength / (2 * m) * W", "gW[:, 1:] +=", "decay_of_one",
    ),
    "a penalty of two numbers that is not divided": (
        RIDGE, "strength / m * t", "strength * t", "gradient[1:] +=", "penalty_factor",
    ),
    "a penalty of two numbers that is taken away": (
        RIDGE, "gradient[1:] +=", "gradient[1:] -=", "gradient[1:] -=", "decay_sign",
    ),
    "a penalty of some that is taken away": (
        MASKED, "/ 40 + penalty", "/ 40 - penalty", "gradient =", "decay_sign",
    ),
    "a slope before Adam of means": (MEANS, " * (1 - h ** 2)", "", "e =", "slope_left_out"),
    "a slope before bounds that are reached": (
        BOUNDS.replace("-5, 5", "-0.1, 0.1"), " * (1 - h ** 2)", "", "e =", "slope_left_out",
    ),
    "a slope before bounds that are not reached": (
        BOUNDS, " * (1 - h ** 2)", "", "e =", "slope_left_out",
    ),
    "a count that the largest sample does not show": (WORDS, "g * v", "g", "w[word] -=", None),
    "half of a penalty": (
        PENALTY, "strength / m * w", "strength / (2 * m) * w", "gw =", "penalty_factor",
    ),
    "a penalty that is not divided": (
        PENALTY, "strength / m * w", "0.05 * m * w", "gw =", "penalty_factor",
    ),
    "penalty not divided, its parts squared": (
        PARTS, "strength / m * t", "strength * t", "decay = ", "penalty_factor",
    ),
    "half of two penalties": (SQUARES, "+ 0.02 *", "+ 0.01 *", "gV =", "penalty_factor"),
    "the rate in the error and in the update": (
        RATE, "d = (", "d = rate * (", "d = rate", "rate_twice",
    ),
    "the rate in two gradients and in all updates": (
        RATE, "d @ P", "rate * d @ P", "e = rate", "rate_twice",
    ),
    "the rate in a hidden unit once more": (
        NUMBERS, "hidden = out", "hidden = speed * out", "hidden = speed", "rate_twice",
    ),
    "the rate of a call in one of two updates twice": (
        GIVEN, "w = w - move", "w = w - rate * move", "move = rate", "rate_twice",
    ),
    "an update that takes the rate once more than the others": (
        GIVEN.replace("b = b - rate * np", "gb = rate * np").replace(
            "    return", "        b = b - gb\n    return"
        ),
        "w - move", "w - rate * move", "w = w - rate", "rate_twice",
    ),
    "what is handed to the layer below has the rate already": (
        LAYERS, "below = delta @", "below = change @", "below = change", "rate_twice",
    ),
}  # fmt: skip
MANY = """import math
import random

random.seed(2)
data = [(random.gauss(0, 1), i % 2) for i in range(230)]
w, b = 0.3, 0.0
for step in range(5):
    gw = gb = 0.0
    for x, t in data:
        p = 1 / (1 + math.exp(-(w * x + b)))
        gw += (p - t) * x
        gb += p - t
    rate = 0.3 - 0.02 * step
    w -= rate * gw / len(data)
    b -= rate * gb / len(data)
"""
RIGHT = {
    "a penalty of two numbers": RIDGE,
    "penalties of some": COLUMNS,
    "penalties of a strength for each layer": STRENGTHS,
    "penalties that the cost does not say": UNSAID,
    "a penalty of some": MASKED,
    "a penalty of parts": PARTS,
    "Adam of means": MEANS,
    "sizes that are bounded": BOUNDS.replace(
        "np.clip(g, -5, 5)", "np.sign(g) * np.minimum(np.abs(g), 0.1)"
    ),
    "bounds that are not reached": BOUNDS,
    "bounds that are reached": BOUNDS.replace("-5, 5", "-0.1, 0.1"),
    "words that are counted": WORDS,
    "a penalty": PENALTY,
    "two penalties": SQUARES,
    "an error without its 2": SQUARES.replace("2 * e / 25", "e / 25"),
    "a cost that is printed without its penalty": PENALTY.replace(") + penalty", ")"),
    "a cost of all as a sum": PENALTY.replace("strength / (2 * m)", "strength / 2").replace(
        "-np.mean(", "-np.sum("
    ).replace("+ penalty", "+ penalty\n    cost = cost / m"),
    "a penalty of the sizes of weights beside it": PENALTY.replace(
        "np.sum(w ** 2)", "(np.sum(w ** 2) + np.sum(np.abs(w)))"
    ),
    "a rate that falls": RATE,
    "a rate that is left out again": RATE.replace("d = (", "d = rate * (").replace(
        "rate * g", "rate * (g / rate)"
    ),
    "a rate and an equal number": RATE.replace("d = (", "half = 0.4\n    d = half * ("),
    "the numbers of samples twice": RATE.replace("P[k] - rate * g", "P[k] - rate * g / len(X)"),
    "a part of one over the samples twice": RATE.replace(
        "    d = (", "    one = 1 / len(X)\n    d = one * ("
    ).replace("X.T @ e", "one * X.T @ e").replace("e.sum(0)", "one * e.sum(0)").replace(
        "h.T @ d", "one * h.T @ d"
    ).replace("d.sum(0)}", "one * d.sum(0)}"),
    "a rate in the decay": RATE.replace(
        "P[k] - rate * g", "P[k] - rate * (g + 0.01 * rate * P[k])"
    ),
    "a slope that is as steep in each layer": RATE.replace(
        'np.tanh(X @ P["V"] + P["c"])', 'np.tanh(rate * (X @ P["V"] + P["c"]))'
    ).replace("(1 - h ** 2)", "rate * (1 - h ** 2)"),
    "an argument that is the rate": GIVEN,
    "two arguments of one size": GIVEN.replace("(w, b, rate", "(w, b, part, rate").replace(
        "0.0, 0.4", "0.0, 0.4, 0.4"
    ).replace("/ len(X)", "/ len(X) * part").replace("np.mean(p - y)", "np.mean(p - y) * part"),
    "two equal arguments in each layer": LAYERS.replace(
        "error, rate)", "error, part, rate)"
    ).replace("change = rate *", "change = rate * part *").replace("error, 0.3", "error, 0.3, 0.3"),
    "layers that hand down what has no rate": LAYERS,
    "momentum": RATE.replace("for epoch", "past = {k: 0 * p for k, p in P.items()}\nfor epoch")
    .replace("        P[k] = P[k] - rate * g", MOMENTUM),
    "single numbers": NUMBERS,
    "more samples than terms are taken apart, at a rate that falls": MANY,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_multiplied_once_is_right(check, name):
    assert check(RIGHT[name])[1]["verdict"] == "right"


def test_a_penalty_in_place_of_a_gradient_is_not_right(check):
    source = RIDGE.replace("gradient[1:] +=", "gradient[1:] =")
    assert check(source)[1]["verdict"] != "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_number_too_many_or_too_few_is_on_its_line(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, _ = accuse(source, old, new)
    assert told.startswith(line)
    assert found == cause
