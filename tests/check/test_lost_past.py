"""Optimizers that lose their past, that correct its start wrongly, and rates that fall twice."""

import pytest
from test_rules_gone_wrong import ADAM

TABLES = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(30, 3))
y = np.tanh(X[:, :1] - X[:, 1:2]) + 0.3 * X[:, 2:]
P = {"W": rng.normal(size=(3, 5)) * 0.5, "b": np.zeros(5),
     "V": rng.normal(size=(5, 1)) * 0.5, "c": np.zeros(1)}
cache = {k: np.zeros_like(v) for k, v in P.items()}
for epoch in range(40):
    h = np.tanh(X @ P["W"] + P["b"])
    e = (h @ P["V"] + P["c"] - y) / 30
    d = e @ P["V"].T * (1 - h ** 2)
    G = {"W": X.T @ d, "b": d.sum(0), "V": h.T @ e, "c": e.sum(0)}
    for k in P:
        cache[k] = cache[k] + G[k] ** 2
        P[k] -= 0.1 * G[k] / (np.sqrt(cache[k]) + 1e-8)
"""
CLASS = """import numpy as np

class AdaGrad:
    def __init__(self, params, lr=0.1):
        self.params, self.lr = params, lr
        self.h = [np.zeros_like(p) for p in params]

    def update(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.h[i] += g * g
            p -= self.lr / np.sqrt(self.h[i] + 1e-7) * g

r = np.random.RandomState(3)
X = r.rand(40, 2)
t = np.eye(2)[(X[:, 0] > X[:, 1]).astype(int)]
W, b, V, c = r.randn(2, 6), np.zeros(6), r.randn(6, 2), np.zeros(2)
opt = AdaGrad([W, b, V, c])
for it in range(30):
    rows = r.choice(40, 10, replace=False)
    x, y = X[rows], t[rows]
    z = x @ W + b
    a = np.maximum(z, 0)
    s = a @ V + c
    p = np.exp(s - s.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
    d2 = (p - y) / 10
    d1 = (d2 @ V.T) * (z > 0)
    opt.update([x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)])
"""
LISTS = """set.seed(6)
x <- as.matrix(scale(iris[1:100, 1:3])); y <- as.numeric(iris$Species[1:100]) - 1
w <- list(A = matrix(rnorm(12, sd = .4), 3), a = rep(0, 4), B = matrix(rnorm(4), 4), b = 0)
past <- lapply(w, function(m) m * 0)
for (i in 1:40) {
  H <- tanh(sweep(x %*% w$A, 2, w$a, `+`))
  p <- 1 / (1 + exp(-(H %*% w$B + w$b)))
  e <- (p - y) / 100
  D <- (e %*% t(w$B)) * (1 - H^2)
  g <- list(A = t(x) %*% D, a = colSums(D), B = t(H) %*% e, b = sum(e))
  for (n in names(w)) {
    past[[n]] <- past[[n]] + g[[n]]^2
    w[[n]] <- w[[n]] - 0.1 * g[[n]] / (sqrt(past[[n]]) + 1e-8)
  }
}
"""
MAPPED = """x <- scale(cars$speed)[, 1]; y <- scale(cars$dist)[, 1]
set.seed(2)
p <- list(u = rnorm(4), a = rnorm(4), v = rnorm(4), c = 0)
S <- Map(function(q) 0 * q, p)
slope <- function(p) {
  H <- plogis(outer(x, p$u) + rep(p$a, each = 50))
  r <- (drop(H %*% p$v) + p$c - y) / 50
  K <- outer(r, p$v) * H * (1 - H)
  list(u = colSums(K * x), a = colSums(K), v = drop(r %*% H), c = sum(r))
}
for (k in 1:30) {
  g <- slope(p)
  S <- Map(function(s, q) s + q * q, S, g)
  p <- Map(function(q, d, s) q - 0.05 * d / sqrt(s + 1e-8), p, g, S)
}
"""
FALLING = """# rate of epoch e: first / (1 + 0.2 e)
set.seed(3)
x <- as.matrix(scale(mtcars[, c("hp", "wt")])); y <- mtcars$am
b <- rnorm(2) / 3; a <- 0
first <- 0.4; rate <- first
for (e in 1:12) {
  o <- sample(32)
  for (k in 1:4) {
    i <- o[8 * (k - 1) + 1:8]
    p <- plogis(a + drop(x[i, ] %*% b))
    a <- a - rate * mean(p - y[i])
    b <- b - rate * colMeans(x[i, ] * (p - y[i]))
  }
  rate <- first / (1 + 0.2 * e)
}
"""
NET = """import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(60, 3)); y = np.sin(X[:, :1]) + X[:, 1:2]

