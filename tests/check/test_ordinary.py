"""What ordinary programs do: arrays with two names, lists of numbers, functions that hand on."""

import pytest

LISTS = """import math
import random
random.seed(4)
data = [([random.uniform(-1, 1) for _ in range(2)], k % 3) for k in range(12)]
V = [[random.gauss(0, 1) for _ in range(2)] for _ in range(4)]
W = [[random.gauss(0, 1) for _ in range(4)] for _ in range(3)]
c, b = [0.0] * 4, [0.0] * 3
for epoch in range(6):
    gV, gc = [[0.0] * 2 for _ in range(4)], [0.0] * 4
    gW, gb = [[0.0] * 4 for _ in range(3)], [0.0] * 3
    for x, label in data:
        h = [math.tanh(sum(v * e for v, e in zip(V[j], x)) + c[j]) for j in range(4)]
        s = [math.exp(sum(w * e for w, e in zip(W[i], h)) + b[i]) for i in range(3)]
        p = [e / sum(s) for e in s]
        error = [p[i] - (1 if i == label else 0) for i in range(3)]
        for i in range(3):
            gb[i] += error[i]
            for j in range(4):
                gW[i][j] += error[i] * h[j]
        for j in range(4):
            d = sum(error[i] * W[i][j] for i in range(3)) * (1 - h[j] ** 2)
            gc[j] += d
            for k in range(2):
                gV[j][k] += d * x[k]
    for i in range(3):
        b[i] -= 0.3 * gb[i] / 12
        for j in range(4):
            W[i][j] -= 0.3 * gW[i][j] / 12
    for j in range(4):
        c[j] -= 0.3 * gc[j] / 12
        for k in range(2):
            V[j][k] -= 0.3 * gV[j][k] / 12
"""
RELU = """import numpy as np
rng = np.random.default_rng(5)
X = rng.uniform(0, 1, (24, 3))
Y = np.column_stack([X[:, 0] * X[:, 1], X[:, 2] ** 2])
V, c = rng.normal(0, 0.8, (3, 7)), np.full(7, 0.1)
W, b = rng.normal(0, 0.5, (7, 2)), np.zeros(2)
def slope(values):
    values = values.copy()
    values[values > 0] = 1
    return values
for epoch in range(8):
    h = np.maximum(X @ V + c, 0)
    d = (h @ W + b - Y) / 24
    e = d @ W.T * slope(h)
    gW = h.T @ d
    V -= 0.2 * X.T @ e
    c -= 0.2 * e.sum(axis=0)
    W -= 0.2 * gW
    b -= 0.2 * d.sum(axis=0)
"""
CODES = """import numpy as np
rng = np.random.default_rng(2)
data = rng.uniform(0, 1, (20, 5))
V, c = rng.normal(0, 0.5, (5, 3)), np.zeros(3)
W, b = rng.normal(0, 0.5, (3, 5)), np.zeros(5)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(8):
    noisy = data.copy()
    noisy += rng.normal(0, 0.1, data.shape)
    h = sigmoid(noisy @ V + c)
    o = sigmoid(h @ W + b)
    d = 2 * (o - data) / data.size * o * (1 - o)
    e = d @ W.T * h * (1 - h)
    W -= 3.0 * h.T @ d
    b -= 3.0 * d.sum(axis=0)
    V -= 3.0 * noisy.T @ e
    c -= 3.0 * e.sum(axis=0)
"""
PARTS = """import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(64, 4))[rng.permutation(64)][:50]
y = np.sin(X[:, :1]) + X[:, 1:2]
def batches(size):
    places = np.arange(len(X))
    for start in range(0, len(X), size):
        own = places[start:start + size]
        yield X[own], y[own]
class Layer:
    def __init__(self, i, o):
        self.w, self.b = rng.normal(0, 0.5, (i, o)), np.zeros((1, o))
        self.vw, self.vb = np.zeros((i, o)), np.zeros((1, o))
layers = [Layer(4, 6), Layer(6, 1)]
for epoch in range(6):
    for x, t in batches(10):
        h = np.tanh(x @ layers[0].w + layers[0].b)
        d = (h @ layers[1].w + layers[1].b - t) / 10
        e = d @ layers[1].w.T * (1 - h * h)
        for layer, dw, db in zip(layers, (x.T @ e, h.T @ d), (e.sum(0), d.sum(0))):
            layer.vw = 0.8 * layer.vw - 0.1 * dw
            layer.vb = 0.8 * layer.vb - 0.1 * db
            layer.w += layer.vw
            layer.b += layer.vb
"""
CHAIN = """from functools import reduce
import numpy as np
rng = np.random.default_rng(7)
X = rng.normal(size=(30, 3))
T = (X[:, :1] > 0.2).astype(float)
P = [rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)]
def linear(w, b):
    return lambda x: (x @ w + b, lambda g: (g @ w.T, [x.T @ g, g.sum(0)]))
def sigmoid(x):
    y = 1 / (1 + np.exp(-x))
    return y, lambda g: (g * y * (1 - y), [])
def run(layers, x):
    back = []
    def push(value, layer):
        made, pull = layer(value)
        back.append(pull)
        return made
    return reduce(push, layers, x), back
for epoch in range(7):
    out, back = run([linear(P[0], P[1]), sigmoid, linear(P[2], P[3]), sigmoid], X)
    g, G = 2 * (out - T) / T.size, []
    for pull in back[::-1]:
        g, own = pull(g)
        G = own + G
    P = [p - 0.5 * d for p, d in zip(P, G)]
"""
ADAM = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(30, 3))
T = np.sin(X[:, :1]) + X[:, 1:2] * X[:, 2:]
P = [rng.normal(size=(3, 6)), np.zeros(6), rng.normal(size=(6, 1)), np.zeros(1)]
class Adam:
    def __init__(self):
        self.t, self.m, self.v = 0, [0 * p for p in P], [0 * p for p in P]
    def step(self, G):
        self.t += 1
        for k, g in enumerate(G):
            self.m[k] = 0.9 * self.m[k] + 0.1 * g
            self.v[k] = 0.99 * self.v[k] + 0.01 * g * g
            mean = self.m[k] / (1 - 0.9 ** self.t)
            P[k] -= 0.02 * mean / (np.sqrt(self.v[k] / (1 - 0.99 ** self.t)) + 1e-8)
