"""A limit to the length of a gradient, and what it is divided by."""

import pytest

LISTS = """set.seed(3)
x <- as.matrix(scale(rock[, 1:3])); y <- drop(scale(log(rock$perm)))
p <- list(A = matrix(rnorm(15), 3), a = rep(0, 5), v = rnorm(5), c = 0)
slopes <- function(p) {
  H <- tanh(sweep(x %*% p$A, 2, p$a, "+"))
  r <- drop(H %*% p$v) + p$c - y
  D <- outer(r, p$v) * (1 - H^2)
  list(A = crossprod(x, D), a = colSums(D), v = drop(crossprod(H, r)), c = sum(r))
}
for (k in 1:30) {
  g <- slopes(p)
  size <- sqrt(sum(unlist(g)^2))
  if (size > 5) g <- lapply(g, function(q) q * 5 / size)
  p <- Map(function(w, q) w - 0.01 * q, p, g)
}
"""
SCALED = """import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(30, 2))
y = 3 * np.sin(2 * X[:, :1]) + X[:, 1:]
W, b = rng.normal(size=(2, 6)), np.zeros(6)
V, c = rng.normal(size=(6, 1)), np.zeros(1)

def limit_norm(grads, top=1.0):
    total = np.sqrt(sum(np.sum(g ** 2) for g in grads))
    scale = min(1.0, top / (total + 1e-8))
    return [g * scale for g in grads]

for i in range(40):
    h = np.tanh(X @ W + b)
    e = (h @ V + c - y) / 30
    d = e @ V.T * (1 - h ** 2)
    gW, gb, gV, gc = limit_norm([X.T @ d, d.sum(0), h.T @ e, e.sum(0)], 0.5)
    W -= 0.3 * gW
    b -= 0.3 * gb
    V -= 0.3 * gV
    c -= 0.3 * gc
"""
ROOT = "np.sqrt(sum(np.sum(g ** 2) for g in grads))"
EACH = SCALED.replace(
    "return [g * scale for g in grads]",
    "return [g * min(1, top / np.linalg.norm(g)) for g in grads]",
)
RIGHT = {
    "lists.R": LISTS,
    "scaled.py": SCALED,
    "each.py": EACH,
    "mean.py": SCALED.replace(ROOT, "np.sqrt(sum(np.sum(g ** 2) for g in grads) / 31)"),
    "half.py": SCALED.replace("g * scale for", "g * (scale / 2) for"),
    "unit.R": LISTS.replace("if (size > 5) g", "g").replace("q * 5 / size", "q / size"),
}
WRONG = {
    "twice.R": (LISTS, "5 / size", "5 / size^2", "if (size"),
    "product.R": (LISTS, "5 / size", "5 / (size * size)", "if (size"),
    "root.R": (LISTS, "sqrt(sum(unlist(g)^2))", "sum(unlist(g)^2)", "size <-"),
    "root.py": (SCALED, ROOT, "sum(np.sum(g ** 2) for g in grads)", "total ="),
    "each.py": (EACH, "np.linalg.norm(g))", "np.sum(g * g))", "return ["),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_length_that_is_limited_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", WRONG)
def test_the_square_of_a_length_is_told(accuse, name):
    source, old, new, line = WRONG[name]
    told, cause, _ = accuse(source, old, new, name)
    assert (told[: len(line)], cause) == (line, "length_squared")
