"""What is told of a right program beside its verdict: facts with evidence, and no faults."""

import pytest

NOTED = {
    "py": """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(12, 3))
labels = (X[:, :1] > 0) * 1.0
V, U = rng.normal(size=(3, 8)), rng.normal(size=(8, 1))
for epoch in range(12):
    a = np.tanh(X @ V)
    mask = (rng.random(a.shape) < 0.8) * 1.0
    a1 = a * mask
    p = 1 / (1 + np.exp(-(a1 @ U)))
    d = (p - labels) / len(X)
    da = (d @ U.T) * mask * (1 - a ** 2)
    U -= 0.05 * a1.T @ d
    V -= 0.05 * X.T @ da
    print(np.mean((p - labels) ** 2))
U.fill(0.5)
""",
    "R": """set.seed(3)
X <- matrix(rnorm(36), 12)
labels <- (X[, 1, drop = FALSE] > 0) * 1
V <- matrix(rnorm(24), 3); U <- matrix(rnorm(8), 8)
for (epoch in 1:12) {
  a <- tanh(X %*% V)
  mask <- matrix((runif(length(a)) < 0.8) * 1, nrow(a))
  a1 <- a * mask
  p <- 1 / (1 + exp(-(a1 %*% U)))
  d <- (p - labels) / nrow(X)
  da <- (d %*% t(U)) * mask * (1 - a^2)
  U <- U - 0.05 * t(a1) %*% d
  V <- V - 0.05 * t(X) %*% da
  cat(mean((p - labels)^2), "\\n")
}
""",
}
PLAIN = {
    "py": [
        (") * 1.0\n    a1", ") / 0.8\n    a1"),
        ("np.mean((p - labels) ** 2)",
         "-np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))"),
        ("U.fill(0.5)\n", ""),
    ],
    "R": [
        ("< 0.8) * 1,", "< 0.8) / 0.8,"),
        ("mean((p - labels)^2)", "-sum(labels * log(p) + (1 - labels) * log(1 - p))"),
    ],
}  # fmt: skip


def remarks(check, source, suffix):
    status, answer, _ = check(source, name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (0, "right")
    return answer["remarks"]


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_what_is_printed_and_what_a_mask_lacks_is_told(check, suffix):
    told = remarks(check, NOTED[suffix], suffix)
    line = {"py": (15, 9), "R": (14, 8)}[suffix]
    assert told[0] == (
        f"Line {line[0]} prints the squared error; the gradients that are followed are those of "
        "the binary cross-entropy."
    )
    assert told[1].startswith(f"The mask on line {line[1]} drops values and does not divide by")


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_of_the_loss_that_is_followed_and_a_scaled_mask_nothing_is_told(check, suffix):
    source = NOTED[suffix]
    for old, new in PLAIN[suffix]:
        assert old in source
        source = source.replace(old, new)
    assert remarks(check, source, suffix) == []


def test_a_constant_factor_of_the_loss_is_no_other_loss(check):
    source = NOTED["py"].replace("(p - labels) / len(X)", "2 * (p - labels) * p * (1 - p)")
    told = remarks(check, source, "py")
    assert not any("prints the" in remark for remark in told)


def test_a_change_at_the_end_that_was_not_seen_is_told(check):
    told = remarks(check, NOTED["py"], "py")
    assert told[2].startswith("At the end U is another than its last update made it")
    seen = NOTED["py"].replace("U.fill(0.5)", "U[:] = 0.5 * U")
    assert not any("At the end" in remark for remark in remarks(check, seen, "py"))


def test_gaps_that_are_filled_later_are_no_overflow(check):
    source = NOTED["R"].replace(
        "X <- matrix(rnorm(36), 12)\n",
        "X <- matrix(nrow = 4 * 3, ncol = length(1:3))\nfor (i in 1:12) X[i, ] <- rnorm(3)\n",
    )
    assert not any("not finite" in remark for remark in remarks(check, source, "R"))