adam = Adam()
for epoch in range(8):
    h = np.tanh(X @ P[0] + P[1])
    d = (h @ P[2] + P[3] - T) / 30
    e = d @ P[2].T * (1 - h * h)
    adam.step([X.T @ e, e.sum(0), h.T @ d, d.sum(0)])
"""
ONLINE = """import numpy as np
rng = np.random.RandomState(6)
V, c = rng.uniform(-0.6, 0.6, (5, 2)), np.zeros(5)
W, b = rng.uniform(-0.6, 0.6, (1, 5)), np.zeros(1)
X = rng.uniform(-1, 1, (12, 2))
Y = X[:, :1] * X[:, 1:]
for epoch in range(6):
    for x, y in zip(X, Y):
        h = np.tanh(V.dot(x) + c)
        e = W.dot(h) + b - y
        d = W.T.dot(e) * (1 - h ** 2)
        W -= 0.1 * np.outer(e, h)
        b -= 0.1 * e
        V -= 0.1 * np.outer(d, x)
        c -= 0.1 * d
"""
GATHERED = """import numpy as np
rng = np.random.RandomState(7)
V, c = rng.uniform(-0.6, 0.6, (6, 1)), np.zeros(6)
W, b = rng.uniform(-0.6, 0.6, (1, 6)), np.zeros(1)
X = rng.uniform(-1, 1, (24, 1))
Y = np.cos(2 * X)
def zeros():
    return 0 * V, 0 * c, 0 * W, 0 * b
