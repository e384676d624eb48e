"""Derivatives by nudging each weight: what a loss becomes is all that is known of it."""

import pytest

NUDGED = """import numpy as np
rng = np.random.default_rng(4)
X = rng.uniform(-1, 1, (30, 2))
y = (X[:, 0] > X[:, 1]) * 1.0
def loss(theta):
    h = np.tanh(X @ theta[:6].reshape(2, 3) + theta[6:9])
    p = 1 / (1 + np.exp(-(h @ theta[9:12] + theta[12])))
    return LOSS
theta = rng.normal(size=13)
for k in range(20):
    grad = np.zeros(13)
    for i in range(13):
        e = np.zeros(13)
        e[i] = 1e-5
        grad[i] = (loss(theta + e) - loss(theta - e)) / 2e-5
    theta = theta - 0.5 * grad
"""
LOSSES = {
    "entropy": "-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))",
    "squares": "np.mean((p - y) ** 2)",
}
IN_PLACE = """import numpy as np
np.random.seed(3)
X = np.random.randn(24, 2)
T = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
params = [np.random.randn(2, 3), np.zeros(3), np.random.randn(3, 2), np.zeros(2)]
def loss():
    s = np.tanh(X @ params[0] + params[1]) @ params[2] + params[3]
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return -np.sum(T * np.log(p)) / len(X)
def slope(w, h=1e-4):
    g = np.zeros_like(w)
    for at in np.ndindex(w.shape):
        old = w[at]
        w[at] = old + h
        above = loss()
        w[at] = old - h
        below = loss()
        w[at] = old
        g[at] = (above - below) / (2 * h)
    return g
for step in range(15):
    for w, g in zip(params, [slope(w) for w in params]):
        w -= 0.7 * g
"""
NUMBERS = """import math, random
random.seed(8)
w = [random.uniform(-1, 1) for _ in range(9)]
cases = [((-1, -1), 0), ((-1, 1), 1), ((1, -1), 1), ((1, 1), 0)]
def out(w, a, b):
    s = w[8]
    for j in range(2):
        s += w[6 + j] * math.tanh(w[3 * j] * a + w[3 * j + 1] * b + w[3 * j + 2])
    return s
def cost(w):
    return sum((out(w, *x) - t) ** 2 for x, t in cases) / 2
h = 0.001
for k in range(40):
    slopes = []
    for i in range(len(w)):
        w[i] += h
        above = cost(w)
        w[i] -= 2 * h
        below = cost(w)
        w[i] += h
        slopes.append((above - below) / (2 * h))
    w = [a - 0.1 * s for a, s in zip(w, slopes)]
"""
FORWARD = """set.seed(6)
x <- matrix(rnorm(60), 30)
y <- as.numeric(x[, 1] - x[, 2] > 0.3)
predict_net <- function(th) {
  h <- tanh(x %*% matrix(th[1:4], 2) + matrix(th[5:6], 30, 2, byrow = TRUE))
  1 / (1 + exp(-(h %*% th[7:8] + th[9])))
}
loss <- function(th) -mean(dbinom(y, 1, predict_net(th), log = TRUE))
gradient <- function(th, eps = 1e-6) {
  now <- loss(th)
  g <- numeric(length(th))
  for (i in seq_along(th)) {
    there <- th
    there[i] <- there[i] + eps
    g[i] <- (loss(there) - now) / eps
  }
  g
}
th <- rnorm(9)
for (k in 1:20) th <- th - 0.4 * gradient(th)
"""
SHIFTED = """set.seed(2)
X <- cbind(1, rnorm(40), rnorm(40))
pass <- as.numeric(X[, 2] + X[, 3] + rnorm(40) > 0)
cost <- function(w) {
  p <- 1 / (1 + exp(-X %*% w))
  -mean(pass * log(p) + (1 - pass) * log(1 - p))
}
w <- c(0, 0, 0)
eps <- 1e-3
for (k in 1:30) {
  g <- numeric(3)
  for (j in 1:3) {
    w[j] <- w[j] + eps
    above <- cost(w)
    w[j] <- w[j] - 2 * eps
    below <- cost(w)
    w[j] <- w[j] + eps
    g[j] <- (above - below) / (2 * eps)
  }
  w <- w - 0.5 * g
}
"""
MADE_UP = IN_PLACE.replace("(2 * h)", "h").replace("0.7 * g", "0.7 * g / 2")
PROGRAMS = {name: NUDGED.replace("LOSS", loss) for name, loss in LOSSES.items()}
RIGHT = {
    "entropy.py": PROGRAMS["entropy"],
    "squares.py": PROGRAMS["squares"],
    "in_place.py": IN_PLACE,
    "numbers.py": NUMBERS,
    "made_up_for.py": MADE_UP,
    "forward.R": FORWARD,
    "shifted.R": SHIFTED,
}
WRONG = {
    "half_a_distance.py": (IN_PLACE, "/ (2 * h)", "/ h", "difference_divided"),
    "half_a_distance.R": (FORWARD, "now) / eps", "now) / (2 * eps)", "difference_divided"),
    "not_set_back.py": (NUMBERS, "        w[i] += h\n        s", "        s", "weight_left_moved"),
    "set_back_wrongly.R": (
        SHIFTED, "    w[j] <- w[j] + eps\n    g", "    w[j] <- w[j] - eps\n    g",
        "weight_left_moved",
    ),
    "last_left_out.R": (SHIFTED, "j in 1:3", "j in 1:2", "difference_left_out"),
    "last_left_out.py": (
        PROGRAMS["entropy"], "for i in range(13)", "for i in range(12)", "difference_left_out",
    ),
    "uphill.py": (IN_PLACE, "(above - below)", "(below - above)", "wrong_sign"),
}  # fmt: skip
TOLD = {"not_set_back.py": "w[i] -= 2 * h", "set_back_wrongly.R": "w[j] <- w[j] - eps"}


@pytest.mark.parametrize("name", RIGHT)
def test_a_training_by_nudging_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize(
    "change", [("/ 2e-5", "/ 1e-5 * (i + 1)"), ("loss(theta - e)", "loss(-e)")]
)
def test_other_differences_are_not_called_right(check, change):
    assert check(PROGRAMS["entropy"].replace(*change))[1]["verdict"] == "not followed"


@pytest.mark.parametrize("name", WRONG)
def test_differences_that_are_no_derivative_are_told(accuse, name):
    source, old, new, kind = WRONG[name]
    line, cause, _ = accuse(source, old, new, name)
    assert cause == kind
    assert line in TOLD.get(name, new) or new in line


BY_NAME = """x <- c(0.1, 0.9, 0.4, 0.6, 0.2, 0.8)
y <- c(0, 1, 0, 1, 0, 1)
loss <- function(w) {
  p <- plogis(w[["c"]] + w[["d"]] * tanh(w[["a"]] + w[["b"]] * x))
  -mean(y * log(p) + (1 - y) * log(1 - p))
}
slope <- function(w, h = 1e-4) {
  vapply(names(w), function(k) {
    e <- replace(w * 0, k, h)
    unname((loss(w + e) - loss(w - e)) / (2 * h))
  }, 0)
}
w <- c(a = 0.1, b = -0.4, c = 0, d = 0.6)
for (i in 1:20) w <- w - 0.5 * slope(w)
"""


def test_what_is_added_to_a_weight_may_be_made_of_zeros_of_its_shape(check):
    assert check(BY_NAME, name="named.R")[1]["verdict"] == "right"
    answer = check(BY_NAME.replace("/ (2 * h)", "/ h"), name="named.R")[1]
    assert answer["cause"]["id"] == "difference_divided", answer["sentence"]
