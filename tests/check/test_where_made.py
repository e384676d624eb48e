"""A fault is told on the line where the wrong value is made, and not where it is used."""

from __future__ import annotations

import pytest
from test_ordinary import LISTS

DEEP = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(24, 3))
Y = X[:, :1] * X[:, 1:2]
V, c = rng.normal(0, 0.6, (3, 5)), np.full(5, 0.1)
U, e = rng.normal(0, 0.6, (5, 4)), np.full(4, 0.1)
W, b = rng.normal(0, 0.6, (4, 1)), np.zeros(1)
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def sigmoid_slope(a):
    return a * (1 - a)
def relu(z):
    return np.where(z > 0, z, 0)
def relu_slope(z):
    return np.where(z > 0, 1.0, 0.0)
for epoch in range(8):
    z1 = X @ V + c
    a1 = relu(z1)
    z2 = a1 @ U + e
    a2 = sigmoid(z2)
    d = (a2 @ W + b - Y) / 24
    d2 = d @ W.T * sigmoid_slope(a2)
    d1 = d2 @ U.T * relu_slope(z1)
    W -= 0.1 * a2.T @ d
    b -= 0.1 * d.sum(axis=0)
    U -= 0.1 * a1.T @ d2
    e -= 0.1 * d2.sum(axis=0)
    V -= 0.1 * X.T @ d1
    c -= 0.1 * d1.sum(axis=0)
