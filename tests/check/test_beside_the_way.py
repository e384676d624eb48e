"""Arrays filled part by part, weights by other names, simulated data, penalties one by one."""

import pytest

PARTS = """import numpy as np
rng = np.random.default_rng(8)
S = rng.normal(size=(30, 12))
t = (S[:, 3] > 0) * 1.0
k, w, b = rng.normal(size=(2, 3)), rng.normal(size=2), 0.0
for epoch in range(12):
    z = np.zeros((30, 2, 9))
    for j in range(3):
        z += k[:, j][None, :, None] * S[:, None, j:j + 9]
    a = np.tanh(z)
    p = 1 / (1 + np.exp(-(a.mean(axis=2) @ w + b)))
    d = (p - t) / 30
    D = np.outer(d, w)[:, :, None] / 9 * (1 - a**2)
    g = np.zeros_like(k)
    for j in range(3):
        g[:, j] = np.einsum("nfp,np->f", D, S[:, j:j + 9])
    w -= 0.5 * a.mean(axis=2).T @ d
    b -= 0.5 * d.sum()
    k -= 0.5 * g
"""
LIST = """set.seed(5)
x <- matrix(rnorm(60), 30)
y <- as.numeric(x[, 1] * x[, 2] > 0)
W1 <- matrix(rnorm(8), 2)
W2 <- matrix(rnorm(16), 4)
W3 <- matrix(rnorm(4), 4)
squash <- function(z) 1 / (1 + exp(-z))
pass <- function(x) {
  first <- squash(x %*% W1)
  second <- squash(first %*% W2)
  list(first, second, squash(second %*% W3))
}
for (i in 1:30) {
  s <- pass(x)
  d3 <- (s[[3]] - y) / 30
  d2 <- (d3 %*% t(W3)) * s[[2]] * (1 - s[[2]])
  d1 <- (d2 %*% t(W2)) * s[[1]] * (1 - s[[1]])
  W3 <- W3 - t(s[[2]]) %*% d3
  W2 <- W2 - t(s[[1]]) %*% d2
  W1 <- W1 - t(x) %*% d1
}
"""
VELOCITIES = """import numpy as np
rng = np.random.RandomState(9)
x = rng.randn(40, 2)
t = (x[:, :1] + x[:, 1:] > 0) * 1.0
A, a, B, b = rng.randn(2, 3), np.zeros((1, 3)), rng.randn(3, 1), np.zeros((1, 1))
vA, va, vB, vb = np.zeros_like(A), np.zeros_like(a), np.zeros_like(B), np.zeros_like(b)
for epoch in range(30):
    h = np.tanh(x @ A + a)
    p = 1 / (1 + np.exp(-(h @ B + b)))
    d = (p - t) / 40
    e = d @ B.T * (1 - h**2)
    vB = 0.7 * vB - 0.8 * h.T @ d
    vb = 0.7 * vb - 0.8 * d.sum(axis=0, keepdims=True)
    vA = 0.7 * vA - 0.8 * x.T @ e
    va = 0.7 * va - 0.8 * e.sum(axis=0, keepdims=True)
    B += vB
    b += vb
    A += vA
    a += va
"""
BALL = """import numpy as np
rng = np.random.RandomState(6)
x = np.vstack([np.linspace(-1, 1, 21), np.ones(21)])
t = np.abs(x[0])
A, B = rng.randn(4, 2), rng.randn(4)
oldA, oldB = A.copy(), B.copy()
for k in range(30):
    h = np.tanh(A @ x)
    e = B @ h - t
    gB = h @ e / 21
    gA = np.outer(B, e) * (1 - h**2) @ x.T / 21
    moveA = 0.8 * (A - oldA) - 0.1 * gA
    moveB = 0.8 * (B - oldB) - 0.1 * gB
    oldA = A.copy()
    oldB = B.copy()
    A += moveA
    B += moveB
"""
ONE_NUMBER = """import numpy as np
rng = np.random.default_rng(4)
x = rng.normal(size=(30, 3))
t = np.sin(x[:, 0])
net = dict(W=rng.normal(size=(3, 4)), b=np.zeros(4), u=rng.normal(size=4), c=np.zeros(1))
seen = {k: 0.0 for k in net}
for step in range(20):
    h = np.tanh(x @ net["W"] + net["b"])
    e = (h @ net["u"] + net["c"] - t) / 30
    d = np.outer(e, net["u"]) * (1 - h**2)
    g = dict(W=x.T @ d, b=d.sum(0), u=h.T @ e, c=e.sum())
    for k in net:
        seen[k] = seen[k] + g[k] ** 2
        net[k] = net[k] - 0.1 * g[k] / (np.sqrt(seen[k]) + 1e-8)
"""
ONE_BY_ONE = """set.seed(4)
x <- matrix(rnorm(90), 30)
y <- sin(x[, 1])
P <- list(W = matrix(rnorm(12), 3), b = numeric(4), u = matrix(rnorm(4)), c = matrix(0, 1, 1))
S <- lapply(P, function(p) 0 * p)
for (i in 1:20) {
  H <- tanh(sweep(x %*% P$W, 2, P$b, "+"))
  e <- (drop(H %*% P$u) + P$c[1] - y) / 30
  D <- (e %o% drop(P$u)) * (1 - H^2)
  G <- list(W = t(x) %*% D, b = colSums(D), u = t(H) %*% e, c = sum(e))
  for (k in names(P)) {
    S[[k]] <- 0.9 * S[[k]] + 0.1 * G[[k]]^2
    P[[k]] <- P[[k]] - 0.01 * G[[k]] / (sqrt(S[[k]]) + 1e-8)
  }
}
"""
SIMULATED = """import numpy as np

def swing(n):
    angle, speed, path = 1.0, 0.0, []
    for _ in range(n):
        speed += 0.1 * (-np.sin(angle) - 0.02 * speed)
        angle += 0.1 * speed
        path.append(angle)
    return np.array(path)

s = swing(300)
rng = np.random.default_rng(3)
U, V, R = rng.normal(size=5), rng.normal(size=5), rng.normal(0, 0.3, (5, 5))
for start in range(0, 280, 10):
    x, t = s[start:start + 10], s[start + 1:start + 11]
    h, out = {-1: np.zeros(5)}, np.zeros(10)
    for i in range(10):
        h[i] = np.tanh(U * x[i] + R @ h[i - 1])
        out[i] = V @ h[i]
    gU, gV, gR, back = np.zeros(5), np.zeros(5), np.zeros((5, 5)), np.zeros(5)
    for i in reversed(range(10)):
        e = 2 * (out[i] - t[i]) / 10
        gV += e * h[i]
        d = (e * V + back) * (1 - h[i] ** 2)
        gU += d * x[i]
        gR += np.outer(d, h[i - 1])
        back = R.T @ d
    U -= 0.05 * gU
    V -= 0.05 * gV
    R -= 0.05 * gR
"""

