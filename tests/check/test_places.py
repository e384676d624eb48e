"""The line that is named is that of the mistake, where the wrong value is made elsewhere."""

import pytest

FRAME = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(20, 3))
Y = np.sin(X[:, :1]) + X[:, 1:2]


class Layer:
    def __init__(self, n, m, bent):
        self.W, self.b = rng.normal(size=(n, m)), np.zeros(m)
        self.bent = bent
        self.clear()

    def clear(self):
        self.gW, self.gb = np.zeros_like(self.W), np.zeros_like(self.b)

    def run(self, x):
        self.x = x
        z = x @ self.W + self.b
        self.out = np.tanh(z) if self.bent else z
        return self.out

    def back(self, g):
        if self.bent:
            g = g * (1 - self.out ** 2)
        self.gW += self.x.T @ g
        self.gb += g.sum(axis=0)
        return g @ self.W.T


layers = [Layer(3, 6, True), Layer(6, 5, True), Layer(5, 1, False)]
for epoch in range(30):
    out = X
    for layer in layers:
        out = layer.run(out)
    g = (out - Y) / len(X)
    for layer in layers[::-1]:
        g = layer.back(g)
    for layer in layers:
        layer.W -= 0.05 * layer.gW
        layer.b -= 0.05 * layer.gb
        layer.clear()
"""
# Inputs that lie evenly about 0: the bias of the hidden layer has no derivative but rounding.
EVEN = """import numpy as np
rng = np.random.default_rng(8)
x = np.linspace(-2, 2, 40).reshape(-1, 1)
t = x ** 3 / 4
A, a0 = rng.normal(size=(1, 7)), np.zeros((1, 7))
B, b0 = rng.normal(size=(7, 1)), np.zeros((1, 1))
for step in range(200):
    s = np.tanh(x @ A + a0)
    e = (s @ B + b0 - t) / len(x)
    d = e @ B.T * (1 - s ** 2)
    B = B - 0.1 * s.T @ e
    b0 = b0 - 0.1 * e.sum(axis=0, keepdims=True)
    A = A - 0.1 * x.T @ d
    a0 = a0 - 0.1 * d.sum(axis=0, keepdims=True)
"""
STORED = """import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(15, 2)), rng.normal(size=(15, 1))
P = [rng.normal(size=(2, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)]
for step in range(40):
    h = np.tanh(X @ P[0] + P[1])
    e = (h @ P[2] + P[3] - y) / 15
    d = e @ P[2].T * (1 - h * h)
    G = [X.T @ d, d.sum(0), h.T @ e, e.sum(0)]
    new = [p - 0.1 * g for p, g in zip(P, G)]
    P[0:4] = new[0:4]
"""
DEEP = """import numpy as np
rng = np.random.default_rng(12)
X, y = rng.normal(size=(25, 3)), rng.normal(size=(25, 2))
W = {i: rng.normal(size=(n, m)) for i, n, m in ((1, 3, 6), (2, 6, 4), (3, 4, 2))}
for step in range(40):
    a = {0: X}
    for i in (1, 2, 3):
        a[i] = np.tanh(a[i - 1] @ W[i])
    d = {3: (a[3] - y) * (1 - a[3] ** 2)}
    for i in (2, 1):
        d[i] = d[i + 1] @ W[i + 1].T * (1 - a[i] ** 2)
    for i in (1, 2, 3):
        W[i] = W[i] - 0.02 * a[i - 1].T @ d[i]
"""
LOOPS = """import math
X = [[0.1, 0.7], [0.9, 0.3], [0.4, 0.8]]
Y = [0.2, 0.9, 0.5]
V = [[0.3, -0.2], [0.5, 0.4]]
w = [0.6, -0.3]
for epoch in range(60):
    gV, gw = [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0]
    for x, y in zip(X, Y):
        h = [1 / (1 + math.exp(-(V[j][0] * x[0] + V[j][1] * x[1]))) for j in range(2)]
        p = 1 / (1 + math.exp(-(w[0] * h[0] + w[1] * h[1])))
        d = (p - y) * p * (1 - p)
        for j in range(2):
            gw[j] += d * h[j]
            for k in range(2):
                gV[j][k] += d * w[j] * h[j] * (1 - h[j]) * x[k]
    for j in range(2):
        w[j] -= 0.5 * gw[j]
        for k in range(2):
            V[j][k] -= 0.5 * gV[j][k]
"""
ALIKE = """import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(15, 2)), rng.normal(size=(15, 1))
A = np.full((2, 4), 0.3)
a = np.zeros(4)
B = np.full((4, 1), 0.3)
for step in range(40):
    h = np.tanh(X @ A + a)
    e = (h @ B - y) / 15
    d = e @ B.T * (1 - h * h)
    A, a, B = A - 0.1 * X.T @ d, a - 0.1 * d.sum(0), B - 0.1 * h.T @ e
"""
SHARED = """import numpy as np
rng = np.random.default_rng(7)
X, Y = rng.normal(size=(30, 4)), rng.normal(size=(30, 4))
W = [rng.normal(size=(4, 4)) for _ in range(3)]
speed = [np.zeros((4, 4)) for _ in W]
for step in range(40):
    a = [X]
    for w in W:
        a.append(np.tanh(a[-1] @ w))
    d = (a[3] - Y) / 30 * (1 - a[3] ** 2)
    G = [None] * 3
    for i in (2, 1, 0):
        G[i] = a[i].T @ d
        d = d @ W[i].T * (1 - a[i] ** 2)
    for i in range(3):
        speed[i] *= 0.8
        speed[i] -= 0.1 * G[i]
        W[i] += speed[i]
"""
# The program, what is changed in it and into what, the text of the line named, the cause.
MISTAKES = {
    "not set back": (FRAME, "        layer.clear()\n", "", "layer.W -=", "gradient_accumulated"),
    "weights of tomorrow": (
        EVEN,
        "    d = e @ B.T * (1 - s ** 2)\n    B = B - 0.1 * s.T @ e\n",
        "    B = B - 0.1 * s.T @ e\n    d = e @ B.T * (1 - s ** 2)\n",
        "d = e @ B.T", "updated_weights_used",
    ),
    "stored in part": (
        STORED, "P[0:4] = new[0:4]", "P[2:4] = new[2:4]", "P[2:4] =", "never_updated"
    ),
    "delta for nothing": (
        DEEP, "(1, 2, 3):\n        W[i] =", "(2, 3):\n        W[i] =", "for i in (2, 3)",
        "never_updated",
    ),
    "plus in a loop": (LOOPS, "p * (1 - p)", "p * (1 + p)", "d = ", "slope_plus"),
    "one array": (
        SHARED, "[np.zeros((4, 4)) for _ in W]", "[np.zeros((4, 4))] * 3", "speed =", None
    ),
    "alike": (ALIKE, "", "", "A = ", "units_alike"),
}  # fmt: skip


@pytest.mark.parametrize("source", [FRAME, EVEN, STORED, DEEP, LOOPS, SHARED])
def test_the_program_without_a_mistake_is_right(check, source):
    assert check(source)[1]["verdict"] == "right"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_line_of_the_mistake_is_named(check, mistake):
    source, old, new, line, cause = MISTAKES[mistake]
    assert old in source
    answer = check(source.replace(old, new, 1) if old else source)[1]
    assert answer["verdict"] == "different"
    assert answer["first"]["source"].startswith(line)
    assert (answer["cause"] or {"id": None})["id"] == cause
