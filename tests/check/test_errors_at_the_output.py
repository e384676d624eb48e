"""Errors at the output: a softmax of the samples, a slope too much, targets added or of others."""

import pytest

SOFTMAX = """import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(30, 2))
y = np.arange(30) % 3
W, b = 0.3 * rng.normal(size=(2, 6)), np.zeros((1, 6))
V, c = 0.3 * rng.normal(size=(6, 3)), np.zeros((1, 3))
for i in range(8):
    hidden = 1 / (1 + np.exp(-(np.dot(X, W) + b)))
    e = np.exp(np.dot(hidden, V) + c)
    probs = e / np.sum(e, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(30), y])) / 30
    d = probs.copy()
    d[range(30), y] -= 1
    d /= 30
    dh = np.dot(d, V.T) * hidden * (1 - hidden)
    V += -0.5 * np.dot(hidden.T, d)
    c += -0.5 * np.sum(d, axis=0, keepdims=True)
    W += -0.5 * np.dot(X.T, dh)
    b += -0.5 * np.sum(dh, axis=0, keepdims=True)
"""
ONE_HOT = (
    SOFTMAX.replace("y = np.arange(30) % 3", "y = np.eye(3)[np.arange(30) % 3]")
    .replace("probs[range(30), y]", "probs[y == 1]")
    .replace(
        "    d = probs.copy()\n    d[range(30), y] -= 1\n    d /= 30\n",
        "    d = (probs - y) / 30\n",
    )
)
LOGIT = """import numpy as np
rng = np.random.default_rng(2)
X = np.c_[np.ones(40), rng.normal(size=(40, 2))]
y = (X[:, 1] > 0.3 * X[:, 2]).astype(float)
w = np.zeros(3)
for epoch in range(8):
    p = 1.0 / (1.0 + np.exp(-X.dot(w)))
    log_loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    error = p - y
    w -= 0.5 * X.T.dot(error) / len(y)
"""
ONLINE = """set.seed(2)
Z <- matrix(rnorm(60), 20)
target <- (Z[, 1] > Z[, 2]) * 1
w <- rep(0, 3)
w0 <- 0
for (epoch in 1:2) {
  ord <- sample.int(20)
  for (i in 1:20) {
    xi <- Z[ord[i], ]
    ti <- target[ord[i]]
    p <- plogis(w0 + sum(w * xi))
    w <- w + 0.1 * (ti - p) * xi
    w0 <- w0 + 0.1 * (ti - p)
  }
}
"""
SERIES = """set.seed(2)
signal <- data.frame(a = rnorm(30), b = rnorm(30), next_one = rnorm(30))
A <- as.matrix(signal[, 1:2])
w <- rep(0, 2)
for (epoch in 1:2) {
  for (i in 1:29) {
    e <- sum(w * A[i, ]) - signal$next_one[i + 1]
    w <- w - 0.1 * e * A[i, ]
  }
}
"""
NET = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(20, 3))
y = (X[:, :1] > X[:, 1:2]) * 1.0
V, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for step in range(6):
    h = 1 / (1 + np.exp(-(X @ V)))
    p = 1 / (1 + np.exp(-(h @ W)))
    error = y - p
    d = error * p * (1 - p)
    back = d @ W.T * h * (1 - h)
    W += 0.5 * h.T @ d
    V += 0.5 * X.T @ back
"""
TANH = """import numpy as np
rng = np.random.default_rng(4)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
y = np.array([0, 1, 1, 0.0])
V, W = rng.normal(size=(3, 3)), rng.normal(size=(3, 1))
for k in range(30):
    i = rng.integers(4)
    h = np.tanh(X[i] @ V)
    o = np.tanh(h @ W)
    error = y[i] - o
    d = error * (1 - o ** 2)
    e = d.dot(W.T) * (1 - h ** 2)
    W += 0.2 * np.atleast_2d(h).T.dot(np.atleast_2d(d))
    V += 0.2 * np.atleast_2d(X[i]).T.dot(np.atleast_2d(e))
