"""Minimisers of a library that are given the gradient of the program's own, and flat vectors."""

import subprocess
import sys

import pytest

from twinprop.engines.r_library import find_rscript

NET = """set.seed(4)
n <- 60
x <- cbind(rnorm(n), rnorm(n))
y <- as.numeric(x[, 1] * x[, 2] > 0)
q <- 3
lambda <- 0.02
split_up <- function(th) {
  list(W = matrix(th[1:6], 2, q), b = th[7:9], v = th[10:12], c = th[13])
}
cost <- function(th) {
  p <- split_up(th)
  h <- tanh(sweep(x %*% p$W, 2, p$b, "+"))
  out <- plogis(drop(h %*% p$v) + p$c)
  -mean(y * log(out) + (1 - y) * log(1 - out)) + lambda / 2 * sum(th^2)
}
slope <- function(th) {
  p <- split_up(th)
  h <- tanh(sweep(x %*% p$W, 2, p$b, "+"))
  out <- plogis(drop(h %*% p$v) + p$c)
  e <- (out - y) / n
  d <- outer(e, p$v) * (1 - h^2)
  c(t(x) %*% d, colSums(d), t(h) %*% e, sum(e)) + lambda * th
}
start <- rnorm(13, sd = 0.6)
fit <- optim(start, cost, slope, method = "BFGS", control = list(maxit = 40))
print(fit$value)
"""
LIKELIHOOD = """X <- cbind(1, as.matrix(scale(iris[, 1:3])))
y <- as.numeric(iris$Species == "virginica")
f <- function(b, X, y, lam = 0.1) {
  eta <- drop(X %*% b)
  sum(y * eta - log1p(exp(eta))) - lam * sum(b[-1]^2) / 2
}
g <- function(b, X, y, lam = 0.1) {
  p <- plogis(X %*% b)
  t(X) %*% (y - p) - lam * c(0, b[-1])
}
for (way in c("BFGS", "CG", "L-BFGS-B")) {
  fit <- optim(c(a = 0, b = 0, c = 0, d = 0), gr = g, fn = f, X = X, y = y, method = way,
               control = list(fnscale = -1), hessian = TRUE)
  cat(way, fit$value, "\\n")
}
"""
ONE_WAY = LIKELIHOOD.replace('c("BFGS", "CG", "L-BFGS-B")', '"BFGS"')
CLOSURES = """set.seed(9)
x <- matrix(rnorm(200), 50, 4)
y <- x[, 1] - 0.5 * x[, 2]^2
net <- local({
  kept <- NULL
  forward <- function(theta) {
    a <- tanh(x %*% matrix(theta[1:12], 4) + rep(theta[13:15], each = nrow(x)))
    kept <<- list(a = a, v = theta[16:18], e = drop(a %*% theta[16:18]) - y)
    0.5 * sum(kept$e^2)
  }
  backward <- function(theta) {
    forward(theta)
    dz <- (kept$e %o% kept$v) * (1 - kept$a^2)
    c(t(x) %*% dz, colSums(dz), t(kept$a) %*% kept$e)
  }
  list(f = forward, g = backward)
})
fit <- nlminb(rnorm(18, sd = 0.3), net$f, net$g, control = list(iter.max = 20))
cat(fit$objective, "\\n")
"""
SCIPY = """import numpy as np
from scipy.optimize import fmin_cg, minimize
rng = np.random.RandomState(3)
X = np.c_[np.ones(40), rng.randn(40, 2)]
y = (X[:, 1] + X[:, 2] > 0).astype(int)
def cost(theta, X, y, lam):
    h = 1.0 / (1.0 + np.exp(-X.dot(theta)))
    reg = lam / (2 * len(y)) * theta[1:].dot(theta[1:])
    return (-y.dot(np.log(h)) - (1 - y).dot(np.log(1 - h))) / len(y) + reg
def gradient(theta, X, y, lam):
    h = 1.0 / (1.0 + np.exp(-X.dot(theta)))
    g = X.T.dot(h - y) / len(y)
    t = theta.copy()
    t[0] = 0
    return g + lam / len(y) * t
print(fmin_cg(cost, np.zeros(3), fprime=gradient, args=(X, y, 1.0), maxiter=40, disp=False))
print(minimize(cost, np.zeros(3), (X, y, 1.0), "BFGS", gradient).x)
"""
BOTH = """import numpy as np
from scipy.optimize import minimize
rng = np.random.default_rng(1)
X = rng.normal(size=(80, 2))
t = np.where(X[:, :1] ** 2 + X[:, 1:] + rng.normal(size=(80, 1)) > 0.6, 1.0, 0.0)
def both(theta, X, t):
    W1, b1 = theta[:6].reshape(2, 3), theta[6:9]
    W2, b2 = theta[9:12].reshape(3, 1), theta[12:]
    A = 1 / (1 + np.exp(-(X @ W1 + b1)))
    P = 1 / (1 + np.exp(-(A @ W2 + b2)))
    d2 = (P - t) / len(X)
    d1 = d2 @ W2.T * A * (1 - A)
    parts = [X.T @ d1, d1.sum(axis=0), A.T @ d2, d2.sum(axis=0)]
    cost = -np.mean(t * np.log(P) + (1 - t) * np.log(1 - P))
    return cost, np.concatenate([p.ravel() for p in parts])
theta = rng.normal(scale=0.5, size=13)
result = minimize(both, theta, args=(X, t), jac=True, method="L-BFGS-B", options={"maxiter": 30})
print(result.fun)
"""
FLAT = BOTH.replace("from scipy.optimize import minimize\n", "").split("result")[0] + (
    "for step in range(30):\n    theta = theta - 0.8 * both(theta, X, t)[1]\n"
)
RIGHT = {
    "net.R": NET,
    "conjugate.R": NET.replace("BFGS", "CG"),
    "bounded.R": NET.replace("BFGS", "L-BFGS-B"),
    "likelihood.R": LIKELIHOOD,
    "closures.R": CLOSURES,
    "library.py": SCIPY,
    "both.py": BOTH,
    "flat.py": FLAT,
}
# Of the last entries the line that is told, where that is not the changed one, and the cause.
WRONG = {
    "square_left_out.R": (NET, "(1 - h^2)", "(1 - h)", "", "slope_square_left_out"),
    "no_penalty.R": (NET, "+ lambda * th\n", "\n", "c(t(x)", "penalty_in_one"),
    "sum_and_mean.R": (NET, "(out - y) / n", "out - y", "c(t(x)", "gradient_of_multiple"),
    "turned.R": (NET, "(out - y) / n", "(y - out) / n", "", "wrong_sign"),
    "maximised.R": (
        NET, "-mean(y * log(out) + (1 - y) * log(1 - out)) +",
        "mean(y * log(out) + (1 - y) * log(1 - out)) -", "", "minimised_upside_down",
    ),
    "part_turned.R": (NET, "t(h) %*% e", "-t(h) %*% e", "", None),
    "part_averaged.R": (CLOSURES, "colSums(dz)", "colMeans(dz)", "", None),
    "intercept_penalised.R": (ONE_WAY, "c(0, b[-1])", "b", "", "penalty_in_one"),
    "ascent_of_a_loss.R": (ONE_WAY, "(y - p) - lam", "(p - y) + lam", "", "wrong_sign"),
    "not_averaged.py": (SCIPY, "(h - y) / len(y)", "(h - y)", "", "gradient_of_multiple"),
    "intercept_penalised.py": (
        SCIPY, "    t[0] = 0\n", "", "return g + lam", "penalty_in_one",
    ),
    "slope_is_activation.py": (BOTH, " * A * (1 - A)", " * A", "", "slope_is_activation"),
    "part_doubled.py": (FLAT, "A.T @ d2,", "A.T @ (d2 * 2),", "", None),
    "part_averaged.py": (FLAT, "d1.sum(axis=0)", "d1.mean(axis=0)", "", None),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_gradient_that_a_minimiser_is_given_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]
    rule = answer["network"]["training"]["optimizer"]["name"]
    assert rule == ("gradient_descent" if RIGHT[name] == FLAT else "minimiser")


@pytest.mark.parametrize("name", WRONG)
def test_a_gradient_that_is_no_derivative_is_told(accuse, name):
    source, old, new, told, kind = WRONG[name]
    line, cause, _ = accuse(source, old, new, name)
    assert cause == kind
    assert (told or new) in line


def test_a_minimiser_without_a_gradient_is_not_followed(check):
    _, answer, _ = check(NET.replace("cost, slope,", "cost,"), name="net.R")
    assert answer["verdict"] == "not followed"


@pytest.mark.parametrize("name", ["net.R", "likelihood.R", "library.py", "both.py"])
def test_what_a_watched_minimiser_finds_is_what_it_finds_alone(check, tmp_path, name):
    file = tmp_path / name
    file.write_text(RIGHT[name])
    command = [find_rscript(), "--vanilla"] if name.endswith(".R") else [sys.executable]
    alone = subprocess.run([*command, str(file)], check=True, capture_output=True, text=True)
    assert check(RIGHT[name], name=name)[1]["printed"] == alone.stdout.rstrip("\n").split("\n")
