"""Each operation is differentiated, in numpy, plain Python and R: the right slope is right."""

from __future__ import annotations

import pytest

NUMPY = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(0, 1, (12, 4)), rng.normal(0, 1, 12)
W, v, c = rng.normal(0, 0.5, (4, 3)), rng.normal(0, 0.5, 3), 0.1
for step in range(60):
    z = X @ W
    #FORWARD
    e = (h @ v + c - y) / len(y)
    g = np.outer(e, v)
    #BACK
    gW, gv, gc = X.T @ gz, h.T @ e, e.sum()
    W = W - 0.05 * gW
    v = v - 0.05 * gv
    c = c - 0.05 * gc
"""
R = """
set.seed(1)
X <- matrix(rnorm(48), 12, 4); y <- rnorm(12)
W <- matrix(rnorm(12, sd = 0.5), 4, 3); v <- rnorm(3, sd = 0.5); k <- 0.1
for (step in 1:60) {
  z <- X %*% W
  #FORWARD
  e <- (drop(h %*% v) + k - y) / length(y)
  g <- e %o% v
  #BACK
  W <- W - 0.05 * t(X) %*% gz
  v <- v - 0.05 * drop(t(h) %*% e)
  k <- k - 0.05 * sum(e)
}
"""
NUMBERS = """
import math, operator, functools
xs = [[0.1 * i - 0.4, 0.3 - 0.05 * i] for i in range(9)]
ys = [0.2 * i - 0.5 for i in range(9)]
w, b = [0.3, -0.2], 0.1
for step in range(60):
    gw, gb = [0.0, 0.0], 0.0
    for x, y in zip(xs, ys):
        #FORWARD
        d = (h - y) * (#BACK)
        gw = [g + d * t for g, t in zip(gw, x)]
        gb = gb + d
    w = [u - 0.1 * g / len(xs) for u, g in zip(w, gw)]
    b = b - 0.1 * gb / len(xs)
"""
SHARE = "gz = h * (g - (g * h).sum(1, keepdims=True))"
# How the hidden layer is made, and how the error goes back.
IN_NUMPY = {
    "asinh": ("h = np.arcsinh(z)", "gz = g / np.sqrt(1 + z**2)"),
    "sinh": ("h = np.sinh(z)", "gz = g * np.cosh(z)"),
    "cosh": ("h = np.cosh(z)", "gz = g * np.sinh(z)"),
    "logaddexp": ("h = np.logaddexp(0, z)", "gz = g / (1 + np.exp(-z))"),
    "hypot": ("h = np.hypot(z, 1.0)", "gz = g * z / np.hypot(z, 1.0)"),
    "cbrt": ("h = np.cbrt(z)", "gz = g / (3 * np.cbrt(z) ** 2)"),
    "cumsum": ("h = np.cumsum(z, axis=1)", "gz = np.cumsum(g[:, ::-1], axis=1)[:, ::-1]"),
    "diff": (
        "h = np.diff(np.hstack([np.zeros((12, 1)), z]), axis=1)",
        "gz = g.copy(); gz[:, :-1] -= g[:, 1:]",
    ),
    "sort": (
        "k = np.argsort(z, axis=1); h = np.sort(z, axis=1)",
        "gz = np.zeros_like(z); np.put_along_axis(gz, k, g, axis=1)",
    ),
    "taken": (
        "k = np.argsort(z, axis=1); h = np.take_along_axis(z, k, axis=1)",
        "gz = np.zeros_like(z); np.put_along_axis(gz, k, g, axis=1)",
    ),
    "norm": (
        "n = np.linalg.norm(z, axis=1, keepdims=True); h = z / n",
        "gz = g / n - z * (g * z).sum(1, keepdims=True) / n**3",
    ),
    "prod": (
        "q = np.prod(z, axis=1, keepdims=True); h = z * q",
        "gz = g * q + (g * z).sum(1, keepdims=True) * q / z",
    ),
    "std": (
        "s = z.std(); h = z / s",
        "gz = g / s - (g * z).sum() / s**2 * (z - z.mean()) / (z.size * s)",
    ),
    "logsumexp": (
        "h = z - np.logaddexp.reduce(z, axis=1)[:, None]",
        "gz = g - np.exp(h) * g.sum(1, keepdims=True)",
    ),
    "outer": ("h = np.tanh(z + 0.1 * np.outer(X[:, :2], np.ones(3)).reshape(12, 2, 3).sum(1))",
              "gz = g * (1 - h**2)"),
    "inner": ("h = np.inner(z, 2 * np.eye(3))", "gz = 2 * g"),
    "convolve": (
        "h = np.stack([np.convolve(r, [0.2, 1, 0.5], mode='same') for r in z])",
        "gz = np.stack([np.convolve(r, [0.5, 1, 0.2], mode='same') for r in g])",
    ),
    "correlate": (
        "h = np.stack([np.correlate(r, [0.2, 1, 0.5], mode='same') for r in z])",
        "gz = np.stack([np.convolve(r, [0.2, 1, 0.5], mode='same') for r in g])",
    ),
    "along": (
        "h = np.apply_along_axis(lambda r: np.exp(r) / np.exp(r).sum(), 1, z)", SHARE,
    ),
    "fsum": (
        "import math; h = np.array([[math.exp(t) / math.fsum(math.exp(s) for s in r) for t in r]"
        " for r in z])", SHARE,
    ),
}  # fmt: skip
BACK_SORTED = "gz <- g; for (i in 1:12) gz[i, order(z[i, ])] <- g[i, ]"
IN_R = {
    "asinh": ("h <- asinh(z)", "gz <- g / sqrt(1 + z^2)"),
    "dnorm": ("h <- dnorm(z)", "gz <- -g * z * h"),
    "dlogis": ("h <- dlogis(z)", "gz <- g * h * (1 - 2 * plogis(z))"),
    "qlogis": ("p <- 0.1 + 0.8 * plogis(z); h <- qlogis(p)",
               "gz <- g / (p * (1 - p)) * 0.8 * dlogis(z)"),
    "log": ("h <- log(1 + z^2, base = 2)", "gz <- g * 2 * z / ((1 + z^2) * log(2))"),
    "cumsum": ("h <- t(apply(z, 1, cumsum))",
               "gz <- t(apply(g, 1, function(r) rev(cumsum(rev(r)))))"),
    "sort": ("h <- t(apply(z, 1, sort))", BACK_SORTED),
    "diff": ("h <- t(diff(t(cbind(0, z))))", "gz <- g; gz[, 1:2] <- gz[, 1:2] - g[, 2:3]"),
    "norm": ("n <- norm(z, 'F'); h <- z / n", "gz <- g / n - z * sum(g * z) / n^3"),
    "prop": ("h <- prop.table(exp(z), 1)", "gz <- h * (g - rowSums(g * h))"),
    "prod": ("q <- apply(z, 1, prod); h <- z * q", "gz <- g * q + rowSums(g * z) * q / z"),
    "outer": ("h <- tanh(z - outer(1:12 / 12, 1:3, '-'))", "gz <- g * (1 - h^2)"),
}  # fmt: skip
TOTAL = "z = sum(u * t for u, t in zip(w, x)) + b"
IN_NUMBERS = {
    "fsum": ("z = math.fsum(u * t for u, t in zip(w, x)) + b; h = math.tanh(z)", "1 - h * h"),
    "reduce": (
        "z = functools.reduce(operator.add, [u * t for u, t in zip(w, x)], b); h = math.tanh(z)",
        "1 - h**2",
    ),
    "asinh": (TOTAL + "; h = math.asinh(z)", "1 / math.sqrt(1 + z * z)"),
    "copysign": (
        TOTAL + "; h = math.copysign(math.log1p(abs(z)), z)", "1 / (1 + abs(z))",
    ),
    "hypot": (TOTAL + "; h = math.hypot(z, 1.0)", "z / math.hypot(z, 1.0)"),
}  # fmt: skip


def program(frame: str, forward: str, back: str) -> str:
    """A small network whose hidden layer is made so."""
    return frame.replace("#FORWARD", forward).replace("#BACK", back)


RIGHT = {
    **{f"numpy_{name}.py": program(NUMPY, *parts) for name, parts in IN_NUMPY.items()},
    **{f"{name}.R": program(R, *parts) for name, parts in IN_R.items()},
    **{f"numbers_{name}.py": program(NUMBERS, *parts) for name, parts in IN_NUMBERS.items()},
}
# Centres from which distances are taken, whose derivative lacks its factor.
CENTRES = """
x <- seq(-1, 1, length.out = 15); y <- sin(2 * x)
set.seed(2); m <- c(-1, -0.2, 0.3, 1); w <- rnorm(4, sd = 0.3); b <- 0
for (step in 1:60) {
  away <- outer(x, m, "-")
  near <- exp(-2 * away^2)
  e <- (drop(near %*% w) + b - y) / 15
  gm <- 4 * colSums((e %o% w) * near * away)
  w <- w - 0.1 * drop(t(near) %*% e)
  m <- m - 0.1 * gm
  b <- b - 0.1 * sum(e)
}
"""
CENTRES_IN_NUMPY = """
import numpy as np
x = np.linspace(-1, 1, 15)
y = np.sin(2 * x)
m, w, b = np.linspace(-1, 1, 4), np.random.default_rng(0).normal(0, 0.3, 4), 0.0
for step in range(60):
    away = np.subtract.outer(x, m)
    near = np.exp(-2 * away**2)
    e = (near @ w + b - y) / len(x)
    gm = 4 * (np.multiply.outer(e, w) * near * away).sum(axis=0)
    w, m, b = w - 0.1 * near.T @ e, m - 0.1 * gm, b - 0.1 * e.sum()
"""
RIGHT |= {"centres.R": CENTRES, "centres.py": CENTRES_IN_NUMPY}
FAULTS = {
    "centres.R": (CENTRES, "gm <- 4 *", "gm <- 2 *"),
    "centres.py": (CENTRES_IN_NUMPY, "gm = 4 *", "gm = 2 *"),
    "density.R": (RIGHT["dnorm.R"], "gz <- -g * z * h", "gz <- -g * h"),
    "sums.py": (
        RIGHT["numpy_cumsum.py"], "gz = np.cumsum(g[:, ::-1], axis=1)[:, ::-1]",
        "gz = np.cumsum(g, axis=1)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_programs_are_right(check, name):
    answer = check(RIGHT[name], name=name)[1]
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", FAULTS)
def test_a_derivative_gone_wrong_is_told_at_its_line(accuse, name):
    source, old, new = FAULTS[name]
    assert accuse(source, old, new, name)[0].startswith(new)
