"""Losses called directly refuse bad arguments, in both languages in the same words."""

import numpy as np
import pytest

import twinprop
from twinprop import LOSSES, l2_penalty
from twinprop.arithmetic.ulp import same_bits

Y = np.array([[1.0], [0.0]])
NAN = float("nan")

FUNCTIONS = {
    name: getattr(twinprop, name) for name in twinprop.__all__ if name.startswith(tuple(LOSSES))
}
OUTPUTS = {"binary_cross_entropy_of_z": "z", "cross_entropy_of_z": "z"}
# The targets in Python and R; what is said of them.
BAD_TARGETS = [
    (np.zeros((2, 3)), "matrix(0, 2, 3)", "y has the shape 2 x 3; wanted 2 x 1"),
    (np.zeros((1, 1)), "matrix(0)", "y has the shape 1 x 1; wanted 2 x 1"),
    (np.zeros(2), "c(0, 0)", "y is no matrix; wanted a matrix, one row per sample"),
    (
        np.array([[NAN], [0]]),
        "matrix(c(NaN, 0))",
        "y is NaN in row 0, column 0, counted from 0; wanted finite numbers",
    ),
]


def test_every_loss_has_checks_and_trains_without():
    assert len(FUNCTIONS) == 14
    for loss in LOSSES.values():
        assert FUNCTIONS[loss.value.__name__] is not loss.value
        assert FUNCTIONS[loss.grad.__name__] is not loss.grad


@pytest.mark.parametrize(("y", "code", "sentence"), BAD_TARGETS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_targets_that_do_not_fit_are_refused(refused, name, y, code, sentence):
    function, outputs = FUNCTIONS[name], OUTPUTS.get(name, "a")
    code = f"{name}(matrix(c(1, 0)), {code})"
    assert refused(lambda: function(Y, y), code) == sentence
    assert refused(lambda: function(**{"y": y, outputs: Y}), code) == sentence


@pytest.mark.parametrize("name", FUNCTIONS)
def test_outputs_that_are_no_matrix_of_numbers_are_refused(refused, name):
    function, outputs = FUNCTIONS[name], OUTPUTS.get(name, "a")
    found = refused(lambda: function([[1.0], [0.0]], Y), f"{name}(c(1, 0), matrix(c(1, 0)))")
    assert found == f"{outputs} is no matrix; wanted a matrix, one row per sample"
    text = np.array([["u"], ["v"]])
    found = refused(lambda: function(text, Y), f"{name}(matrix(c('u', 'v')), matrix(c(1, 0)))")
    assert found == f"{outputs} is not made of numbers; wanted finite numbers"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_reduction_that_a_loss_has_not_is_refused(refused, name):
    known = {"sum_": "sum", "mean": "mean"}.get(name[:4], "sum, mean")
    given = "mean" if known == "sum" else "sums"
    code = f"{name}(matrix(c(1, 0)), matrix(c(1, 0)), '{given}')"
    hint = ' did you mean "sum"?' if known.startswith("sum, ") else ""
    assert refused(lambda: FUNCTIONS[name](Y, Y, given), code) == (
        f'unknown reduction "{given}";{hint} known are {known}'
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_name_of_an_arithmetic_is_refused(refused, name):
    code = f"{name}(matrix(c(1, 0)), matrix(c(1, 0)), arithmetic = 'strict')"
    assert refused(lambda: FUNCTIONS[name](Y, Y, arithmetic="strict"), code) == (
        'arithmetic is "strict"; wanted native or strict, not its name'
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_infinite_outputs_are_taken_and_give_the_same(r, name):
    outputs = np.array([[np.inf], [-np.inf]])
    with np.errstate(invalid="ignore"):
        ours = FUNCTIONS[name](outputs, Y)
    assert same_bits(ours, r.call(name, outputs, Y)).all()


@pytest.mark.parametrize(
    ("l2", "code", "sentence"),
    [
        (NAN, "NaN", "l2 is NaN; wanted a finite number"),
        (-0.5, "-0.5", "l2 is -0.5; wanted a number of at least 0"),
        ("1", "'1'", 'l2 is "1"; wanted a finite number'),
    ],
)
def test_a_penalty_of_no_strength_is_refused(refused, l2, code, sentence):
    assert refused(lambda: l2_penalty([Y], l2), f"l2_penalty(list(matrix(1)), {code})") == sentence
