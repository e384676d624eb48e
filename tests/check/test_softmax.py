"""The package's own cases with a softmax or a cross-entropy are judged, as they are shipped."""

from __future__ import annotations

import json

import pytest

PYTHON = """import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

X, Y = np.zeros((10, 3)), np.zeros((10, 2))
lr, epochs, batch_size = 1.0, 3, 5
beta_1, beta_2, epsilon = 0.5, 0.5, 0.1
W1, b1 = np.random.randn(3, 5), np.zeros((1, 5))
W2, b2 = np.random.randn(5, 2), np.zeros((1, 2))
parts = 4
m, s, t = [0] * parts, [0] * parts, 0
for epoch in range(epochs):
    for first in range(0, len(X), batch_size):
        xb, yb = X[first:first + batch_size], Y[first:first + batch_size]
        z1 = xb @ W1 + b1
        a1 = np.tanh(z1)
        z2 = a1 @ W2 + b2
        a2 = softmax(z2)
        loss = -np.sum(yb * np.log(a2)) / len(xb)
        dZ2 = (a2 - yb) / len(xb)
        dZ1 = dZ2 @ W2.T * (1 - a1**2)
        t += 1
        step = []
        grads = (xb.T @ dZ1, dZ1.sum(axis=0, keepdims=True), a1.T @ dZ2,
                 dZ2.sum(axis=0, keepdims=True))
        for i, g in enumerate(grads):
            m[i] = beta_1 * m[i] + (1 - beta_1) * g
            s[i] = beta_2 * s[i] + (1 - beta_2) * g**2
            step.append(m[i] / (1 - beta_1**t) / (np.sqrt(s[i] / (1 - beta_2**t)) + epsilon))
        W1, b1 = W1 - lr * step[0], b1 - lr * step[1]
        W2, b2 = W2 - lr * step[2], b2 - lr * step[3]
"""
R = """
softmax <- function(z) {
  e <- exp(z - apply(z, 1, max))
  e / rowSums(e)
}
X <- matrix(0, 10, 3); Y <- matrix(0, 10, 2)
lr <- 1; epochs <- 3; batch_size <- 5
beta_1 <- 0.5; beta_2 <- 0.5; epsilon <- 0.1
W1 <- matrix(rnorm(15), 3); b1 <- numeric(5)
W2 <- matrix(rnorm(10), 5); b2 <- numeric(2)
m <- s <- list(0, 0, 0, 0)
t_now <- 0
for (epoch in seq_len(epochs)) {
  for (first in seq(1, nrow(X), by = batch_size)) {
    rows <- first:min(first + batch_size - 1, nrow(X))
    xb <- X[rows, , drop = FALSE]
    yb <- Y[rows, , drop = FALSE]
    z1 <- sweep(xb %*% W1, 2, b1, "+")
    a1 <- tanh(z1)
    z2 <- sweep(a1 %*% W2, 2, b2, "+")
    a2 <- softmax(z2)
    loss <- -sum(yb * log(a2)) / nrow(xb)
    dZ2 <- (a2 - yb) / nrow(xb)
    dZ1 <- dZ2 %*% t(W2) * (1 - a1^2)
    t_now <- t_now + 1
    grads <- list(t(xb) %*% dZ1, colSums(dZ1), t(a1) %*% dZ2, colSums(dZ2))
    step <- list()
    for (i in 1:4) {
      m[[i]] <- beta_1 * m[[i]] + (1 - beta_1) * grads[[i]]
      s[[i]] <- beta_2 * s[[i]] + (1 - beta_2) * grads[[i]]^2
      step[[i]] <- m[[i]] / (1 - beta_1^t_now) / (sqrt(s[[i]] / (1 - beta_2^t_now)) + epsilon)
    }
    W1 <- W1 - lr * step[[1]]
    b1 <- b1 - lr * step[[2]]
    W2 <- W2 - lr * step[[3]]
    b2 <- b2 - lr * step[[4]]
  }
}
"""
SCRIPTS = [("their.py", PYTHON), ("their.R", R)]


