"""Rules with a past that are nearly right: the line at which one is another than its name says."""

import pytest

TABLES = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(26, 3))
y = np.tanh(X[:, :1] - X[:, 1:2]) + 0.3 * X[:, 2:]
P = {"W": rng.normal(size=(3, 5)) * 0.5, "b": np.zeros(5),
     "V": rng.normal(size=(5, 1)) * 0.5, "c": np.zeros(1)}
size = {k: np.full_like(v, 0.1) for k, v in P.items()}
last = {k: np.zeros_like(v) for k, v in P.items()}
for epoch in range(25):
    h = np.tanh(X @ P["W"] + P["b"])
    e = (h @ P["V"] + P["c"] - y) / 26
    d = e @ P["V"].T * (1 - h ** 2)
    G = {"W": X.T @ d, "b": d.sum(0), "V": h.T @ e, "c": e.sum(0)}
    for k in P:
        turn = np.sign(G[k] * last[k])
        size[k][turn > 0] = np.minimum(size[k][turn > 0] * 1.3, 2)
        size[k][turn < 0] = np.maximum(size[k][turn < 0] * 0.4, 1e-5)
        P[k] -= np.sign(G[k]) * size[k]
        last[k] = G[k].copy()
"""
CHOSEN = """import numpy as np
# resilient propagation, the weights of both layers in one vector
r = np.random.RandomState(8)
inputs = r.rand(30, 2) * 2 - 1
goal = (inputs[:, 0] * inputs[:, 1] > 0).astype(float)
LEAST, MOST = 1e-6, 5.0

def derivative(w):
    A, a, u = w[:8].reshape(2, 4), w[8:12], w[12:16]
    h = 1 / (1 + np.exp(-(inputs @ A + a)))
    p = 1 / (1 + np.exp(-(h @ u + w[16])))
    e = p - goal
    d = np.outer(e, u) * h * (1 - h)
    return np.concatenate([(inputs.T @ d).ravel(), d.sum(axis=0), h.T @ e, [e.sum()]])

w = r.randn(17) * 0.6
step, old = np.full(17, 0.05), np.zeros(17)
for i in range(40):
    g = derivative(w)
    same = g * old
    step = np.where(same > 0, np.minimum(1.2 * step, MOST), step)
    step = np.where(same < 0, np.maximum(0.5 * step, LEAST), step)
    g = np.where(same < 0, 0, g)
    w = w - step * np.sign(g)
    old = g
"""
CLASS = """import numpy as np

class Rprop:
    def __init__(self, shapes):
        self.steps = [np.ones(s) * 0.08 for s in shapes]
        self.before = [np.zeros(s) for s in shapes]

    def move(self, weights, grads):
        for i, (w, g) in enumerate(zip(weights, grads)):
            agree = np.sign(g) * np.sign(self.before[i])
            factor = np.where(agree > 0, 1.2, np.where(agree < 0, 0.5, 1.0))
            self.steps[i] = np.clip(self.steps[i] * factor, 1e-6, 1.0)
            w -= np.sign(g) * self.steps[i]
            self.before[i] = g

rng = np.random.default_rng(77)
X = np.c_[rng.normal(size=(22, 2)), np.ones(22)]
y = np.cos(2 * X[:, [0]]) + X[:, [1]]
weights = [rng.normal(size=(3, 4)), rng.normal(size=(4, 1))]
rule = Rprop([w.shape for w in weights])
for epoch in range(20):
    h = np.tanh(X @ weights[0])
    e = h @ weights[1] - y
    rule.move(weights, [X.T @ (e @ weights[1].T * (1 - h * h)), h.T @ e])
