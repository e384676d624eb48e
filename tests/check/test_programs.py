"""Programs in styles of their own: each is right as it stands, and a mistake is on its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from watching import run_watched

from twinprop.check.explain.judge import judge_recording
from twinprop.check.received import read_received

DATA = """
import math, random
import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(14, 3))
labels = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.3)
T = np.eye(3)[labels]
W = rng.normal(size=(3, 5)) * 0.6
V = rng.normal(size=(5, 3)) * 0.6
b, c = np.zeros(5), np.zeros(3)
"""
PROGRAMS = {
    "classes taken from the output, with momentum": """
v = {}
p = {"W": W, "b": b, "V": V, "c": c}
for step in range(12):
    rows = rng.choice(14, 9)
    h = np.maximum(X[rows] @ p["W"] + p["b"], 0)
    s = h @ p["V"] + p["c"]
    s = s - s.max(axis=1, keepdims=True)
    d = np.exp(s - np.log(np.exp(s).sum(axis=1, keepdims=True)))
    d[np.arange(9), labels[rows]] -= 1
    d /= 9
    k = d @ p["V"].T
    k[h <= 0] = 0
    g = {"W": X[rows].T @ k, "b": k.sum(0), "V": h.T @ d, "c": d.sum(0)}
    for name in p:
        v[name] = 0.8 * v.get(name, 0) - 0.1 * g[name]
        p[name] = p[name] + v[name]
""",
    "einsum": """
for step in range(12):
    h = np.tanh(np.einsum("ni,ih->nh", X, W) + b)
    e = np.exp(np.einsum("nh,ho->no", h, V) + c)
    p = e / np.einsum("no->n", e)[:, None]
    d = (p - T) / 14
    k = np.einsum("no,ho->nh", d, V) * (1 - h * h)
    V = V - 0.3 * np.einsum("nh,no->ho", h, d)
    c = c - 0.3 * np.einsum("no->o", d)
    W = W - 0.3 * np.einsum("ni,nh->ih", X, k)
    b = b - 0.3 * np.einsum("nh->h", k)
""",
    "a bias taken away in the exponent, RMSprop": """
theta = [W.T, b[:, None], V.T, c[:, None]]
cache = [np.zeros_like(q) for q in theta]
for step in range(12):
    w, f, u, g0 = theta
    h = np.tanh(w.dot(X.T) + f)
    p = 1 / (1 + np.exp(-u.dot(h) - g0))
    r = (p - T.T) / T.size
    q = u.T.dot(r) * (1 - np.square(h))
    grad = [q.dot(X), q.sum(axis=1, keepdims=True), r.dot(h.T), r.sum(axis=1, keepdims=True)]
    cache = [0.9 * s + 0.1 * g * g for s, g in zip(cache, grad)]
    theta = [t - 0.02 * g / np.sqrt(s + 1e-8) for t, g, s in zip(theta, grad, cache)]
""",
    "Adam with its means moved, L2 and its correction in the rate": """
m = [np.zeros_like(q) for q in (W, b, V, c)]
s = [np.zeros_like(q) for q in (W, b, V, c)]
for step in range(1, 13):
    h = np.tanh(X @ W + b)
    d = (h @ V + c - T) / 14
    k = d @ V.T * (1 - h * h)
    g = [X.T @ k + 0.01 * W, k.sum(0), h.T @ d + 0.01 * V, d.sum(0)]
    rate = 0.02 * np.sqrt(1 - 0.99**step) / (1 - 0.9**step)
    for i in range(4):
        m[i] += 0.1 * (g[i] - m[i])
        s[i] += 0.01 * (g[i] ** 2 - s[i])
    W = W - rate * m[0] / (np.sqrt(s[0]) + 1e-8)
    b = b - rate * m[1] / (np.sqrt(s[1]) + 1e-8)
    V = V - rate * m[2] / (np.sqrt(s[2]) + 1e-8)
    c = c - rate * m[3] / (np.sqrt(s[3]) + 1e-8)
""",
    "momentum as a difference of weights": """
