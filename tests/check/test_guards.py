"""Trainings that are wrong though each parameter follows its derivative, on programs of our own."""

import re

import pytest

RIGHT = """import numpy as np
rng = np.random.default_rng(3)
table = rng.normal([5.0, 80.0, 0.3], [1.0, 9.0, 0.1], (24, 3))
labels = (table[:, 1] > 80).astype(int) + (table[:, 0] > 5)
X = (table - table.mean(axis=0)) / table.std(axis=0)
V, c = rng.normal(size=(3, 4)), np.zeros(4)
W, b = rng.normal(size=(4, 3)), np.zeros(3)
past = [np.zeros_like(p) for p in (V, c, W, b)]
for epoch in range(20):
    order = rng.permutation(24)
    for start in range(0, 24, 8):
        rows = order[start:start + 8]
        x, y = X[rows], labels[rows]
        h = np.tanh(x @ V + c)
        e = np.exp(h @ W + b)
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(p[range(8), y]).mean()
        d = p.copy()
        d[range(8), y] -= 1
        d /= 8
        g = d @ W.T * (1 - h ** 2)
        gradients = [x.T @ g, g.sum(axis=0), h.T @ d, d.sum(axis=0)]
        for k, w in enumerate((V, c, W, b)):
            past[k] = 0.8 * past[k] - 0.2 * gradients[k]
            w += past[k]
"""
PLAIN = RIGHT.replace("past[k] = 0.8 * past[k] - 0.2 * gradients[k]", "step = 0.2 * gradients[k]")
PLAIN = PLAIN.replace("w += past[k]", "w -= step")
ONE_UNIT = """import numpy as np
rng = np.random.default_rng(6)
X, y = rng.normal(size=(30, 4)), rng.normal(2.0, 1.0, 30)
w, b = rng.normal(size=4), 0.0
for epoch in range(25):
    out = X @ w + b
    error = 2 * (out - y) / 30
    w = w - 0.1 * X.T @ error
    b = b - 0.1 * error.sum()
"""
HELPER = PLAIN.replace("h = np.tanh(x @ V + c)", "h = bend(x @ V + c)")
HELPER = HELPER.replace("for epoch", "def bend(z):\n    return np.tanh(z)\nfor epoch", 1)
DEEP = """import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(20, 3))
Y = np.tanh(X[:, :2] * X[:, 1:])
sizes = [3, 5, 4, 2]
W = [rng.normal(size=(m, n)) for m, n in zip(sizes, sizes[1:])]
B = [np.zeros(n) for n in sizes[1:]]
for epoch in range(15):
    a = [X]
    for w, c in zip(W, B):
        a.append(np.tanh(a[-1] @ w + c))
    d = (a[3] - Y) / 20 * (1 - a[3] ** 2)
    for l in range(2, -1, -1):
        dw, dc = a[l].T @ d, d.sum(axis=0)
        if l > 0:
            d = d @ W[l].T * (1 - a[l] ** 2)
        new = W[l] - 0.3 * dw
        W[l] = new
        B[l] = B[l] - 0.3 * dc
"""
AHEAD = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(30, 3))
y = np.sin(X[:, :1]) * X[:, 1:2]
weights = [rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)]
past = [0 * w for w in weights]
for epoch in range(20):
    V, c, W, b = [w + 0.7 * v for w, v in zip(weights, past)]
    h = np.tanh(X @ V + c)
    d = (h @ W + b - y) / 30
    e = d @ W.T * (1 - h ** 2)
    gradients = [X.T @ e, e.sum(axis=0), h.T @ d, d.sum(axis=0)]
    past = [0.7 * v - 0.1 * g for v, g in zip(past, gradients)]
    weights = [w + v for w, v in zip(weights, past)]