PENALTIES = """import numpy as np
rng = np.random.RandomState(3)
X = rng.randn(60, 4)
t = (X[:, 0] > 0.2 * rng.randn(60)).astype(int)

def fit(lam):
    w, b = np.zeros(4), 0.0
    for k in range(400):
        r = 1 / (1 + np.exp(-(X @ w + b))) - t
        step = 0.5 / np.sqrt(1 + 0.05 * k)
        w = w - step * (X.T @ r / 60 + lam * np.sign(w))
        b = b - step * r.mean()
    return w, b

for lam in (0.0, 0.02, 0.1):
    print(lam, fit(lam))
"""
RIDGES = """set.seed(2)
X <- matrix(rnorm(150), 50)
y <- rbinom(50, 1, plogis(X[, 1]))
ridge <- function(lambda) {
  a <- 0
  b <- rep(0, 3)
  for (i in 1:60) {
    p <- 1 / (1 + exp(-(a + drop(X %*% b))))
    g <- drop(crossprod(X, p - y)) / 50 + lambda * b
    a <- a - 0.5 * mean(p - y)
    b <- b - 0.5 * g
  }
  c(a, b)
}
print(sapply(c(0, 0.01, 0.1), ridge))
"""
TAPE = """import numpy as np

class Value:
    def __init__(self, data, made_of=()):
        self.data, self.made_of = np.asarray(data, float), made_of
        self.grad, self.back = 0 * self.data, lambda: None

    def __matmul__(self, other):
        out = Value(self.data @ other.data, (self, other))
        def back():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out.back = back
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.back = back
        return out

    def squash(self):
        s = 1 / (1 + np.exp(-self.data))
        out = Value(s, (self,))
        def back():
            self.grad += s * (1 - s) * out.grad
        out.back = back
        return out

    def backward(self, grad):
        order, seen = [], set()
        def visit(value):
            if value not in seen:
                seen.add(value)
                for part in value.made_of:
                    visit(part)
                order.append(value)
        visit(self)
        self.grad = grad
        for value in reversed(order):
            value.back()

rng = np.random.default_rng(5)
x = rng.normal(size=(40, 2))
t = (x[:, :1] * x[:, 1:] > 0) * 1.0
A, B = Value(rng.normal(size=(2, 5))), Value(rng.normal(size=(5, 1)))
for step in range(15):
    A.grad, B.grad = 0 * A.data, 0 * B.data
    z = Value(x) @ A
    y = ((z * z.squash()) @ B).squash()
    y.backward((y.data - t) / (y.data * (1 - y.data)) / 40)
    for p in (A, B):
        p.data = p.data - 0.5 * p.grad
"""

