import numpy as np
import pytest

from twinprop.arithmetic import native, strict
from twinprop.formulas.optimizers import OPTIMIZERS, gradient_descent


def test_gradient_descent_goes_against_the_gradient():
    parameters = [np.array([[1.0, 2.0, 3.0]]), np.array([[-1.0], [0.5]])]
    gradients = [np.array([[2.0, -4.0, 0.0]]), np.array([[8.0], [-0.5]])]
    moved, state = gradient_descent(parameters, gradients, None, 0.25)
    assert [m.tolist() for m in moved] == [[[0.5, 3.0, 3.0]], [[-3.0], [0.625]]]
    assert state is None


@pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_changes_no_argument_and_keeps_shapes(name, arithmetic):
    parameters, gradients = [np.ones((2, 3)), np.ones((1, 3))], [np.ones((2, 3)), np.ones((1, 3))]
    moved, _ = OPTIMIZERS[name](parameters, gradients, None, 0.1, arithmetic)
    assert [m.shape for m in moved] == [(2, 3), (1, 3)]
    for array in parameters + gradients:
        np.testing.assert_array_equal(array, np.ones(array.shape))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_small_step_lowers_a_quadratic(name):
    p = np.array([[3.0, -2.0]])
    moved, _ = OPTIMIZERS[name]([p], [p.copy()], None, 0.01)
    assert (moved[0] ** 2).sum() < (p**2).sum()


def test_two_steps_of_each_optimizer_worked_by_hand():
    p, dp = [np.array([[1.0]])], [np.array([[2.0]])]
    # momentum: v = 2, then 0.5 * 2 + 2 = 3; p = 1 - 0.1 * 2 - 0.1 * 3
    # rmsprop: s = 0.25 * 4 = 1, then 0.75 + 1 = 1.75; p = 1 - 0.1 * 2 / 1 - 0.1 * 2 / sqrt(1.75)
    # adam with a constant gradient: the corrected means are 2 and 4, so each step is 0.1
    by_hand = {
        "gradient_descent": ({}, 0.6),
        "momentum": ({"momentum": 0.5}, 0.5),
        "rmsprop": ({"decay": 0.75, "epsilon": 0.0}, 0.8 - 0.2 / np.sqrt(1.75)),
        "adam": ({"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.0}, 0.8),
    }
    assert list(by_hand) == list(OPTIMIZERS)
    for name, (options, expected) in by_hand.items():
        moved, state = OPTIMIZERS[name](p, dp, None, 0.1, **options)
        moved, _ = OPTIMIZERS[name](moved, dp, state, 0.1, **options)
        assert moved[0][0, 0] == pytest.approx(expected, rel=1e-15), name
