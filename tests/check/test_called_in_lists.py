"""Functions of R's own that a program keeps in a list, and calls by their place in it."""

LISTED = """set.seed(3)
X <- matrix(rnorm(120), 40)
y <- sin(X[, 1, drop = FALSE]) + X[, 2]
acts <- list(
  list(f = tanh, slope = function(a) 1 - a^2),
  list(f = identity, slope = function(a) 1)
)
W <- list(matrix(rnorm(15, sd = 0.5), 3), matrix(rnorm(5, sd = 0.5), 5))
b <- list(rep(0, 5), 0)
for (step in 1:30) {
  a <- list(X)
  for (k in 1:2) a[[k + 1]] <- acts[[k]]$f(sweep(a[[k]] %*% W[[k]], 2, b[[k]], "+"))
  d <- (a[[3]] - y) / nrow(X)
  for (k in 2:1) {
    d <- d * acts[[k]]$slope(a[[k + 1]])
    back <- d %*% t(W[[k]])
    W[[k]] <- W[[k]] - 0.2 * t(a[[k]]) %*% d
    b[[k]] <- b[[k]] - 0.2 * colSums(d)
    d <- back
  }
}
"""


def test_a_function_of_a_list_is_known(check):
    assert check(LISTED, name="their.R")[1]["verdict"] == "right"


def test_its_wrong_slope_is_told(accuse):
    line, cause, _ = accuse(LISTED, "1 - a^2", "1 - a", "their.R")
    assert cause == "slope_square_left_out"
    assert "slope = function(a) 1 - a" in line
