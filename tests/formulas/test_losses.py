import numpy as np
import pytest

from twinprop.arithmetic import native, strict
from twinprop.formulas.losses import LOSSES, REDUCTIONS
from twinprop.formulas.losses_entropy import binary_cross_entropy_of_z, cross_entropy_of_z
from twinprop.formulas.losses_squared import squared_error, squared_error_grad

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
