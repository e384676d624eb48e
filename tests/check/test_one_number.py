"""Networks with one output, whose error is one number in each step or one column in all."""

import pytest

HEAD = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(20, 2))
y = (X[:, 0] * X[:, 1] > 0) * 1.0
V, c = rng.normal(size=(2, 3)), np.zeros(3)
w, b = rng.normal(size=3), 0.0
def f(z):
    return 1 / (1 + np.exp(-z))
"""
ONLINE = (
    HEAD
    + """for epoch in range(6):
    for i in range(20):
        h = np.tanh(X[i] @ V + c)
        p = f(h @ w + b)
        d = p - y[i]
        g = d * w * (1 - h ** 2)
        w = w - 0.3 * d * h
        b = b - 0.3 * d
        V = V - 0.3 * np.outer(X[i], g)
        c = c - 0.3 * g
"""
)
WHOLE = (
    HEAD
    + """for epoch in range(8):
    h = np.tanh(X @ V + c)
    p = f(h @ w + b)
    d = p - y
    g = np.outer(d, w) * (1 - h ** 2)
    w = w - 0.1 * h.T @ d
    b = b - 0.1 * d.sum()
    V = V - 0.1 * X.T @ g
    c = c - 0.1 * g.sum(axis=0)
"""
)
ONLINE_R = """set.seed(4)
X <- matrix(rnorm(40), 20)
y <- as.numeric(X[, 1] * X[, 2] > 0)
V <- matrix(rnorm(6), 2)
w <- rnorm(3)
b <- 0
squash <- function(z) 1 / (1 + exp(-z))
for (epoch in 1:6) {
  for (i in 1:20) {
    h <- as.vector(tanh(X[i, ] %*% V))
    p <- squash(sum(h * w) + b)
    d <- (p - y[i]) * p * (1 - p)
    g <- d * w * (1 - h^2)
    w <- w - 0.3 * d * h
    b <- b - 0.3 * d
    V <- V - 0.3 * outer(X[i, ], g)
  }
}
"""
ERRORS = {
    "a itself": ("(p - y) * p", "slope_is_activation"),
    "sigmoid once more": ("(p - y) * f(p) * (1 - f(p))", "slope_of_sigmoid_of_a"),
    "plus": ("(p - y) * p * (1 + p)", "slope_plus"),
    "slope twice": ("(p - y) * (p * (1 - p)) ** 2", "slope_twice"),
    "slope of tanh": ("(p - y) * (1 - p ** 2)", "slope_of_tanh"),
    "square": ("(p - y) ** 2 * p * (1 - p)", "error_squared"),
    "sign lost": ("abs(p - y) * p * (1 - p)", "error_absolute"),
}
# Right ones, and whether the judge can know that.
OTHERS = {
    "squared error": ("(p - y) * p * (1 - p)", "right"),
    "a rate that falls": ("(p - y) * (1 - epoch / 20)", "right"),
    "samples weighted by their class": ("(p - y) * (1 + y)", "right"),
    "a loss of its own": ("(p - y) * (1 + (p - y) ** 2)", "not followed"),
}
# The same mean is divided by the samples before its product in one line, after it in the other.
ADAM = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(2, 30))
Y = np.sin(X[:1]) * X[1:]
P = {"W1": rng.normal(size=(5, 2)), "b1": np.zeros((5, 1)),
     "W2": rng.normal(size=(1, 5)), "b2": np.zeros((1, 1))}
v, s = {k: 0 * p for k, p in P.items()}, {k: 0 * p for k, p in P.items()}
for t in range(1, 9):
    h = np.tanh(P["W1"] @ X + P["b1"])
    d = P["W2"] @ h + P["b2"] - Y
    e = P["W2"].T @ d * (1 - h ** 2)
    G = {"W1": 1. / 30 * e @ X.T, "b1": 1. / 30 * e.sum(axis=1, keepdims=True),
         "W2": 1. / 30 * d @ h.T, "b2": 1. / 30 * d.sum(axis=1, keepdims=True)}
    for k in P:
        v[k] = 0.9 * v[k] + (1 - 0.9) * G[k]
        s[k] = 0.999 * s[k] + (1 - 0.999) * G[k] ** 2
        mean, square = v[k] / (1 - 0.9 ** t), s[k] / (1 - 0.999 ** t)
        P[k] = P[k] - 0.01 * mean / (np.sqrt(square) + 1e-8)
"""
FAULTS_R = {
    "slope of z": ("p * (1 - p)", "squash(p) * (1 - squash(p))", "slope_of_sigmoid_of_a"),
    "squashed twice": (
        "d <- (p - y[i]) * p * (1 - p)",
        "o <- squash(p)\n    d <- (o - y[i]) * o * (1 - o)",
        "sigmoid_twice",
    ),
}


def program(error: str, is_online: bool) -> str:
    """The program with another error; of one sample at a time, or of all."""
    if is_online:
        return ONLINE.replace("d = p - y[i]", "d = " + error.replace("y", "y[i]"))
    return WHOLE.replace("d = p - y", f"d = {error}")