W, c = np.zeros((3, 3)), np.zeros(3)
moved_W, moved_c = np.zeros_like(W), np.zeros_like(c)
for step in range(12):
    d = (X @ W + c - T) / 14
    old_W, old_c = W.copy(), c.copy()
    W += 0.5 * moved_W - 0.1 * X.T @ d
    c = c - 0.1 * d.sum(0) + 0.5 * moved_c
    moved_W = W - old_W
    moved_c = c - old_c
""",
    "gradients of parts of the samples added up": """
for step in range(8):
    g = [np.zeros_like(q) for q in (W, b, V, c)]
    for i in range(0, 14, 7):
        x, t = X[i:i + 7], T[i:i + 7]
        h = np.tanh(x @ W + b)
        d = (h @ V + c - t) / 14
        k = d @ V.T * (1 - h * h)
        for a, one in zip(g, (x.T @ k, k.sum(0), h.T @ d, d.sum(0))):
            a += one
    W, b, V, c = W - 0.2 * g[0], b - 0.2 * g[1], V - 0.2 * g[2], c - 0.2 * g[3]
""",
    "gradients cut off, dropout": """
for step in range(12):
    h = np.maximum(X @ W + b, 0)
    mask = (rng.random(h.shape) < 0.7) / 0.7
    used = h * mask
    d = (used @ V + c - T) / 14
    dropped = d @ V.T * mask
    k = dropped * (h > 0)
    g = [X.T @ k, k.sum(0), used.T @ d, d.sum(0)]
    g = [np.clip(one, -0.05, 0.05) for one in g]
    W, b, V, c = W - 0.2 * g[0], b - 0.2 * g[1], V - 0.2 * g[2], c - 0.2 * g[3]
""",
    "batches made alike": """
scale, shift = np.ones(5), np.zeros(5)
for step in range(8):
    z = X @ W
    inverse = 1 / np.sqrt(z.var(axis=0) + 1e-5)
    even = (z - z.mean(axis=0)) * inverse
    h = np.tanh(scale * even + shift)
    d = (h @ V + c - T) / 14
    k = d @ V.T * (1 - h * h)
    e = k * scale
    dz = inverse * (e - e.mean(axis=0) - even * (e * even).mean(axis=0))
    V, c = V - 0.2 * h.T @ d, c - 0.2 * d.sum(0)
    scale, shift = scale - 0.2 * (k * even).sum(0), shift - 0.2 * k.sum(0)
    W = W - 0.2 * X.T @ dz
""",
    "one unit, feature by feature": """
w, a = np.zeros(3), 0.0
y = (labels > 0) * 1.0
for step in range(12):
    p = 1 / (1 + np.exp(-(X @ w + a)))
    e = p - y
    new = w.copy()
    for j in range(3):
        new[j] = w[j] - 0.5 * np.mean(e * X[:, j])
    w, a = new, a - 0.5 * np.mean(e)
""",
    "single numbers, two hidden units": """
u, v, q, r, o = 0.3, -0.2, 0.5, 0.1, 0.2
for step in range(12):
    for x, z, t in ((0.0, 0.2, 0.4), (0.7, 0.1, -0.3), (0.5, 0.6, 0.2)):
        h = math.tanh(u * x + v * z)
        k = math.tanh(q * x + r * z)
        y = o * h + 0.6 * k
        e = y - t
        dh = e * o * (1 - h * h)
        dk = e * 0.6 * (1 - k * k)
        u, v, q, r, o = (
            u - 0.1 * dh * x, v - 0.1 * dh * z, q - 0.1 * dk * x, r - 0.1 * dk * z, o - 0.1 * e * h
        )
""",
    "a tape of numbers": """
tape = []
def put(value, *edges):
    tape.append((value, edges))
    return len(tape) - 1
def plus(i, j):
    return put(tape[i][0] + tape[j][0], (i, 1.0), (j, 1.0))
def times(i, j):
    return put(tape[i][0] * tape[j][0], (i, tape[j][0]), (j, tape[i][0]))
def squash(i):
    y = math.tanh(tape[i][0])
    return put(y, (i, 1 - y * y))