"""
ROSENBLATT = """set.seed(6)
X <- rbind(matrix(rnorm(16, 2), 8), matrix(rnorm(16, -2), 8))
y <- rep(c(1, -1), each = 8)
w <- rep(0, 3)
for (k in 1:3) for (i in 1:16) {
  z <- sum(w[2:3] * X[i, ]) + w[1]
  guess <- if (z < 0) -1 else 1
  step <- 0.5 * (y[i] - guess) * c(1, X[i, ])
  w <- w + step
}
"""
LIKELIHOOD = """set.seed(9)
age <- as.numeric(scale(rnorm(40, 50, 9)))
X <- cbind(1, age, rbinom(40, 1, 0.5))
ill <- rbinom(40, 1, plogis(X %*% c(-0.4, 1, 0.7)))
beta <- rep(0, 3)
log_likelihood <- function(beta) {
  z <- drop(X %*% beta)
  sum(ill * z - log1p(exp(z)))
}
for (k in 1:120) {
  p <- plogis(drop(X %*% beta))
  e <- ill - p
  beta <- beta + 0.4 * drop(crossprod(X, e)) / 40
  if (k %% 40 == 0) cat(k, log_likelihood(beta), "\\n")
}
"""
ODDS = """import numpy as np
rng = np.random.default_rng(12)
X = np.c_[np.ones(30), rng.normal(size=(30, 2))]
y = (X @ np.array([0.2, 1.0, -1.0]) + rng.normal(0, 0.7, 30) > 0) * 1.0
b = np.zeros(3)

def cost(b):
    z = X @ b
    return np.sum(np.log(1 + np.exp(z)) - y * z)

for k in range(60):
    p = 1 / (1 + np.exp(-X @ b))
    e = p - y
    b = b - 0.02 * X.T @ e
    print(k, cost(b))
"""
# A softplus is no loss: what trains with squared errors, and shows how often it is wrong.
SOFTPLUS = """import numpy as np
rng = np.random.default_rng(13)
X = rng.normal(size=(30, 2))
y = (X[:, :1] * X[:, 1:] > 0) * 1.0
V, W = rng.normal(size=(2, 5)), rng.normal(size=(5, 1))

def run(X):
    z = X @ V
    h = np.log(1 + np.exp(z))
    return z, h, 1 / (1 + np.exp(-h @ W))

for k in range(40):
    z, h, p = run(X)
    d = (p - y) * p * (1 - p)
    e = d @ W.T / (1 + np.exp(-z))
    W -= 0.1 * h.T @ d
    V -= 0.1 * X.T @ e
    print(k, np.mean((run(X)[2] > 0.5) != y))
"""
FRAME = """set.seed(14)
house <- data.frame(size = runif(30), age = runif(30), rooms = runif(30))
house$price <- with(house, 0.3 + 0.4 * size - 0.2 * age * rooms)
V <- matrix(rnorm(12, sd = 0.5), 3, 4)
u <- rnorm(4, sd = 0.5)
for (epoch in 1:3) {
  turn <- sample(30)
  for (i in 1:30) {
    x <- c(unlist(house[turn[i], 1:3]), 1)
    h <- c(tanh(V %*% x), 1)
    e <- sum(u * h) - house$price[turn[i]]
    back <- e * u[1:3] * (1 - h[1:3]^2)
    u <- u - 0.1 * e * h
    V <- V - 0.1 * back %*% t(x)
  }
}
"""
SHIFTED = """import numpy as np
rng = np.random.default_rng(8)
X = rng.normal(size=(30, 2))
Y = np.eye(3)[np.arange(30) % 3]
W, V = 0.3 * rng.normal(size=(2, 6)), 0.3 * rng.normal(size=(6, 3))
for i in range(8):
    z = X @ W
    h = np.maximum(z, 0)
    s = h @ V
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    d = (p - Y) / 30
    back = d @ V.T * (z > 0)
    V -= 0.5 * (h.T @ d + 0.01 * V)
    W -= 0.5 * (X.T @ back + 0.01 * W)
"""
ADALINE = """set.seed(9)
X <- rbind(matrix(rnorm(16, 1), 8), matrix(rnorm(16, -1), 8))
kind <- rep(c(1, -1), each = 8)
w <- c(0.1, -0.2, 0.05)
for (k in 1:3) for (i in sample(16)) {
  net <- sum(w * c(1, X[i, ]))
  w <- w + 0.02 * (kind[i] - net) * c(1, X[i, ])
}
"""
ENCODER = """from math import exp
from random import random, seed
seed(11)
A = [[random() - 0.5 for j in range(4)] for i in range(2)]
B = [[random() - 0.5 for j in range(3)] for i in range(3)]
past = {"A": [[0.0] * 4 for a in A], "B": [[0.0] * 3 for b in B]}
def squash(M, x):
    out = []
    for row in M:
        total = 0.0
        for w, v in zip(row, x):
            total += w * v
        out.append(1 / (1 + exp(-total)))
    return out
