"""Programs and their ports: right ones are called right, wrong ones differ at their line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import twinprop.check.port as package
from twinprop.check.port import port
from twinprop.check.port.answer import exit_status, format_answer
from twinprop.check.program import Plan
from twinprop.ground.errors import InputError
from twinprop.pictures.check.page import port_page

PROGRAMS = Path(__file__).parent / "programs"
SCHEMA = json.loads((Path(package.__file__).parent / "answer.schema.json").read_text("utf-8"))
Ask = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.usefixtures("run_once")


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Port of two programs of the folder, of which the second is changed before it runs."""

    def answer(a: str, b: str, *changes: tuple[str, str]) -> dict[str, Any]:
        text = (PROGRAMS / b).read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        texts = {"a": (a, (PROGRAMS / a).read_text("utf-8")), "b": (b, text)}
        for folder in texts:  # each beside its data alone, as where another test has run it already
            (tmp_path / folder).mkdir()
            shutil.copy(PROGRAMS / "plants.csv", tmp_path / folder)
        mine, theirs = (write(tmp_path / folder, *file) for folder, file in texts.items())
        found = port(mine, theirs, Plan(trust=True))
        jsonschema.validate(json.loads(json.dumps(found)), SCHEMA)
        assert format_answer(found).endswith("\n")
        return found

    return answer


RIGHT = [
    ("rows.py", "rows.R"), ("rows.R", "rows.py"), ("rows.py", "columns.R"),
    ("columns.R", "class.py"), ("rows.py", "class.py"), ("dropout.py", "dropout.R"),
    ("dropout.R", "dropout.py"), ("lists.py", "single.R"), ("single.R", "single.py"),
    ("lists.py", "single.py"), ("adam.py", "adam.R"), ("adam.R", "adam.py"),
    ("grader.py", "grader.R"), ("grader.R", "grader.py"),
    ("momentum.py", "momentum.R"), ("momentum.R", "momentum.py"), ("drawn.R", "drawn.py"),
    ("drawn.py", "drawn.R"), ("apart.py", "joined.R"), ("joined.R", "apart.py"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), RIGHT)
def test_a_right_port_is_right_whatever_each_draws(ask, a, b):
    found = ask(a, b)
    assert found["verdict"] == "right", found["first"]
    assert exit_status(found) == 0
    assert found["seen"]["handed"] > 0


