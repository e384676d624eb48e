"""Columns of data that each lose the means of all: R takes a vector down the columns."""

import pytest

TABLE = """set.seed(3)
table <- cbind(rnorm(50, 6), rexp(50) * 10, rnorm(50, 300, 90))
y <- (table[, 1] * 50 - table[, 3] > 0) * 1
X <- sweep(table, 2, colMeans(table)) / rep(apply(table, 2, sd), each = 50)
W <- matrix(rnorm(12, 0, 0.4), 3)
b <- numeric(4)
v <- rnorm(4)
for (i in 1:12) {
  h <- tanh(X %*% W + rep(b, each = 50))
  p <- drop(1 / (1 + exp(-(h %*% v))))
  d <- (p - y) / 50
  e <- outer(d, v) * (1 - h^2)
  v <- v - 0.5 * drop(crossprod(h, d))
  W <- W - 0.5 * crossprod(X, e)
  b <- b - 0.5 * colSums(e)
}
"""
FORMS = ("sweep(table, 2, colMeans(table))", "scale(table, scale = FALSE)",
         "t(t(table) - colMeans(table))", "(table - rep(colMeans(table), each = 50))",
         "(table - matrix(colMeans(table), 50, 3, byrow = TRUE))")  # fmt: skip
DOWN = TABLE.replace(FORMS[0], "(table - colMeans(table))")


# A column of ones keeps what it is: its mean is set to 0 first.
KEPT = TABLE.replace(
    "X <- sweep(table, 2, colMeans(table)) / rep(apply(table, 2, sd), each = 50)",
    "table <- cbind(1, table)\nmiddle <- colMeans(table)\nspread <- apply(table, 2, sd)\n"
    "middle[1] <- 0\nspread[1] <- 1\nX <- sweep(sweep(table, 2, middle), 2, spread, '/')",
).replace("rnorm(12, 0, 0.4), 3", "rnorm(16, 0, 0.4), 4")


def test_a_column_that_keeps_its_mean_is_right(check):
    answer = check(KEPT, name="their.R")[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("form", FORMS)
def test_columns_without_their_own_means_are_right(check, form):
    answer = check(TABLE.replace(FORMS[0], form), name="their.R")[1]
    assert answer["verdict"] == "right", answer["sentence"]


def test_means_taken_down_the_columns_are_told(accuse):
    line, cause, _ = accuse(TABLE, FORMS[0], "(table - colMeans(table))", "their.R")
    assert "(table - colMeans(table))" in line
    assert cause == "standardised_down_columns"
