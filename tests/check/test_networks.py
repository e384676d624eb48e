"""Several networks in one program: each is judged, and the worst decides."""

import json
from pathlib import Path

import jsonschema
import pytest

from twinprop.check import explain
from twinprop.cli.main import run_command_line

SCHEMA = json.loads(Path(explain.__file__).with_name("answer.schema.json").read_text())
HEAD = {
    "py": """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(12, 3))
Y = rng.normal(size=(12, 2))
labels = (X[:, :1] > 0) * 1.0
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
V, U = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
""",
    "R": """set.seed(3)
X <- matrix(rnorm(36), 12); Y <- matrix(rnorm(24), 12)
labels <- (X[, 1, drop = FALSE] > 0) * 1
W1 <- matrix(rnorm(15), 3); W2 <- matrix(rnorm(10), 5)
V <- matrix(rnorm(12), 3); U <- matrix(rnorm(4), 4)
""",
}
LOOP = {"py": "for epoch in range(300):\n", "R": "for (epoch in 1:300) {\n"}
END = {"py": "", "R": "}\n"}
NUMBERS = {
    "py": """    h = np.tanh(X @ W1)
    d = (h @ W2 - Y) / len(X)
    dh = (d @ W2.T) * (1 - h ** 2)
    W2 -= 0.1 * h.T @ d
    W1 -= 0.1 * X.T @ dh
""",
    "R": """  h <- tanh(X %*% W1)
  d <- (h %*% W2 - Y) / nrow(X)
  dh <- (d %*% t(W2)) * (1 - h^2)
  W2 <- W2 - 0.1 * t(h) %*% d
  W1 <- W1 - 0.1 * t(X) %*% dh
""",
}
CLASSES = {
    "py": """    a = np.tanh(X @ V)
    p = 1 / (1 + np.exp(-(a @ U)))
    e = p - labels
    da = (e @ U.T) * (1 - a ** 2)
    U -= 0.05 * a.T @ e
    V -= 0.05 * X.T @ da
""",
    "R": """  a <- tanh(X %*% V)
  p <- 1 / (1 + exp(-(a %*% U)))
  e <- p - labels
  da <- (e %*% t(U)) * (1 - a^2)
  U <- U - 0.05 * t(a) %*% e
  V <- V - 0.05 * t(X) %*% da
""",
}
OBJECTS = """import numpy as np


class Net:
    def __init__(self, sizes, classes, rng):
        self.classes = classes
        self.W = [rng.normal(size=s) for s in zip(sizes, sizes[1:])]

    def fit(self, x, y, rate):
        for epoch in range(500):
            h = np.tanh(x @ self.W[0])
            z = h @ self.W[1]
            p = 1 / (1 + np.exp(-z)) if self.classes else z
            d = (p - y) / len(x)
            dh = d @ self.W[1].T * (1 - h ** 2)
            self.W[1] -= rate * h.T @ d
            self.W[0] -= rate * x.T @ dh


def main():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 3))
    Net([3, 4, 2], False, rng).fit(x, rng.normal(size=(20, 2)), 0.1)
    Net([3, 5, 1], True, rng).fit(x, (x[:, :1] > 0) * 1.0, 0.5)


main()
"""


def program(suffix, way, numbers=NUMBERS, classes=CLASSES):
    """Two networks, one after the other or in turns."""
    between = END[suffix] + LOOP[suffix] if way == "one after the other" else ""
    loops = LOOP[suffix] + numbers[suffix] + between + classes[suffix]
    return HEAD[suffix] + loops + END[suffix]


def wrong(network):
    return {k: text.replace("(1 - ", "(1 + ") for k, text in network.items()}


WAYS = pytest.mark.parametrize("way", ["one after the other", "in turns"])


