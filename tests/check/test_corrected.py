"""The corrected line is one with which the program is right: it is put in, and judged."""

from __future__ import annotations

import pytest
from plants import PLANTS, SOFTMAX_PLANTS
from prove import SHAPES, SOFTMAX
from scripts import write_script

from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.corrected import corrected_lines
from twinprop.check.explain.corrections import EDITS, Known, corrected_expressions
from twinprop.check.explain.expressions import split_top

PLANTED = [
    ("python", "lists of layers", "5-4-2-mean", "bias_left_out", "z2"),
    ("python", "article", "4-3-1", "slope_of_sigmoid_of_a", "slope1"),
    ("python", "lists of layers", "5-4-2-mean", "slope_left_out", "delta1"),
    ("python", "main", "3-3-3", "delta_added", "delta2"),
    ("python", "a namespace", "3-3-3", "next_weights_not_transposed", "e1"),
    ("python", "weights of a class", "7-2-3", "error_without_delta", "e1"),
    ("python", "class", "5-4-2-mean", "hidden_error_by_samples", "e1"),
    ("python", "dictionaries", "7-2-3", "gradient_of_z", "dW2"),
    ("python", "functions", "4-3-1", "bias_gradient_total", "db1"),
    ("python", "main", "softmax-sum", "softmax_over_everything", "a2"),
    ("r", "article", "4-3-1", "slope_left_out", "delta1"),
    ("r", "a list", "3-3-3", "delta_added", "delta2"),
    ("r", "numbered", "7-2-3", "error_without_delta", "e1"),
    ("r", "closure", "5-4-2-mean", "hidden_error_by_samples", "e1"),
]


# Its slope is another function's; (d > 0) in its place stops the program in its first step.
STOPPED = """set.seed(1)
x <- matrix(rnorm(40), 20); y <- x[, 1, drop = FALSE] * x[, 2]
n <- c(2, 6, 6, 1)
W <- lapply(1:3, function(i) matrix(rnorm(n[i] * n[i + 1]), n[i]) * 0.5)
slope <- function(z) A[[i]]
for (k in 1:7) {
  Z <- list(); A <- list(x)
  for (i in 1:3) {
    Z[[i]] <- A[[i]] %*% W[[i]]
    A[[i + 1]] <- if (i < 3) ifelse(Z[[i]] > 0, Z[[i]], 0) else Z[[i]]
  }
  d <- (A[[4]] - y) / 20
  for (i in 3:1) {
    g <- t(A[[i]]) %*% d
    if (i > 1) d <- (d %*% t(W[[i]])) * slope(Z[[i - 1]])
    W[[i]] <- W[[i]] - 0.1 * g
  }
}
"""


@pytest.fixture
def lines_are_tried():
    return True


def planted(language, style, shape, id, slot):
    """A program with a mistake in one of its slots."""
    plants, shapes = (PLANTS, SHAPES) if shape in SHAPES else (SOFTMAX_PLANTS, SOFTMAX)
    change = next(c for p in plants if p.id == id and slot in (c := getattr(p, language)))
    return write_script(language, style, shapes[shape], change)


@pytest.mark.parametrize(("language", "style", "shape", "id", "slot"), PLANTED)
def test_with_the_corrected_line_the_program_is_right(check, language, style, shape, id, slot):
    source = planted(language, style, shape, id, slot)
    name = "their.py" if language == "python" else "their.R"
    _, answer, _ = check(source, name=name)
    assert answer["cause"]["id"] == id
    lines = source.split("\n")
    at = answer["first"]["line"] - 1
    before = lines[at]
    indent = before[: len(before) - len(before.lstrip())]
    lines[at] = indent + answer["cause"]["corrected"]
    assert lines[at] != before
    assert check("\n".join(lines), name=name)[:1] == (0,)


def test_both_languages_tell_the_same_corrected_line(check, r, tmp_path):
    told = []
    for language, style, shape, id, slot in PLANTED:
        if language == "r":
            _, answer, _ = check(planted(language, style, shape, id, slot), name="their.R")
            file = str(tmp_path / "their.R")
            told.append((answer["cause"]["corrected"], r.call("check_file", file, trust=True)))
    assert told
    for line, answer in told:
        assert line == answer["cause"]["corrected"]


def test_a_notebook_has_a_corrected_line_too(check):
    source = planted("python", "notebook", "7-2-3", "error_without_delta", "e1")
    _, answer, _ = check(source, name="their.ipynb")
    assert answer["cause"]["corrected"] == "Error_at_hidden_layer = d_output @ wout.T"


def test_where_one_line_does_not_make_it_right_none_is_told(check):
    source = planted("python", "article", "4-3-1", "slope_plus", "slope")  # in both layers
    _, answer, _ = check(source)
    assert answer["cause"]["id"] == "slope_plus"
    assert answer["cause"]["corrected"] is None


