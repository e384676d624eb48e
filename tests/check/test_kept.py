"""What is kept from step to step, or within one: velocities, zeros at first, shares of a sum."""

VELOCITY = """import numpy as np
rng = np.random.default_rng(5)
X = rng.uniform(-1, 1, (40, 3))
y = X[:, :1] * X[:, 1:2]
class Layer:
    def __init__(self, m, n):
        self.w, self.b = rng.normal(size=(m, n)), np.zeros(n)
        self.vw, self.vb = np.zeros((m, n)), np.zeros(n)
    def move(self, gw, gb):
        self.vw = 0.8 * self.vw - 0.1 * gw
        self.vb = 0.8 * self.vb - 0.1 * gb
        self.w += self.vw
        self.b += self.vb
one, two = Layer(3, 5), Layer(5, 1)
for epoch in range(8):
    h = np.tanh(X @ one.w + one.b)
    d = (h @ two.w + two.b - y) / 40
    e = d @ two.w.T * (1 - h * h)
    two.move(h.T @ d, d.sum(axis=0))
    one.move(X.T @ e, e.sum(axis=0))
"""
ZEROS = """set.seed(9)
x <- matrix(rnorm(60), 20)
y <- as.numeric(x[, 1] > x[, 2])
slopes <- function(p) {
  h <- tanh(x %*% p$V + rep(p$c, each = 20))
  d <- (plogis(h %*% p$w + p$b) - y) / 20
  e <- tcrossprod(d, p$w) * (1 - h * h)
  list(V = crossprod(x, e), c = colSums(e), w = crossprod(h, d), b = sum(d))
}
adam <- function(p, g, s) {
  s$t <- s$t + 1
  s$m <- Map(function(m, d) 0.9 * m + 0.1 * d, s$m, g)
  s$v <- Map(function(v, d) 0.99 * v + 0.01 * d^2, s$v, g)
  at <- function(w, m, v) w - 0.05 * m / (1 - 0.9^s$t) / (sqrt(v / (1 - 0.99^s$t)) + 1e-8)
  list(p = Map(at, p, s$m, s$v), s = s)
}
p <- list(V = matrix(rnorm(12), 3), c = numeric(4), w = matrix(rnorm(4), 4), b = 0)
s <- list(m = lapply(p, `*`, 0), v = lapply(p, `*`, 0), t = 0)
for (i in 1:10) {
  made <- adam(p, slopes(p), s)
  p <- made$p
  s <- made$s
}
"""
SHARES = """import math, random
random.seed(4)
class Number:
    def __init__(self, x, made=()):
        self.x, self.made, self.slope = x, made, 0.0
    def __add__(self, o):
        return Number(self.x + o.x, ((self, lambda g: g), (o, lambda g: g)))
    def __mul__(self, o):
        return Number(self.x * o.x, ((self, lambda g: g * o.x), (o, lambda g: g * self.x)))
    def sigmoid(self):
        s = 1 / (1 + math.exp(-self.x))
        return Number(s, ((self, lambda g: g * s * (1 - s)),))
def back(last):
    seen, order = set(), []
    def visit(n):
        if id(n) not in seen:
            seen.add(id(n))
            for p, _ in n.made:
                visit(p)
            order.append(n)
    visit(last)
    for n in order:
        n.slope = 0.0
    last.slope = 1.0
    for n in reversed(order):
        for p, by in n.made:
            p.slope += by(n.slope)
V = [[Number(random.gauss(0, 1)) for _ in range(3)] for _ in range(2)]
w = [Number(random.gauss(0, 1)) for _ in range(3)]
data = [((random.gauss(0, 1), random.gauss(0, 1)), random.gauss(0, 1)) for _ in range(6)]
for epoch in range(8):
    loss = Number(0.0)
    for (a, b), t in data:
        h = [(u[0] * Number(a) + u[1] * Number(b) + u[2]).sigmoid() for u in V]
        e = w[0] * h[0] + w[1] * h[1] + w[2] + Number(-t)
        loss = loss + e * e
    loss = loss * Number(1 / 6)
    back(loss)
    for p in [*V[0], *V[1], *w]:
        p.x -= 0.3 * p.slope
"""


def test_velocities_of_weights_that_begin_anew_beside_those_of_biases_are_told_where(check):
    assert check(VELOCITY, name="layer.py")[1]["verdict"] == "right"
    answer = check(VELOCITY.replace("0.8 * self.vw", "0.8 * np.zeros_like(self.w)"), name="l.py")[1]
    assert (answer["cause"]["id"], answer["first"]["line"]) == ("velocity_not_kept", 10)


def test_zeros_that_lapply_makes_of_biases_of_zeros_are_no_biases(check):
    assert check(ZEROS, name="adam.R")[1]["verdict"] == "right"
    answer = check(ZEROS.replace("  s <- made$s\n", ""), name="adam.R")[1]
    assert answer["cause"]["id"] == "means_not_kept"
    assert ZEROS.splitlines()[answer["first"]["line"] - 1] == "  p <- made$p"


def test_a_share_that_takes_the_place_of_the_others_is_told_where_it_is_stored(check):
    assert check(SHARES, name="numbers.py")[1]["verdict"] == "right"
    answer = check(SHARES.replace("p.slope += by", "p.slope = by"), name="numbers.py")[1]
    assert answer["cause"]["id"] == "gradient_not_added"
    assert "p.slope +=" in SHARES.splitlines()[answer["first"]["line"] - 1]
