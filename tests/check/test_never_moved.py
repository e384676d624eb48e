"""What does not move as it should, or not at all: weights, biases, single numbers of a list."""

import pytest

LAYERS = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
y = (X[:, :1] > X[:, 1:2]) * 1.0
W1, b1 = rng.normal(size=(3, 5)), np.zeros((1, 5))
W2, b2 = rng.normal(size=(5, 1)), np.zeros((1, 1))
rate = 0.5
for step in range(8):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    p = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = (p - y) / 30
    e = d @ W2.T * h * (1 - h)
    db1 = np.zeros_like(b1)
    db1 += e.sum(0, keepdims=True)
    W2 = W2 - rate * h.T @ d
    b2 = b2 - rate * d.sum(0, keepdims=True)
    W1 -= rate * X.T @ e
    b1 -= rate * db1
"""
NEURON = """neuron <- function(k, eta) {
  w <- runif(k, -1, 1)
  bias <- runif(1, -1, 1)
  seen <- NULL
  out <- NULL
  fire <- function(x) {
    seen <<- x
    out <<- 1 / (1 + exp(-(sum(w * x) + bias)))
    out
  }
  adjust <- function(blame) {
    d <- blame * out * (1 - out)
    back <- d * w
    w <<- w - eta * d * seen
    bias <<- bias - eta * d
    back
  }
  list(fire = fire, adjust = adjust)
}
set.seed(3)
below <- replicate(3, neuron(2, 0.7), simplify = FALSE)
above <- neuron(3, 0.7)
X <- matrix(rnorm(20), 10)
t <- (X[, 1] > X[, 2]) * 1
for (i in rep(1:10, 3)) {
  o <- above$fire(vapply(below, function(u) u$fire(X[i, ]), 0))
  blame <- above$adjust(o - t[i])
  for (j in 1:3) below[[j]]$adjust(blame[j])
}
"""
TURNED = """set.seed(5)
small <- 0.5
w_in <- array(runif(12, -small, small), c(4, 3))
w_out <- array(runif(8, -small, small), c(2, 4))
x <- matrix(rnorm(60), 20)
y <- cbind(x[, 1] > 0, x[, 2] > 0) * 1
g <- function(z) 1 / (1 + exp(-z))
for (k in 1:9) {
  h <- g(x %*% t(w_in))
  p <- g(h %*% t(w_out))
  d2 <- (p - y) / 20
  d1 <- d2 %*% w_out * h * (1 - h)
  new_in <- w_in - 0.8 * t(d1) %*% x
  new_out <- w_out - 0.8 * t(d2) %*% h
  w_in <- new_in
  w_out <- new_out
}
"""
NUMBERS = """inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
w, b, rate = [0.0, 0.0], 0.0, 0.1
for epoch in range(9):
    for x, t in zip(inputs, [0, 0, 0, 1]):
        y = 1 if w[0] * x[0] + w[1] * x[1] + b >= 0 else 0
        e = t - y
        w[0] += rate * e * x[0]
        w[1] += rate * e * x[1]
        b += rate * e
"""
WAVES = """set.seed(8)
x <- runif(25, -2, 2)
y <- sin(2 * x)
w <- rnorm(6); b <- rnorm(6); v <- rnorm(6) / 3; a <- 0
for (epoch in 1:3) for (i in sample(25)) {
  h <- tanh(w * x[i] + b)
  e <- sum(v * h) + a - y[i]
  back <- e * v * (1 - h^2)
  v <- v - 0.05 * e * h
  a <- a - 0.05 * e
  w <- w - 0.05 * back * x[i]
  b <- b - 0.05 * back
}
"""
LOGIT = """set.seed(2)
X <- matrix(rnorm(80), 20)
t <- rbinom(20, 1, 0.4)
w <- rep(0, 4)
b <- 0
k <- 0
for (epoch in 1:3) for (i in sample(20)) {
  eta <- 0.4 / (1 + 0.02 * k)
  p <- 1 / (1 + exp(-(sum(w * X[i, ]) + b)))
  w <- w - eta * (p - t[i]) * X[i, ]
  b <- b - eta * (p - t[i])
  k <- k + 1
}
"""
UNITS = """import math, random
random.seed(4)
class Unit:
    def __init__(self, n):
        self.w = [random.uniform(-1, 1) for _ in range(n)]
    def fire(self, x):
        self.x = x
        total = 0
        for i in range(len(x)):
            total += x[i] * self.w[i]
        self.out = 1 / (1 + math.exp(-total))
        return self.out
