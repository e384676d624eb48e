"""Trainings with a mistake outside of the chain rule: rules, layers, samples, penalties, starts."""

import pytest

CLASSES = """import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(60, 4))
Y = np.eye(3)[(X[:, 0] > 0).astype(int) + (X[:, 1] * X[:, 2] > 0)]
W1, b1 = rng.normal(0, 0.6, (4, 8)), np.zeros(8)
W2, b2 = rng.normal(0, 0.5, (8, 6)), np.zeros(6)
W3, b3 = rng.normal(0, 0.5, (6, 3)), np.zeros(3)
for epoch in range(9):
    order = rng.permutation(60)
    samples, targets = X[order], Y[order]
    for start in range(0, 60, 15):
        x, y = samples[start:start + 15], targets[start:start + 15]
        a1 = np.tanh(x @ W1 + b1)
        a2 = np.tanh(a1 @ W2 + b2)
        e = np.exp(a2 @ W3 + b3)
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.sum(y * np.log(p)) / 15 + 0.002 * sum(np.sum(W * W) for W in (W1, W2, W3))
        d3 = (p - y) / 15
        d2 = d3 @ W3.T * (1 - a2**2)
        d1 = d2 @ W2.T * (1 - a1**2)
        W3 -= 0.2 * (a2.T @ d3 + 0.004 * W3)
        b3 -= 0.2 * d3.sum(axis=0)
        W2 -= 0.2 * (a1.T @ d2 + 0.004 * W2)
        b2 -= 0.2 * d2.sum(axis=0)
        W1 -= 0.2 * (x.T @ d1 + 0.004 * W1)
        b1 -= 0.2 * d1.sum(axis=0)
"""
LAYERS = """import numpy as np
np.random.seed(4)
sizes = [3, 7, 5, 2]
W = [np.random.randn(b, a) for a, b in zip(sizes, sizes[1:])]
c = [np.zeros((b, 1)) for b in sizes[1:]]
vW = [np.zeros_like(w) for w in W]
vc = [np.zeros_like(b) for b in c]
X = np.random.uniform(-1, 1, (3, 40))
Y = np.vstack([X[0] * X[1] > 0, X[2] > X[0]]).astype(float)
for epoch in range(12):
    a = [X]
    for w, b in zip(W, c):
        a.append(1 / (1 + np.exp(-(w @ a[-1] + b))))
    gW, gc = [0 * w for w in W], [0 * b for b in c]
    d = (a[-1] - Y) * a[-1] * (1 - a[-1]) / 40
    gW[2], gc[2] = d @ a[2].T, d.sum(axis=1, keepdims=True)
    for l in range(1, -1, -1):
        d = W[l + 1].T @ d * a[l + 1] * (1 - a[l + 1])
        gW[l], gc[l] = d @ a[l].T, d.sum(axis=1, keepdims=True)
    for l in range(3):
        vW[l] = 0.8 * vW[l] - 0.3 * gW[l]
        vc[l] = 0.8 * vc[l] - 0.3 * gc[l]
        W[l] = W[l] + vW[l]
        c[l] = c[l] + vc[l]
"""
ADAM = """import numpy as np
rng = np.random.RandomState(1)
X = rng.rand(30, 3) * 2 - 1
t = np.sin(2 * X[:, :1]) + X[:, 1:2] * X[:, 2:]
P = [rng.randn(3, 6), np.zeros((1, 6)), rng.randn(6, 1), np.zeros((1, 1))]
M, V = [0 * p for p in P], [0 * p for p in P]
step = 0
for epoch in range(10):
    h = np.tanh(X @ P[0] + P[1])
    e = 2 * (h @ P[2] + P[3] - t) / 30
    d = e @ P[2].T * (1 - h**2)
    G = [X.T @ d, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)]
    step += 1
    for k in range(4):
        M[k] = 0.9 * M[k] + (1 - 0.9) * G[k]
        V[k] = 0.99 * V[k] + (1 - 0.99) * G[k] ** 2
        m = M[k] / (1 - 0.9**step)
        v = V[k] / (1 - 0.99**step)
        P[k] = P[k] - 0.02 * m / (np.sqrt(v) + 1e-8)
"""
RIGHT_ARCTAN = (
    ADAM.replace("np.tanh(", "np.arctan(")
    .replace("(1 - h**2)", "/ (1 + np.tan(h) ** 2)")
    .replace("* /", "/")
)
# The gradients of a batch are added up, and divided where they are used; the last batch is smaller.
SUMS = """
import numpy as np

rng = np.random.RandomState(4)
X = rng.rand(22, 3, 1)
Y = (X.sum(axis=1, keepdims=True) > 1.5) * 1.0
W1, b1 = rng.randn(4, 3), np.zeros((4, 1))
W2, b2 = rng.randn(1, 4), np.zeros((1, 1))
for epoch in range(6):
    order = rng.permutation(22)
    for start in range(0, 22, 5):
        samples = order[start : start + 5]
        dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
        for i in samples:
            h = 1 / (1 + np.exp(-(W1 @ X[i] + b1)))
            o = 1 / (1 + np.exp(-(W2 @ h + b2)))
            d = (o - Y[i]) * o * (1 - o)
            dh = W2.T @ d * h * (1 - h)
            dW1, db1, dW2, db2 = dW1 + dh @ X[i].T, db1 + dh, dW2 + d @ h.T, db2 + d
        W1 = W1 - 0.5 / len(samples) * dW1
        b1 = b1 - 0.5 / len(samples) * db1
        W2 = W2 - 0.5 / len(samples) * dW2
        b2 = b2 - 0.5 / len(samples) * db2
"""
# One vector holds the bias, which has no penalty, and the weights, which have two.
LINEAR = """
import numpy as np

rng = np.random.RandomState(9)
X = np.hstack([np.ones((30, 1)), rng.randn(30, 4)])
y = X[:, 1] - X[:, 2] + 0.1 * rng.randn(30)
w = rng.randn(5)
pen = np.array([0, 1, 1, 1, 1])
for epoch in range(20):
    r = X @ w - y
    w = w - 0.1 * (X.T @ r / 30 + 0.02 * pen * np.sign(w) + 0.01 * pen * w)
"""
# A program, what is replaced in it by what, the line that is named by how it begins, the cause.
TWO_LISTS = """import numpy as np
rng = np.random.RandomState(8)
X = rng.randn(24, 3)
t = np.sin(X[:, :1]) + 0.2 * X[:, 1:2]
W = [rng.randn(3, 4), rng.randn(4, 1) * 0.5]
b = [np.zeros(4), np.zeros(1)]
sW, sb = [0 * w for w in W], [0 * c for c in b]
for epoch in range(40):
    h = np.tanh(X @ W[0] + b[0])
    e = 2 * (h @ W[1] + b[1] - t) / 24
    d = e @ W[1].T * (1 - h * h)
    gW, gb = [X.T @ d, h.T @ e], [d.sum(axis=0), e.sum(axis=0)]
    for l in range(2):
        sW[l] = 0.9 * sW[l] + 0.1 * gW[l] ** 2
        sb[l] = 0.9 * sb[l] + 0.1 * gb[l] ** 2
        W[l] = W[l] - 0.005 * gW[l] / (np.sqrt(sW[l]) + 1e-4)
        b[l] = b[l] - 0.005 * gb[l] / (np.sqrt(sb[l]) + 1e-4)
"""
FAULTS = {
    "shuffled apart": (
        CLASSES, "samples, targets = X[order], Y[order]",
        "samples = X[order]\n    targets = Y[rng.permutation(60)]", "targets =", "rows_shuffled",
    ),
    "no penalty on one weight": (
        CLASSES, " + 0.004 * W2", "", "W2 -=", "decay_left_out",
    ),
    "half a penalty": (CLASSES, "0.004 * W1", "0.002 * W1", "W1 -=", "decay_of_one"),
    "tanh twice": (
        CLASSES, "a2 = np.tanh(a1 @ W2 + b2)", "a2 = np.tanh(np.tanh(a1 @ W2 + b2))", "a2 =",
        "activation_twice",
    ),
    "layer left out of the loop": (
        LAYERS, "range(1, -1, -1)", "range(1, 0, -1)", "for l in range(1", "never_updated",
    ),
    "units alike": (
        LAYERS, "np.random.randn(b, a)", "np.full((b, a), 0.3)", "W = [", "units_alike",
    ),
    "last batch lost": (
        CLASSES, "range(0, 60, 15)", "range(0, 60 - 15, 15)", "for start in", "samples_lost",
    ),
    "rest of the samples lost": (
        CLASSES, "range(0, 60, 15)", "range(0, 60 // 16 * 16, 16)", "for start in",
        "samples_lost",
    ),
    "rate divided again": (
        LAYERS.replace("0.3 * g", "rate * g").replace("for epoch in", "rate = 0.3\nfor epoch in"),
        "    a = [X]\n", "    rate = rate / (1 + 0.1 * epoch)\n    a = [X]\n", "rate = rate",
        "rate_compounded",
    ),
    "slope of a sigmoid at an arctan": (
        RIGHT_ARCTAN, "/ (1 + np.tan(h) ** 2)", "* h * (1 - h)", "d =", "slope_of_sigmoid",
    ),
    "brackets of momentum": (
        LAYERS, "vc[l] = 0.8 * vc[l] - 0.3 * gc[l]", "vc[l] = 0.8 * (vc[l] - 0.3 * gc[l])",
        "vc[l] =", "velocity_brackets",
    ),
    "momentum uphill": (
        LAYERS, "0.8 * vW[l] - 0.3", "0.8 * vW[l] + 0.3", "vW[l] =", "wrong_sign",
    ),
    "a velocity that is taken away": (
        LAYERS, "W[l] = W[l] + vW[l]", "W[l] = W[l] - vW[l]", "W[l] =", "wrong_sign",
    ),
    "correction of the other mean": (
        ADAM, "v = V[k] / (1 - 0.99**step)", "v = V[k] / (1 - 0.9**step)", "v =",
        "correction_of_other",
    ),
    "correction left out": (
        ADAM, "m = M[k] / (1 - 0.9**step)", "m = M[k]", "m =", "correction_left_out",
    ),
    "correction of another form": (
        ADAM, "(1 - 0.9**step)", "(1 - 0.9 * step)", "m =", "correction_wrong",
    ),
    "shares swapped": (
        ADAM, "0.9 * M[k] + (1 - 0.9)", "(1 - 0.9) * M[k] + 0.9", "M[k] =", "shares_swapped",
    ),
    "share of the other mean": (
        ADAM, "0.99 * V[k] + (1 - 0.99)", "0.99 * V[k] + (1 - 0.9)", "V[k] =", "share_of_other",
    ),
    "no root of what moves weights": (
        TWO_LISTS, "/ (np.sqrt(sW[l]) + 1e-4)", "/ (sW[l] + 1e-4)", "W[l] =", "root_left_out",
    ),
    "no square": (ADAM, "G[k] ** 2", "np.abs(G[k])", "V[k] =", "second_moment_without_square"),
    "square of the mean": (ADAM, "G[k] ** 2", "M[k] ** 2", "V[k] =", "second_moment_of_mean"),
    "no square under the root": (
        ADAM.replace("np.sqrt(v)", "np.sqrt(np.abs(v))"), "G[k] ** 2", "G[k]", "V[k] =",
        "second_moment_without_square",
    ),
    "square of the weights": (ADAM, "G[k] ** 2", "P[k] ** 2", "V[k] =", "second_moment_of_weights"),
    "squared in both means": (
        ADAM, "(1 - 0.9) * G[k]", "(1 - 0.9) * G[k] ** 2", "M[k] =", "first_moment_squared",
    ),
    "multiplied by the root": (
        ADAM, "m / (np.sqrt(v) + 1e-8)", "m * (np.sqrt(v) + 1e-8)", "P[k] =", "root_multiplied",
    ),
    "root stored": (
        ADAM.replace("np.sqrt(v)", "v"), "+ (1 - 0.99) * G[k] ** 2",
        "+ (1 - 0.99) * G[k] ** 2\n        V[k] = np.sqrt(V[k])", "V[k] = np.sqrt", "root_stored",
    ),
    "correction stored": (ADAM, "m = M[k] /", "m = M[k] = M[k] /", "m =", "correction_stored"),
    "correction multiplied": (ADAM, "M[k] / (1", "M[k] * (1", "m =", "correction_wrong"),
    "correction unused": (ADAM, "0.02 * m", "0.02 * M[k]", "P[k] =", "correction_left_out"),
    "mean not kept": (ADAM, "0.9 * M[k] + (1", "(1", "M[k] =", "mean_not_kept"),
    "share of a step left out": (
        ADAM, "(1 - 0.9) * G[k]", "G[k]", "M[k] =", "share_left_out",
    ),
    "share of a step in the past": (
        ADAM, "0.99 * V[k]", "(1 - 0.99) * V[k]", "V[k] =", "share_of_past",
    ),
    "past kept whole": (ADAM, "0.99 * V[k] + (1", "V[k] + (1", "V[k] =", "past_kept_whole"),
    "biases as a sum": (
        SUMS, "- 0.5 / len(samples) * db", "- 0.5 * db", "b1 =", "samples_not_averaged",
    ),
    "penalty not derived": (
        CLASSES, "0.004 * W1", "0.004 * W1 ** 2", "W1 -=", "penalty_not_derived",
    ),
    "size in place of sign": (
        LINEAR, "0.02 * pen * np.sign(w) + 0.01 * pen * w", "0.02 * np.abs(w)", "w = w -",
        "penalty_not_derived",
    ),
    "Adam uphill": (ADAM, "P[k] - 0.02", "P[k] + 0.02", "P[k] =", "wrong_sign"),
    "steps counted with parameters": (
        ADAM.replace("    step += 1\n", ""), "        M[k] = 0.9",
        "        step += 1\n        M[k] = 0.9",
        "step += 1", "steps_counted_twice",
    ),
}  # fmt: skip
ERROR = "e = 2 * (h @ P[2] + P[3] - t) / 30"
CUT_OFF = """    for g in gW + gc:
        g[g > 0.01] = 0.01
        g[g < -0.01] = -0.01
    for l in range(3):
        W[l] = W[l] - 0.3 * gW[l]
        c[l] = c[l] - 0.3 * gc[l]
"""
KEYS = """    sums = {key: 0 for key in keys}
    for key, g in zip(keys, G):
        sums[key] += g
    G = [sums[key] for key in keys]
    step += 1
"""
RIGHT = {
    "classes": CLASSES,
    "layers": LAYERS,
    "Adam": ADAM,
    "a share of this step that comes later": ADAM.replace("(1 - 0.9) * G[k]", "G[k]")
    .replace("0.02 * m", "rate * (1 - keep) * m")
    .replace("step = 0", "step, rate, keep = 0, 0.02, 0.9"),
    "a velocity of small shares": LAYERS.replace("0.8 * v", "0.3 * v"),
    "a rate that falls": LAYERS.replace("0.3 * g", "0.3 / (1 + 0.1 * epoch) * g"),
    "Adam with a falling rate": ADAM.replace("0.02 *", "(0.02 / (1 + 0.1 * step)) *"),
    "arctan": RIGHT_ARCTAN,
    "Huber's loss": ADAM.replace(ERROR, "e = np.clip(h @ P[2] + P[3] - t, -0.3, 0.3)"),
    "weighted samples": ADAM.replace("step = 0", "weights = rng.rand(30, 1)\nstep = 0").replace(
        ERROR, "e = weights * (h @ P[2] + P[3] - t)"
    ),
    "gradients cut off in place": LAYERS[: LAYERS.rindex("    for l in")] + CUT_OFF,
    "sums in a dictionary of objects": ADAM.replace(
        "step = 0", "class Key:\n    pass\nkeys = [Key() for _ in P]\nstep = 0"
    ).replace("    step += 1\n", KEYS),
    "samples kept apart": CLASSES.replace(
        "order = rng.permutation(60)", "order = rng.permutation(45)"
    ),
    "targets made of shuffled samples": CLASSES.replace(
        "Y = np", "X = X[rng.permutation(60)]\nY = np"
    ),
    "sums": SUMS,
    "L1 and L2 of some weights": LINEAR,
    "L1 of some weights": LINEAR.replace(" + 0.01 * pen * w", ""),
    "penalty from 0": LINEAR.replace("rng.randn(5)", "np.zeros(5)"),
    "two lists of mean squares": TWO_LISTS,
    "no penalty in the loss": CLASSES.replace(" + 0.004 * W2", "").replace(
        " + 0.002 * sum(np.sum(W * W) for W in (W1, W2, W3))", ""
    ),
}