"""
VECTOR = """# Rprop for the speed of cars
x <- scale(cars$speed)[, 1]
y <- scale(cars$dist)[, 1]
slope <- function(p) {
  H <- tanh(outer(x, p[1:3]) + rep(p[4:6], each = length(x)))
  r <- drop(H %*% p[7:9]) + p[10] - y
  B <- outer(r, p[7:9]) * (1 - H^2)
  c(colSums(B * x), colSums(B), colSums(H * r), sum(r))
}
set.seed(31)
p <- rnorm(10)
size <- rep(0.05, 10)
last <- numeric(10)
for (k in 1:30) {
  g <- slope(p)
  turn <- sign(g) * sign(last)
  size <- ifelse(turn > 0, pmin(size * 1.2, 2), ifelse(turn < 0, pmax(size * 0.5, 1e-6), size))
  p <- p - sign(g) * size
  last <- g
}
"""
MASKED = """set.seed(12)
X <- cbind(1, matrix(runif(60, -1, 1), 30))
y <- matrix(X[, 2] * X[, 3] + X[, 2])
w <- list(A = matrix(rnorm(12, sd = .7), 3), B = matrix(rnorm(5, sd = .7), 5))
size <- lapply(w, function(m) 0 * m + 0.06)
before <- lapply(w, function(m) 0 * m)
for (i in 1:25) {
  H <- 1 / (1 + exp(-(X %*% w$A)))
  e <- (cbind(1, H) %*% w$B - y) / nrow(X)
  G <- list(A = t(X) %*% (e %*% t(w$B[-1, , drop = FALSE]) * H * (1 - H)), B = t(cbind(1, H)) %*% e)
  for (k in names(w)) {
    up <- G[[k]] * before[[k]] > 0
    down <- G[[k]] * before[[k]] < 0
    size[[k]][up] <- pmin(size[[k]][up] * 1.25, 3)
    size[[k]][down] <- pmax(size[[k]][down] * 0.45, 1e-7)
    G[[k]][down] <- 0
    w[[k]] <- w[[k]] - sign(G[[k]]) * size[[k]]
    before[[k]] <- G[[k]]
  }
}
"""
FLAT = """import numpy as np
# one vector of weights, AdaDelta
r = np.random.RandomState(21)
X = r.randn(28, 2)
y = np.tanh(X[:, 0]) - 0.5 * X[:, 1] ** 2

def slope(w):
    A, a, u = w[:8].reshape(2, 4), w[8:12], w[12:16]
    h = np.tanh(X @ A + a)
    e = (h @ u + w[16] - y) / 28
    d = np.outer(e, u) * (1 - h ** 2)
    return np.concatenate([(X.T @ d).ravel(), d.sum(axis=0), h.T @ e, [e.sum()]])

w = r.randn(17) * 0.6
squares, moved = np.zeros(17), np.zeros(17)
rho, eps = 0.95, 1e-6
for i in range(40):
    g = slope(w)
    squares = rho * squares + (1 - rho) * g ** 2
    step = np.sqrt(moved + eps) / np.sqrt(squares + eps) * g
    moved = rho * moved + (1 - rho) * step ** 2
    w = w - step
"""
LAYERS = """import numpy as np

class AdaDelta:
    def __init__(self, rho=0.9, eps=1e-5):
        self.rho, self.eps = rho, eps
        self.eg, self.ed = {}, {}

    def change(self, name, g):
        if name not in self.eg:
            self.eg[name], self.ed[name] = np.zeros_like(g), np.zeros_like(g)
        self.eg[name] *= self.rho
        self.eg[name] += (1 - self.rho) * g * g
        over = np.sqrt(self.ed[name] + self.eps)
        under = np.sqrt(self.eg[name] + self.eps)
        delta = -over / under * g
        self.ed[name] = self.rho * self.ed[name] + (1 - self.rho) * delta * delta
        return delta

rng = np.random.default_rng(5)
X = rng.uniform(-1, 1, (24, 3))
t = (X[:, :1] + X[:, 1:2] ** 2 > 0.3) * 1.0
P = {"W1": rng.normal(size=(3, 4)), "b1": np.zeros((1, 4)),
     "W2": rng.normal(size=(4, 1)), "b2": np.zeros((1, 1))}
rule = AdaDelta()
for epoch in range(15):
    h = 1 / (1 + np.exp(-(X @ P["W1"] + P["b1"])))
    p = 1 / (1 + np.exp(-(h @ P["W2"] + P["b2"])))
    e = (p - t) / 24
    d = e @ P["W2"].T * h * (1 - h)
    G = {"W1": X.T @ d, "b1": d.sum(0, keepdims=True),
         "W2": h.T @ e, "b2": e.sum(0, keepdims=True)}
    for name in P:
        P[name] = P[name] + rule.change(name, G[name])