HALVED = """import numpy as np

def root(total):
    low, high = 0.0, 14.0
    for _ in range(60):
        middle = (low + high) / 2
        h = 10.0 ** -middle
        charge = h + total - 1e-14 / h - 0.05 * 1.8e-5 / (1.8e-5 + h)
        if charge > 0:
            low = middle
        else:
            high = middle
    return middle

t = np.array([[root(v)] for v in np.linspace(0.01, 0.09, 40)]) / 7 - 1
x = np.linspace(-1, 1, 40)[:, None]
rng = np.random.default_rng(1)
A, B = rng.normal(size=(1, 5)), rng.normal(size=(5, 1))
for step in range(40):
    h = np.tanh(x @ A)
    d = 2 * (h @ B - t) / 40
    B, A = B - 0.1 * h.T @ d, A - 0.1 * x.T @ (d @ B.T * (1 - h**2))
"""

RIGHT = {
    "parts.py": PARTS, "list.R": LIST, "velocities.py": VELOCITIES, "ball.py": BALL,
    "tape.py": TAPE, "penalties.py": PENALTIES, "ridges.R": RIDGES,
    "one_number.py": ONE_NUMBER, "one_by_one.R": ONE_BY_ONE, "simulated.py": SIMULATED,
}  # fmt: skip
FAULTS = {  # what stands for what, the cause
    "parts.py": (
        PARTS, 'g[:, j] = np.einsum("nfp,np->f", D, S[:, j:j + 9])',
        'g[:, j] = np.einsum("nfp,np->f", D, S[:, 2 - j:11 - j])', None,
    ),
    "list.R": (
        LIST, "d1 <- (d2 %*% t(W2)) * s[[1]] * (1 - s[[1]])",
        "d1 <- (d2 %*% t(W2)) * s[[2]] * (1 - s[[2]])", "slope_of_other_layer",
    ),
    "tape.py": (
        TAPE, "self.grad += s * (1 - s) * out.grad", "self.grad = s * (1 - s) * out.grad",
        "gradient_not_added",
    ),
    "penalties.py": (
        PENALTIES, "w = w - step * (X.T @ r / 60 + lam * np.sign(w))",
        "w = w - step * (X.T @ r / 60 + lam * np.abs(w))", "penalty_not_derived",
    ),
    "ridges.R": (
        RIDGES, "g <- drop(crossprod(X, p - y)) / 50 + lambda * b",
        "g <- drop(crossprod(X, p - y)) / 50 - lambda * b", "decay_sign",
    ),
    "velocities.py": (VELOCITIES, "A += vA", "A -= vA", "wrong_sign"),
    "ball.py": (BALL, "oldA = A.copy()\n    oldB", "oldA = A\n    oldB", "velocity_not_kept"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_programs_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_at_their_line(accuse, name):
    source, old, new, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (new.split("\n")[0], cause)


def test_where_all_weights_are_kept_by_name_alone_the_first_is_told(accuse):
    old = "oldA = A.copy()\n    oldB = B.copy()\n    A +="
    line, cause, _ = accuse(BALL, old, "oldA = A\n    oldB = B\n    A +=", "ball.py")
    assert (line, cause) == ("oldA = A", "velocity_not_kept")


def test_an_interval_that_is_halved_is_not_accused(check):
    assert check(HALVED)[1]["verdict"] != "different"
