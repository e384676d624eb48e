"""Programs that take care: gradients checked before the training, steps tried, weights averaged."""

import pytest

CHECKED = """set.seed(4)
n <- 40
x <- matrix(rnorm(n * 2), n)
k <- 1 + (x[, 1] > 0) + (x[, 2] > 0.4)
onehot <- outer(k, 1:3, "==") * 1
split_up <- function(v) {
  list(U = matrix(v[1:8], 4, 2), u = v[9:12], V = matrix(v[13:24], 3, 4), v = v[25:27])
}
risk <- function(v, slopes = FALSE) {
  w <- split_up(v)
  h <- tanh(t(w$U %*% t(x) + w$u))
  z <- t(w$V %*% t(h) + w$v)
  z <- exp(z - apply(z, 1, max))
  p <- z / rowSums(z)
  if (!slopes) return(-sum(onehot * log(p)) / n)
  d <- (p - onehot) / n
  e <- d %*% w$V * (1 - h^2)
  c(t(e) %*% x, colSums(e), t(d) %*% h, colSums(d))
}
theta <- rnorm(27) / 2
for (k in 1:27) {
  tiny <- replace(0 * theta, k, 1e-5)
  by_hand <- (risk(theta + tiny) - risk(theta - tiny)) / 2e-5
  cat(abs(by_hand - risk(theta, TRUE)[k]), "\n")
}
for (i in 1:30) theta <- theta - 0.8 * risk(theta, TRUE)
"""
HALVED = """set.seed(6)
x <- cbind(1, matrix(rnorm(90), 30))
y <- (x[, 2] + rnorm(30) > 0) * 1
ridge <- diag(c(0, 1, 1, 1))
price <- function(b) {
  sum(log(1 + exp(x %*% b))) - sum(y * (x %*% b)) + drop(t(b) %*% ridge %*% b) / 2
}
slope <- function(b) drop(crossprod(x, plogis(x %*% b) - y) + ridge %*% b)
b <- rep(0, 4)
size <- 1
for (i in 1:20) {
  g <- slope(b)
  repeat {
    tried <- b - size * g
    if (price(tried) < price(b) || size < 1e-3) break
    size <- size / 2
  }
  b <- tried
}
print(b)
"""
HALVED_IN_PYTHON = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(40, 3))
y = (X[:, 0] > 0.3 * X[:, 1]) * 1.0
def cost(w):
    p = 1 / (1 + np.exp(-X @ w))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
w, size = np.full(3, 0.1), 64.0
for turn in range(15):
    p = 1 / (1 + np.exp(-X @ w))
    g = X.T @ (p - y) / len(y)
    while True:
        new = w - size * g
        if cost(new) < cost(w):
            break
        size /= 2
    w = new
print(w)
"""
AVERAGED = """import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(30, 2))
y = (X[:, 0] + rng.normal(size=30) > 0).astype(int)
w, b, lam = np.zeros(2), 0.0, 0.01
mean, seen = np.zeros(3), 0
for epoch in range(3):
    for i in rng.permutation(30):
        label = 2 * y[i] - 1
        margin = label * (X[i] @ w + b)
        s = -label / (1 + np.exp(margin))
        w = w - 0.2 * (s * X[i] + lam * w)
        b = b - 0.2 * s
        seen += 1
        mean += (np.r_[w, b] - mean) / seen
print(mean)
"""
# Inputs are written numbers, and some of them 0: what is multiplied by them is a gradient still.
ZEROS = """import math
w = [[0.3, -0.2], [0.1, 0.4]]
v = [0.5, -0.6]
for epoch in range(5):
    for x, t in zip([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]):
        h = [1 / (1 + math.exp(-(w[j][0] * x[0] + w[j][1] * x[1]))) for j in range(2)]
        y = 1 / (1 + math.exp(-(v[0] * h[0] + v[1] * h[1])))
        d = (y - t) * y * (1 - y)
        e = [d * v[j] * h[j] * (1 - h[j]) for j in range(2)]
        for j in range(2):
            v[j] -= 0.5 * d * h[j]
            for i in range(2):
                w[j][i] -= 0.5 * e[j] * x[i]
"""
RIGHT = {
    "zeros.py": ZEROS,
    "checked.R": CHECKED,
    "halved.R": HALVED,
    "halved.py": HALVED_IN_PYTHON,
    "averaged.py": AVERAGED,
}
FAULTS = {
    "checked.R": (CHECKED, "(1 - h^2)", "(1 - h)^2", "e <- d %*% w$V * (1 - h)^2",
                  "slope_square_misplaced"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_care_accuses_nobody(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_in_them_is_told(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    assert accuse(source, old, new, name=name)[:2] == (line, cause)


def test_another_error_of_labels_of_both_signs_is_not_called_right(check):
    source = AVERAGED.replace("np.exp(margin)", "np.exp(-margin)")
    assert check(source)[1]["verdict"] == "not followed"