weights = [0.3, -0.2, 0.5, 0.1, 0.7, -0.4, 0.2]
for step in range(8):
    tape.clear()
    w = [put(x) for x in weights]
    total = put(0.0)
    for one, two, goal in ((0.2, 0.9, 0.4), (0.7, 0.1, -0.3), (0.5, 0.6, 0.2)):
        x, y, minus = put(one), put(two), put(-goal)
        h = squash(plus(plus(times(w[0], x), times(w[1], y)), w[2]))
        k = squash(plus(times(w[3], x), w[4]))
        e = plus(plus(times(w[5], h), times(w[6], k)), minus)
        total = plus(total, times(e, e))
    back = [0.0] * len(tape)
    back[total] = 1.0
    for i in range(total, -1, -1):
        for parent, slope in tape[i][1]:
            back[parent] += back[i] * slope
    weights = [x - 0.1 * back[i] for x, i in zip(weights, w)]
""",
    "dual numbers": """
class Dual:
    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope
    def __add__(self, o):
        return Dual(self.value + o.value, self.slope + o.slope)
    def __mul__(self, o):
        return Dual(self.value * o.value, self.value * o.slope + self.slope * o.value)
def squash(d):
    y = math.tanh(d.value)
    return Dual(y, d.slope * (1 - y * y))
weights = [0.3, -0.2, 0.5, 0.1]
def error(t):
    total = Dual(0.0)
    for x, goal in ((0.2, 0.4), (0.7, -0.3), (0.5, 0.2)):
        d = t[2] * squash(t[0] * Dual(x) + t[1]) + t[3] + Dual(-goal)
        total = total + d * d
    return total
for step in range(8):
    slopes = [
        error([Dual(v, 1.0 if i == j else 0.0) for i, v in enumerate(weights)]).slope
        for j in range(4)
    ]
    weights = [v - 0.1 * s for v, s in zip(weights, slopes)]
""",
}
# A text in one of them, what stands there then, and a word that is on the line of the mistake.
MISTAKES = [
    ("einsum", '"no,ho->nh", d, V)', '"no,ho->nh", p, V)', "k ="),
    ("einsum", "(1 - h * h)", "(1 - h)", "k ="),
    ("classes taken from the output, with momentum", '"c": d.sum(0)', '"c": d.mean(0)', "g ="),
    ("classes taken from the output, with momentum", "k[h <= 0]", "k[k <= 0]", "k[k"),
    ("a bias taken away in the exponent, RMSprop", "r.dot(h.T)", "(r * p).dot(h.T)", "grad ="),
    (
        "one unit, feature by feature",
        "y = (labels > 0) * 1.0",
        "y = (labels > 0)[:, None] * 1.0",
        "e =",
    ),
    ("gradients of parts of the samples added up", "* (1 - h * h)", "* (1 + h * h)", "k ="),
    ("single numbers, two hidden units", "dk = e * 0.6 *", "dk = e * o *", "dk ="),
    ("a bias taken away in the exponent, RMSprop", "np.exp(-u", "np.exp(u", "np.exp(u"),
]


def judge(text: str, tmp_path: Path) -> dict[str, Any]:
    """What the judge says of a program."""
    folder, out = tmp_path / "program", tmp_path / "program.rec"
    folder.mkdir()
    (folder / "program.py").write_text(text)
    run = run_watched(folder / "program.py", out)
    assert run.status == 0, run.err
    return judge_recording(read_received(out.read_bytes(), "program.py"), [text])


@pytest.mark.parametrize("style", PROGRAMS)
def test_program_is_right_as_it_stands(style: str, tmp_path: Path) -> None:
    answer = judge(DATA + PROGRAMS[style], tmp_path)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize(("style", "old", "new", "line"), MISTAKES)
def test_mistake_is_found_on_its_line(
    style: str, old: str, new: str, line: str, tmp_path: Path
) -> None:
    assert PROGRAMS[style].count(old) == 1
    answer = judge(DATA + PROGRAMS[style].replace(old, new), tmp_path)
    assert answer["verdict"] == "different", answer["sentence"]
    assert line in answer["first"]["source"]