"""
LIMITED = PLAIN.replace("step = 0.2 *", "step = 0.2 * share *").replace(
    "        for k, w",
    "        size = np.sqrt(sum(np.sum(g ** 2) for g in gradients))\n"
    "        share = min(1, 0.1 / size)\n        for k, w",
)
SHORTENED = PLAIN.replace(
    "        for k, w",
    "        size = np.sqrt(sum(np.sum(g ** 2) for g in gradients))\n"
    "        if size > 0.1:\n"
    "            gradients = [g * 0.1 / size for g in gradients]\n        for k, w",
)
# What is replaced, and by what: the line that begins so is named, with this cause.
FAULTS = {
    "velocity": (
        RIGHT.replace("w += past[k]", "w += v"), "past[k] = 0.8", "v = 0.8", "velocity_not_kept"
    ),
    "new value": (PLAIN, "w -= step", "w = w - step", "never_updated"),
    "targets": (PLAIN, "labels[rows]", "labels[start:start + 8]", "rows_shuffled"),
    "class": (
        PLAIN, "d[range(8), y] -= 1", "d[range(8), (y + 1) % 3] -= 1", "target_of_other_class"
    ),
    "scale": (
        PLAIN, "table.mean(axis=0)", "table.mean(axis=1, keepdims=True)", "standardised_by_sample"
    ),
    "twice": (HELPER, "bend(x @ V + c)", "bend(bend(x @ V + c))", "activation_twice"),
    "one bias": (ONE_UNIT, "X @ w + b", "X @ w", "bias_left_out"),
    "first of three": (DEEP, "range(2, -1, -1)", "range(2, 0, -1)", "never_updated"),
    "second of three": (DEEP, "W[l] = new", "W[l] = W[l] if l == 1 else new", "never_updated"),
    "layer": (PLAIN, "((V, c, W, b)):", "((V, c, W, b)[2:], start=2):", "never_updated"),
    "look ahead": (AHEAD, "w + 0.7 * v", "w - 0.7 * v", "look_reversed"),
    "limit": (LIMITED, "min(1, 0.1 / size)", "max(1, size / 0.1)", "clip_inverted"),
    "limit of a list": (SHORTENED, "g * 0.1 / size", "g * size / 0.1", "clip_inverted"),
}  # fmt: skip
NAMED = {
    "velocity": "v = 0.8", "new value": "w = w", "targets": "x, y =", "class": "d[range",
    "scale": "X = (table", "one bias": "out = X", "twice": "h = bend", "layer": "for k, w",
    "first of three": "for l", "second of three": "W[l] =", "look ahead": "V, c",
    "limit": "share =", "limit of a list": "gradients = [g",
}  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [RIGHT, PLAIN, ONE_UNIT, DEEP, AHEAD, LIMITED, SHORTENED],
    ids=["momentum", "plain", "unit", "deep", "look ahead", "limit", "limit of a list"],
)
def test_a_right_training_is_right(check, source):
    assert check(source)[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_training_that_loses_something_is_different_on_its_line(accuse, name):
    source, old, new, cause = FAULTS[name]
    told, found, answer = accuse(source, old, new)
    assert told.startswith(NAMED[name])
    assert found == cause
    assert answer["first"]["yours"] != answer["first"]["right"]


SWAPPED = RIGHT.replace("for epoch", "rate, momentum = 0.2, 0.8\nfor epoch", 1)
SWAPPED = SWAPPED.replace("0.8 * past[k] - 0.2 *", "rate * past[k] - momentum *")


def test_a_rate_in_the_place_of_the_momentum_is_told(check):
    answer = check(SWAPPED)[1]
    assert answer["verdict"] == "different"
    assert answer["first"]["source"].startswith("past[k] = rate")
    assert answer["cause"]["id"] == "momentum_and_rate_swapped"


@pytest.mark.parametrize(("old", "new"), [("0.2, 0.8", "0.8, 0.2"), ("rate", "speed")])
def test_what_is_not_called_so_or_not_smaller_is_no_rate(check, old, new):
    source = re.sub(rf"\b{old}\b", new, SWAPPED)  # not within enumerate
    assert check(source)[1]["verdict"] == "right"


def test_a_layer_that_stays_as_it_was_drawn_by_intent_is_no_fault(check):
    source = PLAIN.replace("        g = d @ W.T * (1 - h ** 2)\n", "").replace(
        "[x.T @ g, g.sum(axis=0), h.T @ d, d.sum(axis=0)]", "[h.T @ d, d.sum(axis=0)]"
    )
    source = source.replace("enumerate((V, c, W, b))", "enumerate((W, b))")
    assert "g.sum" not in source
    assert check(source)[1]["verdict"] == "right"


def test_nor_are_two_of_three_layers_that_one_line_draws(check):
    source = DEEP.replace("range(2, -1, -1)", "[2]").replace("if l > 0", "if l > 2")
    assert check(source)[1]["verdict"] == "right"


def test_samples_and_targets_that_are_shuffled_together_are_no_fault(check):
    source = PLAIN.replace(
        "V, c =", "mixed = rng.permutation(24)\nX, labels = X[mixed], labels[mixed]\nV, c =", 1
    )
    assert check(source)[1]["verdict"] == "right"


SIGMOID = """import numpy as np
rng = np.random.default_rng(5)
X, y = rng.normal(size=(20, 3)), rng.integers(0, 2, (20, 1)) * 1.0
w, b = rng.normal(size=(3, 1)), np.zeros(1)
def output(x):
    return 1 / (1 + np.exp(-(x @ w + b)))
for epoch in range(40):
    p = output(X[:12])
    d = (p - y[:12]) * p * (1 - p)
    w -= 0.1 * X[:12].T @ d
    b -= 0.1 * d.sum(axis=0)
    LOSS
