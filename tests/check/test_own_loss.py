"""What the program's own loss tells that its derivative alone does not, and losses of counts."""

import pytest

COSTS = """set.seed(14)
x <- matrix(rnorm(120), 60)
y <- as.numeric(runif(60) < plogis(x[, 1] - 1))
cost <- ifelse(y == 1, 5, 1)
shown <- function(p, cost) sum(-cost * (y * log(p) + (1 - y) * log(1 - p))) / length(y)
A <- matrix(rnorm(6), 2)
b <- rnorm(3)
for (i in 1:40) {
  h <- plogis(x %*% A)
  p <- plogis(drop(h %*% b))
  if (i %% 20 == 1) cat(i, shown(p, cost), "\\n")
  d <- cost * (p - y) / 60
  D <- outer(d, b) * h * (1 - h)
  b <- b - 0.3 * drop(d %*% h)
  A <- A - 0.3 * t(x) %*% D
}
"""
SOFT = """import numpy as np
rng = np.random.default_rng(3)
X = np.c_[np.ones(40), rng.normal(size=(40, 2))]
hard = np.eye(3)[rng.integers(0, 3, 40)]
soft = 0.9 * hard + 0.1 / 3

def shares(W):
    e = np.exp(X @ W)
    return e / e.sum(axis=1, keepdims=True)

def cost(W):
    return -np.mean((soft * np.log(shares(W))).sum(axis=1))

W = np.zeros((3, 3))
before = cost(W)
for step in range(30):
    W = W - 0.4 * X.T @ (shares(W) - soft) / 40
    now = cost(W)
    if abs(before - now) < 1e-12:
        break
    before = now
"""
SIZES = """set.seed(8)
X <- matrix(rnorm(200), 50)
y <- rbinom(50, 1, plogis(X[, 1]))
w <- rnorm(4) / 5
a <- 0
goal <- function(w, a) {
  z <- drop(X %*% w) + a
  mean(log(1 + exp(z)) - y * z) + 0.05 * sum(abs(w))
}
for (i in 1:40) {
  e <- plogis(drop(X %*% w) + a) - y
  g <- drop(crossprod(X, e)) / 50
  g <- g + 0.05 * sign(w)
  w <- w - 0.2 * g
  a <- a - 0.2 * mean(e)
  if (i %% 10 == 1) cat(goal(w, a), "\\n")
}
"""
COUNTS = """set.seed(2)
X <- cbind(1, matrix(rnorm(60), 30))
y <- rpois(30, exp(1 + 0.3 * X[, 2]))
cost <- function(b) {
  eta <- as.vector(X %*% b)
  mean(exp(eta) - y * eta)
}
b <- c(1, 0, 0)
last <- cost(b)
for (i in 1:50) {
  mu <- exp(as.vector(X %*% b))
  g <- colMeans(X * (mu - y))
  b <- b - 0.02 * g
  now <- cost(b)
  if (abs(last - now) < 1e-14) break
  last <- now
}
"""
SOFTPLUS = """import numpy as np
rng = np.random.default_rng(6)
X = np.c_[np.ones(30), rng.normal(size=(30, 2))]
k = rng.poisson(np.log1p(np.exp(1 + X[:, 1])))
b = np.array([1.0, 0.0, 0.0])
for step in range(40):
    z = X @ b
    m = np.log1p(np.exp(z))
    b -= 0.1 * X.T @ ((1 - k / m) / (1 + np.exp(-z))) / 30
"""
GROUPED = """set.seed(4)
X <- cbind(1, scale(1:24))
n <- sample(20:40, 24, TRUE)
k <- rbinom(24, n, plogis(X %*% c(-0.5, 0.8)))
likelihood <- function(b) {
  eta <- drop(X %*% b)
  sum(k * eta - n * log1p(exp(eta)))
}
b <- c(0, 0)
path <- likelihood(b)
for (i in 1:60) {
  p <- plogis(drop(X %*% b))
  b <- b + 0.001 * drop(t(X) %*% (k - n * p))
  if (i %% 20 == 0) path <- c(path, likelihood(b))
}
"""
DOSES = """import math, random
random.seed(7)
cases = [(c, sum(random.random() < 0.1 + 0.85 / (1 + math.exp(-2 * c)) for _ in range(40)), 40)
         for c in (-1.5, -0.5, 0.5, 1.5)]

def likelihood(a, b):
    total = 0.0
    for c, k, n in cases:
        p = 0.1 + 0.85 / (1 + math.exp(-(a + b * c)))
        total += k * math.log(p) + (n - k) * math.log(1 - p)
    return total

a, b = 0.0, 0.5
for turn in range(200):
    ga = gb = 0.0
    for c, k, n in cases:
        s = 1 / (1 + math.exp(-(a + b * c)))
        p = 0.1 + 0.85 * s
        r = (k / p - (n - k) / (1 - p)) * 0.85 * s * (1 - s)
        ga += r
        gb += r * c
    a += 0.01 * ga
    b += 0.01 * gb
    if turn % 50 == 0:
        print(likelihood(a, b))
"""
VECTOR = """set.seed(12)
X <- cbind(1, matrix(rnorm(90), 30))
y <- as.integer(runif(30) < plogis(X[, 2]))
loss <- function(w) {
  p <- plogis(X %*% w)
  -mean(y * log(p) + (1 - y) * log(1 - p))
}
slope <- function(w) {
  p <- as.vector(plogis(X %*% w))
  as.vector(crossprod(X, p - y)) / length(y)
}
w <- numeric(4)
told <- numeric(40)
for (i in 1:40) {
  w <- w - 0.5 * slope(w)
  told[i] <- loss(w)
}
"""