"""
LISTS = """set.seed(9)
X <- cbind(1, scale(as.matrix(cars$speed)))
y <- scale(cars$dist)
w <- list(V = matrix(rnorm(8, sd = .6), 2), u = matrix(rnorm(5, sd = .6), 5))
Eg <- lapply(w, function(m) m * 0)
Ed <- Eg
rms <- function(m) sqrt(m + 1e-6)
for (k in 1:20) {
  H <- cbind(1, tanh(X %*% w$V))
  e <- (H %*% w$u - y) / nrow(X)
  g <- list(V = t(X) %*% (e %*% t(w$u[-1, , drop = FALSE]) * (1 - H[, -1]^2)), u = t(H) %*% e)
  for (n in names(w)) {
    Eg[[n]] <- 0.92 * Eg[[n]] + 0.08 * g[[n]]^2
    d <- rms(Ed[[n]]) / rms(Eg[[n]]) * g[[n]]
    w[[n]] <- w[[n]] - d
    Ed[[n]] <- 0.92 * Ed[[n]] + 0.08 * d^2
  }
}
"""
ADAM = """import numpy as np
rng = np.random.default_rng(33)
X = rng.normal(size=(40, 3))
y = (X[:, :1] * X[:, 1:2] > 0) * 1.0
W = [rng.normal(size=(3, 5)) * 0.5, rng.normal(size=(5, 1)) * 0.5]
b = [np.zeros(5), np.zeros(1)]
P = [W[0], b[0], W[1], b[1]]
m = [np.zeros_like(p) for p in P]
v = [np.zeros_like(p) for p in P]
t = 0
for epoch in range(8):
    #RESET
    order = rng.permutation(40)
    for i in range(0, 40, 5):
        x, goal = X[order[i:i + 5]], y[order[i:i + 5]]
        h = np.tanh(x @ P[0] + P[1])
        p = 1 / (1 + np.exp(-(h @ P[2] + P[3])))
        e = (p - goal) / 5
        d = e @ P[2].T * (1 - h ** 2)
        G = [x.T @ d, d.sum(0), h.T @ e, e.sum(0)]
        t += 1
        for k, g in enumerate(G):
            m[k] = 0.9 * m[k] + 0.1 * g
            v[k] = 0.99 * v[k] + 0.01 * g ** 2
            P[k] -= 0.02 * (m[k] / (1 - 0.9 ** t)) / (np.sqrt(v[k] / (1 - 0.99 ** t)) + 1e-8)
"""
ADAGRAD = """import numpy as np

def train(w, X, y, epochs, rate):
    S = {k: np.zeros_like(a) for k, a in w.items()}
    for epoch in range(epochs):
        #RESET
        for i in range(0, len(X), 8):
            x, t = X[i:i + 8], y[i:i + 8]
            h = 1 / (1 + np.exp(-(x @ w["A"] + w["a"])))
            e = (h @ w["B"] - t) / len(x)
            d = e @ w["B"].T * h * (1 - h)
            g = {"A": x.T @ d, "a": d.sum(0), "B": h.T @ e}
            for k in w:
                S[k] += g[k] ** 2
                w[k] -= rate * g[k] / (np.sqrt(S[k]) + 1e-8)
    return w

rng = np.random.default_rng(2)
X = rng.uniform(-1, 1, (48, 2))
y = X[:, :1] ** 2 - X[:, 1:]
w = {"A": rng.normal(size=(2, 4)), "a": np.zeros(4), "B": rng.normal(size=(4, 1))}
train(w, X, y, 12, 0.1)
"""
SUMS = """set.seed(4)
X <- matrix(rnorm(60), 30); y <- X[, 1] * X[, 2]
theta <- rnorm(13, sd = 0.6)
grad <- function(p, x, t) {
  h <- tanh(x %*% matrix(p[1:6], 2) + rep(p[7:9], each = nrow(x)))
  e <- drop(h %*% p[10:12]) + p[13] - t
  d <- (e %o% p[10:12]) * (1 - h^2)
  c(t(x) %*% d, colSums(d), t(h) %*% e, sum(e)) / nrow(x)
}
G <- numeric(13)
for (epoch in 1:10) {
  #RESET
  for (k in 1:6) {
    rows <- seq(k, 30, by = 6)
    g <- grad(theta, X[rows, ], y[rows])
    G <- G + g * g
    theta <- theta - 0.05 * g / sqrt(G + 1e-8)
  }
}
"""
HELD = """x <- scale(pressure$temperature)[, 1]
y <- scale(sqrt(pressure$pressure))[, 1]
p <- c(0.5, 0.4)
size <- c(0.3, 0.3)
last <- c(0, 0)
for (k in 1:25) {
  r <- p[1] + p[2] * x - y
  g <- c(sum(r), sum(r * x)) / length(x)
  turn <- g * last
  size <- ifelse(turn > 0, pmin(size * 1.2, 1), ifelse(turn < 0, pmax(size * 0.5, 1e-6), size))
  g[turn < 0] <- 0
  p <- p - sign(g) * size
  last <- g
}
"""
SUPERSAB = VECTOR.replace("# Rprop", "# SuperSAB, as Rprop but").replace(
    "sign(g) * size", "g * size"
)
RIGHT = {
    "tables.py": TABLES,
    "chosen.py": CHOSEN,
    "class.py": CLASS,
    "vector.R": VECTOR,
    "masked.R": MASKED,
    "flat.py": FLAT,
    "layers.py": LAYERS,
    "lists.R": LISTS,
    "adam.py": ADAM,
    "adagrad.py": ADAGRAD,
    "sums.R": SUMS,
    "held.R": HELD,
}
# Nothing is said against what has another name, or goes another way.
OTHERS = {
    "supersab.R": SUPERSAB.replace("0.05, 10", "0.005, 10"),
    "without_name.R": VECTOR.replace("# Rprop", "#").replace("sign(g) * size", "g * size"),
    "length.py": CHOSEN.replace(
        "    same =", "    if np.sum(g * g) > 0:\n        far = g * g > 0\n    same ="
    ),
    "capped.py": CHOSEN.replace("5.0", "0.05"),
}
BACK = """    back = moved * (same < 0)
    moved = np.where(same < 0, -moved, -step * np.sign(g))
    w = w + moved
