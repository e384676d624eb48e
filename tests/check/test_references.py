"""Weights that are kept beside the training: by reference, or in one function of R alone."""

import pytest

STOPPED = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(50, 3))
y = X[:, 0] * X[:, 1] + 0.1 * rng.normal(size=50)
p = {"W": rng.normal(size=(3, 5)), "b": np.zeros(5), "v": rng.normal(size=5) / 4}
def predict(p, x):
    return np.tanh(x @ p["W"] + p["b"]) @ p["v"]
least, best = np.inf, None
for epoch in range(40):
    h = np.tanh(X[:30] @ p["W"] + p["b"])
    d = (h @ p["v"] - y[:30]) / 30
    e = np.outer(d, p["v"]) * (1 - h * h)
    g = {"W": X[:30].T @ e, "b": e.sum(axis=0), "v": h.T @ d}
    for name in p:
        p[name] -= 0.2 * g[name]
    error = np.mean((predict(p, X[30:]) - y[30:]) ** 2)
    if error < least:
        least, best = error, {name: w.copy() for name, w in p.items()}
print(least, np.mean((predict(best, X[30:]) - y[30:]) ** 2))
"""
COPY = "{name: w.copy() for name, w in p.items()}"
CLOSED = """make <- function(n) {
  W <- matrix(rnorm(2 * n), 2)
  b <- numeric(n)
  v <- rnorm(n)
  list(
    learn = function(x, y, rate) {
      h <- tanh(x %*% W + rep(b, each = nrow(x)))
      d <- (drop(h %*% v) - y) / nrow(x)
      e <- outer(d, v) * (1 - h * h)
      v <<- v - rate * drop(d %*% h)
      W <<- W - rate * t(x) %*% e
      b <<- b - rate * colSums(e)
    },
    value = function(x) drop(tanh(x %*% W + rep(b, each = nrow(x))) %*% v)
  )
}
set.seed(6)
x <- matrix(rnorm(40), 20)
y <- x[, 1] * x[, 2]
net <- make(4)
for (i in 1:12) net$learn(x, y, 0.2)
print(mean((net$value(x) - y)^2))
"""
IN_CALL = (
    CLOSED.replace("      h <- tanh", "      for (k in 1:30) {\n      h <- tanh", 1)
    .replace("colSums(e)\n", "colSums(e)\n      }\n", 1)
    .replace("for (i in 1:12) ", "")
)

KEPT = {"stopped.py": STOPPED, "closed.R": CLOSED, "in_call.R": IN_CALL}
LOST = {
    "stopped.py": (STOPPED, COPY, "dict(p)"),
    "in_call.R": (IN_CALL, "b <<- b", "b <- b"),
}


@pytest.mark.parametrize(
    "kept",
    [
        COPY,
        "__import__('copy').deepcopy(p)",
        "{name: np.array(w) for name, w in p.items()}",
        "[w * 1 for w in p.values()]; best = dict(zip(p, best))",
    ],
)
def test_copies_of_the_best_weights_are_right(check, kept):
    assert check(STOPPED.replace(COPY, kept))[1]["verdict"] == "right"


def test_weights_that_each_step_makes_anew_need_no_copies(check):
    source = STOPPED.replace("p[name] -= 0.2 *", "p[name] = p[name] - 0.2 *")
    assert check(source.replace(COPY, "dict(p)"))[1]["verdict"] == "right"


def test_a_loop_that_ends_where_they_are_kept_needs_no_copies(check):
    ending = "least, best = error, dict(p)\n        break"
    source = STOPPED.replace("error < least", "error < 0.01").replace(
        f"least, best = error, {COPY}", ending
    )
    assert check(source.replace("predict(best", "predict(best or p"))[1]["verdict"] == "right"


@pytest.mark.parametrize("kept", ["dict(p)", "p.copy()", "{name: w for name, w in p.items()}", "p"])
def test_the_best_weights_kept_by_reference_are_told_where(accuse, kept):
    line, cause, answer = accuse(STOPPED, COPY, kept)
    assert (line, cause) == (f"least, best = error, {kept}", "kept_by_reference")
    assert answer["first"]["right"] == "a copy of it"


def test_a_dictionary_by_another_name_is_told_whatever_its_entries_are(accuse):
    source = STOPPED.replace("p[name] -= 0.2 *", "p[name] = p[name] - 0.2 *")
    source = source.replace("least, best = error, ", "least = error\n        best = ")
    assert accuse(source, COPY, "p")[:2] == ("best = p", "kept_by_reference")


@pytest.mark.parametrize("name", KEPT)
def test_new_values_are_kept_outside_of_the_function(check, name):
    assert check(KEPT[name], name=name)[1]["verdict"] == "right"


def test_a_new_value_that_only_the_function_has_is_told(accuse):
    line, cause, _ = accuse(*LOST["in_call.R"], name="net.R")
    assert (line, cause) == ("b <- b - rate * colSums(e)", "kept_local")
