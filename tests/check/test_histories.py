"""How weights are kept: of every step, a new one beside the old one, and all in one vector."""

import pytest

NUMBERS = """import numpy as np
rng = np.random.default_rng(1)
x = rng.normal(size=30)
y = 2 * x + 1 + 0.1 * rng.normal(size=30)
w, b = np.zeros(21), np.zeros(21)
w[0] = 0.3
for k in range(20):
    e = w[k] * x + b[k] - y
    w[k + 1] = w[k] - 0.1 * np.mean(e * x)
    b[k + 1] = b[k] - 0.1 * np.mean(e)
"""
ROWS = """set.seed(2)
x <- matrix(runif(60, -1, 1), 20, 3)
y <- matrix(as.numeric(x[, 1] + x[, 2] > 0), 20, 1)
B <- matrix(0, 31, 3)
B[1, ] <- rnorm(3)
a <- numeric(31)
for (k in 1:30) {
  p <- 1 / (1 + exp(-(x %*% B[k, ] + a[k])))
  B[k + 1, ] <- B[k, ] - 0.5 * colMeans(as.vector(p - y) * x)
  a[k + 1] <- a[k] - 0.5 * mean(p - y)
}
"""
UNITS = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(25, 3))
y = np.sin(X[:, :1])
V, c, W = np.zeros((12, 3, 4)), np.zeros((12, 4)), np.zeros((12, 4, 1))
V[0], W[0] = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for k in range(11):
    h = np.tanh(X @ V[k] + c[k])
    d = (h @ W[k] - y) / 25
    e = d @ W[k].T * (1 - h ** 2)
    V[k + 1] = V[k] - 0.3 * X.T @ e
    c[k + 1] = c[k] - 0.3 * e.sum(0)
    W[k + 1] = W[k] - 0.3 * h.T @ d
"""
COLUMNS = """import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(20, 3))
y = (X[:, :1] > 0) * 1.0
theta = rng.normal(size=17)
for k in range(8):
    V = theta[:12].reshape((3, 4), order="F")
    W = theta[12:16].reshape((4, 1), order="F")
    h = np.tanh(X @ V)
    p = 1 / (1 + np.exp(-(h @ W + theta[16])))
    d = (p - y) / 20
    gW = h.T @ d
    gV = X.T @ (d @ W.T * (1 - h ** 2))
    grad = np.concatenate([gV.ravel(order="F"), gW.flatten("F"), [d.sum()]])
    theta = theta - 0.4 * grad
"""
GENERATORS = """import numpy as np
rng = np.random.default_rng(7)
def linear(i, o):
    W, b, out = rng.normal(size=(i, o)), np.zeros(o), None
    while True:
        back, value = yield out
        if back:
            out = value @ W.T
            W -= 0.3 * x.T @ value
            b -= 0.3 * value.sum(0)
        else:
            x, out = value, value @ W + b
def sigmoid():
    out = None
    while True:
        back, value = yield out
        if back:
            out = value * s * (1 - s)
        else:
            s = out = 1 / (1 + np.exp(-value))
layers = [linear(3, 5), sigmoid(), linear(5, 1), sigmoid()]
for layer in layers:
    next(layer)
X = rng.normal(size=(30, 3))
T = (X[:, :1] > X[:, 1:2]) * 1.0
for epoch in range(12):
    value = X
    for layer in layers:
        value = layer.send((False, value))
    value = 2 * (value - T) / 30
    for layer in layers[::-1]:
        value = layer.send((True, value))
"""
FOLDED = """set.seed(8)
X <- matrix(rnorm(60), 20)
Y <- cbind(X[, 1] > 0, X[, 2] > X[, 3]) * 1
act <- function(z) 1 / (1 + exp(-z))
run <- function(W) Reduce(function(a, w) act(cbind(a, 1) %*% w), W, accumulate = TRUE, init = X)
slopes <- function(W) {
  A <- run(W)
  d <- (A[[3]] - Y) / 20
  e <- (d %*% t(W[[2]][-5, ])) * A[[2]] * (1 - A[[2]])
  list(t(cbind(A[[1]], 1)) %*% e, t(cbind(A[[2]], 1)) %*% d)
}
start <- list(matrix(rnorm(16), 4, 4), matrix(rnorm(10), 5, 2))
end <- Reduce(function(W, k) Map(`-`, W, lapply(slopes(W), `*`, 0.7)), 1:20, start)
print(sapply(end, dim))
"""
FAULTS = {
    "a slope within a generator": (
        GENERATORS, "value * s * (1 - s)", "value * s", "out = value", None,
    ),
    "a slope before a vector of columns": (
        COLUMNS, " * (1 - h ** 2)", "", "gV =", None,
    ),
    "a slope before a history": (UNITS, " * (1 - h ** 2)", "", "e =", "slope_left_out"),
    "a sign in a history": (UNITS, "c[k] - 0.3", "c[k] + 0.3", "c[k + 1]", None),
}  # fmt: skip
RIGHT = {"one_number.py": NUMBERS, "rows.R": ROWS, "units.py": UNITS, "columns.py": COLUMNS,
         "generators.py": GENERATORS, "folded.R": FOLDED}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_history_of_weights_is_followed(check, name):
    assert check(RIGHT[name], name=name)[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_beside_a_history_is_on_its_line(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, _ = accuse(source, old, new)
    assert told.startswith(line)
    assert cause in (None, found)