WRONG = {
    "error twice": ("rows.py", "rows.R", 12, 12, "factor",
                    [("(out - y) * out", "2 * (out - y) * out")]),
    "rate of one matrix": ("rows.py", "rows.R", 16, 16, "factor",
                           [("W1 <- W1 - 0.5", "W1 <- W1 - 0.05")]),
    "activation": ("rows.py", "rows.R", 10, 10, "activation",
                   [("h <- sigmoid(sweep", "h <- tanh(sweep")]),
    "updated weights": ("rows.py", "rows.R", 13, 16, "updated_weights",
                        [("  delta1 <- (delta2 %*% t(W2)) * h * (1 - h)\n", "\n"),
                         ("sum(delta2)\n",
                          "sum(delta2)\n  delta1 <- (delta2 %*% t(W2)) * h * (1 - h)\n")]),
    "data filled in by columns": ("rows.py", "rows.R", 3, 2, "filling",
                                  [(", byrow = TRUE", "")]),
    "range of the weights": ("rows.py", "rows.R", 5, 5, "distribution",
                             [("runif(12, -1, 1)", "runif(12, 0, 1)")]),
    "slope left out": ("rows.R", "class.py", 13, 20, "left_out",
                       [("d.dot(self.w[i].T) * self.a[i] * (1 - self.a[i])",
                         "d.dot(self.w[i].T)")]),
    "standard deviation": ("dropout.R", "dropout.py", 6, 4, "divides_by_n_minus_1",
                           [("data.std(axis=0)", "data.std(axis=0, ddof=1)")]),
    "mask not scaled": ("dropout.py", "dropout.R", 14, 18, "factor",
                        [("1, keep), nrow(z1), ncol(z1)) / keep",
                          "1, keep), nrow(z1), ncol(z1))")]),
    "rate of a bias": ("lists.py", "single.R", 16, 10, "number",
                       [("b <- b - 0.3", "b <- b - 0.1")]),
    "halved loss": ("rows.R", "class.py", 12, 15, "factor",
                    [("d = (self.a[-1] - y)", "d = 0.5 * (self.a[-1] - y)")]),
    "batch": ("dropout.py", "dropout.R", 12, 16, "batch",
              [("seq(1, n, 20)", "seq(1, n, 10)"), ("k + 19", "k + 9")]),
    "a vector recycled": ("rows.py", "rows.R", 10, 10, "recycled",
                          [('sweep(X %*% W1, 2, b1, "+")', "X %*% W1 + as.vector(b1)")]),
    "scale()": ("apart.py", "joined.R", 5, 5, "divides_by_n_minus_1",
                [('sweep(x, 2, sqrt(colMeans(x^2)), "/")', "scale(x)")]),
    "units": ("grader.py", "grader.R", 14, 8, "parameters", [("c(8, 6)", "c(8, 5)")]),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_port_differs_at_its_line_and_only_there(ask, mistake):
    a, b, line_a, line_b, cause, changes = WRONG[mistake]
    found = ask(a, b, *changes)
    assert found["verdict"] == "different"
    first = found["first"]
    assert (first["line_a"], first["line_b"]) == (line_a, line_b), first
    assert found["cause"] is not None
    assert found["cause"]["id"] == cause, found["cause"]
    assert exit_status(found) == 1
    assert not found["further"], found["further"]


def test_both_faults_of_a_port_are_named_each_with_both_lines(ask):
    found = ask("grader.py", "grader_wrong.R")
    assert [(d["line_a"], d["line_b"]) for d in (found["first"], *found["further"])] == [
        (69, 57), (46, 49)
    ]  # fmt: skip
    assert found["cause"]["id"] == "divides_by_n_minus_1"
    assert (
        "A's value times sqrt(n / (n - 1)), n = 112, is exactly B's" in found["cause"]["evidence"]
    )
    assert found["further"][0]["cause"]["id"] == "updated_weights"
    assert found["problems"]["a"]["sentence"].startswith("5-8-6-3, tanh, tanh, softmax")


def test_all_differences_before_the_training_are_named_in_their_order(ask):
    median = ("mu <- colMeans(X[1:n, ]);", "mu <- apply(X[1:n, ], 2, median);")
    found = ask("grader.py", "grader_wrong.R", median, ("lr = 0.1", "lr = 0.05"))
    pairs = [found["first"], *found["further"]]
    assert [d["quantity"] for d in pairs] == ["mean", "std", "self.lr", "delta"]
    assert [d["step"] for d in pairs] == [0, 0, 0, 1]
    assert [(d["line_a"], d["line_b"]) for d in pairs] == [(69, 57), (69, 57), (8, 47), (46, 49)]
    assert pairs[1]["cause"]["id"] == "divides_by_n_minus_1"


def test_the_page_of_a_port_has_both_programs_and_the_first_pair(tmp_path):
    for name in ("grader_wrong.R", "plants.csv"):
        shutil.copy(PROGRAMS / name, tmp_path)
    plan = Plan(trust=True, lines=True)
    found = port(PROGRAMS / "grader.py", tmp_path / "grader_wrong.R", plan)
    for side, line, further in (("a", 69, 46), ("b", 57, 49)):
        marks = {x["line"]: x["status"] for x in found["lines"][side]}
        assert [n for n, status in marks.items() if status == "different"] == [line]
        assert [n for n, status in marks.items() if status == "follows"] == [further]
        assert "right" in marks.values()
        values = next(x for x in found["lines"][side] if x["line"] == line)["values"]
        assert values[0]["first"]
        assert np.any(values[0]["off"])
    page = port_page(found)
    assert "the first pair" in page
    assert page.count("<ol") == 2


def test_another_order_of_levels_comes_before_the_training(ask):
    levels = (
        'stringsAsFactors = TRUE)\nd$grade <- factor(d$grade, levels = c("low", "mid", "high"))'
    )
    found = ask("grader.py", "grader.R", ("stringsAsFactors = TRUE)", levels))
    assert found["verdict"] == "different"
    assert found["cause"]["id"] == "order_of_columns"
    assert found["first"]["step"] == 0


def test_a_falling_rate_is_found_in_the_epoch_in_which_it_falls(ask):
    found = ask("grader.py", "grader.R", ("decay = 0.95", "decay = 0.9"))
    assert found["verdict"] == "different"
    assert (found["first"]["value_a"], found["first"]["value_b"]) == (0.95, 0.9)


def test_samples_that_only_one_program_shuffles_are_what_differs(ask):
    found = ask("single.R", "single.py", ("np.random.permutation(6)", "range(6)"))
    assert found["verdict"] == "different"
    assert found["first"]["quantity"] == "order of samples"
    assert found["first"]["line_a"] == 6


def test_draws_of_a_kind_that_is_not_known_are_no_difference(ask):
    beta = ("2 * np.random.rand(3, 4) - 1", "np.random.beta(2, 2, (3, 4))")
    found = ask("rows.py", "class.py", beta)
    assert found["verdict"] == "not followed"
    assert "could not be handed" in found["sentence"]


def test_other_data_are_told_and_not_compared(ask):
    found = ask("rows.py", "dropout.R")
    assert found["verdict"] == "not followed"
    assert "do not learn from the same data" in found["sentence"]
    assert exit_status(found) == 2


def test_a_program_that_never_trains_is_told(tmp_path):
    a = write(tmp_path, "a.py", "print(sum([0.5, 1.5]))\n")
    found = port(a, write(tmp_path, "b.py", "print(2.0)\n"), Plan(trust=True))
    assert found["verdict"] == "not followed"
    assert "a.py could not be followed" in found["sentence"]
    assert "note(name, value)" in found["sentence"]


def test_a_program_that_crashes_is_told_with_its_line(tmp_path):
    a = write(tmp_path, "a.py", "x = 1.0\ny = x / 0\n")
    found = port(a, a, Plan(trust=True))
    assert found["verdict"] == "not followed"
    assert "a.py stopped on line 2: ZeroDivisionError" in found["sentence"]
    assert "by zero. For programs" in found["sentence"]


def test_a_file_that_is_missing_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        port(tmp_path / "none.py", tmp_path / "none.R", Plan(trust=True))