for epoch in range(6):
    for start in range(0, 24, 8):
        gV, gc, gW, gb = zeros()
        for x, y in zip(X[start:start + 8], Y[start:start + 8]):
            h = np.tanh(V.dot(x) + c)
            e = W.dot(h) + b - y
            d = W.T.dot(e) * (1 - h ** 2)
            gW += np.outer(e, h)
            gb += e
            gV += np.outer(d, x)
            gc += d
        W -= 0.2 * gW / 8
        b -= 0.2 * gb / 8
        V -= 0.2 * gV / 8
        c -= 0.2 * gc / 8
"""
OWN_RULE = """import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(0, 1, (20, 2))
y = X[:, 0] * X[:, 1]
p = {"V": rng.normal(0, 1, (2, 4)), "a": rng.normal(0, 1, 4), "w": rng.normal(0, 1, 4), "b": 0.0}
G, D = {k: 0 * v for k, v in p.items()}, {k: 0 * v for k, v in p.items()}
for epoch in range(8):
    h = np.tanh(X @ p["V"] + p["a"])
    e = h @ p["w"] + p["b"] - y
    d = np.outer(e, p["w"]) * (1 - h ** 2)
    g = {"V": X.T @ d / 20, "a": d.mean(0), "w": h.T @ e / 20, "b": e.mean()}
    for k in p:
        G[k] = 0.9 * G[k] + 0.1 * g[k] ** 2
        step = -(D[k] + 1e-6) ** 0.4 / np.sqrt(G[k] + 1e-6) * g[k]
        D[k] = 0.9 * D[k] + 0.1 * step ** 2
        p[k] = p[k] + step
"""
LOGISTIC = {
    "py": """import numpy as np
rng = np.random.default_rng(5)
X = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
t = (X[:, 1] + rng.normal(size=40) > 0) * 1.0
theta = np.zeros(3)
for i in range(8):
    p = 1 / (1 + np.exp(-X @ theta))
    theta = theta - 0.03 * X.T @ (p - t)
""",
    "R": """set.seed(5)
d <- data.frame(rnorm(40), rnorm(40))
X <- cbind(1, as.matrix(d))
t <- matrix((X[, 2] + rnorm(40) > 0) * 1)
theta <- matrix(0, 3, 1)
for (i in 1:8) {
  p <- 1 / (1 + exp(-X %*% theta))
  theta <- theta - 0.03 * t(X) %*% (p - t)
}
""",
}
# The program, what is changed in it, and what the line of the fault begins with; the cause.
TAPE = """from math import exp, log
from random import Random
rng = Random(3)
class Number:
    def __init__(self, value, made=()):
        self.value, self.slope, self.made = value, 0.0, made
    def __add__(self, other):
        return Number(self.value + other.value, [(self, 1.0), (other, 1.0)])
    def __mul__(self, other):
        return Number(self.value * other.value, [(self, other.value), (other, self.value)])
def sigmoid(x):
    y = 1 / (1 + exp(-x.value))
    return Number(y, [(x, y * (1 - y))])
def loss_of(p, t):
    loss = -(t * log(p.value) + (1 - t) * log(1 - p.value))
    return Number(loss, [(p, (p.value - t) / (p.value * (1 - p.value)))])
def go_back(loss):
    order = []
    def visit(x):
        if x not in order:
            for y, _ in x.made:
                visit(y)
            order.append(x)
    visit(loss)
    for x in order:
        x.slope = 0.0
    loss.slope = 1.0
    for x in reversed(order):
        for y, local in x.made:
            y.slope += local * x.slope
w = [Number(rng.gauss(0, 1)) for _ in range(3)]
for epoch in range(20):
    whole = Number(0.0)
    for a, b, t in [(0.3, 0.8, 0), (0.9, -0.4, 1), (-0.6, 0.2, 1)]:
        whole = whole + loss_of(sigmoid(w[0] * Number(a) + w[1] * Number(b) + w[2]), t)
    go_back(whole)
    for x in w:
        x.value -= 0.5 * x.slope