rate, x, t = 0.5, [0.05, 0.4], [0.1, 0.9]
below, above = [Unit(2) for _ in range(3)], [Unit(3) for _ in range(2)]
for _ in range(20):
    h = [u.fire(x) for u in below]
    y = [u.fire(h) for u in above]
    d = [(y[k] - t[k]) * y[k] * (1 - y[k]) for k in range(2)]
    e = [sum(d[k] * above[k].w[j] for k in range(2)) * h[j] * (1 - h[j]) for j in range(3)]
    for k in range(2):
        for j in range(3):
            above[k].w[j] -= rate * d[k] * h[j]
    for j in range(3):
        for i in range(2):
            below[j].w[i] -= rate * e[j] * x[i]
"""
ONES = """trainer <- function(k, rate) {
  A <- matrix(rnorm(2 * k), 2, k)
  a <- matrix(0, 1, k)
  B <- matrix(rnorm(2 * k), k, 2)
  b <- matrix(0, 1, 2)
  one <- function(n) matrix(1, n, 1)
  function(X, Y) {
    n <- nrow(X)
    H <- 1 / (1 + exp(-(X %*% A + one(n) %*% a)))
    S <- exp(H %*% B + one(n) %*% b)
    P <- S / rowSums(S)
    D <- (P - Y) / n
    E <- (D %*% t(B)) * H * (1 - H)
    B <<- B - rate * t(H) %*% D
    b <<- b - rate * colSums(D)
    A <<- A - rate * t(X) %*% E
    a <<- a - rate * colSums(E)
  }
}
set.seed(4)
X <- matrix(rnorm(60), 30)
Y <- diag(2)[1 + (X[, 1] > X[, 2]), ]
step <- trainer(4, 0.5)
for (i in 1:10) step(X, Y)
"""
NAMED = """import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(2, 30))
Y = (X[:1] * X[1:] > 0) * 1.0
p = {"A": rng.normal(size=(5, 2)), "a": np.zeros((5, 1)), "B": rng.normal(size=(1, 5)),
     "b": np.zeros((1, 1))}

def gradients(p):
    A, a, B, b = p["A"], p["a"], p["B"], p["b"]
    H = np.tanh(A @ X + a)
    D = (1 / (1 + np.exp(-(B @ H + b))) - Y) / 30
    E = B.T @ D * (1 - H ** 2)
    return {"A": E @ X.T, "a": E.sum(1, keepdims=True), "B": D @ H.T,
            "b": D.sum(1, keepdims=True)}

def moved(p, g):
    A = p["A"] - 0.8 * g["A"]
    a = p["a"] - 0.8 * g["a"]
    B = p["B"] - 0.8 * g["B"]
    b = p["b"] - 0.8 * g["b"]
    return {"A": A, "a": a, "B": B, "b": b}

for step in range(9):
    p = moved(p, gradients(p))
"""
LISTS = """from math import exp
from random import seed, uniform
seed(4)
hidden = [[uniform(-1, 1) for _ in range(2)] for _ in range(3)]
inner = [uniform(-1, 1) for _ in range(3)]
top = [[uniform(-1, 1) for _ in range(3)] for _ in range(2)]
outer = [uniform(-1, 1) for _ in range(2)]
samples = [([0.2, 0.9], [1, 0]), ([0.8, 0.1], [0, 1]), ([0.5, 0.4], [1, 0])]
def g(z):
    return 1 / (1 + exp(-z))