"""
LAYERS = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(24, 3))
Y = X[:, :1] * X[:, 1:2]
class Tanh:
    def value(self, z):
        return np.tanh(z)
    def derivative(self, a):
        return 1 - a ** 2
class Layer:
    def __init__(self, i, o, f):
        self.w, self.b, self.f = rng.normal(0, 0.6, (i, o)), np.full((1, o), 0.1), f
    def forward(self, x):
        self.x = x
        self.a = x @ self.w + self.b
        self.a = self.f.value(self.a) if self.f else self.a
        return self.a
    def backward(self, g):
        if self.f:
            slope = self.f.derivative(self.a)
            g = g * slope
        back = g @ self.w.T
        self.w -= 0.1 * self.x.T @ g
        self.b -= 0.1 * g.sum(axis=0, keepdims=True)
        return back
layers = [Layer(3, 5, Tanh()), Layer(5, 4, Tanh()), Layer(4, 1, None)]
for epoch in range(8):
    out = X
    for layer in layers:
        out = layer.forward(out)
    g = 2 * (out - Y) / 24
    for layer in reversed(layers):
        g = layer.backward(g)
"""
UNITS = """import math
import random
random.seed(3)
data = [([random.uniform(-1, 1) for _ in range(2)], random.uniform(0, 1)) for _ in range(10)]
V = [[random.gauss(0, 0.7) for _ in range(2)] for _ in range(4)]
c = [0.1] * 4
W, b = [random.gauss(0, 0.7) for _ in range(4)], 0.0
def slope(a):
    return a * (1 - a)
for epoch in range(4):
    for x, y in data:
        z = [sum(v * e for v, e in zip(V[j], x)) + c[j] for j in range(4)]
        a = [1 / (1 + math.exp(-t)) for t in z]
        error = sum(w * h for w, h in zip(W, a)) + b - y
        deltas = [error * W[j] * slope(a[j]) for j in range(4)]
        for j in range(4):
            W[j] -= 0.1 * error * a[j]
            c[j] -= 0.1 * deltas[j]
            for i in range(2):
                V[j][i] -= 0.1 * deltas[j] * x[i]
        b -= 0.1 * error
"""
FUNCTIONS = """set.seed(4)
X <- matrix(rnorm(72), 24, 3)
Y <- X[, 1, drop = FALSE] * X[, 2, drop = FALSE]
act <- list(
  f = function(z) ifelse(z > 0, z, 0),
  df = function(z) ifelse(z > 0, 1, 0)
)
sizes <- c(3, 5, 4, 1)
W <- lapply(1:3, function(i) matrix(rnorm(sizes[i] * sizes[i + 1], 0, 0.6), sizes[i]))
for (epoch in 1:8) {
  A <- list(X)
  Z <- list()
  for (i in 1:3) {
    Z[[i]] <- A[[i]] %*% W[[i]]
    A[[i + 1]] <- if (i < 3) act$f(Z[[i]]) else Z[[i]]
  }
  d <- (A[[4]] - Y) / 24
  for (i in 3:1) {
    G <- t(A[[i]]) %*% d
    if (i > 1) {
      s <- act$df(Z[[i - 1]])
      d <- d %*% t(W[[i]]) * s
    }
    W[[i]] <- W[[i]] - 0.1 * G
  }
}
"""
UNIT = """make_unit <- function(n) {
  w <- runif(n + 1, -1, 1)
  x <- y <- NULL
  list(
    fire = function(input) {
      x <<- c(1, input)
      y <<- tanh(sum(w * x))
      y
    },
    adjust = function(err) {
      d <- err * (1 - y * y)
      back <- d * w[-1]
      w <<- w + 0.2 * d * x
      back
    }
  )
}
set.seed(23)
hidden <- replicate(4, make_unit(2), simplify = FALSE)
out <- make_unit(4)
inputs <- matrix(c(-1, 1, -1, 1, -1, -1, 1, 1), 4)
goal <- c(-0.8, 0.8, 0.8, -0.8)
for (epoch in 1:10) for (i in 1:4) {
  y <- out$fire(vapply(hidden, function(u) u$fire(inputs[i, ]), 0))
  back <- out$adjust(goal[i] - y)
  for (j in 1:4) hidden[[j]]$adjust(back[j])
}
"""
MOMENTUM = """import numpy as np
rng = np.random.default_rng(15)
X = rng.normal(size=(40, 2))
y = (X[:, :1] + X[:, 1:] > 0) * 1.0
weights = [rng.normal(0, 0.5, (2, 5)), rng.normal(0, 0.5, (5, 1))]
moves = [np.zeros_like(w) for w in weights]
for epoch in range(5):
    for begin in range(0, 40, 10):
        x, t = X[begin:begin + 10], y[begin:begin + 10]
        h = 1 / (1 + np.exp(-(x @ weights[0])))
        d = (1 / (1 + np.exp(-(h @ weights[1]))) - t) / len(x)
        gradients = [x.T @ (d @ weights[1].T * h * (1 - h)), h.T @ d]
        for k in range(2):
            moves[k] = 0.8 * moves[k] + 0.3 * gradients[k]
            weights[k] = weights[k] - moves[k]
"""
ADAM = """set.seed(11)
X <- matrix(rnorm(60), 20, 3)
y <- X[, 1] * X[, 2]
theta <- list(W = matrix(rnorm(12, 0, 0.5), 3), b = rnorm(4), u = rnorm(4), d = 0)
zeros <- lapply(theta, `*`, 0)
state <- list(m = zeros, v = zeros, t = 0)
gradient <- function(theta) {
  H <- tanh(sweep(X %*% theta$W, 2, theta$b, "+"))
  e <- 2 * (drop(H %*% theta$u) + theta$d - y) / length(y)
  D <- outer(e, theta$u) * (1 - H^2)
  list(W = t(X) %*% D, b = colSums(D), u = drop(t(H) %*% e), d = sum(e))
}
adam <- function(theta, g, state) {
  state$t <- state$t + 1
  for (n in names(theta)) {
    state$m[[n]] <- 0.9 * state$m[[n]] + 0.1 * g[[n]]
    state$v[[n]] <- 0.999 * state$v[[n]] + 0.001 * g[[n]]^2
    m <- state$m[[n]] / (1 - 0.9^state$t)
    v <- state$v[[n]] / (1 - 0.999^state$t)
    theta[[n]] <- theta[[n]] - 0.02 * m / (sqrt(v) + 1e-8)
  }
  list(theta = theta, state = state)
}
for (i in 1:12) {
  made <- adam(theta, gradient(theta), state)
  theta <- made$theta
  state <- made$state
}
"""
HELPER = """set.seed(3)
X <- matrix(runif(24, -1, 1), 12, 2)
y <- X[, 1] * X[, 2]
V <- matrix(rnorm(8), 4, 2)
U <- matrix(rnorm(12), 3, 4)
W <- rnorm(3)
dot <- function(a, b) sum(a * b)
for (epoch in 1:3) for (i in 1:12) {
  x <- X[i, ]
  h <- vapply(1:4, function(j) tanh(dot(V[j, ], x)), 1)
  k <- vapply(1:3, function(j) tanh(dot(U[j, ], h)), 1)
  e <- dot(W, k) - y[i]
  d2 <- e * W * (1 - k^2)
  old <- U
  W <- W - 0.1 * e * k
  for (j in 1:3) U[j, ] <- U[j, ] - 0.1 * d2[j] * h
  d1 <- numeric(4)
  for (j in 1:4) {
    d1[j] <- dot(d2, old[, j]) * (1 - h[j]^2)
  }
  for (j in 1:4) V[j, ] <- V[j, ] - 0.1 * d1[j] * x
}
"""
COLUMNS = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(3, 24))
Y = (X[:1] * X[1:2] > 0) * 1.0
W1, b1 = rng.normal(0, 0.6, (5, 3)), np.zeros((5, 1))
W2, b2 = rng.normal(0, 0.6, (1, 5)), np.zeros((1, 1))
for epoch in range(8):
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    dZ2 = A2 - Y
    dW2 = (1 / 24) * dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True) / 24
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = (1 / 24) * dZ1 @ X.T
    db1 = np.sum(dZ1, axis=1, keepdims=True) / 24
    W1, b1 = W1 - 0.5 * dW1, b1 - 0.5 * db1
    W2, b2 = W2 - 0.5 * dW2, b2 - 0.5 * db2
