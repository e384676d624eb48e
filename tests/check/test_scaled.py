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


MINERALS = """import numpy as np
rng = np.random.default_rng(2)
kind = np.repeat([0, 1, 2], 20)
table = np.array([[2.6, 7.0, 1.5], [2.7, 6.0, 1.6], [2.9, 3.1, 1.7]])[kind]
table = table + rng.normal(size=(60, 3)) * [0.1, 0.6, 0.05]
X = (table - table.mean(axis=0)) / table.std(axis=0)
Y = np.eye(3)[kind]
W, b = rng.normal(0, 0.5, (3, 3)), np.zeros(3)
for epoch in range(12):
    e = np.exp(X @ W + b)
    d = (e / e.sum(axis=1, keepdims=True) - Y) / 60
    W -= 0.3 * X.T @ d
    b -= 0.3 * d.sum(axis=0)
"""
AGES = MINERALS.replace(
    "table = np.array([[2.6, 7.0, 1.5], [2.7, 6.0, 1.6], [2.9, 3.1, 1.7]])[kind]\n", ""
).replace(
    "table + rng.normal(size=(60, 3)) * [0.1, 0.6, 0.05]",
    "rng.normal(size=(60, 3)) * [9, 3000, 0.4] + [40, 30000, 2]",
)
OWN_SCALE = "X = (table - table.mean(axis=0)) / table.std(axis=0)"
LOOPED = """rows = []
for row in table.tolist():
    middle = sum(row) / 3
    spread = (sum((v - middle) ** 2 for v in row) / 3) ** 0.5
    rows.append([(v - middle) / spread for v in row])
X = np.array(rows)"""
R_SCALE = "X <- sweep(table, 2, colMeans(table)) / rep(apply(table, 2, sd), each = 50)"
LEAF = TABLE.replace(
    "cbind(rnorm(50, 6), rexp(50) * 10, rnorm(50, 300, 90))",
    "cbind(rnorm(50, 6, 0.5), rnorm(50, 3, 0.4), rnorm(50, 1.4, 0.2))",
).replace("table[, 1] * 50 - table[, 3] > 0", "table[, 1] - table[, 3] > 4.6")
SIGNAL = MINERALS.replace("[[2.6, 7.0, 1.5], [2.7, 6.0, 1.6], [2.9, 3.1, 1.7]]", "np.ones((3, 3))")
RIGHT = {  # what is standardised alone, and rightly so
    "signal.py": SIGNAL.replace("axis=0)) / table.std(axis=0)",
                                "axis=1, keepdims=True)) / table.std(axis=1)[:, None]"),
    "one_mean.py": MINERALS.replace(OWN_SCALE, "X = (table - table.mean()) / table.std()"),
    "ages.py": AGES,
    "one_spread.R": LEAF.replace(R_SCALE, "X <- sweep(table, 2, colMeans(table)) / sd(table)"),
    "leaf.R": LEAF,
    "divided.R": LEAF.replace(R_SCALE, "X <- t(t(table) / apply(table, 2, max))"),
    "each_column.R": LEAF.replace(
        R_SCALE, "X <- apply(table, 2, function(v) (v - mean(v)) / sd(v))"
    ),
}  # fmt: skip
FAULTS = {  # what stands for what, the line, the cause
    "rows.py": (
        MINERALS, OWN_SCALE, "X = (table - table.mean(axis=1, keepdims=True)) / "
        "table.std(axis=1)[:, None]", "standardised_by_sample",
    ),
    "turned.py": (
        MINERALS, OWN_SCALE, "X = ((table.T - table.mean(axis=1)) / table.std(axis=1)).T",
        "standardised_by_sample",
    ),
    "each_row.py": (
        MINERALS, OWN_SCALE, "X = np.array([(row - row.mean()) / row.std() for row in table])",
        "standardised_by_sample",
    ),
    "lists.py": (MINERALS, OWN_SCALE, LOOPED, "standardised_by_sample"),
    "as_one.py": (
        AGES, OWN_SCALE, "X = (table - table.mean()) / table.std()", "standardised_as_one",
    ),
    "as_one.R": (
        LEAF.replace("rnorm(50, 6, 0.5)", "rnorm(50, 160, 9)").replace("> 4.6", "> 158.6"),
        R_SCALE, "X <- (table - mean(table)) / sd(table)", "standardised_as_one",
    ),
    "one_spread.py": (
        AGES, OWN_SCALE, "X = (table - table.mean(axis=0)) / table.std()", "standardised_as_one",
    ),
    "one_spread.R": (
        TABLE, R_SCALE, "X <- sweep(table, 2, colMeans(table)) / sd(table)",
        "standardised_as_one",
    ),
    "margin.R": (
        LEAF, R_SCALE, "X <- t(apply(table, 1, function(v) (v - mean(v)) / sd(v)))",
        "standardised_by_sample",
    ),
    "turned.R": (LEAF, R_SCALE, "X <- t(scale(t(table)))", "standardised_by_sample"),
    "row_means.R": (
        LEAF, R_SCALE, "X <- (table - rowMeans(table)) / apply(table, 1, sd)",
        "standardised_by_sample",
    ),
    "margins.R": (
        LEAF, R_SCALE, 'X <- sweep(sweep(table, 1, rowMeans(table)), 1, apply(table, 1, sd), "/")',
        "standardised_by_sample",
    ),
    "largest.R": (
        LEAF, R_SCALE, "X <- table / apply(table, 2, max)", "standardised_down_columns",
    ),
    "sums.R": (LEAF, R_SCALE, "X <- 50 * table / colSums(table)", "standardised_down_columns"),
    "spread.R": (
        LEAF, R_SCALE, "X <- sweep(table, 2, colMeans(table)) / apply(table, 2, sd)",
        "standardised_down_columns",
    ),
    "half_turned.R": (
        LEAF, R_SCALE, "X <- t(t(table - colMeans(table)) / apply(table, 2, sd))",
        "standardised_down_columns",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_tables_that_may_be_scaled_so_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_tables_that_are_scaled_the_wrong_way_are_told(accuse, name):
    source, old, new, cause = FAULTS[name]
    line, told, _ = accuse(source, old, new, name)
    assert (line in new, told) == (True, cause)