"""
LAYERS = """import numpy as np
rng = np.random.default_rng(9)
X = rng.normal(size=(6, 4))
Y = np.column_stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]])
V, c = rng.normal(size=(4, 6)), np.zeros(6)
W, b = rng.normal(size=(6, 2)), np.zeros(2)
def back(d, x, w, axis=0):
    return d @ w.T, x.T @ d, d.sum(axis=axis)
for epoch in range(10):
    h = np.tanh(X @ V + c)
    d = (h @ W + b - Y) / 6
    e, gW, gb = back(d, h, W)
    _, gV, gc = back(e * (1 - h ** 2), X, V, axis=0)
    V -= 0.2 * gV
    c -= 0.2 * gc
    W -= 0.2 * gW
    b -= 0.2 * gb
"""
NEURON = """import numpy as np
rng = np.random.default_rng(2)
x = rng.normal(size=25)
y = (x + rng.normal(size=25) > 0) * 1.0
w, b = 0.1, 0.0
for epoch in range(30):
    p = 1 / (1 + np.exp(-(w * x + b)))
    error = p - y
    w -= 0.5 * np.mean(error * x)
    b -= 0.5 * np.mean(error)
    cost = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
"""
WORDS = """import math
texts = [("a b b", 1), ("c d", 0), ("a d d", 0), ("b c", 1), ("e", 1), ("c e e", 0)]
w, b = {}, 0.0
for epoch in range(12):
    for text, y in texts:
        counts = {word: text.split().count(word) * 1.0 for word in text.split()}
        z = b + sum(w.get(word, 0.0) * v for word, v in counts.items())
        p = 1 / (1 + math.exp(-z))
        d = p - y
        for word, v in counts.items():
            w[word] = w.get(word, 0.0) - 0.2 * d * v
        b -= 0.2 * d
"""
SHARES = """import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(20, 3)), rng.integers(0, 2, (20, 1)) * 1.0
wh, bh = rng.normal(size=(3, 4)), np.zeros((1, 4))
wout, bout = rng.normal(size=(4, 1)), np.zeros((1, 1))
rate = 0.1
for epoch in range(12):
    h = 1 / (1 + np.exp(-(X @ wh + bh)))
    out = 1 / (1 + np.exp(-(h @ wout + bout)))
    d_out = (y - out) * out * (1 - out)
    error = d_out @ wout.T
    d_hidden = error * h * (1 - h)
    wout = wout + h.T @ d_out * rate
    bout = bout + d_out.sum(axis=0, keepdims=True) * rate
    wh = wh + X.T @ d_hidden * rate
    bh = bh + d_hidden.sum(axis=0, keepdims=True) * rate
"""
TUPLES = """import math
def fire(z):
    return 1 / (1 + math.exp(-z))
w, b = 2 * (0.4,), 0.1
cases = [((0.0, 0.0), 0), ((0.0, 1.0), 1), ((1.0, 0.0), 1), ((1.0, 1.0), 1)]
for epoch in range(30):
    for x, t in cases:
        y = fire(sum(u * v for u, v in zip(w, x)) + b)
        d = (t - y) * y * (1 - y)
        w = tuple(w[i] + 0.5 * d * x[i] for i in range(2))
        b = b + 0.5 * d