@pytest.mark.parametrize(("name", "source"), SCRIPTS)
def test_adam_with_softmax_and_cross_entropy_is_right(check, name, source):
    status, answer, _ = check(source, "--case", "optimizer-adam", name=name)
    assert (status, answer["verdict"]) == (0, "right")
    assert answer["unshuffled"]
    statuses = {s["number"]: s["status"] for s in answer["steps"]}
    assert statuses[5] == statuses[8] == statuses[11] == "right"


@pytest.mark.parametrize(("name", "source"), SCRIPTS)
@pytest.mark.parametrize(
    ("python", "r", "first", "cause"),
    [
        (("axis=1", "axis=0"),
         ("e / rowSums(e)", "t(t(e) / colSums(e))"), "1.1/a2", "softmax_over_columns"),
        (("(a2 - yb)", "(a2 - yb.argmax(axis=1)[:, None])"),
         ("(a2 - yb)", "(a2 - (max.col(yb) - 1))"), "1.1/delta2", "target_not_one_hot"),
        (("(a2 - yb)", "(a2 - yb) * a2 * (1 - a2)"),
         ("(a2 - yb)", "(a2 - yb) * a2 * (1 - a2)"), "1.1/delta2", "slope_with_cross_entropy"),
        (("epsilon))", "epsilon) / lr)"), ("epsilon)\n", "epsilon) / lr\n"),
         "1.1/W2", "learning_rate_left_out"),
    ],
)  # fmt: skip
def test_a_mistake_in_it_is_found_and_named(check, name, source, python, r, first, cause):
    old, new = python if name.endswith(".py") else r
    assert old in source
    answer = check(source.replace(old, new), "--case", "optimizer-adam", name=name)[1]
    assert (answer["first"]["name"], answer["cause"]["id"]) == (first, cause)


SHIFTED = {
    "their.py": (" - z.max(axis=1, keepdims=True)", ""),
    "their.R": (" - apply(z, 1, max)", ""),
}


@pytest.mark.parametrize(("name", "source"), SCRIPTS)
def test_a_softmax_without_its_shift_overflows(check, shared_fixtures, tmp_path, name, source):
    document = json.loads((shared_fixtures / "cases" / "optimizer-adam.json").read_text())
    document["initial"] = {"distribution": "uniform", "low": 400, "high": 900, "seed": 1}
    document["training"] |= {"epochs": 2, "record": [1, 2]}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(document))
    old, new = SHIFTED[name]
    assert old in source
    answer = check(source.replace(old, new), "--case", str(path), name=name)[1]
    assert answer["first"]["name"] == "1.1/a2"
    assert answer["cause"]["id"] == "softmax_without_shift"


def test_logistic_regression_is_right_in_either_form(check):
    source = """import numpy as np
X, y = np.zeros((4, 3)), np.zeros((4, 1))
lr, epochs = 1, 3
w, b = np.zeros((3, 1)), np.zeros((1, 1))
for k in range(epochs):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    delta = DELTA
    w = w - lr * X.T @ delta
    b = b - lr * delta.sum(axis=0, keepdims=True)
"""
    case = ["--case", "logistic-3-1"]
    for delta in ("(a - y) / len(X)", "((1 - y) / (1 - a) - y / a) * a * (1 - a) / len(X)"):
        text = source.replace("DELTA", delta)
        assert check(text, *case)[1]["verdict"] == "right"
    text = source.replace("DELTA", "(a - y) / len(X) * a * (1 - a)")
    assert check(text, *case)[1]["cause"]["id"] == "slope_with_cross_entropy"


def test_what_cannot_be_judged_is_said_with_what_can(check):
    status, _, said = check("x = 1", "--case", "loss-cross-entropy-unpaired")
    assert status == 2
    assert said == (
        "twinprop: case loss-cross-entropy-unpaired has sigmoid; of last activations with "
        "cross_entropy check understands only softmax; choose another --case\n"
    )


def test_a_loss_that_no_name_tells_is_no_stumbling_block(check):
    source = PYTHON.replace("        loss = ", "        printed = ")
    assert check(source, "--case", "optimizer-adam")[1]["verdict"] == "right"
