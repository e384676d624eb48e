import json
from pathlib import Path

import pytest

from twinprop.check.answer import format_answer
from twinprop.cli.main import run_command_line


def example(shared_fixtures: Path, name: str) -> str:
    return (shared_fixtures / "scripts" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["article.py", "article.R"])
def test_a_right_script_is_right_in_all_twelve_steps(check, shared_fixtures, name):
    status, answer, _ = check(example(shared_fixtures, name), name=name)
    assert (status, answer["verdict"]) == (0, "right")
    assert [s["status"] for s in answer["steps"]] == ["right"] * 12


def test_what_was_replaced_is_said(check, shared_fixtures):
    answer = check(example(shared_fixtures, "article.py"))[1]
    names = ["X", "y", "lr", "epoch", "wh", "bh", "wout", "bout"]
    assert [r["name"] for r in answer["replaced"]] == names
    assert "wh (line 19)" in format_answer(answer)


@pytest.mark.parametrize("name", ["article.py", "article.R"])
def test_the_first_difference_has_its_line_both_values_and_the_cause(check, shared_fixtures, name):
    lines = example(shared_fixtures, name).split("\n")
    place = next(i for i, line in enumerate(lines) if line.strip().startswith("d_output"))
    lines[place] += " * lr"
    status, answer, _ = check("\n".join(lines), name=name)
    assert status == 1
    assert answer["verdict"] == "different"
    assert answer["first"]["name"] == "1/delta2"
    assert answer["first"]["line"] == place + 1
    assert answer["first"]["source"] == lines[place].strip()
    assert answer["first"]["yours"] == pytest.approx(0.1 * answer["first"]["right"])
    assert answer["cause"]["id"] == "learning_rate_in_delta"
    assert "learning rate" in answer["cause"]["text"]
    wrong = [s["number"] for s in answer["steps"] if s["status"] == "different"]
    assert wrong == [8, 9, 10, 11, 12]


def test_the_published_program_has_its_two_mistakes(check, shared_fixtures):
    status, answer, _ = check(example(shared_fixtures, "published.R"), name="published.R")
    assert status == 1
    assert answer["first"]["name"] == "0/b1"
    assert answer["first"]["source"].startswith("bh <- matrix(rep(bias_in")
    assert answer["cause"]["id"] == "start_filled_by_column"
    assert [other["cause"]["id"] for other in answer["others"]] == ["rows_summed"]
    assert "rowSums" in answer["others"][0]["source"]


@pytest.mark.parametrize("name", ["functions.py", "functions.R"])
def test_functions_are_called_one_by_one(check, shared_fixtures, name):
    answer = check(example(shared_fixtures, name), name=name)[1]
    assert answer["first"]["name"] == "1/dW1"
    assert "backward" in answer["first"]["source"]
    assert answer["cause"]["id"] == "slope_of_z"


@pytest.mark.parametrize("name", ["functions.py", "functions.R"])
def test_functions_without_their_mistake_are_right(check, shared_fixtures, name):
    text = example(shared_fixtures, name)
    text = text.replace('cache["z"][0]', "a[1]").replace("cache$z[[1]]", "a[[2]]")
    status, answer, _ = check(text, name=name)
    assert (status, answer["verdict"]) == (0, "right")


@pytest.mark.parametrize("reduction", ["", "-mean"])
def test_a_function_train_is_called_for_each_recorded_epoch(check, reduction):
    source = (
        "from twinprop.network.layers import new_network\nimport twinprop.network.training as t\n"
        "def train(network, x, y, reduction, learning_rate, epochs):\n"
        "    start = new_network(network.weights, network.biases, network.activations)\n"
        "    return t.train(start, x, y, reduction=reduction, learning_rate=learning_rate,\n"
        "                   epochs=epochs)\n"
    )
    status, answer, _ = check(source, "--case", f"article-4-3-1{reduction}")
    assert (status, answer["verdict"]) == (0, "right")


def test_a_name_of_its_own_is_given_by_map(check, shared_fixtures):
    source = example(shared_fixtures, "article.py").replace("bout", "last_shift")
    options = ["--map", "last_shift=b2"]
    answer = check(source, *options)[1]
    assert {"name": "last_shift", "line": 22, "quantity": "b2"} in answer["replaced"]
    assert answer["verdict"] == "right"


