"""R's apply() over rows gives columns back, which fit if there are as many samples as classes."""

import pytest

BATCHES = """set.seed(2)
X <- scale(as.matrix(iris[, 1:4]))
Y <- sapply(levels(iris$Species), function(s) as.numeric(iris$Species == s))
softmax <- function(z) exp(z - max(z)) / sum(exp(z - max(z)))
W1 <- matrix(rnorm(20, sd = 0.4), 4)
b1 <- rep(0, 5)
W2 <- matrix(rnorm(15, sd = 0.4), 5)
b2 <- rep(0, 3)
for (k in 1:40) {
  rows <- sample(nrow(X), 3)
  x <- X[rows, ]
  y <- Y[rows, ]
  h <- tanh(sweep(x %*% W1, 2, b1, "+"))
  p <- t(apply(sweep(h %*% W2, 2, b2, "+"), 1, softmax))
  d <- (p - y) / 3
  dh <- d %*% t(W2) * (1 - h^2)
  W2 <- W2 - 0.3 * t(h) %*% d
  b2 <- b2 - 0.3 * colSums(d)
  W1 <- W1 - 0.3 * t(x) %*% dh
  b1 <- b1 - 0.3 * colSums(dh)
}
"""
COLUMNS = """set.seed(2)
X <- t(scale(as.matrix(iris[, 1:4])))
Y <- t(sapply(levels(iris$Species), function(s) as.numeric(iris$Species == s)))
softmax <- function(z) exp(z - max(z)) / sum(exp(z - max(z)))
W <- matrix(rnorm(12, sd = 0.4), 3)
b <- rep(0, 3)
for (k in 1:40) {
  rows <- sample(ncol(X), 3)
  p <- apply(W %*% X[, rows] + b, 2, softmax)
  d <- (p - Y[, rows]) / 3
  W <- W - 0.3 * d %*% t(X[, rows])
  b <- b - 0.3 * rowSums(d)
}
"""
TWICE = BATCHES.replace("t(apply(sweep", "apply(t(sweep").replace(
    '"+"), 1, softmax))', '"+")), 2, softmax)'
)
RIGHT = {
    "turned_back.R": BATCHES,
    "columns.R": COLUMNS,
    "rows_of_a_turned_one.R": TWICE.replace("softmax)\n  d <- (p", "softmax)\n  d <- (t(p)"),
}
WRONG = {
    "not_turned_back.R": (BATCHES, 'p <- t(apply(sweep(h %*% W2, 2, b2, "+"), 1, softmax))',
                          'p <- apply(sweep(h %*% W2, 2, b2, "+"), 1, softmax)'),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_what_apply_gives_back_is_right_where_it_is_turned(check, name):
    assert check(RIGHT[name], name=name)[1]["verdict"] == "right"


@pytest.mark.parametrize("name", WRONG)
def test_what_apply_gives_back_is_told_where_it_is_not_turned(accuse, name):
    line, cause, _ = accuse(*WRONG[name], name)
    assert cause == "rows_turned"
    assert "apply" in line
