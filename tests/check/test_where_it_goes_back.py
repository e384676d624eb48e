"""On the way back: through time, a mask, helpers, and by the program's own loss."""

import pytest

RECURRENT = """import numpy as np
rng = np.random.default_rng(3)
x = rng.normal(size=(6, 9, 2))
y = (np.cumsum(x[..., :1], axis=0) > 0) * 1.0
U, R, b = rng.normal(size=(2, 4)), rng.normal(size=(4, 4)) / 2, np.zeros(4)
w, c = rng.normal(size=(4, 1)), np.zeros(1)
for epoch in range(8):
    h, p = [np.zeros((9, 4))], []
    for one in x:
        h.append(np.tanh(one @ U + h[-1] @ R + b))
        p.append(1 / (1 + np.exp(-(h[-1] @ w + c))))
    p = np.stack(p)
    gU, gR, gb, gw, gc = (0 * a for a in (U, R, b, w, c))
    later = 0.0
    for t in range(5, -1, -1):
        e = (p[t] - y[t]) / y.size
        gw += h[t + 1].T @ e
        gc += e.sum(axis=0)
        d = (e @ w.T + later) * (1 - h[t + 1] ** 2)
        gU += x[t].T @ d
        gR += h[t].T @ d
        gb += d.sum(axis=0)
        later = d @ R.T
    for a, g in zip((U, R, b, w, c), (gU, gR, gb, gw, gc)):
        a -= 0.3 * g
"""
TIED = """import numpy as np
rng = np.random.default_rng(4)
X = (rng.random((30, 6)) < 0.4) * 1.0
class Coder:
    def __init__(self):
        self.W, self.b, self.c = rng.normal(0, 0.4, (6, 3)), np.zeros(3), np.zeros(6)
    def slopes(self, x):
        h = 1 / (1 + np.exp(-(x @ self.W + self.b)))
        r = 1 / (1 + np.exp(-(h @ self.W.T + self.c)))
        e = (r - x) / len(x)
        d = e @ self.W * h * (1 - h)
        dW = e.T @ h + x.T @ d
        return dW, d.sum(axis=0), e.sum(axis=0)
coder = Coder()
for epoch in range(8):
    dW, db, dc = coder.slopes(X)
    coder.W -= 0.5 * dW
    coder.b -= 0.5 * db
    coder.c -= 0.5 * dc
"""
DROPPED = """import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(40, 3))
Y = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
V, b, W = rng.normal(size=(3, 8)), np.zeros(8), rng.normal(size=(8, 2)) / 3
for epoch in range(8):
    z = X @ V + b
    keep = rng.binomial(1, 0.7, z.shape) / 0.7
    kept = np.maximum(z, 0) * keep
    s = np.exp(kept @ W)
    d = (s / s.sum(axis=1, keepdims=True) - Y) / 40
    back = d @ W.T
    dz = back * keep * (z > 0)
    V, b, W = V - 0.3 * X.T @ dz, b - 0.3 * dz.sum(axis=0), W - 0.3 * kept.T @ d
"""
HELPED = """import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(30, 3))
y = (X[:, :1] * X[:, 1:2] > 0) * 1.0
V, w = rng.normal(size=(5, 4)), rng.normal(size=(1, 6))
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def slope(z):
    s = sigmoid(z)
    return s * (1 - s)
first = np.c_[np.ones(30), X]
for epoch in range(8):
    z = first @ V.T
    a = np.c_[np.ones(30), sigmoid(z)]
    d = (sigmoid(a @ w.T) - y) / 30
    e = (d @ w)[:, 1:]
    e = e * slope(z)
    V, w = V - 0.5 * e.T @ first, w - 0.5 * d.T @ a
"""
MEAN = """import numpy as np
rng = np.random.default_rng(7)
X = rng.normal(size=(50, 3))
y = (X[:, 0] > X[:, 1]).astype(int)
w, b, seen = np.zeros(3), 0.0, []
for epoch in range(9):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    seen.append(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
    e = (p - y) / 50
    gw = X.T @ e
    gb = e.sum()
    w -= 0.5 * gw
    b -= 0.5 * gb
"""
SHARES = """set.seed(8)
x <- scale(as.matrix(iris[, 1:4]))
y <- diag(3)[as.integer(iris$Species), ]
V <- matrix(rnorm(12, sd = 0.4), 4)
softmax <- function(z) {
  e <- exp(z - apply(z, 1, max))
  e / rowSums(e)
}
for (i in 1:9) {
  p <- softmax(x %*% V)
  V <- V - 0.3 * t(x) %*% ((p - y) / 150)
}
"""
RIGHT = {
    "recurrent.py": RECURRENT, "tied.py": TIED, "dropped.py": DROPPED, "helped.py": HELPED,
    "mean.py": MEAN, "shares.R": SHARES,
}  # fmt: skip
FAULTS = {  # what stands for what, and the cause
    "recurrent.py": (RECURRENT, "later = d @ R.T", "later = d @ R", None),
    "tied.py": (TIED, "dW = e.T @ h + x.T @ d", "dW = e.T @ h", "gradient_of_one_use"),
    "dropped.py": (
        DROPPED, "dz = back * keep * (z > 0)", "dz = back * (z > 0)", "mask_not_applied_back"
    ),
    "helped.py": (
        HELPED, "e = e * slope(z)", "e = e * slope(a[:, 1:])", "slope_of_sigmoid_of_a"
    ),
    "mean.py": (MEAN, "gw = X.T @ e", "gw = X.T @ e / 50", "samples_averaged"),
    "shares.R": (SHARES, "e / rowSums(e)", "e / colSums(e)", "softmax_over_everything"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_programs_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_at_their_line(accuse, name):
    source, old, new, cause = FAULTS[name]
    assert accuse(source, old, new, name)[:2] == (new, cause)


def test_a_slope_that_is_written_out_is_told_where_it_stands(accuse):
    inline = HELPED.replace("* slope(z)", "* (sigmoid(z) * (1 - sigmoid(z)))")
    new = "e = e * (sigmoid(a[:, 1:]) * (1 - sigmoid(a[:, 1:])))"
    line, cause, _ = accuse(inline, "e = e * (sigmoid(z) * (1 - sigmoid(z)))", new)
    assert (line, cause) == (new, "slope_of_sigmoid_of_a")