@WAYS
@pytest.mark.parametrize("suffix", ["py", "R"])
def test_two_right_networks_are_right_and_said_to_be_two(check, suffix, way):
    status, answer, _ = check(program(suffix, way), name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (0, "right")
    assert answer["sentence"] == "2 networks are seen: 2 right."
    said = [network["network"]["sentence"] for network in answer["networks"]]
    assert said[0].startswith("3-5-2, tanh, identity with squared error, mean over 12")
    assert said[1].startswith("3-4-1, tanh, sigmoid with binary cross-entropy")
    jsonschema.validate(answer, SCHEMA)


@WAYS
@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_fault_in_the_second_network_is_found_at_its_line(check, suffix, way):
    source = program(suffix, way, classes=wrong(CLASSES))
    status, answer, _ = check(source, name=f"their.{suffix}")
    line = next(k for k, text in enumerate(source.split("\n"), 1) if text.strip()[:2] == "da")
    assert (status, answer["first"]["name"], answer["first"]["line"]) == (1, "da", line)
    assert [network["verdict"] for network in answer["networks"]] == ["right", "different"]
    assert answer["sentence"].startswith("2 networks are seen: 1 right, 1 different. Network 2: ")
    assert answer["networks"][1]["first"] == answer["first"]


@WAYS
def test_a_fault_in_the_first_network_is_its_alone(check, way):
    status, answer, _ = check(program("py", way, numbers=wrong(NUMBERS)))
    assert (status, answer["first"]["name"]) == (1, "dh")
    assert [network["verdict"] for network in answer["networks"]] == ["different", "right"]


def test_networks_of_one_class_that_a_function_trains_are_two(check):
    status, answer, _ = check(OBJECTS)
    assert status == 0
    sizes = [[layer["units"] for layer in n["network"]["layers"]] for n in answer["networks"]]
    assert sizes == [[4, 2], [5, 1]]


LISTS = """
def of(z):
    return 1 / (1 + math.exp(-z))


w, a = [[0.3, -0.2, 0.5], [0.1, 0.4, -0.6]], [0.0, 0.0]
v, b = [0.7, -0.3], 0.0
for epoch in range(9):
    for x, (t,) in zip(X.tolist(), labels.tolist()):
        h = [of(sum(w[j][i] * x[i] for i in range(3)) + a[j]) for j in range(2)]
        o = of(v[0] * h[0] + v[1] * h[1] + b)
        d = (o - t) * o * (1 - o)
        for j in range(2):
            e = d * v[j] * h[j] * (1 - h[j])
            v[j] -= 0.5 * d * h[j]
            a[j] -= 0.5 * e
            for i in range(3):
                w[j][i] -= 0.5 * e * x[i]
        b -= 0.5 * d
"""


@pytest.mark.parametrize(("update", "verdict"), [("-=", "right"), ("+=", "different")])
def test_a_network_of_numbers_beside_one_of_layers_is_judged(check, update, verdict):
    source = "import math\n" + HEAD["py"] + LOOP["py"] + NUMBERS["py"]
    source += LISTS.replace("a[j] -=", f"a[j] {update}")
    answer = check(source)[1]
    assert [network["verdict"] for network in answer["networks"]] == ["right", verdict]
    if verdict == "different":
        line = source.split("\n")[answer["first"]["line"] - 1]
        assert line.strip() == "a[j] += 0.5 * e"


def test_a_network_that_is_trained_on_is_no_second_one(check):
    on = NUMBERS["py"].replace("0.1", "0.01")
    source = program("py", "one after the other", classes={"py": on})
    status, answer, _ = check(source)
    assert (status, answer["sentence"]) == (0, "2 trainings are seen: 2 right.")


def test_the_loops_after_a_training_are_no_networks(check):
    after = (
        "total = 0.0\nfor k in range(40):\n    total = total + np.sum(np.tanh(X[k % 12] @ W1))\n"
    )
    source = HEAD["py"] + LOOP["py"] + NUMBERS["py"] + after
    status, answer, _ = check(source)
    assert (status, "networks" in answer) == (0, False)


def test_numbers_that_are_moved_beside_a_network_are_none(check):
    steps = "s = 1.0\nfor k in range(30):\n    s = s - 0.1 * (s - float(Y[k % 9, 0]))\n"
    status, answer, _ = check(HEAD["py"] + LOOP["py"] + NUMBERS["py"] + steps)
    assert (status, "networks" in answer) == (0, False)


def test_the_text_says_of_each_network_what_it_is(tmp_path, capsys):
    file = tmp_path / "their.py"
    file.write_text(program("py", "in turns", classes=wrong(CLASSES)))
    assert run_command_line(["check", str(file), "--trust"]) == 1
    said = capsys.readouterr().out
    assert "\nNetwork 1: 3-5-2, tanh, identity with" in said
    assert "\nNetwork 2: 3-4-1, tanh, sigmoid with" in said


def test_a_learner_is_not_told_the_right_values_of_any_network(check):
    source = program("py", "in turns", classes=wrong(CLASSES))
    answer = check(source, "--hide-values")[1]
    assert answer["first"]["right"] is None
    assert answer["networks"][1]["first"]["right"] is None


def test_two_networks_are_no_case(tmp_path, capsys):
    file = tmp_path / "their.py"
    file.write_text(program("py", "in turns"))
    words = ["check", str(file), "--trust", "--case-out", str(tmp_path / "case.json")]
    assert run_command_line(words) == 2
    assert "it trains 2 networks, and a case has one" in capsys.readouterr().err


OJA = {
    "py": """M = rng.normal(0, 0.1, (3, 2))
for epoch in range(30):
    a = X @ M
    M = M + 0.01 * (X.T @ a - M @ (a.T @ a))
""",
    "R": """M <- matrix(rnorm(6, 0, 0.1), 3)
for (epoch in 1:30) {
  a <- X %*% M
  M <- M + 0.01 * (t(X) %*% a - M %*% (t(a) %*% a))
}
""",
}


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_what_is_trained_besides_and_not_followed_is_told(check, suffix):
    source = HEAD[suffix] + LOOP[suffix] + NUMBERS[suffix] + END[suffix] + OJA[suffix]
    answer = check(source, name=f"their.{suffix}")[1]
    assert answer["verdict"] == "right"
    line = next(k for k, text in enumerate(source.split("\n"), 1) if text.strip()[:2] == "M ")
    line += 3  # where it is updated
    assert f"What line {line} trains could not be followed: it is not judged." in answer["remarks"]