"""
FAULTS = {
    "half of a hidden error": (SHARES, "d_out @ wout.T", "d_out @ wout.T * 0.5", "error =",
                               "error_halved"),
    "the last share": (TAPE, "y.slope += local", "y.slope = local", "y.slope =",
                       "gradient_not_added"),
    "an axis": (LAYERS, "X, V, axis=0)", "X, V, axis=1)", "_, gV", "rows_summed"),
    "a column": (NEURON, "p - y", "p - y.reshape(-1, 1)", "error =", "rows_against_columns"),
    "slope of a list": (LISTS, " * (1 - h[j] ** 2)", "", "d = sum", "slope_left_out"),
    "slope in place": (RELU, "values.copy()", "values", "values[values", "changed_in_place"),
    "noise in place": (CODES, "data.copy()", "data", "noisy += ", "data_changed_in_place"),
    "a sigmoid of a sigmoid": (
        CODES, "o = sigmoid(h @ W + b)", "u = sigmoid(h @ W + b)\n    o = sigmoid(u)",
        "o = sigmoid", "sigmoid_twice",
    ),
    "last batch of a part": (PARTS, "0, len(X), size", "0, len(X) - size, size", "for start",
                             "samples_lost"),
    "a sum that is not kept": (PARTS, "layer.b += layer.vb", "layer.b + layer.vb", "layer.b +",
                               "never_updated"),
    "slope of a chain": (CHAIN, "g * y * (1 - y)", "g * y", "return y, lambda", None),
    "a count of parameters": (
        ADAM, "        self.t += 1\n        for k, g in enumerate(G):\n",
        "        for k, g in enumerate(G):\n            self.t += 1\n", "self.t +=",
        "steps_counted_twice",
    ),
    "a count that is lost": (ADAM, "self.t += 1", "self.t = 1", "mean =", "steps_not_counted"),
    "weights in a tuple": (
        TUPLES, "w[i] + 0.5 * d * x[i]", "w[i] - 0.5 * d * x[i]", "w = tuple", "wrong_sign"
    ),
    "bias of one output": (ONLINE, "b -= 0.1 * e", "b += 0.1 * e", "b +=", "wrong_sign"),
    "sums that go on": (
        GATHERED, "    for start in range(0, 24, 8):\n        gV, gc, gW, gb = zeros()",
        "    gV, gc, gW, gb = zeros()\n    for start in range(0, 24, 8):",
        "gV, gc, gW, gb = zeros()", "gradient_accumulated",
    ),
}  # fmt: skip
RIGHT = {
    "lists": LISTS,
    "weights in a tuple that begin as one": TUPLES,
    "a slope of its own": RELU,
    "noise of its own": CODES,
    "parts": PARTS,
    "chain": CHAIN,
    "Adam in a class": ADAM,
    "one sample at a time": ONLINE,
    "sums of a batch": GATHERED,
    "a tape of numbers": TAPE,
    "an axis that is told": LAYERS,
    "one neuron": NEURON,
    "other words in each sample": WORDS,
    "errors of two layers": SHARES,
    "a part kept for a test": PARTS.replace("0, len(X), size", "0, len(X) - size, size")
    + "print(np.abs(np.tanh(X[40:] @ layers[0].w) @ layers[1].w - y[40:]).mean())\n",
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_ordinary_programs_do_is_right(check, name):
    assert check(RIGHT[name])[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_in_an_ordinary_program_is_on_its_line(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, _ = accuse(source, old, new)
    assert told.startswith(line)
    assert cause in (None, found)


@pytest.mark.parametrize("suffix", LOGISTIC)
def test_a_minus_before_the_product_is_no_wrong_sign_where_weights_begin_at_0(check, suffix):
    status, answer, _ = check(LOGISTIC[suffix], name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (0, "right")
    turned = LOGISTIC[suffix].replace("theta - 0.03", "theta + 0.03")
    answer = check(turned, name=f"turned.{suffix}")[1]
    assert (answer["verdict"], answer["cause"]["id"]) == ("different", "wrong_sign")


def test_biases_that_are_never_updated_are_wrong_beside_one_that_is(check):
    still = ONLINE.replace("        c -= 0.1 * d\n", "")
    answer = check(still)[1]
    assert (answer["verdict"], answer["cause"]["id"]) == ("different", "never_updated")
    answer = check(still.replace("        b -= 0.1 * e\n", ""))[1]
    assert answer["verdict"] == "right"
    assert any("which is never updated, as no bias of this program is" in r
               for r in answer["remarks"])  # fmt: skip


def test_what_a_rule_of_its_own_keeps_is_not_called_wrong(check):
    answer = check(OWN_RULE)[1]
    assert answer["verdict"] == "not followed"
