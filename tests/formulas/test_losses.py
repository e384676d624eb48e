import math

import numpy as np
import pytest

from twinprop.arithmetic import native, strict
from twinprop.formulas.losses import (
    LOSSES,
    REDUCTIONS,
    binary_cross_entropy_of_z,
    cross_entropy_of_z,
    squared_error,
    squared_error_grad,
)

A = np.array([[1.0, 3.0, 0.5], [2.0, -1.0, 0.25]])
Y = np.array([[0.0, 1.0, 0.5], [2.0, 1.0, -0.75]])
ARITHMETICS = pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])


@ARITHMETICS
def test_squared_error_is_half_the_sum_of_squares(arithmetic):
    # (1 + 4 + 0 + 0 + 4 + 1) / 2
    assert squared_error(A, Y, arithmetic=arithmetic) == 5.0


@ARITHMETICS
def test_mean_divides_by_samples_and_not_by_outputs(arithmetic):
    assert squared_error(A, Y, "mean", arithmetic) == 2.5
    wanted = [[0.5, 1.0, 0.0], [0.0, -1.0, 0.5]]
    assert squared_error_grad(A, Y, "mean", arithmetic).tolist() == wanted


def test_derivative_is_output_minus_target():
    assert squared_error_grad(A, Y).tolist() == [[1.0, 2.0, 0.0], [0.0, -2.0, 1.0]]


LN2, LN3 = math.log(2.0), math.log(3.0)
# Of a = .5 .25 / .75 .25 and y = 1 0 / 0 1, worked by hand. The differences a - y are
# -.5 .25 / .75 -.75, their squares .25 .0625 / .5625 .5625, with the sum 1.4375. The logarithms
# of binary cross-entropy, of .5, .75, .25 and .25, add up to ln 3 - 7 ln 2; those of cross-entropy,
# of the outputs whose target is 1, to -3 ln 2. The derivatives of a logarithm are quotients.
BY_HAND = [
    ("squared_error", "sum", 0.71875, [[-0.5, 0.25], [0.75, -0.75]]),
    ("squared_error", "mean", 0.359375, [[-0.25, 0.125], [0.375, -0.375]]),
    ("sum_squared_error", "sum", 1.4375, [[-1.0, 0.5], [1.5, -1.5]]),
    ("mean_squared_error", "mean", 0.359375, [[-0.25, 0.125], [0.375, -0.375]]),
    ("binary_cross_entropy", "sum", 7.0 * LN2 - LN3, [[-2.0, 4 / 3], [4.0, -4.0]]),
    ("binary_cross_entropy", "mean", 3.5 * LN2 - LN3 / 2, [[-1.0, 2 / 3], [2.0, -2.0]]),
    ("cross_entropy", "sum", 3.0 * LN2, [[-2.0, 0.0], [0.0, -4.0]]),
    ("cross_entropy", "mean", 1.5 * LN2, [[-1.0, 0.0], [0.0, -2.0]]),
]


@ARITHMETICS
@pytest.mark.parametrize(("loss", "reduction", "value", "grad"), BY_HAND)
def test_each_loss_and_its_derivative_worked_by_hand(loss, reduction, value, grad, arithmetic):
    a, y = np.array([[0.5, 0.25], [0.75, 0.25]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    # A few roundings of the logarithms and of their sum.
    assert LOSSES[loss].value(a, y, reduction, arithmetic) == pytest.approx(value, rel=1e-15)
    np.testing.assert_allclose(LOSSES[loss].grad(a, y, reduction, arithmetic), grad, rtol=3e-16)


def test_every_loss_with_every_reduction_is_worked_by_hand():
    wanted = [(name, reduction) for name in LOSSES for reduction in LOSSES[name].reductions]
    assert [(loss, reduction) for loss, reduction, *_ in BY_HAND] == wanted


@ARITHMETICS
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_one_number_and_changes_no_argument(loss, reduction, arithmetic):
    a, y = A * 0.1 + 0.4, Y * 0.1 + 0.4
    a_before, y_before = a.copy(), y.copy()
    value = LOSSES[loss].value(a, y, reduction, arithmetic)
    assert isinstance(value, float)
    assert value >= 0
    assert LOSSES[loss].grad(a, y, reduction, arithmetic).shape == a.shape
    np.testing.assert_array_equal(a, a_before)
    np.testing.assert_array_equal(y, y_before)


@ARITHMETICS
@pytest.mark.parametrize(("y", "expected"), [(1.0, [0.0, 1e4]), (0.0, [1e4, 0.0])])
def test_binary_cross_entropy_of_z_of_ten_thousand_is_right_and_silent(y, expected, arithmetic):
    for z, loss in zip([1e4, -1e4], expected, strict=True):
        found = binary_cross_entropy_of_z(np.array([[z]]), np.array([[y]]), "sum", arithmetic)
        assert found == loss


@ARITHMETICS
def test_cross_entropy_of_z_of_ten_thousand_is_right_and_silent(arithmetic):
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]])
    y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    found = cross_entropy_of_z(z, y, "sum", arithmetic)
    assert found == pytest.approx(2e4 + np.log(3.0), rel=1e-15)
