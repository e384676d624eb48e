"""Losses of labels -1 and 1, of several outputs and of counts, and the rules that go with them."""

import pytest

# Labels are -1 and 1: output and label are multiplied, and no error is made.
MARGIN = """import numpy as np
rng = np.random.default_rng(11)
X = rng.normal(size=(30, 3))
y = np.where(X[:, 0] * X[:, 1] > 0, 1, -1)
V, c = rng.normal(size=(3, 5)), np.zeros(5)
w, b = rng.normal(size=5), np.zeros(1)
for epoch in range(12):
    h = np.tanh(X @ V + c)
    f = h @ w + b
    d = -y / (1 + np.exp(y * f)) / 30
    e = np.outer(d, w) * (1 - h ** 2)
    w = w - 0.4 * h.T @ d
    b = b - 0.4 * d.sum()
    V = V - 0.4 * X.T @ e
    c = c - 0.4 * e.sum(axis=0)
"""
LOGISTIC = "-y / (1 + np.exp(y * f))"
# A number and a class are learnt at once, each with its own loss and weight.
HEADS = """import numpy as np
rng = np.random.default_rng(12)
X = rng.normal(size=(24, 3))
size, kind = X[:, :1] * X[:, 1:2], (X[:, 2:] > 0).astype(float)
V, c = rng.normal(size=(3, 6)), np.zeros(6)
A, a = rng.normal(size=(6, 1)), np.zeros(1)
B, b = rng.normal(size=(6, 1)), np.zeros(1)
for epoch in range(12):
    h = np.tanh(X @ V + c)
    da = 2 * (h @ A + a - size) / 24
    db = 0.3 * (1 / (1 + np.exp(-(h @ B + b))) - kind) / 24
    e = (da @ A.T + db @ B.T) * (1 - h ** 2)
    V -= 0.2 * X.T @ e
    c -= 0.2 * e.sum(axis=0)
    A -= 0.2 * h.T @ da
    a -= 0.2 * da.sum(axis=0)
    B -= 0.2 * h.T @ db
    b -= 0.2 * db.sum(axis=0)
"""
COUNTS = """import numpy as np
rng = np.random.default_rng(13)
X = rng.normal(size=(30, 4))
y = rng.poisson(np.exp(0.5 * X[:, 0]))
w, b = np.zeros(4), np.zeros(1)
for epoch in range(12):
    d = (np.exp(X @ w + b) - y) / 30
    w -= 0.1 * (X.T @ d)
    b -= 0.1 * d.sum()
"""
RULE = """import numpy as np
rng = np.random.default_rng(14)
X = rng.normal(size=(20, 3))
y = np.sin(X[:, :1]) + X[:, 1:2]
P = [rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)]
v, s = [np.zeros_like(p) for p in P], [np.zeros_like(p) for p in P]
def gradients(P):
    h = np.tanh(X @ P[0] + P[1])
    d = (h @ P[2] + P[3] - y) / 20
    e = d @ P[2].T * (1 - h ** 2)
    return [X.T @ e + 0.01 * P[0], e.sum(axis=0), h.T @ d + 0.01 * P[2], d.sum(axis=0)]
for t in range(1, 13):
    look = [p + 0.9 * w for p, w in zip(P, v)]
    for k, g in enumerate(gradients(look)):
        v[k] = 0.9 * v[k] - 0.05 * g
        P[k] = P[k] + v[k]
"""
STEP = """        v[k] = 0.9 * v[k] - 0.05 * g
        P[k] = P[k] + v[k]
"""
PLAIN = RULE.replace("gradients(look)", "gradients(P)").replace(" + 0.01 * P[0]", "")
PLAIN = PLAIN.replace(" + 0.01 * P[2]", "")
ADADELTA = """        s[k] = 0.95 * s[k] + 0.05 * g ** 2
        step = np.sqrt(v[k] + 1e-6) / np.sqrt(s[k] + 1e-6) * g
        v[k] = 0.95 * v[k] + 0.05 * step ** 2
        P[k] = P[k] - step
"""
ADAMW = """        v[k] = 0.9 * v[k] + 0.1 * g
        s[k] = 0.99 * s[k] + 0.01 * g * g
        m = v[k] / (1 - 0.9 ** t) / (np.sqrt(s[k] / (1 - 0.99 ** t)) + 1e-8)
        P[k] = P[k] * (1 - 0.02 * 0.1) - 0.02 * m
"""
NADAM = """        v[k] = 0.9 * v[k] + 0.1 * g
        s[k] = 0.99 * s[k] + 0.01 * g * g
        m = (0.9 * v[k] + 0.1 * g) / (1 - 0.9 ** t)
        P[k] = P[k] - 0.02 * m / (np.sqrt(s[k] / (1 - 0.99 ** t)) + 1e-8)
"""
ADAMAX = """        v[k] = 0.9 * v[k] + 0.1 * g
        s[k] = np.maximum(0.99 * s[k], np.abs(g))
        P[k] = P[k] - 0.02 / (1 - 0.9 ** t) * v[k] / (s[k] + 1e-8)
"""
GELU = """import math
import numpy as np
rng = np.random.default_rng(17)
erf = np.vectorize(math.erf)
X = rng.normal(size=(20, 3))
y = np.sin(X[:, :1]) + X[:, 1:2]
V, c = rng.normal(0, 0.6, (3, 5)), np.zeros(5)
w, b = rng.normal(0, 0.6, (5, 1)), np.zeros(1)
for epoch in range(8):
    z = X @ V + c
    phi = (1 + erf(z / np.sqrt(2))) / 2
    h = z * phi
    d = (h @ w + b - y) / 20
    e = d @ w.T * (phi + z * np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi))
    w = w - 0.1 * h.T @ d
    b = b - 0.1 * d.sum(axis=0)
    V = V - 0.1 * X.T @ e
    c = c - 0.1 * e.sum(axis=0)
"""
RIGHT = {
    "GELU": GELU,
    "labels of -1 and 1": MARGIN,
    "hinge": MARGIN.replace("-y / (1 + np.exp(y * f))", "-y * (y * f < 1)"),
    "squared hinge": MARGIN.replace(
        "-y / (1 + np.exp(y * f))", "-2 * y * np.maximum(0, 1 - y * f)"
    ),
    "two heads": HEADS,
    "counts": COUNTS,
    "Nesterov with L2": RULE,
    "L1": COUNTS.replace("(X.T @ d)", "(X.T @ d + 0.01 * np.sign(w) + 0.02 * w)"),
    "AdaDelta": PLAIN.replace(STEP, ADADELTA),
    "AdamW": PLAIN.replace(STEP, ADAMW),
    "Nadam": PLAIN.replace(STEP, NADAM),
    "AdaMax": PLAIN.replace(STEP, ADAMAX),
}
# Each with a mistake: none of them is called right.
WRONG = {
    "GELU": ("phi + z * np.exp", "phi + np.exp"),
    "labels of -1 and 1": (" * (1 - h ** 2)", ""),
    "hinge": ("h.T @ d", "-h.T @ d"),
    "two heads": ("db @ B.T", "db @ A.T"),
    "counts": ("(X.T @ d)", "(X[::-1].T @ d)"),
    "Nesterov with L2": ("X.T @ e + 0.01 * P[0]", "X.T @ e - 0.01 * P[0]"),
    "L1": ("0.01 * np.sign(w)", "-0.01 * np.sign(w)"),
    "AdaDelta": ("h.T @ d", "h.T @ d * d.mean()"),
    "AdamW": ("P[2].T * (1 - h ** 2)", "P[2].T"),
    "AdaMax": ("np.maximum(0.99 * s[k], np.abs(g))", "np.maximum(0.99 * s[k], np.abs(v[k]))"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_loss_and_a_rule_that_are_less_usual_are_right(check, name):
    assert check(RIGHT[name])[1]["verdict"] == "right"


@pytest.mark.parametrize("name", WRONG)
def test_with_a_mistake_they_are_not(check, name):
    old, new = WRONG[name]
    assert old in RIGHT[name]
    assert check(RIGHT[name].replace(old, new))[1]["verdict"] != "right"


def test_decay_that_begins_at_zero_is_no_other_parameter(check):
    assert check(RIGHT["AdamW"])[1]["network"]["training"]["optimizer"]["name"] == "adam"


# A class from a sigmoid: the squared error is computed, and twice the error goes back.
CHANCE = """import numpy as np
rng = np.random.default_rng(15)
X = rng.normal(size=(30, 3))
y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
V, c = rng.normal(size=(3, 5)), np.zeros(5)
W, b = rng.normal(size=(5, 1)), np.zeros(1)
for epoch in range(12):
    x = X[:]
    h = np.tanh(x @ V + c)
    p = 1 / (1 + np.exp(-(h @ W + b)))
    loss = np.mean((p - y) ** 2)
    d = 2 * (p - y) / 30
    e = d @ W.T * (1 - h ** 2)
    W = W - 0.4 * h.T @ d
    b = b - 0.4 * d.sum(axis=0)
    V = V - 0.4 * x.T @ e
    c = c - 0.4 * e.sum(axis=0)
"""


def test_twice_the_error_is_no_derivative_of_a_cross_entropy(check):
    answer = check(CHANCE)[1]
    assert answer["verdict"] == "different"
    assert (answer["first"]["name"], answer["first"]["line"]) == ("d", 12)
    assert answer["cause"]["id"] == "slope_left_out"


def test_nor_is_it_where_the_error_of_all_samples_is_squared_after_a_part_of_them(check):
    source = CHANCE.replace("x = X[:]\n", "x, t = X[:10], y[:10]\n")
    source = source.replace("    loss = np.mean((p - y) ** 2)\n", "").replace("(p - y)", "(p - t)")
    source = source.replace("/ 30", "/ 10").replace(
        "    p = 1 / (1 + np.exp(-(h @ W + b)))", "    p = output(h)"
    )
    source = source.replace(
        "for epoch",
        "def output(h):\n    return 1 / (1 + np.exp(-(h @ W + b)))\nfor epoch", 1,
    )  # fmt: skip
    answer = check(source + "    loss = np.mean((output(np.tanh(X @ V + c)) - y) ** 2)\n")[1]
    assert answer["cause"]["id"] == "slope_left_out"
    assert answer["first"]["name"] == "d"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("np.mean((p - y) ** 2)", "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"),
        ("np.mean((p - y) ** 2)", "0"),
        ("/ 30\n", "/ 30 * p * (1 - p)\n"),
    ],
)
def test_twice_the_error_alone_accuses_nobody(check, old, new):
    assert check(CHANCE.replace(old, new))[1]["verdict"] == "right"


