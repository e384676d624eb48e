import numpy as np
import pytest

from twinprop import ACTIVATIONS, identity_function, sigmoid, sigmoid_grad
from twinprop.arithmetic import native, strict
from twinprop.network.layers import new_network
from twinprop.network.plan import new_plan
from twinprop.network.training import train

ARITHMETICS = pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])


@ARITHMETICS
def test_sigmoid_has_its_known_values(arithmetic):
    # 1 / (1 + e^-2), 1 / (1 + e) and 1 / (1 + e^40) to 16 digits.
    z = np.array([[0.0, 2.0, -1.0], [40.0, -40.0, 0.0]])
    wanted = [[0.5, 0.8807970779778824, 0.2689414213699951], [1.0, 4.248354255291589e-18, 0.5]]
    np.testing.assert_allclose(sigmoid(z, arithmetic), wanted, rtol=3e-16)


@ARITHMETICS
def test_sigmoid_reaches_its_ends(arithmetic):
    z = np.array([[1000.0, -1000.0, np.inf, -np.inf]])
    assert sigmoid(z, arithmetic).tolist() == [[1.0, 0.0, 1.0, 0.0]]


@ARITHMETICS
def test_sigmoid_takes_a_single_number(arithmetic):
    assert sigmoid(np.float64(0.0), arithmetic) == arithmetic.sigmoid(np.float64(0.0)) == 0.5


@ARITHMETICS
def test_sigmoid_of_nan_is_nan(arithmetic):
    assert np.isnan(sigmoid(np.array([[np.nan]]), arithmetic)).all()


def test_derivative_of_sigmoid_is_largest_at_zero_and_vanishes_at_the_ends():
    z = np.array([[0.0, 700.0, -1000.0]])
    a = sigmoid(z)
    assert sigmoid_grad(z, a).tolist() == [[0.25, 0.0, 0.0]]


def test_identity_keeps_every_bit():
    z = np.array([[5e-324, -0.0, 1e308], [np.inf, -1.5, 0.1]])
    assert identity_function(z).tobytes() == z.tobytes()


@ARITHMETICS
@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
def test_functions_and_derivatives_keep_the_shape_and_their_arguments(name, arithmetic):
    z = np.linspace(-3, 3, 6).reshape(2, 3)
    before = z.copy()
    a = ACTIVATIONS[name].value(z, arithmetic)
    a_before = a.copy()
    assert a.shape == ACTIVATIONS[name].grad(z, a, arithmetic).shape == (2, 3)
    np.testing.assert_array_equal(z, before)
    np.testing.assert_array_equal(a, a_before)


@ARITHMETICS
@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("step", 0.0),
        ("relu", 0.0),
        ("leaky_relu", 0.01),
        ("prelu", 0.25),
        ("rrelu", 0.5 * (0.125 + 1 / 3)),
        ("elu", 1.0),
    ],
)
def test_at_the_kink_the_derivative_is_the_left_hand_one_as_its_text_says(name, slope, arithmetic):
    function = ACTIVATIONS[name]
    z = np.array([[0.0, -0.0]])
    a = function.value(z, arithmetic)
    np.testing.assert_array_equal(a, [[0.0, 0.0]])
    np.testing.assert_array_equal(function.grad(z, a, arithmetic), [[slope, slope]])
    said = function.grad.__doc__
    assert " where z is above 0, else " in said or "0, so nothing can be learned" in said


@ARITHMETICS
@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_a_network_with_z_of_ten_thousand_overflows_nowhere(name, arithmetic):
    network = new_network([1e4 * np.eye(3)], [np.zeros((1, 3))], [name])
    x, y = np.array([[1.0, -1.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    trace = train(network, x, y, new_plan(draw_seed=1), arithmetic=arithmetic).trace
    assert all(np.isfinite(values).all() for values in trace.values())