def move(M, kept, delta, x):
    for k, d in enumerate(delta):
        for j, v in enumerate(x):
            kept[k][j] = 0.3 * d * v + 0.3 * kept[k][j]
            M[k][j] += kept[k][j]
for epoch in range(4):
    for t in ([1, 0, 0], [0, 1, 0], [0, 0, 1]):
        x = [1] + t
        h = [1] + squash(A, x)
        o = squash(B, h)
        delta = [(y - p) * p * (1 - p) for y, p in zip(t, o)]
        back = [sum(B[k][j] * delta[k] for k in range(3)) for j in range(3)]
        hidden = [b * a * (1 - a) for b, a in zip(back, h)][1:]
        move(B, past["B"], delta, h)
        move(A, past["A"], hidden, x)
"""
OTHER_CLASS = """import numpy as np
rng = np.random.default_rng(12)
X = rng.normal(size=(20, 3))
of_two = 1 - 2 * (X[:, 0] > 0)
w = np.zeros(3)
for step in range(8):
    e = X @ w + of_two
    w = w - 0.01 * X.T @ e
"""
FAULTS = {
    "frame.R": (FRAME, "house$price[turn[i]]", "house$price[i]", "e <- sum(u * h)",
                "rows_shuffled"),
    "likelihood.R": (LIKELIHOOD, "e <- ill - p", "e <- (ill - p) * p * (1 - p)", "e <- (ill - p)",
                     "slope_with_cross_entropy"),
    "odds.py": (ODDS, "e = p - y", "e = (p - y) * p * (1 - p)", "e = (p - y) * p",
                "slope_with_cross_entropy"),
    "axis.py": (SOFTMAX, "np.sum(e, axis=1", "np.sum(e, axis=0", "probs = e / np.sum(e, axis=0",
                "softmax_over_everything"),
    "slope.py": (LOGIT, "error = p - y", "error = (p - y) * p * (1 - p)", "error = (p - y) * p",
                 "slope_with_cross_entropy"),
    "online.R": (ONLINE, "target[ord[i]]", "target[i]", "ti <- target[i]", "rows_shuffled"),
    "added.py": (NET, "error = y - p", "error = y + p", "error = y + p", "target_added"),
    "added_softmax.py": (ONE_HOT, "(probs - y) / 30", "(probs + y) / 30", "d = (probs + y) / 30",
                         "target_added"),
    "added_to_largest.py": (SHIFTED, "(p - Y)", "(p + Y)", "d = (p + Y) / 30", "target_added"),
    "added_labels.R": (ADALINE, "kind[i] - net", "kind[i] + net", "w <- w + 0.02", "target_added"),
    "added_in_lists.py": (ENCODER, "(y - p)", "(y + p)", "delta = [(y + p)", "target_added"),
    "sign_of_one_output.py": (TANH, "+= 0.2", "-= 0.2", "error = y[i] - o", "wrong_sign"),
    "sign_of_a_perceptron.R": (ROSENBLATT, "w <- w + step", "w <- w - step",
                               "step <- 0.5 * (y[i] - guess)", "wrong_sign"),
}  # fmt: skip
RIGHT = {
    "softmax.py": SOFTMAX, "one_hot.py": ONE_HOT, "logit.py": LOGIT, "online.R": ONLINE,
    "series.R": SERIES, "net.py": NET, "likelihood.R": LIKELIHOOD, "odds.py": ODDS,
    "softplus.py": SOFTPLUS, "frame.R": FRAME,
    "tanh.py": TANH, "rosenblatt.R": ROSENBLATT,
    "shifted.py": SHIFTED, "adaline.R": ADALINE, "encoder.py": ENCODER,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_error_at_the_output_is_right(check, name):
    assert check(RIGHT[name], name=name)[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_in_it_is_told(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, _ = accuse(source, old, new, name=name)
    assert line in told
    assert found == cause


def test_labels_of_the_other_class_may_be_added(check):
    assert check(OTHER_CLASS)[1]["verdict"] != "different"


def test_a_square_may_be_made_less(check):
    """Of (X w + y)^2 with data of both signs the derivative is a sum."""
    source = OTHER_CLASS.replace("1 - 2 * (X[:, 0] > 0)", "rng.normal(size=20)")
    assert check(source)[1]["verdict"] != "different"
