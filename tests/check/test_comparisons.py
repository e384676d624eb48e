"""Several trainings of one network, as where rules of updating are compared: each is judged."""

import pytest

RULES = """import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = np.tanh(X @ rng.normal(size=(3, 1)))
def train(rule, epochs, rate):
    start = np.random.default_rng(1)
    P = [start.normal(size=(3, 5)), np.zeros(5), start.normal(size=(5, 1)), np.zeros(1)]
    V = [np.zeros_like(p) for p in P]
    S = [np.zeros_like(p) for p in P]
    for t in range(1, epochs + 1):
        h = np.tanh(X @ P[0] + P[1])
        d = (h @ P[2] + P[3] - Y) / len(X)
        e = d @ P[2].T * (1 - h ** 2)
        G = [X.T @ e, e.sum(0), h.T @ d, d.sum(0)]
        for i in range(4):
            if rule == "plain":
                P[i] = P[i] - rate * G[i]
            elif rule == "momentum":
                V[i] = 0.9 * V[i] - rate * G[i]
                P[i] = P[i] + V[i]
            else:
                V[i] = 0.9 * V[i] + 0.1 * G[i]
                S[i] = 0.99 * S[i] + 0.01 * G[i] ** 2
                mean, square = V[i] / (1 - 0.9 ** t), S[i] / (1 - 0.99 ** t)
                P[i] = P[i] - rate * mean / (np.sqrt(square) + 1e-8)
    return np.mean(d ** 2)
for rule in ("plain", "momentum", "adam"):
    print(rule, train(rule, 300, 0.05))
"""
BATCHES = """import numpy as np
class Plain:
    def __init__(self, rate):
        self.rate = rate
    def move(self, p, g, k):
        p -= self.rate * g
class Momentum(Plain):
    def __init__(self, rate):
        self.rate, self.v = rate, {}
    def move(self, p, g, k):
        self.v[k] = 0.8 * self.v.get(k, 0.0) + self.rate * g
        p -= self.v[k]
rng = np.random.default_rng(5)
X = rng.normal(size=(60, 2))
Y = X[:, :1] * X[:, 1:]
for rule in (Plain(0.1), Momentum(0.02)):
    W, b = rng.normal(size=(2, 6)), np.zeros(6)
    U, c = rng.normal(size=(6, 1)), np.zeros(1)
    for epoch in range(100):
        for i in range(0, 60, 10):
            x, y = X[i:i + 10], Y[i:i + 10]
            h = np.tanh(x @ W + b)
            d = (h @ U + c - y) / len(x)
            e = d @ U.T * (1 - h ** 2)
            moves = {"U": (U, h.T @ d), "c": (c, d.sum(0)), "W": (W, x.T @ e), "b": (b, e.sum(0))}
            for k, (p, g) in moves.items():
                rule.move(p, g, k)
    print(np.mean((np.tanh(X @ W + b) @ U + c - Y) ** 2))
"""
LISTS = """rules <- list(
  plain = function(s, g) list(s, 0.1 * g),
  momentum = function(s, g) { s <- 0.9 * s + 0.05 * g; list(s, s) }
)
set.seed(3)
x <- matrix(rnorm(60), 20); y <- tanh(x[, 1, drop = FALSE])
for (rule in rules) {
  set.seed(4)
  w <- matrix(rnorm(3), 3); b <- 0
  s <- matrix(0, 3, 1); r <- 0
  for (epoch in 1:200) {
    d <- (x %*% w + b - y) / 20
    m <- rule(s, t(x) %*% d); s <- m[[1]]; w <- w - m[[2]]
    n <- rule(r, sum(d)); r <- n[[1]]; b <- b - n[[2]]
  }
}
"""
SEEDS = BATCHES.replace("(Plain(0.1), Momentum(0.02))", "[Plain(0.1)] * 3")
COPIED = BATCHES.replace("    W, b = rng", "    W, b = V.copy(), np.zeros(6) #").replace(
    "for rule", "V = rng.normal(size=(2, 6))\nfor rule"
)
RIGHT = {
    "three rules in one function": (RULES, 3),
    "two rules with batches": (BATCHES, 2),
    "two rules from one start": (COPIED, 2),
    "the same rule from other starts": (SEEDS, 1),
    "batches within epochs": (BATCHES.replace(", Momentum(0.02)", ","), 1),
}
FAULTS = {
    "momentum the wrong way": (
        RULES, "P[i] + V[i]", "P[i] - V[i]", "P[i] = P[i] - V", "wrong_sign",
    ),
    "the third rule's correction": (
        RULES, "- 0.99 ** t", "- 0.9 ** t", "mean, square", "correction_of_other",
    ),
    "a velocity that goes up": (BATCHES, "p -= self.v", "p += self.v", "p += self.v", "wrong_sign"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_trainings_are_counted(check, name):
    source, trainings = RIGHT[name]
    answer = check(source)[1]
    assert answer["verdict"] == "right"
    assert len(answer.get("networks", [answer])) == trainings


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_in_a_later_training_is_told(accuse, name):
    source, old, new, line, cause = FAULTS[name]
    told, found, _ = accuse(source, old, new)
    assert told.startswith(line)
    assert found == cause


def test_a_rule_of_a_list_is_judged_in_r(check):
    answer = check(LISTS, name="their.R")[1]
    assert answer["verdict"] == "right"
    assert len(answer["networks"]) == 2
    wrong = LISTS.replace("list(s, s)", "list(s, -s)")
    assert check(wrong, name="their.R")[1]["verdict"] == "different"
