"""Trainings without a loop that changes anything: folds, tuples, namedtuples, functions of rows."""

import pytest

FOLD = """from functools import reduce
from itertools import starmap
from math import exp
from operator import mul, sub
import random
random.seed(6)
net0 = tuple(tuple(tuple(random.uniform(-1, 1) for _ in range(n + 1)) for _ in range(m))
             for n, m in ((2, 3), (3, 1)))
cases = (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0))
def dot(u, v):
    return sum(map(mul, u, v))
def out(layer, v):
    return tuple(1 / (1 + exp(-dot(row, (1,) + v))) for row in layer)
def times(k, v):
    return tuple(k * a for a in v)
def learn(net, case):
    x, t = case
    h = out(net[0], x)
    d = out(net[1], h)[0] - t
    back = tuple(w * d * a * (1 - a) for w, a in zip(net[1][0][1:], h))
    first = tuple(tuple(map(sub, row, times(0.6 * b, (1,) + x))) for row, b in zip(net[0], back))
    return first, (tuple(starmap(sub, zip(net[1][0], times(0.6 * d, (1,) + h)))),)
net = reduce(learn, cases * 300, net0)
print(net)
"""
NEURON = """from collections import namedtuple
from functools import partial, reduce
from math import exp
import random
State = namedtuple("State", "w b")
def fire(state, x):
    return 1 / (1 + exp(-sum(a * b for a, b in zip(state.w, x)) - state.b))
def observe(rate, state, case):
    x, t = case
    e = fire(state, x) - t
    return state._replace(w=tuple(a - rate * e * b for a, b in zip(state.w, x)),
                          b=state.b - rate * e)
random.seed(1)
points = [(random.gauss(0, 1), random.gauss(0, 1), random.gauss(0, 1)) for _ in range(60)]
cases = [(p, 1.0 if p[0] + 2 * p[1] > p[2] else 0.0) for p in points]
end = reduce(partial(observe, 0.3), cases, State((0.0,) * 3, 0.0))
print(end)
"""
PARAMS = """from typing import NamedTuple
import numpy as np
class Params(NamedTuple):
    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray
def forward(p, X):
    h = np.tanh(X @ p.W1 + p.b1)
    return h, h @ p.W2 + p.b2
def grads(p, X, y):
    h, out = forward(p, X)
    d = (out - y) / len(X)
    dh = d @ p.W2.T * (1 - h * h)
    return Params(X.T @ dh, dh.sum(0), h.T @ d, d.sum(0))
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
y = np.sin(X[:, :1]) + X[:, 1:2] ** 2
p = Params(rng.normal(size=(3, 5)) * 0.5, np.zeros(5), rng.normal(size=(5, 1)) * 0.5, np.zeros(1))
for i in range(30):
    p = Params(*(w - 0.1 * dw for w, dw in zip(p, grads(p, X, y))))
"""
RIGHT = {"fold.py": FOLD, "neuron.py": NEURON, "params.py": PARAMS}
WRONG = {
    "slope_left_out.py": (FOLD, "w * d * a * (1 - a) for w, a", "w * d for w, a"),
    "updated_twice.py": (PARAMS, "h.T @ d,", "2 * h.T @ d,"),
    "square_left_out.py": (PARAMS, "(1 - h * h)", "(1 - h)"),
    "input_left_out.py": (NEURON, "a - rate * e * b for", "a - rate * e for"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_fold_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_in_a_fold_is_told_at_its_line(accuse, name):
    source, old, new = WRONG[name]
    assert new in accuse(source, old, new, name)[0]


def test_the_parts_of_a_namedtuple_have_its_names(check):
    steps = check(PARAMS)[1]["steps"]
    assert ["p.W1", "p.W2"] in [step["variables"] for step in steps]