for epoch in range(20):
    for x, t in samples:
        h = [g(sum(w * v for w, v in zip(hidden[j], x)) + inner[j]) for j in range(3)]
        o = [g(sum(w * v for w, v in zip(top[k], h)) + outer[k]) for k in range(2)]
        d = [(o[k] - t[k]) * o[k] * (1 - o[k]) for k in range(2)]
        e = [sum(d[k] * top[k][j] for k in range(2)) * h[j] * (1 - h[j]) for j in range(3)]
        for k in range(2):
            for j in range(3):
                top[k][j] -= 0.5 * d[k] * h[j]
            outer[k] -= 0.5 * d[k]
        for j in range(3):
            for i in range(2):
                hidden[j][i] -= 0.5 * e[j] * x[i]
            inner[j] -= 0.5 * e[j]
"""
UNIT = """Unit <- setRefClass("Unit", fields = list(w = "numeric", b = "numeric"),
  methods = list(
    fire = function(x) 1 / (1 + exp(-(sum(w * x) + b))),
    learn = function(x, t) {
      a <- fire(x)
      d <- (a - t) * a * (1 - a)
      w <<- w - 0.4 * d * x
      b <<- b - 0.4 * d
      invisible(a)
    }
  ))
set.seed(11)
X <- matrix(rnorm(40), 20)
t <- (X[, 1] + X[, 2] > 0.3) * 1
u <- Unit$new(w = c(0.2, -0.1), b = 0.1)
for (epoch in 1:4) for (i in 1:20) u$learn(X[i, ], t[i])
print(u$w)
"""
TAKES_BOTH = """import numpy as np
np.random.seed(7)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
y = np.array([0, 1, 1, 0.0])
class Dense:
    def __init__(self, n, k):
        self.w = np.random.randn(k, n) * 2 * 0.5 / 1
        self.b = np.random.randn(k, 1)
    def forward(self, x):
        self.x = x
        return self.w @ x + self.b
    def backward(self, g, rate):
        of_w = g @ self.x.T
        back = self.w.T @ g
        self.w -= rate * of_w
        self.b -= rate * g
        return back
one, two = Dense(2, 3), Dense(3, 1)
for step in range(16):
    i = step % 4
    h = np.tanh(one.forward(X[i].reshape(2, 1)))
    p = two.forward(h)
    g = two.backward(2 * (p - y[i]), 0.1)
    one.backward(g * (1 - h**2), 0.1)
"""
ONE_LAYER = """set.seed(14)
X <- matrix(rnorm(90), 30)
y <- (X[, 1] > X[, 2]) * 1
w <- numeric(3)
b <- 0
for (step in 1:8) {
  p <- 1 / (1 + exp(-(X %*% w + b)))
  d <- (p - y) / 30
  grad <- t(X) %*% d
  w <- w - 0.5 * as.vector(grad)
  b <- b - 0.5 * sum(d)
}
"""
TUNED = """import numpy as np
rng = np.random.default_rng(15)
X = rng.normal(size=(40, 3))
y = (X[:, :1] > X[:, 1:2]) * 1.0
W, b = rng.normal(size=(3, 1)), np.zeros((1, 1))
for step in range(40):
    p = 1 / (1 + np.exp(-(X @ W + b)))
    of_w, of_b = X.T @ (p - y) / 40, (p - y).mean(0)
    if step < 30:
        W = W - 0.5 * of_w
    b = b - 0.5 * of_b
"""
SHIFT = """import numpy as np
rng = np.random.default_rng(16)
given = np.array([[0.5], [-1.0], [0.25]])
X = rng.normal(size=(40, 3))
y = X @ given + 2 + 0.1 * rng.normal(size=(40, 1))
b = np.zeros(1)
for step in range(10):
    e = X @ given + b - y
    slope = X.T @ e / 40
    b = b - 0.5 * e.mean(0)