def test_names_that_nobody_knows_are_guessed_by_shape_and_value(check, shared_fixtures):
    source = example(shared_fixtures, "article.py")
    for i, name in enumerate(["wh", "wout", "bh", "hiddenlayer_activations", "d_hiddenlayer"]):
        source = source.replace(name, f"thing_{'abcde'[i]}")
    status, answer, _ = check(source, "--map", "bout=b2")
    assert status == 0
    assert answer["guesses"] == {
        "thing_a": "W1", "thing_b": "W2", "thing_c": "b1", "thing_d": "a1", "thing_e": "delta1",
    }  # fmt: skip
    assert "Guessed: thing_a is W1" in format_answer(answer)


def test_a_mini_batch_script_is_compared_batch_by_batch(check):
    status, answer, _ = check(BATCHES.format(last="len(X)"), "--case", "batches-6-5-2")
    assert (status, answer["verdict"]) == (0, "right")


@pytest.mark.parametrize(
    ("source", "cause", "first"),
    [
        ("last_batch_dropped", "len(X) - len(X) % batch_size", "1.3/z1"),
        ("batch_reused", None, "1.3/z1"),
    ],
)
def test_the_last_batch_has_its_mistakes(check, source, cause, first):
    text = BATCHES.format(last=cause or "len(X)")
    if cause is None:
        text = text.replace("rows = range(k, min(k + batch_size, len(X)))",
                            "rows = [i % len(X) for i in range(k, k + batch_size)]")  # fmt: skip
    answer = check(text, "--case", "batches-6-5-2")[1]
    assert answer["cause"]["id"] == source
    assert answer["first"]["name"] == first


DEEP_PYTHON = """import numpy as np
X, Y = np.zeros((4, 5)), np.zeros((4, 1))
lr, epochs = 1, 5
sizes = [5, 2, 3, 2, 3, 2, 1]
W = [np.random.randn(n, m) for n, m in zip(sizes, sizes[1:])]
b = [np.zeros((1, m)) for m in sizes[1:]]
for k in range(epochs):
    A = [X]
    for l in range(6):
        A.append(1 / (1 + np.exp(-(A[-1] @ W[l] + b[l]))))
    E = A[-1] - Y
    for l in range(5, -1, -1):
        D = E * A[l + 1] * (1 - A[l + 1])
        E = D @ W[l].T
        W[l] = W[l] - lr * A[l].T @ D
        b[l] -= lr * D.sum(axis=0, keepdims=True)
"""
DEEP_R = """X <- matrix(0, 4, 5); y <- c(0, 0, 0, 0); lr <- 1; epochs <- 5
sizes <- c(5, 2, 3, 2, 3, 2, 1)
params <- list()
for (l in 1:6) {
  params[[paste0("W", l)]] <- matrix(rnorm(sizes[l] * sizes[l + 1]), sizes[l])
  params[[paste0("b", l)]] <- rep(0, sizes[l + 1])
}
for (k in 1:epochs) {
  A <- list(X)
  for (l in 1:6) {
    z <- sweep(A[[l]] %*% params[[paste0("W", l)]], 2, params[[paste0("b", l)]], "+")
    A[[l + 1]] <- plogis(z)
  }
  err <- A[[7]] - y
  for (l in 6:1) {
    D <- err * A[[l + 1]] * (1 - A[[l + 1]])
    err <- D %*% t(params[[paste0("W", l)]])
    params[[paste0("W", l)]] <- params[[paste0("W", l)]] - lr * t(A[[l]]) %*% D
    params[[paste0("b", l)]] <- params[[paste0("b", l)]] - lr * colSums(D)
  }
}
"""


@pytest.mark.parametrize(("name", "source"), [("d.py", DEEP_PYTHON), ("d.R", DEEP_R)])
def test_a_deep_network_in_lists_is_understood(check, name, source):
    case = ["--case", "narrow-5-2-3-2-3-2-1"]
    assert check(source, *case, name=name)[1]["verdict"] == "right"
    answer = check(
        source.replace("- lr", "- 3 * lr").replace("-= lr", "-= 3 * lr"), *case, name=name
    )[1]
    assert answer["first"]["name"] == "1/W6"
    assert answer["cause"]["id"] == "other_learning_rate"


