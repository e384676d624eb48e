"""Classes: a matrix of them in disorder, a softmax of which only some follow, and its labels."""

import pytest

SOFTMAX = """set.seed(8)
kind <- sample(3, 30, replace = TRUE)
x <- cbind(rnorm(30, kind), rnorm(30, -kind))
hot <- unlist(lapply(kind, function(k) as.numeric(1:3 == k)))
y <- matrix(hot, 30, byrow = TRUE)
w <- matrix(rnorm(6), 2)
b <- numeric(3)
for (i in 1:10) {
  s <- exp(x %*% w + outer(rep(1, 30), b))
  p <- s / rowSums(s)
  loss <- -mean(log(p[cbind(1:30, kind)]))
  d <- (p - y) / 30
  w <- w - 0.5 * t(x) %*% d
  b <- b - 0.5 * colSums(d)
}
"""
PICKED = SOFTMAX.replace(
    "  d <- (p - y) / 30\n",
    "  d <- p\n  d[cbind(1:30, kind)] <- d[cbind(1:30, kind)] - 1\n  d <- d / 30\n",
)
LAYERS = """import numpy as np
rng = np.random.default_rng(3)
t = np.arange(60) % 3
X = rng.normal(size=(60, 2)) + np.array([[0, 0], [3, 0], [0, 3]])[t]
class Linear:
    def __init__(self, m, n):
        self.w, self.b = rng.normal(size=(m, n)), rng.normal(size=n)
    def forward(self, x):
        self.x = x
        return x @ self.w + self.b
    def back(self, d):
        self.dw = self.x.T @ d
        self.db = d.sum(axis=0)
        return d @ self.w.T
class Softmax:
    def forward(self, x):
        e = np.exp(x - x.max(1, keepdims=True))
        self.y = e / e.sum(1, keepdims=True)
        return self.y
    def back(self, d):
        return self.y * (d - (d * self.y).sum(1, keepdims=True))
one, two, three, last = Linear(2, 6), Linear(6, 5), Linear(5, 3), Softmax()
for step in range(8):
    p = last.forward(three.forward(two.forward(one.forward(X))))
    loss = -np.mean(np.log(p[np.arange(60), t]))
    d = np.zeros_like(p)
    d[np.arange(60), t] = -1 / p[np.arange(60), t]
    one.back(two.back(three.back(last.back(d / 60))))
    for layer in (one, two, three):
        layer.w -= 0.1 * layer.dw
        layer.b -= 0.1 * layer.db
"""


@pytest.mark.parametrize(
    ("source", "name"), [(SOFTMAX, "hot.R"), (PICKED, "picked.R"), (LAYERS, "layers.py")]
)
def test_the_programs_are_right(check, source, name):
    assert check(source, name=name)[1]["verdict"] == "right"


def test_a_matrix_of_classes_that_is_filled_in_the_wrong_order_is_told_where_it_is_made(check):
    answer = check(SOFTMAX.replace(", byrow = TRUE", ""), name="hot.R")[1]
    assert (answer["cause"]["id"], answer["first"]["line"]) == ("classes_disordered", 5)


def test_what_is_taken_from_whole_columns_is_told_by_the_loss_of_the_labels(check):
    answer = check(
        PICKED.replace("d[cbind(1:30, kind)] <- d[cbind(1:30, kind)]", "d[, kind] <- d[, kind]"),
        name="picked.R",
    )[1]
    assert answer["first"]["line"] == 13, answer["sentence"]


def test_where_only_the_weights_follow_the_computed_loss_the_biases_are_told(check):
    answer = check(LAYERS.replace("d.sum(axis=0)", "d.sum()"), name="layers.py")[1]
    assert (
        "self.db = d.sum()"
        in LAYERS.replace("d.sum(axis=0)", "d.sum()").splitlines()[answer["first"]["line"] - 1]
    ), answer["sentence"]


COLUMN = """import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(20, 3))
y = (X[:, 0] > 0) * 1
w, b = np.zeros((3, 1)), 0.0
for step in range(10):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    error = p - y
    w = w - 0.3 * X.T @ error / 20
    b = b - 0.3 * error.sum() / 20
"""


def test_weights_that_grow_to_a_table_as_each_output_meets_every_target_are_told(check):
    right = COLUMN.replace("* 1\n", "* 1\ny = y[:, None]\n")
    assert check(right, name="n.py")[1]["verdict"] == "right"
    answer = check(COLUMN, name="n.py")[1]
    assert (answer["cause"]["id"], answer["first"]["line"]) == ("rows_against_columns", 8)