print(b, np.abs(slope).max())
"""
AHEAD = """import numpy as np
rng = np.random.default_rng(17)
X = rng.normal(size=(40, 2))
y = (X[:, 0] * X[:, 1] > 0) * 1.0
theta = rng.normal(size=33)
velocity = np.zeros(33)
def slope(theta):
    V, b, W, c = theta[:16].reshape(2, 8), theta[16:24], theta[24:32], theta[32]
    h = np.tanh(X @ V + b)
    d = (1 / (1 + np.exp(-(h @ W + c))) - y) / 40
    e = np.outer(d, W) * (1 - h**2)
    return np.concatenate([(X.T @ e).ravel(), e.sum(0), h.T @ d, [d.sum()]])
for step in range(12):
    velocity = 0.9 * velocity - 0.3 * slope(theta + 0.9 * velocity)
    theta = theta + velocity
"""
FAULTS = {
    "lists.py": (LISTS, "            inner[j] -= 0.5 * e[j]\n", "",
                 "hidden[j][i] -= 0.5 * e[j] * x[i]", "never_updated"),
    "unit.R": (UNIT, "b <<- b - 0.4 * d", "b <- b - 0.4 * d", "b <- b - 0.4 * d", "never_updated"),
    "both.py": (TAKES_BOTH, "        self.w -= rate * of_w\n", "", "self.b -= rate * g",
                "never_updated"),
    "one_layer.R": (ONE_LAYER, "  w <- w - 0.5 * as.vector(grad)\n", "", "b <- b - 0.5 * sum(d)",
                    "never_updated"),
    "ones.R": (ONES, "b <<- b - rate", "b <- b - rate", "b <- b - rate * colSums(D)",
               "never_updated"),
    "named.py": (NAMED, 'b = p["b"] - 0.8 * g["b"]', 'b = p["b"]', 'b = p["b"]', "never_updated"),
    "factor.R": (WAVES, "  w <- w - 0.05 * back * x[i]\n", "", "b <- b - 0.05 * back",
                 "never_updated"),
    "rate_alone_of_a_number.R": (LOGIT, "b <- b - eta * (p - t[i])", "b <- b - eta",
                                 "b <- b - eta", "gradient_left_out"),
    "rate_alone_of_numbers.py": (UNITS, "below[j].w[i] -= rate * e[j] * x[i]",
                                 "below[j].w[i] -= rate", "below[j].w[i] -= rate",
                                 "gradient_left_out"),
    "closure.R": (NEURON, "bias <<- bias - eta * d", "bias <- bias - eta * d",
                  "bias <- bias - eta * d", "never_updated"),
    "turned.R": (TURNED, "  w_out <- new_out\n", "", "new_out <- w_out - 0.8 * t(d2) %*% h",
                 "never_updated"),
    "number.py": (NUMBERS, "        w[0] += rate * e * x[0]\n", "", "w[1] += rate * e * x[1]",
                  "never_updated"),
    "zeros.py": (LAYERS, "    db1 += e.sum(0, keepdims=True)\n", "", "b1 -= rate * db1",
                 "never_updated"),
    "rate_alone.py": (LAYERS, "W1 -= rate * X.T @ e", "W1 -= rate", "W1 -= rate",
                      "gradient_left_out"),
    "rate_alone_of_a_bias.py": (LAYERS, "b1 -= rate * db1", "b1 -= rate", "b1 -= rate",
                                "gradient_left_out"),
    "rate_alone.R": (TURNED, "w_out - 0.8 * t(d2) %*% h", "w_out - 0.8", "w_out - 0.8",
                     "gradient_left_out"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (LAYERS, "layers.py"),
        (NEURON, "neuron.R"),
        (TURNED, "turned.R"),
        (NUMBERS, "numbers.py"),
        (WAVES, "waves.R"),
        (LOGIT, "logit.R"),
        (UNITS, "units.py"),
        (ONES, "ones.R"),
        (NAMED, "named.py"),
        (LISTS, "lists.py"),
        (UNIT, "unit.R"),
        (TAKES_BOTH, "both.py"),
        (ONE_LAYER, "one_layer.R"),
        (TUNED, "tuned.py"),
        (SHIFT, "shift.py"),
        (AHEAD, "ahead.py"),
    ],
)
def test_what_moves_is_right(check, source, name):
    assert check(source, name=name)[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_what_does_not_is_told(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, _ = accuse(source, old, new, name=name)
    assert line in told
    assert found == cause


FIXED = {
    # What goes past the hidden units: the samples themselves are added to sums of products.
    "past.py": LISTS.replace("range(2)] for _ in range(3)]", "range(2)] for _ in range(2)]")
    .replace(
        "zip(hidden[j], x)) + inner[j]) for j in range(3)",
        "zip(hidden[j], x)) + x[j]) for j in range(2)",
    )
    .replace("for _ in range(3)] for _ in range(2)]", "for _ in range(2)] for _ in range(2)]")
    .replace("for j in range(3)", "for j in range(2)")
    .replace("            inner[j] -= 0.5 * e[j]\n", ""),
    # A layer that is drawn and stays, below the one that learns.
    "random_features.py": LAYERS.replace("    W1 -= rate * X.T @ e\n    b1 -= rate * db1\n", "")
    .replace("    e = d @ W2.T * h * (1 - h)\n", "")
    .replace("    db1 += e.sum(0, keepdims=True)\n", ""),
    # What spreads over a graph's edges, drawn, between layers that learn.
    "edges.py": LAYERS.replace(
        "rate = 0.5", "rate = 0.5\nA = (rng.random((30, 30)) < 0.2) / 6 + np.eye(30)"
    )
    .replace("np.exp(-(h @ W2 + b2))", "np.exp(-(A @ (h @ W2) + b2))")
    .replace("d @ W2.T", "A.T @ d @ W2.T")
    .replace("rate * h.T @ d", "rate * h.T @ (A.T @ d)"),
    # Waves of drawn lengths whose phases alone learn: their lengths are one matrix with the data's.
    "phases.R": WAVES.replace("x <- runif", "x0 <- runif")
    .replace("y <- sin(2 * x)", "y <- sin(2 * x0)")
    .replace("w <- rnorm(6); ", "x <- outer(rnorm(6), x0); ")
    .replace("w * x[i] + b", "x[, i] + b")
    .replace("  w <- w - 0.05 * back * x[i]\n", ""),
    # A mask on the weights: the samples were drawn too.
    "masked.py": LAYERS.replace("X @ W1 + b1", "X @ (W1 * M) + b1")
    .replace("rate = 0.5", "rate = 0.5\nM = rng.random((3, 5)) < 0.8")
    .replace("rate * X.T @ e", "rate * (X.T @ e) * M"),
}


@pytest.mark.parametrize("name", FIXED)
def test_what_is_meant_to_stay_accuses_nobody(check, name):
    assert check(FIXED[name], name=name)[1]["verdict"] == "right"


STACKED = """set.seed(21)
k <- 3; n <- 12
X <- matrix(rnorm(k * n), k, n)
y <- colSums(X^2)
W <- array(rnorm(k * k * 4, sd = 0.3), c(k, k, 4))
C <- matrix(0, k, 4)
v <- rnorm(k, sd = 0.3); v0 <- 0
for (step in 1:30) {
  A <- array(0, c(k, n, 5))
  H <- array(0, c(k, n, 4))
  A[, , 1] <- X
  for (l in 1:4) {
    H[, , l] <- tanh(W[, , l] %*% A[, , l] + C[, l])
    A[, , l + 1] <- A[, , l] + H[, , l]
  }
  r <- (as.vector(v %*% A[, , 5]) + v0 - y) / n
  back <- outer(v, r)
  v <- v - 0.05 * as.vector(A[, , 5] %*% r)
  v0 <- v0 - 0.05 * sum(r)
  for (l in 4:1) {
    d <- back * (1 - H[, , l]^2)
    back <- back + t(W[, , l]) %*% d
    W[, , l] <- W[, , l] - 0.05 * d %*% t(A[, , l])
    C[, l] <- C[, l] - 0.05 * rowSums(d)
  }
}
"""
WRAPPED = """import math, random
random.seed(22)
class Num:
    def __init__(self, x, of=(), by=()):
        self.x, self.g, self.of, self.by = x, 0.0, of, by
    def __add__(self, o):
        o = o if isinstance(o, Num) else Num(o)
        return Num(self.x + o.x, (self, o), (1.0, 1.0))
    def __mul__(self, o):
        o = o if isinstance(o, Num) else Num(o)
        return Num(self.x * o.x, (self, o), (o.x, self.x))
    __radd__ = __add__
    def tanh(self):
        t = math.tanh(self.x)
        return Num(t, (self,), (1 - t * t,))