def test_a_single_unit_is_understood(check):
    source = (
        "import numpy as np\nX = np.array([[1.0]])\ny = np.array([[0.0]])\nlr, epochs = 1, 5\n"
        "w, b = np.zeros((1, 1)), np.zeros(1)\nfor k in range(epochs):\n"
        "    z = X @ w + b\n    out = 1 / (1 + np.exp(-z))\n"
        "    delta = (out - y) * out * (1 - out)\n    w -= lr * X.T @ delta\n"
        "    b -= lr * delta.sum(axis=0)\n"
    )
    assert check(source, "--case", "one-1-1")[1]["verdict"] == "right"
    answer = check(source.replace("out * (1 - out)", "1"), "--case", "one-1-1")[1]
    assert answer["cause"]["id"] == "slope_left_out"


BATCHES = """import numpy as np
X = np.zeros((11, 6))
y = np.zeros((11, 2))
batch_size = 3
lr = 0.5
W1, b1 = np.random.rand(6, 5), np.zeros((1, 5))
W2, b2 = np.random.rand(5, 2), np.zeros((1, 2))
epochs = 4
for epoch in range(epochs):
    for k in range(0, {last}, batch_size):
        rows = range(k, min(k + batch_size, len(X)))
        x_batch, y_batch = X[rows], y[rows]
        z1 = x_batch @ W1 + b1
        a1 = 1 / (1 + np.exp(-z1))
        z2 = a1 @ W2 + b2
        a2 = 1 / (1 + np.exp(-z2))
        delta2 = (a2 - y_batch) * a2 * (1 - a2)
        delta1 = delta2 @ W2.T * a1 * (1 - a1)
        W2 -= lr * a1.T @ delta2
        b2 -= lr * delta2.sum(axis=0, keepdims=True)
        W1 -= lr * x_batch.T @ delta1
        b1 -= lr * delta1.sum(axis=0, keepdims=True)
"""


def test_json_and_text_may_both_be_had(shared_fixtures, tmp_path, capsys):
    out = tmp_path / "answer.json"
    file = str(shared_fixtures / "scripts" / "article.py")
    assert run_command_line(["check", file, "--trust", "--json", str(out)]) == 0
    assert "Right: every quantity" in capsys.readouterr().out
    assert json.loads(out.read_text())["verdict"] == "right"


@pytest.mark.parametrize("name", ["article.R", "published.R", "functions.R"])
def test_r_gives_the_same_answer_without_python(check, r, shared_fixtures, name):
    answer = check(example(shared_fixtures, name), name=name)[1]
    path = str(shared_fixtures / "scripts" / name).replace("\\", "/")
    asked = f'twinprop::check_file("{path}", "article-4-3-1", trust = TRUE)'
    lines = r.evaluate(f"twinprop:::format_answer({asked})")
    assert "\n".join(lines) + "\n" == format_answer(answer)


def test_an_unknown_map_or_suffix_is_refused_in_a_sentence(check):
    assert check("x = 1", "--map", "x")[2] == (
        "twinprop: --map x: wanted NAME=QUANTITY, such as wh=W1\n"
    )
    status, _, said = check("x = 1", "--map", "x=Q9")
    assert status == 2
    assert "--map x=Q9: no quantity of this case" in said
    assert "neither .py nor .R" in check("x", name="their.jl")[2]


@pytest.mark.parametrize(
    ("activation", "change", "cause"),
    [
        ("tanh", "1 / (1 + np.exp(-v))", "sigmoid_for_other"),
        ("sigmoid", "np.exp(v) / (1 + np.exp(v))", "overflow_without_shift"),
    ],
)
def test_an_activation_that_is_not_the_cases_is_named(
    check, shared_fixtures, tmp_path, activation, change, cause
):
    document = json.loads((shared_fixtures / "cases" / "article-4-3-1.json").read_text())
    document["layers"][0]["activation"] = activation
    document["training"] |= {"epochs": 3, "record": [1, 3]}
    if cause == "overflow_without_shift":
        document["initial"] = {"distribution": "uniform", "low": 500, "high": 900, "seed": 1}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(document))
    source = example(shared_fixtures, "article.py").replace("1.0 / (1.0 + np.exp(-v))", change)
    answer = check(source, "--case", str(path))[1]
    assert answer["first"]["name"] == "1/a1"
    assert answer["cause"]["id"] == cause