SHARES = """set.seed(5)
K <- 4
x <- cbind(1, matrix(rnorm(80), 40))
kind <- sample(K, 40, TRUE)
onehot <- outer(kind, 1:K, "==") + 0
soft <- onehot * (1 - 0.2) + 0.2 / K
W <- matrix(0, 3, K)
V <- 0 * W
for (i in 1:30) {
  P <- exp(x %*% W)
  P <- P / rowSums(P)
  V <- 0.9 * V + t(x) %*% (P - soft) / 40
  W <- W - 0.05 * V
}
"""
BENT = """set.seed(3)
x <- cbind(1, matrix(rnorm(80), 40))
y <- log1p(exp(x[, 2])) + rnorm(40, sd = 0.1)
W <- matrix(rnorm(12), 3)
v <- rnorm(4)
for (i in 1:40) {
  h <- tanh(x %*% W)
  z <- drop(h %*% v)
  p <- log1p(exp(z))
  e <- (p - y) * plogis(z) / 40
  if (i %% 10 == 1) cat(mean((p - y)^2) / 2, "\\n")
  D <- outer(e, v) * (1 - h^2)
  v <- v - 0.1 * drop(e %*% h)
  W <- W - 0.1 * t(x) %*% D
}
"""
HEADS = """set.seed(15)
X <- scale(as.matrix(iris[, 1:3]))
width <- scale(iris$Petal.Width)
Y <- model.matrix(~ Species - 1, iris)
net <- new.env()
net$W <- matrix(rnorm(12), 3) / 2
net$C <- matrix(rnorm(12), 4) / 2
net$R <- matrix(rnorm(4), 4) / 2
for (i in 1:20) {
  h <- 1 / (1 + exp(-X %*% net$W))
  s <- exp(h %*% net$C)
  p <- s / rowSums(s)
  f <- h %*% net$R
  net$loss <- -sum(Y * log(p)) / 150 + 0.5 * sum((f - width)^2) / 150
  dc <- (p - Y) / 150
  dr <- (f - width) / 150
  dh <- (dc %*% t(net$C) + dr %*% t(net$R)) * h * (1 - h)
  net$C <- net$C - 0.5 * t(h) %*% dc
  net$R <- net$R - 0.5 * t(h) %*% dr
  net$W <- net$W - 0.5 * t(X) %*% dh
}
"""
UNITS = """set.seed(9)
n <- 40
table <- cbind(rnorm(n, 8, 4), rnorm(n, 170, 80), rnorm(n, 65, 14), rnorm(n, 21, 9))
X <- t(scale(t(table)))
A <- matrix(rnorm(8, sd = 0.4), 4)
B <- matrix(rnorm(8, sd = 0.4), 2)
for (i in 1:30) {
  C <- tanh(X %*% A)
  E <- 2 * (C %*% B - X) / n
  D <- (E %*% t(B)) * (1 - C^2)
  B <- B - 0.05 * crossprod(C, E)
  A <- A - 0.05 * crossprod(X, D)
}
"""

ROWS = """set.seed(9)
D <- scale(USArrests)
A <- matrix(rnorm(8, sd = 0.4), 2)
B <- matrix(rnorm(8, sd = 0.4), 4)
for (i in 1:6) {
  gA <- 0 * A
  gB <- 0 * B
  for (s in rownames(D)[1:20]) {
    x <- D[s, ]
    h <- tanh(A %*% x)
    e <- B %*% h - x
    gB <- gB + e %*% t(h)
    gA <- gA + ((t(B) %*% e) * (1 - h^2)) %*% t(x)
  }
  B <- B - 0.05 * gB / 20
  A <- A - 0.05 * gA / 20
}
"""