"""
SHUFFLED = """set.seed(6)
X <- matrix(rnorm(144), 48, 3)
y <- matrix((X[, 1] * X[, 2] > 0) * 1)
V <- matrix(rnorm(12, 0, 0.5), 3, 4)
W <- matrix(rnorm(4, 0, 0.5), 4, 1)
for (epoch in 1:6) {
  order <- sample(48)
  samples <- X[order, ]
  targets <- y[order, , drop = FALSE]
  for (k in seq(1, 48, 16)) {
    x <- samples[k:(k + 15), ]
    h <- tanh(x %*% V)
    d <- (1 / (1 + exp(-(h %*% W))) - targets[k:(k + 15), , drop = FALSE]) / 16
    e <- d %*% t(W) * (1 - h^2)
    W <- W - 0.5 * t(h) %*% d
    V <- V - 0.5 * t(x) %*% e
  }
}
"""
PROGRAMS = {"deep.py": DEEP, "layers.py": LAYERS, "units.py": UNITS, "functions.R": FUNCTIONS,
            "unit.R": UNIT, "momentum.py": MOMENTUM, "adam.R": ADAM,
            "lists.py": LISTS, "helper.R": HELPER,
            "columns.py": COLUMNS, "shuffled.R": SHUFFLED}  # fmt: skip
# The program, what is changed in it, what the line of the fault begins with, and the cause.
FAULTS = {
    "a slope that is the activation": (
        "deep.py", "np.where(z > 0, 1.0, 0.0)", "np.where(z > 0, z, 0.0)", "return np.where(z > 0",
        "slope_is_activation",
    ),
    "the slope of another layer": (
        "deep.py", "relu_slope(z1)", "sigmoid_slope(z1)", "d1 =", None,
    ),
    "an activation for its slope": (
        "deep.py", "* sigmoid_slope(a2)", "* sigmoid(z2)", "d2 =", "slope_is_activation",
    ),
    "an activation under a name": (
        "deep.py", "    d2 = d @ W.T * sigmoid_slope(a2)",
        "    s2 = sigmoid(z2)\n    d2 = d @ W.T * s2", "s2 =", "slope_is_activation",
    ),
    "a slope of ones": (
        "layers.py", "1 - a ** 2", "np.ones_like(a)", "return np.ones_like", "slope_left_out",
    ),
    "a slope that is 1": (
        "deep.py", "return a * (1 - a)", "return a * 0 + 1", "return a * 0", "slope_left_out",
    ),
    "a slope of a number": ("units.py", "return a * (1 - a)", "return 1 - a", "return 1 - a",
                            "slope_one_minus_a"),
    "a function in a list": (
        "functions.R", "ifelse(z > 0, 1, 0)", "ifelse(z > 0, z, 0)", "df =", "slope_is_activation",
    ),
    "a mask of what comes back, by a function": (
        "functions.R",
        "      s <- act$df(Z[[i - 1]])\n      d <- d %*% t(W[[i]]) * s\n",
        "      back <- d %*% t(W[[i]])\n      d <- back * act$df(back)\n",
        "d <- back", "mask_of_gradient",
    ),
    "a slope of a unit": ("unit.R", "(1 - y * y)", "y * (1 - y)", "d <- err", "slope_of_sigmoid"),
    "a helper of both ways": (
        "helper.R", "dot(d2, old[, j])", "dot(d2, U[, j])", "d1[j] <-", "updated_weights_used",
    ),
    "an error that becomes the delta": (
        "units.py", "        deltas = [error * W[j] * slope(a[j]) for j in range(4)]\n",
        "        deltas = [0.0] * 4\n        for j in range(4):\n"
        "            back = error * W[j]\n            deltas[j] = back\n",
        "deltas[j] = back", None,
    ),
    "a gradient that is not divided": (
        "columns.py", "(1 / 24) * dZ1", "dZ1", "dW1 =", "samples_not_averaged",
    ),
    "a bias that is not divided": (
        "columns.py", "np.sum(dZ1, axis=1, keepdims=True) / 24",
        "np.sum(dZ1, axis=1, keepdims=True)", "db1 =", "samples_not_averaged",
    ),
    "targets in their old order": (
        "shuffled.R", "y[order, , drop = FALSE]", "y", "targets <-", "rows_shuffled",
    ),
    "targets without a line": (
        "shuffled.R", "targets[k:", "y[k:", "samples <-", "rows_shuffled",
    ),
    "rows that are one list": (
        "lists.py", "[[0.0] * 2 for _ in range(4)]", "[[0.0] * 2] * 4", "gV, gc", "rows_are_one",
    ),
    "velocities of each batch": (
        "momentum.py", "        x, t = X",
        "        moves = [np.zeros_like(w) for w in weights]\n        x, t = X", "moves = [np",
        "velocity_not_kept",
    ),
    "a state that stays with the copy": (
        "adam.R", "  state <- made$state\n", "", "theta <- made$theta", "means_not_kept",
    ),
    "a state of each step": (
        "adam.R", "  state$t <- state$t + 1\n",
        "  state <- list(m = lapply(theta, function(p) 0 * p), v = zeros, t = 1)\n",
        "state <- list(m", "means_not_kept",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_are_right(check, name):
    assert check(PROGRAMS[name], name=name)[1]["verdict"] == "right"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_where_its_value_is_made(check, fault):
    name, old, new, line, cause = FAULTS[fault]
    assert old in PROGRAMS[name]
    source = PROGRAMS[name].replace(old, new)
    answer = check(source, name=name)[1]
    assert answer["verdict"] == "different"
    assert source.split("\n")[answer["first"]["line"] - 1].strip().startswith(line)
    assert cause is None or answer["cause"]["id"] == cause


MASKED = DEEP.replace("a2 = sigmoid(z2)", "a2 = relu(z2)").replace(
    "sigmoid_slope(a2)", "relu_slope(z2)"
)


def test_a_mask_of_what_comes_back_is_told_where_the_helper_is_called(accuse):
    old, new = "d1 = d2 @ U.T * relu_slope(z1)", "back = d2 @ U.T\n    d1 = back * relu_slope(back)"
    line, cause, _ = accuse(MASKED, old, new)
    assert line == "d1 = back * relu_slope(back)"
    assert cause == "mask_of_gradient"


def test_a_helper_that_masks_wrongly_is_told_itself(accuse):
    line, _, _ = accuse(MASKED, "np.where(z > 0, 1.0, 0.0)", "np.where(z > -1, 1.0, 0.0)")
    assert line == "return np.where(z > -1, 1.0, 0.0)"