# Rules that are none of those known here, and no mistaken form of one either.
UNKNOWN = {
    "Yogi": (
        "V[k] = 0.99 * V[k] + (1 - 0.99) * G[k] ** 2",
        "V[k] = V[k] - 0.01 * np.sign(V[k] - G[k] ** 2) * G[k] ** 2",
    ),
    "AdaBelief": ("* G[k] ** 2", "* (G[k] - M[k]) ** 2"),
    "root of the mean": (
        "0.02 * m / (np.sqrt(v) + 1e-8)", "0.02 * np.sign(m) * np.abs(m) ** 0.5",
    ),
}  # fmt: skip


def test_a_second_rate_for_biases_is_not_called_a_sum(check):
    source = SUMS.replace("0.5 / len(samples) * dW", "0.1 * dW")
    source = source.replace("0.5 / len(samples) * db", "0.5 * db")
    assert check(source)[1]["verdict"] == "not followed"


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_rule_of_its_own_is_not_called_wrong(check, name):
    old, new = UNKNOWN[name]
    assert old in ADAM
    assert check(ADAM.replace(old, new))[1]["verdict"] == "not followed"


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_training_is_right(check, name):
    assert check(RIGHT[name])[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_outside_of_the_chain_rule_is_on_its_line(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, answer = accuse(source, old, new)
    assert told.startswith(line)
    assert found == cause
    assert answer["first"]["yours"] != answer["first"]["right"]


def test_one_array_with_two_names_is_found_where_it_gets_them(check):
    source = LAYERS.replace(
        "vc = [np.zeros_like(b) for b in c]",
        "first = second = np.zeros((5, 1))\nvc = [np.zeros((7, 1)), first, np.zeros((2, 1))]",
    )
    source = source.replace(
        "        vc[l] = 0.8 * vc[l] - 0.3 * gc[l]\n",
        "        vc[l] *= 0.8\n        vc[l] -= 0.3 * gc[l]\n",
    )
    source = source.replace("        vW[l] =", "        second *= 0.5\n        vW[l] =")
    answer = check(source)[1]
    assert answer["verdict"] == "different"
    assert source.split("\n")[answer["first"]["line"] - 1].startswith("first = second")