def test_a_line_that_stops_the_program_before_all_parameters_move_is_not_told(check):
    answer = check(STOPPED, name="their.R")[1]
    assert (answer["verdict"], answer["cause"]["id"]) == ("different", "slope_is_activation")
    assert answer["cause"]["corrected"] is None


def test_the_function_of_a_wrong_slope_is_corrected(check):
    wrong = STOPPED.replace("(z) A[[i]]", "(z) ifelse(z > 0, z, 0)")
    answer = check(wrong, name="their.R")[1]
    assert answer["cause"]["corrected"] == "slope <- function(z) (z > 0)"


def test_a_learner_is_not_told_the_corrected_line(check):
    source = planted("python", "article", "4-3-1", "slope_left_out", "delta1")
    assert check(source, "--hide-values")[1]["cause"]["corrected"] is None


def test_the_programs_own_file_is_not_touched(check, tmp_path):
    source = planted("python", "article", "4-3-1", "slope_left_out", "delta1")
    check(source)
    assert (tmp_path / "their.py").read_text() == source


NAMES = Known(slope=["s1", "a1 * (1 - a1)"], delta=["d1"], above=["d2"], given=["a0"], bias=["b1"],
              count=["n"], rate=["lr"], activation=["a1"], form="{} * (1 - {})")  # fmt: skip
MADE = [
    ("slope_left_out", "e1", False, "e1 * s1"),
    ("slope_left_out", "a - y", False, "(a - y) * a1 * (1 - a1)"),
    ("slope_plus", "v * (1 + v)", False, "v * (1 - v)"),
    ("delta_divided", "e / s", True, "e * s"),
    ("slope_twice", "e * s * s", False, "e * s"),
    ("target_added", "a + y", False, "a - y"),
    ("error_squared", "(a - y) ** 2", False, "(a - y)"),
    ("error_absolute", "np.abs(a - y)", False, "(a - y)"),
    ("wrong_sign", "W + lr * dW", False, "W - lr * dW"),
    ("next_weights_not_transposed", "d2 %*% W2", True, "d2 %*% t(W2)"),
    ("gradient_transposed", "d.T @ x", False, "x.T @ d"),
    ("gradient_transposed", "t(d) %*% x", True, "t(x) %*% d"),
    ("gradient_of_error", "x.T @ e1", False, "x.T @ d1"),
    ("rows_summed", "rowSums(d1)", True, "colSums(d1)"),
    ("rows_summed", "d1.sum(axis=1)", False, "d1.sum(axis=0)"),
    ("bias_gradient_total", "np.sum(d1)", False, "np.sum(d1, axis=0, keepdims=True)"),
    ("bias_not_summed", "lr * d1", True, "lr * colSums(d1)"),
    ("gradient_of_last_sample", "a0[-1:].T @ d1[-1:]", False, "a0.T @ d1"),
    ("samples_not_averaged", "a - y", False, "(a - y) / n"),
    ("samples_averaged", "x.T @ d / n", False, "x.T @ d"),
    ("learning_rate_twice", "lr * lr * dW", True, "lr * dW"),
    ("learning_rate_left_out", "W - dW", False, "W - lr * dW"),
    ("bias_left_out", "X %*% W", True, 'sweep(X %*% W, 2, b1, "+")'),
    ("sigmoid_sign", "1 / (1 + np.exp(z))", False, "1 / (1 + np.exp(-z))"),
    ("sigmoid_brackets", "1 / 1 + exp(-z)", True, "1 / (1 + exp(-z))"),
    ("sigmoid_twice", "f(f(z))", False, "f(z)"),
    ("softmax_over_everything", "e / e.sum()", False, "e / e.sum(axis=1, keepdims=True)"),
]


@pytest.mark.parametrize(("cause", "text", "is_r", "meant"), MADE)
def test_what_may_have_been_meant(cause, text, is_r, meant):
    assert meant in list(corrected_expressions(text, cause, NAMES, is_r))


def test_only_what_stands_in_no_brackets_is_taken_apart():
    assert split_top('f(a * b) * x["*"] ** 2', ("*",)) == ["f(a * b)", "*", 'x["*"] ** 2']
    assert split_top("-a %*% (b + c) + d", ("+", "-")) == ["-a %*% (b + c)", "+", "d"]


def test_the_rest_of_a_line_stays():
    line = "  W -= lr * dW  # towards it"
    assert next(corrected_lines(line, (2, 14), "wrong_sign", NAMES, False)) == (
        "  W += lr * dW  # towards it"
    )


def test_every_cause_that_is_corrected_has_a_sentence_and_known_edits():
    corrections = read_knowledge()["corrections"]
    assert set(corrections) <= set(read_knowledge()["sentences"])
    assert {name for names in corrections.values() for name in names} == set(EDITS)