class Net:
    def __init__(self, base):
        self.base = self.lr = base
        self.W, self.b = rng.normal(size=(3, 5)) * 0.6, np.zeros(5)
        self.V, self.c = rng.normal(size=(5, 1)) * 0.6, np.zeros(1)

    def new_epoch(self, n):
        self.lr = self.base * 0.9 ** n

    def step(self, x, t):
        h = np.tanh(x @ self.W + self.b)
        e = (h @ self.V + self.c - t) / len(x)
        d = e @ self.V.T * (1 - h ** 2)
        self.W -= self.lr * x.T @ d
        self.b -= self.lr * d.sum(0)
        self.V -= self.lr * h.T @ e
        self.c -= self.lr * e.sum(0)

net = Net(0.2)
for epoch in range(10):
    net.new_epoch(epoch)
    for k in range(0, 60, 10):
        net.step(X[k:k + 10], y[k:k + 10])
"""
MOMENTUM = """import numpy as np
rng = np.random.default_rng(12)
X = rng.uniform(-1, 1, (40, 2))
y = (X[:, :1] ** 2 + X[:, 1:] > 0.3).astype(float)
W, b = rng.normal(size=(2, 6)), np.zeros((1, 6))
V, c = rng.normal(size=(6, 1)), np.zeros((1, 1))
velocity = [np.zeros_like(p) for p in (W, b, V, c)]
for epoch in range(20):
    #RESET
    for k in range(0, 40, 10):
        x, t = X[k:k + 10], y[k:k + 10]
        h = np.tanh(x @ W + b)
        p = 1 / (1 + np.exp(-(h @ V + c)))
        e = (p - t) / 10
        d = e @ V.T * (1 - h ** 2)
        slopes = [x.T @ d, d.sum(0, keepdims=True), h.T @ e, e.sum(0, keepdims=True)]
        for i, (w, g) in enumerate(zip((W, b, V, c), slopes)):
            velocity[i] = 0.8 * velocity[i] + g
            w -= 0.3 * velocity[i]
"""
VELOCITY = """set.seed(5)
x <- cbind(1, scale(as.matrix(swiss[, 2:5]))); y <- drop(scale(swiss$Fertility))
w <- rnorm(5) / 4
v <- 0 * w
for (e in 1:15) {
  #RESET
  for (rows in split(sample(47), rep(1:5, length.out = 47))) {
    g <- drop(crossprod(x[rows, ], x[rows, ] %*% w - y[rows])) / length(rows)
    v <- 0.7 * v - 0.05 * g
    w <- w + v
  }
}
"""
AHEAD = """# Nesterov: the slope is taken where the momentum leads
set.seed(8)
X <- cbind(1, scale(as.matrix(trees[, 1:2]))); y <- drop(scale(trees$Volume))
slope <- function(b) drop(crossprod(X, tanh(X %*% b) - y) ) / nrow(X)
slope <- function(b) {
  h <- drop(tanh(X %*% b))
  drop(crossprod(X, (h - y) * (1 - h^2))) / nrow(X)
}
b <- rnorm(3) / 3
v <- 0 * b
for (k in 1:40) {
  there <- b + 0.8 * v
  g <- slope(there)
  v <- 0.8 * v - 0.1 * g
  b <- b + v
}
"""
COPIED = """import numpy as np
rng = np.random.default_rng(14)
X = rng.normal(size=(50, 3))
y = np.sin(X[:, :1]) * X[:, 1:2]
P = {"W": rng.normal(size=(3, 6)) * 0.5, "b": np.zeros(6),
     "V": rng.normal(size=(6, 1)) * 0.5, "c": np.zeros(1)}
vel = {k: np.zeros_like(p) for k, p in P.items()}
for step in range(30):
    ahead = {k: P[k] - 0.9 * vel[k] for k in P}
    Q = ahead
    h = np.tanh(X @ Q["W"] + Q["b"])
    e = (h @ Q["V"] + Q["c"] - y) / 50
    d = e @ Q["V"].T * (1 - h * h)
    g = {"W": X.T @ d, "b": d.sum(0), "V": h.T @ e, "c": e.sum(0)}
    for k in P:
        vel[k] = 0.9 * vel[k] + 0.05 * g[k]
        P[k] = P[k] - vel[k]