"""
LOSSES = {
    "of other samples": "loss = -np.mean(np.log(output(X[12:])))",
    "of logits": "s = X[:12] @ w + b; loss = np.mean(np.log1p(np.exp(s)) - y[:12] * s)",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_slope_too_much_is_found_where_a_cross_entropy_is_computed(check, loss):
    source = SIGMOID.replace("LOSS", LOSSES[loss])
    if loss == "of logits":  # before the update, as the output is
        source = source.replace("    d = ", f"    {LOSSES[loss]}\n    d = ", 1)
    answer = check(source)[1]
    assert answer["verdict"] == "different"
    assert source.split("\n")[answer["first"]["line"] - 1].startswith("    d = ")


ONE_BY_ONE = """set.seed(5)
x <- cbind(1, matrix(rnorm(60), 20))
y <- rbinom(20, 1, 0.5)
w <- rep(0, 4)
for (epoch in 1:4) {
  for (i in sample(20)) {
    p <- plogis(sum(x[i, ] * w))
    d <- (y[i] - p) * p * (1 - p)
    w <- w + 0.3 / epoch * d * x[i, ]
  }
  all <- plogis(x %*% w)
  print(LOSS)
}
"""


@pytest.mark.parametrize(
    ("loss", "verdict"),
    [("-sum(y * log(all) + (1 - y) * log(1 - all))", "different"), ("sum((y - all)^2)", "right")],
)
def test_a_slope_too_much_is_found_of_one_sample_at_a_time(check, loss, verdict):
    answer = check(ONE_BY_ONE.replace("LOSS", loss), name="their.R")[1]
    assert answer["verdict"] == verdict
    if verdict == "different":
        assert answer["first"]["source"].startswith("d <-")
        assert answer["cause"]["id"] == "slope_with_cross_entropy"


def test_the_slope_belongs_to_a_squared_error(check):
    assert (
        check(SIGMOID.replace("LOSS", "loss = np.mean((p - y[:12]) ** 2)"))[1]["verdict"] == "right"
    )


MINUS_AT_A_FACTOR = """import numpy as np
rng = np.random.default_rng(8)
X, Y = rng.normal(size=(25, 4)), np.eye(3)[rng.integers(0, 3, 25)]
V, W = rng.uniform(-0.3, 0.3, (5, 4)), rng.uniform(-0.3, 0.3, (5, 3))
x = np.hstack([np.ones((25, 1)), X])
for epoch in range(30):
    h = np.hstack([np.ones((25, 1)), 1 / (1 + np.exp(-x @ V))])
    p = 1 / (1 + np.exp(-h @ W))
    cost = np.sum(-Y * np.log(p) - (1 - Y) * np.log(1 - p)) / 25
    cost += 1 / 50 * (np.sum(V[1:] ** 2) + np.sum(W[1:] ** 2))
    d = p - Y
    g = (d @ W.T)[:, 1:] * (h * (1 - h))[:, 1:]
    dV, dW = x.T @ g / 25, h.T @ d / 25
    dV[1:] = dV[1:] + 1 / 25 * V[1:]
    dW[1:] = dW[1:] + 1.0 * W[1:]
    V = V - 0.8 * dV
    W = W - 0.8 * dW
"""


def test_a_sigmoid_whose_factor_carries_the_minus_is_not_blamed_for_another_fault(check):
    answer = check(MINUS_AT_A_FACTOR)[1]
    assert answer["verdict"] == "different"
    named = MINUS_AT_A_FACTOR.split("\n")[answer["first"]["line"] - 1]
    assert named.strip().startswith(("dW[1:] =", "W ="))


EVEN = """import numpy as np
rng = np.random.default_rng(7)
x = np.linspace(-2, 2, 40)[:, None]
y = np.sin(2 * x) + x / 2
V, c = rng.uniform(-1, 1, (1, 8)), np.zeros((1, 8))
W, b = rng.uniform(-0.6, 0.6, (8, 1)), np.zeros((1, 1))
for step in range(50):
    h = np.tanh(x @ V + c)
    d = (h @ W + b - y) / 40
    g = d @ W.T * (1 - h ** 2)
    W = W - 0.05 * h.T @ d
    b = b - 0.05 * np.ones((1, 40)) @ d
    V = V - 0.05 * x.T @ g
    c = c - 0.05 * np.ones((1, 40)) @ g
"""


def test_what_rounding_leaves_of_a_gradient_that_is_0_is_no_difference(check):
    # Inputs and targets lie evenly about 0, so that the biases' gradients are sums that cancel.
    assert check(EVEN)[1]["verdict"] == "right"
    wrong = EVEN.replace("V = V - 0.05", "V = V + 0.05")
    answer = check(wrong)[1]
    assert answer["verdict"] == "different"
    assert wrong.split("\n")[answer["first"]["line"] - 1].strip().startswith("V = V +")