def test_a_squared_error_beside_a_cross_entropy_is_a_remark(check):
    answer = check(CHANCE.replace("2 * (p - y)", "(p - y)"))[1]
    assert answer["verdict"] == "right"
    assert "Line 11 computes the squared error" in answer["remarks"][0]


NOISE = CHANCE.replace("d = 2 * (p - y) / 30", "d = (p - y) / 10")
NOISE = NOISE.replace("    x = X[:]\n", "    x = X[10 * (epoch % 3):10 * (epoch % 3) + 10]\n")
NOISE = NOISE.replace("(p - y)", "(p - t)").replace("    h =", "    CHANGE\n    h =")
NOISE = NOISE.replace("    CHANGE", "    t = y[10 * (epoch % 3):10 * (epoch % 3) + 10]\n    CHANGE")


def test_noise_that_stays_in_the_samples_is_on_its_line(check):
    source = NOISE.replace("CHANGE", "x += rng.normal(0, 0.1, x.shape)")
    answer = check(source)[1]
    assert answer["cause"]["id"] == "data_changed_in_place"
    assert source.split("\n")[answer["first"]["line"] - 1].strip().startswith("x +=")


def test_noise_in_a_copy_of_the_samples_is_right(check):
    source = NOISE.replace("CHANGE", "x = x + rng.normal(0, 0.1, x.shape)")
    assert check(source)[1]["verdict"] == "right"


# Half of the gradients are divided by the number of samples: the loss says which half is wrong.
HALF = (
    CHANCE[: CHANCE.index("    loss")]
    + """    loss = LOSS
    d = (p - y) * p * (1 - p)
    e = d @ W.T * (1 - h ** 2)
    gW = h.T @ d / 30
    gb = d.sum(axis=0) / 30
    gV = x.T @ e
    gc = e.sum(axis=0)
    W = W - 0.4 * gW
    b = b - 0.4 * gb
    V = V - 0.4 * gV
    c = c - 0.4 * gc
"""
)


@pytest.mark.parametrize(
    ("loss", "name", "cause"),
    [
        ("0.5 * np.sum((p - y) ** 2) / 30", "gV", "samples_not_averaged"),
        ("0.5 * np.sum((p - y) ** 2)", "gW", "samples_averaged"),
    ],
)
def test_the_loss_says_which_gradients_are_to_be_divided(check, loss, name, cause):
    answer = check(HALF.replace("LOSS", loss))[1]
    assert (answer["first"]["name"], answer["cause"]["id"]) == (name, cause)