def back(node, g):
    node.g += g
    for k, d in zip(node.of, node.by):
        back(k, d * g)
data = [((random.gauss(0, 1), random.gauss(0, 1)), random.choice([-1.0, 1.0])) for _ in range(5)]
V = [[Num(random.uniform(-1, 1)) for _ in range(2)] for _ in range(3)]
b = [Num(0.0) for _ in range(3)]
w, c = [Num(random.uniform(-1, 1)) for _ in range(3)], Num(0.0)
every = [p for row in V for p in row] + b + w + [c]
for step in range(20):
    loss = Num(0.0)
    for x, t in data:
        h = [(row[0] * x[0] + row[1] * x[1] + s).tanh() for row, s in zip(V, b)]
        out = c
        for u, a in zip(w, h):
            out = out + u * a
        e = out.tanh() + Num(-t)
        loss = loss + e * e
    for p in every:
        p.g = 0.0
    back(loss, 1.0)
    for p in every:
        p.x -= 0.1 * p.g
"""


@pytest.mark.parametrize(("source", "name"), [(STACKED, "stacked.R"), (WRAPPED, "wrapped.py")])
def test_what_moves_elsewhere_and_what_is_weighted_are_not_called_idle(check, source, name):
    answer = check(source, name=name)[1]
    assert answer["verdict"] != "different", answer["sentence"]


STORED = {
    "network.py": (LAYERS, {"W2 = W2 -": "W2 -", "b2 = b2 -": "b2 -", "W1 -=": "W1 -",
                            "b1 -=": "b1 -"}, "W2 - rate"),
    "logistic.R": (
        """set.seed(2)
x <- matrix(rnorm(40), 20)
y <- as.numeric(x[, 1] > x[, 2])
theta <- c(0.1, -0.2)
move <- function(theta) {
  p <- 1 / (1 + exp(-x %*% theta))
  theta <- theta - 0.5 * t(x) %*% (p - y) / 20
  invisible(p)
}
for (i in 1:10) p <- move(theta)
""",
        {},
        "theta <- theta",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORED)
def test_a_program_that_throws_all_its_new_weights_away_is_told_where(check, name):
    source, changes, line = STORED[name]
    for old, new in changes.items():
        source = source.replace(old, new)
    answer = check(source, name=name)[1]
    assert answer["cause"]["id"] == "never_updated", answer["sentence"]
    assert line in source.splitlines()[answer["first"]["line"] - 1]


def test_sums_that_are_used_nowhere_are_no_training_where_they_lead_to_no_loss(check):
    source = (
        "import numpy as np\nx = np.arange(12.0).reshape(4, 3) ** 2\nfor i in range(6):\n"
        "    centred = x - x.mean(axis=0)\n    print(i)\n"
    )
    answer = check(source, name="centred.py")[1]
    assert answer["verdict"] == "not followed"