@pytest.mark.parametrize("is_online", [True, False])
@pytest.mark.parametrize("name", ERRORS)
def test_a_wrong_error_is_found_though_it_is_one_number_for_all_parameters(check, name, is_online):
    error, cause = ERRORS[name]
    source = program(error, is_online)
    answer = check(source)[1]
    assert answer["verdict"] == "different"
    assert source.split("\n")[answer["first"]["line"] - 1].strip().startswith("d = ")
    assert answer["cause"]["id"] == cause


@pytest.mark.parametrize("name", OTHERS)
def test_an_error_that_no_mistake_makes_is_not_called_wrong(check, name):
    error, verdict = OTHERS[name]
    answer = check(program(error, True))[1]
    assert answer["verdict"] == verdict
    if verdict == "not followed":
        assert "the error of their one output is that of no loss" in answer["sentence"]


@pytest.mark.parametrize("name", FAULTS_R)
def test_a_wrong_error_in_r_is_found_too(check, name):
    assert check(ONLINE_R, name="their.R")[1]["verdict"] == "right"
    old, new, cause = FAULTS_R[name]
    source = ONLINE_R.replace(old, new)
    answer = check(source, name="their.R")[1]
    assert (answer["verdict"], answer["cause"]["id"]) == ("different", cause)
    assert source.split("\n")[answer["first"]["line"] - 1].strip()[0] in "do"  # d or o


def test_gradients_that_are_divided_at_different_places_enter_adam_alike(check):
    answer = check(ADAM)[1]
    assert (answer["verdict"], answer["network"]["training"]["optimizer"]["name"]) == (
        "right", "adam",
    )  # fmt: skip


TARGETS = """set.seed(6)
X <- matrix(rnorm(60), 30)
kind <- factor(ifelse(X[, 1] + X[, 2]^2 > 0.5, "high", "low"))
y <- as.numeric(kind) - 1
W <- matrix(rnorm(6), 2)
v <- rnorm(3)
for (epoch in 1:12) {
  h <- 1 / (1 + exp(-(X %*% W)))
  p <- as.vector(1 / (1 + exp(-(h %*% v))))
  d <- p - y
  g <- outer(d, v) * h * (1 - h)
  v <- v - 0.05 * as.vector(t(h) %*% d)
  W <- W - 0.05 * t(X) %*% g
}
"""
LISTED = """import math, random
random.seed(5)
rows = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(12)]
layers = [[[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)],
          [[random.uniform(-1, 1) for _ in range(4)]]]
def run(x):
    values = [x]
    for layer in layers:
        x = [1 / (1 + math.exp(-(u[-1] + sum(w * a for w, a in zip(u, x))))) for u in layer]
        values.append(x)
    return values
for epoch in range(3):
    for x in rows:
        _, h, (p,) = run(x)
        d = (p - float(x[0] * x[1] > 0)) * p * (1 - p)
        e = [d * layers[1][0][j] * h[j] * (1 - h[j]) for j in range(3)]
        for j in range(3):
            layers[1][0][j] -= 0.5 * d * h[j]
        layers[1][0][3] -= 0.5 * d
        for j in range(3):
            for k in range(2):
                layers[0][j][k] -= 0.5 * e[j] * x[k]
            layers[0][j][2] -= 0.5 * e[j]
"""


def test_targets_that_are_counted_from_1_are_found_where_the_output_is_a_sigmoid(check):
    assert check(TARGETS, name="their.R")[1]["verdict"] == "right"
    answer = check(TARGETS.replace("(kind) - 1", "(kind)"), name="their.R")[1]
    assert (answer["verdict"], answer["first"]["line"]) == ("different", 4)
    assert answer["cause"]["id"] == "classes_from_one"


def test_biases_among_the_weights_are_meant_to_move(check):
    assert check(LISTED)[1]["verdict"] == "right"
    source = LISTED.replace("        layers[1][0][3] -= 0.5 * d\n", "")
    source = source.replace("            layers[0][j][2] -= 0.5 * e[j]\n", "")
    answer = check(source)[1]
    assert (answer["verdict"], answer["cause"]["id"]) == ("different", "never_updated")


COLUMNS_R = """set.seed(2)
X <- matrix(rnorm(24), 2)
Y <- rbind(as.numeric(X[1, ] > 0), as.numeric(X[2, ] > X[1, ]))
W <- matrix(rnorm(6), 3)
b <- matrix(0, 3, 1)
V <- matrix(rnorm(6), 2)
a <- matrix(0, 2, 1)
m <- ncol(X)
for (epoch in 1:12) {
  H <- tanh(W %*% X + matrix(rep(b, m), nrow = 3))
  P <- 1 / (1 + exp(-(V %*% H + matrix(rep(a, m), nrow = 2))))
  D <- P - Y
  G <- (t(V) %*% D) * (1 - H^2)
  V <- V - 0.3 * D %*% t(H) / m
  a <- a - 0.3 * matrix(rowSums(D) / m, nrow = 2)
  W <- W - 0.3 * G %*% t(X) / m
  b <- b - 0.3 * matrix(rowSums(G) / m, nrow = 3)
}
"""


def test_a_bias_of_each_unit_that_gets_the_sum_of_all_units_is_wrong(check):
    assert check(COLUMNS_R, name="their.R")[1]["verdict"] == "right"
    answer = check(COLUMNS_R.replace("rowSums", "sum"), name="their.R")[1]
    assert (answer["verdict"], answer["first"]["line"]) == ("different", 15)