"""
SELDOM = """set.seed(21)
dose <- cbind(1, scale(1:20)); n <- rep(c(8, 12), 10)
k <- rbinom(20, n, plogis(seq(-2, 2, length.out = 20)))
b <- c(0, 0.1); v <- c(0, 0)
cost <- function(b) {
  p <- plogis(drop(dose %*% b))
  -sum(k * log(p) + (n - k) * log(1 - p)) / sum(n)
}
for (i in 0:60) {
  if (i %% 30 == 0) cat(i, cost(b), "\n")
  p <- plogis(drop(dose %*% (b + 0.6 * v)))
  g <- drop(crossprod(dose, n * p - k)) / sum(n)
  v <- 0.6 * v - 0.5 * g
  b <- b + v
}
"""
ANEW = "velocity = [np.zeros_like(p) for p in (W, b, V, c)]"
RIGHT = {
    "squares.py": TABLES,
    "squares_of_class.py": CLASS,
    "squares.R": LISTS,
    "mapped.R": MAPPED,
    "filled.py": ADAM.replace("[k] = 0.9", "[k][...] = 0.9"),
    "falling.R": FALLING,
    "falling_always.R": FALLING.replace("first / (1 + 0.2 * e)", "rate / 1.2"),
    "net.py": NET,
    "momentum.py": MOMENTUM,
    "velocity.R": VELOCITY,
    "once.py": MOMENTUM.replace("#RESET", f"if epoch == 6: {ANEW}"),
    "ahead.R": AHEAD,
    "copied.py": COPIED,
    "seldom.R": SELDOM,
    "net_always.py": NET.replace("self.base * 0.9 ** n", "self.lr * 0.97"),
}
SQUARES, STARTS = "squares_not_kept", "correction_wrong"
WRONG = {
    "tables.py": (TABLES, "= cache[k] + G", "= G", "cache[k] =", SQUARES),
    "class.py": (CLASS, "[i] += g * g", "[i] = g * g", "self.h[i] =", SQUARES),
    "filled.py": (CLASS, "[i] += g * g", "[i][...] = g * g", "self.h[i]", SQUARES),
    "lists.R": (LISTS, "<- past[[n]] + g", "<- g", "past[[n]] <-", SQUARES),
    "mapped.R": (MAPPED, "s + q * q", "q * q", "S <- Map(function(s", SQUARES),
    "means.R": (LISTS, "<- past[[n]] + g", "<- 0.1 * g", "past[[n]] <-", "mean_not_kept"),
    "first.py": (ADAM, "0.9 ** t", "0.9", "P[k] -=", STARTS),
    "second.py": (ADAM, "0.99 ** t", "0.99", "P[k] -=", STARTS),
    "added.py": (ADAM, "1 - 0.9 ** t", "1 + 0.9 ** t", "P[k] -=", STARTS),
    "second_filled.py": (
        ADAM.replace("[k] = 0.9", "[k][:] = 0.9"),
        "0.99 ** t",
        "0.99",
        "P[k] -=",
        STARTS,
    ),
    "exchanged.py": (
        ADAM.replace("1 - 0.9 ** t", "1 - B ** t").replace("1 - 0.99 ** t", "1 - 0.9 ** t"),
        "1 - B ** t",
        "1 - 0.99 ** t",
        "P[k] -=",
        "correction_of_other",
    ),
    "anew.py": (MOMENTUM, "#RESET", ANEW, "velocity =", "state_set_back"),
    "anew.R": (VELOCITY, "#RESET", "v <- numeric(5)", "v <-", "state_set_back"),
    "not_ahead.R": (AHEAD, "slope(there)", "slope(b)", "g <-", "look_unused"),
    "not_ahead.py": (COPIED, "Q = ahead", "Q = P", "h = np.tanh", "look_unused"),
    "behind.R": (SELDOM, "(b + 0.6", "(b - 0.6", "p <-", "look_reversed"),
    "falls.R": (FALLING, "<- first / (1", "<- rate / (1", "rate <- rate", "rate_compounded"),
    "falls.py": (NET, "self.base * 0.9", "self.lr * 0.9", "self.lr =", "rate_compounded"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_an_optimizer_that_keeps_its_past_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", WRONG)
def test_what_an_optimizer_loses_is_told_at_its_line(accuse, name):
    program, old, new, line, wanted = WRONG[name]
    told, cause, _ = accuse(program, old, new, name)
    assert (told[: len(line)], cause) == (line, wanted)