# The same, of which only a rounded loss is shown.
SHOWN = COUNTS.replace(
    "  now <- cost(b)\n  if (abs(last - now) < 1e-14) break\n  last <- now\n",
    '  if (i %% 20 == 1) cat(i, signif(cost(b), 4), "\\n")\n',
).replace("last <- cost(b)\n", "")
ROUNDED = SOFT.replace(
    "    now = cost(W)\n    if abs(before - now) < 1e-12:\n        break\n    before = now\n",
    "    print(step, round(cost(W), 4))\n",
).replace("before = cost(W)\n", "")
RIGHT = {
    "shown.R": SHOWN, "rounded.py": ROUNDED,
    "costs.R": COSTS, "soft.py": SOFT, "sizes.R": SIZES, "counts.R": COUNTS, "vector.R": VECTOR,
    "softplus.py": SOFTPLUS, "grouped.R": GROUPED, "doses.py": DOSES,
    "shares.R": SHARES, "bent.R": BENT, "heads.R": HEADS, "rows.R": ROWS,
    "units.R": UNITS.replace("t(scale(t(table)))", "scale(table)"),
    # Of one quantity each sample may be standardised alone.
    "spectra.R": UNITS.replace("8, 4)", "80, 4)").replace("21, 9)", "90, 9)"),
    # What is shown of the plain labels is often not what is trained.
    "shown.py": SOFT.replace("(soft * np", "(hard * np"),
    "plain_cost.R": COSTS.replace("sum(-cost *", "sum(-1 *"),
    "no_penalty.R": SIZES.replace(" + 0.05 * sum(abs(w))", ""),
    "squares.R": SIZES.replace("sum(abs(w))", "sum(w^2) / 2").replace("sign(w)", "w"),
    "squared.R": COUNTS.replace("mean(exp(eta) - y * eta)", "mean((exp(eta) - y)^2) / 2").replace(
        "X * (mu - y)", "X * (mu - y) * mu"
    ),
}  # fmt: skip
FAULTS = {  # what stands for what, the cause
    "costs.R": (COSTS, "d <- cost * (p - y) / 60", "d <- (p - y) / 60", "weights_left_out"),
    "soft.py": (
        SOFT, "W = W - 0.4 * X.T @ (shares(W) - soft) / 40",
        "W = W - 0.4 * X.T @ (shares(W) - hard) / 40", "soft_labels_left_out",
    ),
    "sizes.R": (SIZES, "g <- g + 0.05 * sign(w)", "g <- g + 0.05 * w", "penalty_as_weight"),
    "counts.R": (
        COUNTS, "g <- colMeans(X * (mu - y))", "g <- colMeans(X * (mu - y) * mu)",
        "slope_with_own_loss",
    ),
    "bent.R": (
        BENT, "e <- (p - y) * plogis(z) / 40", "e <- (p - y) / 40", "slope_left_out",
    ),
    "shown.R": (
        SHOWN, "g <- colMeans(X * (mu - y))", "g <- colMeans(X * (mu - y) * mu)",
        "slope_with_own_loss",
    ),
    "rounded.py": (
        ROUNDED, "W = W - 0.4 * X.T @ (shares(W) - soft) / 40",
        "W = W - 0.4 * X.T @ (shares(W) - hard) / 40", "soft_labels_left_out",
    ),
    "shares.R": (
        SHARES, "soft <- onehot * (1 - 0.2) + 0.2 / K", "soft <- onehot * (1 - 0.2) + 0.2",
        "labels_not_shares",
    ),
    "units.R": (UNITS, "X <- t(scale(t(table)))", "X <- t(scale(t(table)))",
                "standardised_by_sample"),
    "grouped.R": (
        GROUPED, "b <- b + 0.001 * drop(t(X) %*% (k - n * p))",
        "b <- b - 0.001 * drop(t(X) %*% (k - n * p))", "wrong_sign",
    ),
    "vector.R": (
        VECTOR, "as.vector(crossprod(X, p - y)) / length(y)",
        "as.vector(crossprod(X, (p - y) * p * (1 - p))) / length(y)", "slope_with_cross_entropy",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_programs_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_at_their_line(accuse, name):
    source, old, new, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (new, cause)


def test_the_right_error_is_weighed_and_the_right_penalty_has_the_sign(accuse):
    first = accuse(*FAULTS["costs.R"][:3], "costs.R")[2]["first"]
    assert first["right"] == pytest.approx(5 * first["yours"])
    assert accuse(*FAULTS["sizes.R"][:3], "sizes.R")[2]["first"]["name"] == "g"
