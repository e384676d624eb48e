"""What libraries are called for on the way: products by axes, choices, tails, elements."""

import pytest

PYTHON = """import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(24, 3))
y = (X[:, :1] * X[:, 1:2] > 0) * 1.0
V, b, w = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 1))
logistic = lambda z: 1 / (1 + np.exp(-z))
product = lambda a, c: a @ c
for epoch in range(8):
    h = logistic(product(X, V) + b)
    p = 1 / (1 + np.exp(-(h @ w)))
    d = (p - y) / 24
    e = d @ w.T * h * (1 - h)
    V, b, w = V - 0.5 * product(X.T, e), b - 0.5 * e.sum(axis=0), w - 0.5 * h.T @ d
"""
R = """set.seed(1)
x <- matrix(rnorm(72), 24)
y <- as.numeric(x[, 1] * x[, 2] > 0)
V <- matrix(rnorm(12), 3)
b <- numeric(4)
w <- matrix(rnorm(4), 4)
logistic <- function(z) 1 / (1 + exp(-z))
total <- function(v) sum(v)
for (i in 1:8) {
  h <- logistic(x %*% V + rep(b, each = 24))
  d <- (1 / (1 + exp(-h %*% w)) - y) / 24
  e <- d %*% t(w) * h * (1 - h)
  g <- list(V = t(x) %*% e, b = apply(e, 2, total), w = t(h) %*% d)
  p <- lapply(names(g), function(n) get(n) - 0.5 * g[[n]])
  V <- p[[1]]
  b <- p[[2]]
  w <- p[[3]]
}
"""
LOGISTIC = "function(z) 1 / (1 + exp(-z))"
STEP = "lapply(names(g), function(n) get(n) - 0.5 * g[[n]])"
OTHERS = {
    "as it is.py": (PYTHON, "a @ c", "a @ c"),
    "tensordot.py": (PYTHON, "a @ c", "np.tensordot(a, c, axes=(1, 0))"),
    "tensordot of lists.py": (PYTHON, "a @ c", "np.tensordot(a, c, ([1], [0]))"),
    "tensordot of one.py": (PYTHON, "a @ c", "np.tensordot(a, c, 1)"),
    "tensordot turned.py": (PYTHON, "product(X.T, e)", "np.tensordot(X, e, axes=(0, 0))"),
    "tensordot against.py": (PYTHON, "d @ w.T", "np.tensordot(d, w, axes=(1, 1))"),
    "tensordot of axes.py": (
        PYTHON, "product(X.T, e)",
        "np.tensordot(X[:, :, None], e[:, None], axes=([0, 2], [0, 1]))",
    ),
    "select.py": (
        PYTHON, "lambda z: 1 / (1 + np.exp(-z))",
        "lambda z: np.select([z >= 0, z < 0], [1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))])",
    ),
    "exp2.py": (PYTHON, "np.exp(-z)", "np.exp2(-z / np.log(2))"),
    "as it is.R": (R, LOGISTIC, LOGISTIC),
    "tail.R": (R, LOGISTIC, "function(z) plogis(-z, lower.tail = FALSE)"),
    "logarithm.R": (R, LOGISTIC, "function(z) exp(plogis(z, log.p = TRUE))"),
    "elements.R": (R, LOGISTIC, "function(z) structure(vapply(z, plogis, 0), dim = dim(z))"),
    "both margins.R": (R, LOGISTIC, "function(z) apply(z, 1:2, function(t) 1 / (1 + exp(-t)))"),
    "recall.R": (
        R, "function(v) sum(v)", "function(v) if (length(v) == 1) v else v[1] + Recall(v[-1])"
    ),
    "mapply.R": (
        R, STEP, "mapply(`-`, mget(names(g)), lapply(g, `*`, 0.5), SIMPLIFY = FALSE)"
    ),
    "relist.R": (
        R.replace("for (i", "all <- unlist(list(V = V, b = b, w = w))\nfor (i"), STEP,
        "{ all <- all - 0.5 * unlist(g); relist(all, g) }",
    ),
}  # fmt: skip
HALF_SEEN = (
    PYTHON,
    "lambda z: 1 / (1 + np.exp(-z))",
    "lambda z: np.array([1 / (1 + np.exp(-t)) for t in z.flat]).reshape(z.shape)",
)


@pytest.mark.parametrize("name", OTHERS)
def test_another_way_to_the_same_numbers_is_right(check, name):
    source, old, new = OTHERS[name]
    assert old in source
    answer = check(source.replace(old, new), name=name.replace(" ", "_"))[1]
    assert answer["verdict"] == "right", answer["sentence"]
    assert answer["seen"]["parameters"] in (1, 3)


@pytest.mark.parametrize("name", OTHERS)
def test_and_a_wrong_slope_in_it_is_told(accuse, name):
    source, old, new = OTHERS[name]
    changed = source.replace(old, new)
    line, cause, _ = accuse(changed, "(1 - h)", "(1 + h)", name.replace(" ", "_"))
    assert line.startswith("e ")
    known = name not in ("logarithm.R", "relist.R")  # where the activation is no value of one name
    assert cause == "slope_plus" or not known


@pytest.mark.parametrize("slope", ["(1 - h)", "(1 + h)"])
def test_where_half_of_the_weights_are_not_seen_the_other_half_is_not_called_right(check, slope):
    source, old, new = HALF_SEEN
    answer = check(source.replace(old, new).replace("(1 - h)", slope))[1]
    assert answer["verdict"] == "not followed"
    assert "moves V by the error" in answer["sentence"]