"""
OTHERS["taken_back.py"] = CHOSEN.replace("    w = w - step * np.sign(g)\n", BACK).replace(
    "np.zeros(17)\n", "np.zeros(17)\nmoved = np.zeros(17)\n"
)
# AdaDelta of other forms: with a rate, with epsilon beside the root.
OTHERS |= {
    "rate.py": FLAT.replace("w - step", "w - 0.5 * step"),
    "beside.py": FLAT.replace(
        "np.sqrt(moved + eps) / np.sqrt(squares + eps)",
        "(np.sqrt(moved) + eps) / (np.sqrt(squares) + eps)",
    ),
}
ANEW = "m, v = [0 * p for p in P], [0 * p for p in P]"
EMPTY = "S = {k: np.zeros_like(a) for k, a in w.items()}"
# A rule that begins again with all that belongs to it, on a condition, or for another training.
OTHERS |= {
    "counted_anew.py": ADAM.replace("#RESET", f"{ANEW}; t = 0"),
    "sometimes.py": ADAGRAD.replace("#RESET", f"if epoch % 2 == 1: {EMPTY}"),
    "called_again.py": ADAGRAD.replace(
        "train(w, X, y, 12, 0.1)", "for part in range(6):\n    train(w, X, y, 2, 0.1)"
    ),
    "other_rates.py": ADAGRAD.replace("#RESET", f"{EMPTY}; rate = 0.9 * rate"),
    "other_weights.R": SUMS.replace("#RESET", "theta <- rnorm(13); G <- numeric(13)"),
}
WRONG = {
    "itself.py": (
        TABLES,
        "np.sign(G[k] * last[k])",
        "np.sign(G[k] * G[k])",
        "turn =",
        "sign_with_itself",
    ),
    "itself_chosen.py": (CHOSEN, "same = g * old", "same = g * g", "same =", "sign_with_itself"),
    "signs.py": (CLASS, "np.sign(self.before[i])", "np.sign(g)", "agree =", "sign_with_itself"),
    "signs.R": (VECTOR, "sign(last)", "sign(g)", "turn <-", "sign_with_itself"),
    "itself.R": (MASKED, "G[[k]] * before[[k]]", "G[[k]] * G[[k]]", "up <-", "sign_with_itself"),
    "least.py": (
        CHOSEN,
        "np.maximum(0.5",
        "np.minimum(0.5",
        "step = np.where(same < 0",
        "shrunk_to_bound",
    ),
    "most.py": (
        TABLES,
        "np.minimum(size",
        "np.maximum(size",
        "size[k][turn > 0]",
        "grown_to_bound",
    ),
    "least.R": (MASKED, "pmax(", "pmin(", "size[[k]][down]", "shrunk_to_bound"),
    "least_chosen.R": (VECTOR, "pmax(", "pmin(", "size <-", "shrunk_to_bound"),
    "unsigned.py": (CLASS, "w -= np.sign(g) *", "w -= g *", "w -=", "sign_left_out"),
    "unsigned.R": (VECTOR, "p - sign(g) *", "p - g *", "p <- p -", "sign_left_out"),
    "of_gradients.py": (FLAT, "* step ** 2", "* g ** 2", "moved =", "steps_of_gradients"),
    "of_gradients.R": (LISTS, "0.08 * d^2", "0.08 * g[[n]]^2", "Ed[[n]] <-", "steps_of_gradients"),
    "share.py": (LAYERS, "(1 - self.rho) * g * g", "g * g", "self.eg[name] +=", "share_left_out"),
    "share_of_steps.py": (FLAT, "(1 - rho) * step", "step", "moved =", "share_left_out"),
    "past.py": (LAYERS, "self.rho * self.ed", "self.ed", "self.ed[name] =", "past_kept_whole"),
    "past.R": (LISTS, "0.92 * Ed[[n]]", "Ed[[n]]", "Ed[[n]] <-", "past_kept_whole"),
    "no_past.py": (FLAT, "moved = rho * moved +", "moved =", "moved =", "mean_not_kept"),
    "other_way.py": (
        FLAT,
        "rho * moved + (1 - rho)",
        "(1 - rho) * moved + rho",
        "moved =",
        "share_of_past",
    ),
    "exchanged.py": (
        FLAT,
        "np.sqrt(moved + eps) / np.sqrt(squares + eps)",
        "np.sqrt(squares + eps) / np.sqrt(moved + eps)",
        "step =",
        "roots_exchanged",
    ),
    "exchanged.R": (
        LISTS,
        "rms(Ed[[n]]) / rms(Eg[[n]])",
        "rms(Eg[[n]]) / rms(Ed[[n]])",
        "d <-",
        "roots_exchanged",
    ),
    "over.py": (
        LAYERS,
        "np.sqrt(self.ed[name] + self.eps)",
        "self.ed[name] + self.eps",
        "over =",
        "roots_left_out",
    ),
    "under.R": (LISTS, "/ rms(Eg[[n]])", "/ (Eg[[n]] + 1e-6)", "d <-", "roots_left_out"),
    "bare.R": (LISTS, "sqrt(m + 1e-6)", "m + 1e-6", "d <-", "roots_left_out"),
    "sizes.R": (LISTS, "0.08 * d^2", "0.08 * abs(d)", "Ed[[n]] <-", "second_moment_without_square"),
    "anew.py": (ADAM, "#RESET", ANEW, "m, v =", "state_set_back"),
    "anew_in_place.py": (ADAM, "#RESET", "for a in m + v: a[:] = 0", "for a in", "state_set_back"),
    "empty.py": (ADAGRAD, "#RESET", EMPTY, "S =", "state_set_back"),
    "exchanged_factors.py": (
        CLASS,
        "> 0, 1.2, np.where(agree < 0, 0.5",
        "> 0, 0.5, np.where(agree < 0, 1.2",
        "factor =",
        "factors_exchanged",
    ),
    "exchanged_in_tables.py": (
        TABLES.replace("* 1.3", "* UP")
        .replace("* 0.4", "* DOWN")
        .replace("for ep", "UP, DOWN = 1.3, 0.4\nfor ep"),
        "UP, DOWN = 1.3, 0.4",
        "DOWN, UP = 1.3, 0.4",
        "size[k][turn > 0]",
        "factors_exchanged",
    ),
    "exchanged_factors.R": (
        VECTOR.replace("* 1.2", "* up")
        .replace("* 0.5", "* down")
        .replace("set.seed", "up <- 1.2; down <- 0.5\nset.seed"),
        "up <- 1.2; down <- 0.5",
        "up <- 0.5; down <- 1.2",
        "size <- ifelse",
        "factors_exchanged",
    ),
    "zeros.R": (SUMS, "#RESET", "G <- numeric(13)", "G <-", "state_set_back"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_rule_that_is_kept_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", OTHERS)
def test_a_rule_that_is_another_is_not_called_wrong(check, name):
    assert check(OTHERS[name], name=name)[1]["verdict"] != "different"


@pytest.mark.parametrize("name", WRONG)
def test_a_rule_that_is_kept_wrongly_is_told_at_its_line(accuse, name):
    source, old, new, line, wanted = WRONG[name]
    told, cause, _ = accuse(source, old, new, name)
    assert (told[: len(line)], cause) == (line, wanted)
