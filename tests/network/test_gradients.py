"""Every gradient against central differences, along random directions."""

from copy import copy

import numpy as np
import pytest

from twinprop import backward, draw_step, forward, loss_value
from twinprop.formulas.activation_options import activation_options
from twinprop.formulas.activations import ACTIVATIONS, prelu_alpha_grad
from twinprop.formulas.losses import LOSSES, l2_penalty, loss_reduction
from twinprop.formulas.random_numbers import new_generator, random_normal, random_uniform
from twinprop.network.layers import Network, draw_network
from twinprop.network.training import parameters_of, set_parameters

STEP = 1e-5
# The error of a central difference is about step^2 |f'''| / 6 + 1e-16 |f| / step, here 1e-10.
TOLERANCE = 1e-7

OPTIONS = {
    "leaky_relu": {"slope": 0.2},
    "prelu": {"alpha": 0.3},
    "rrelu": {"lower": 0.2, "upper": 0.4},
    "elu": {"alpha": 1.5},
    "swish": {"beta": 0.7},
}


def difference(function, at, direction):
    """Derivative of a function at a point along a direction."""
    return (function(at + STEP * direction) - function(at - STEP * direction)) / (2.0 * STEP)


def values(seed, n, m):
    """Normal numbers, none of them within a step of a kink at 0."""
    z = random_normal(new_generator(seed), n * m).reshape(n, m)
    return z + np.sign(z) * 0.01


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
def test_the_slope_of_an_activation_is_its_derivative(name):
    _, options = activation_options({"name": name, **OPTIONS.get(name, {})}, 4)
    z, one = values(1, 5, 4), np.ones((5, 4))
    activation = ACTIVATIONS[name]
    slope = activation.grad(z, activation.value(z, **options), **options)
    expected = difference(lambda at: activation.value(at, **options), z, one)
    np.testing.assert_allclose(slope, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_the_derivative_of_softmax_takes_the_whole_row():
    z, e, direction = values(1, 5, 4), values(2, 5, 4), values(3, 5, 4)
    softmax = ACTIVATIONS["softmax"]
    delta = softmax.grad(z, softmax.value(z), e)
    expected = difference(lambda at: np.sum(e * softmax.value(at)), z, direction)
    assert np.sum(delta * direction) == pytest.approx(expected, rel=TOLERANCE)


def test_the_derivative_with_respect_to_alpha_is_a_sum_over_samples():
    z, e, alpha, direction = values(1, 5, 4), values(2, 5, 4), values(3, 1, 4), values(4, 1, 4)
    prelu = ACTIVATIONS["prelu"].value
    expected = difference(lambda at: np.sum(e * prelu(z, alpha=at)), alpha, direction)
    assert np.sum(prelu_alpha_grad(z, e) * direction) == pytest.approx(expected, rel=TOLERANCE)


def outputs_and_targets(name):
    a = random_uniform(new_generator(1), 15, 0.1, 0.9).reshape(5, 3)
    return a, random_uniform(new_generator(2), 15).reshape(5, 3)


@pytest.mark.parametrize(
    ("name", "reduction"), [(name, r) for name in LOSSES for r in LOSSES[name].reductions]
)
def test_the_derivative_of_a_loss_is_that_of_its_value(name, reduction):
    loss, (a, y), direction = LOSSES[name], outputs_and_targets(name), values(5, 5, 3)
    expected = difference(lambda at: loss.value(at, y, reduction), a, direction)
    found = np.sum(loss.grad(a, y, reduction) * direction)
    assert found == pytest.approx(expected, rel=TOLERANCE)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_delta_of_a_pair_is_the_derivative_with_respect_to_z(name, reduction):
    loss, (_, y), z, direction = (
        LOSSES[name],
        outputs_and_targets(name),
        values(4, 5, 3),
        values(5, 5, 3),
    )
    a = ACTIVATIONS[loss.paired_with].value(z)
    expected = difference(lambda at: loss.value_of_z(at, y, reduction), z, direction)
    found = np.sum(loss.delta(a, y, reduction) * direction)
    assert found == pytest.approx(expected, rel=TOLERANCE)
    # Targets whose rows do not sum to 1 have one loss from z and another from a softmax.
    y = y / y.sum(axis=1, keepdims=True)
    assert loss.value_of_z(z, y, reduction) == pytest.approx(loss.value(a, y, reduction))


def test_the_derivative_of_the_l2_penalty_is_l2_times_the_weights():
    w, direction = values(1, 4, 3), values(2, 4, 3)
    expected = difference(lambda at: l2_penalty([at], 0.3), w, direction)
    assert np.sum(0.3 * w * direction) == pytest.approx(expected, rel=TOLERANCE)


def moved(network, directions, step):
    """The network with all parameters moved along their directions."""
    found = Network(map(copy, network))
    pairs = zip(parameters_of(network), directions, strict=True)
    set_parameters(found, [p + step * d for p, d in pairs])
    return found


@pytest.mark.parametrize(
    ("last", "loss"),
    [
        ("sigmoid", "squared_error"),
        ("identity", "mean_squared_error"),
        ("softmax", "squared_error"),
        ("softmax", "cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", "binary_cross_entropy"),
        ("sigmoid", "cross_entropy"),
    ],
)
@pytest.mark.parametrize(
    "hidden",
    [
        ["tanh", "softplus"],
        [{"name": "prelu", "alpha": 0.3}, "prelu"],
        ["rrelu", "swish"],
        ["elu", "softmax"],
    ],
    ids=lambda hidden: "-".join(f if isinstance(f, str) else f["name"] for f in hidden),
)
def test_the_gradients_of_a_network_are_those_of_its_loss(last, loss, hidden):
    shares = [0.5, 0.25, 0.0]
    network = draw_network(4, [6, 5, 3], [*hidden, last], "normal", 7, shares, sd=0.5)
    step = draw_step(network, 7, new_generator(8))
    x, y = values(1, 7, 4), np.abs(values(2, 7, 3))
    y = y / y.sum(axis=1, keepdims=True)
    reduction = loss_reduction(loss)

    def value(at):
        return loss_value(at, forward(at, x, step=step), y, loss, reduction, l2=0.1)

    gradients = backward(network, forward(network, x, step=step), y, loss, reduction, l2=0.1)
    slopes = gradients.weights + gradients.biases + [g for g in gradients.alpha if g is not None]
    still = [np.zeros(p.shape) for p in parameters_of(network)]
    for i, gradient in enumerate(slopes):
        direction = values(i, *gradient.shape)
        path = [*still[:i], direction, *still[i + 1 :]]
        expected = difference(lambda t, path=path: value(moved(network, path, t)), 0.0, 1.0)
        found = np.sum(gradient * direction)
        assert found == pytest.approx(expected, rel=TOLERANCE, abs=1e-9), i
