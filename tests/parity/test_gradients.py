"""Gradients against central differences in both languages, for all that the tables name.

R checks itself: its gradients against central differences of its own loss, with the checker of
r/tests/testthat/helper-gradients.R. A new activation or loss is taken from the tables.
"""

from pathlib import Path

import gradients
import numpy as np
import pytest

from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.losses import LOSSES
from twinprop.formulas.random_numbers import new_generator, random_uniform
from twinprop.network.layers import draw_network

TESTS = Path(__file__).resolve().parents[1]
R_CHECKER = TESTS.parent / "r" / "tests" / "testthat" / "helper-gradients.R"
# A step has no derivative to compare; that of softmax takes e, see tests/network/test_gradients.py.
SLOPED = [name for name in ACTIVATIONS if name not in ("step", "softmax")]
REDUCED = [(name, reduction) for name in LOSSES for reduction in LOSSES[name].reductions]
SAMPLES, FEATURES, UNITS = 5, 4, [3, 2, 6, 7]
DEPTHS = [1, 2, 3, 4]


def uniform_matrix(seed, n, m, low, high):
    return random_uniform(new_generator(seed), n * m, low, high).reshape(n, m)


def problem(activations, seed=11):
    """A network, samples and targets, the same in both languages."""
    units = UNITS[: len(activations)]
    network = draw_network(FEATURES, units, activations, "normal", seed, sd=0.7)
    x = uniform_matrix(seed + 1, SAMPLES, FEATURES, -1, 1)
    return network, x, uniform_matrix(seed + 2, SAMPLES, units[-1], 0.1, 0.9)


def layers(activation, loss, depth):
    """One activation in all layers, but the last has the one that the loss is paired with."""
    return [activation] * (depth - 1) + [LOSSES[loss].paired_with or activation]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("loss", "reduction"), REDUCED)
@pytest.mark.parametrize("activation", SLOPED)
def test_gradients_are_central_differences(activation, loss, reduction, depth):
    network, x, y = problem(layers(activation, loss, depth))
    gradients.check_gradients(network, x, y, loss, reduction)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("loss", "reduction"), REDUCED)
@pytest.mark.parametrize("activation", SLOPED)
def test_gradients_of_r_are_central_differences(activation, loss, reduction, depth, r):
    names = ", ".join(f'"{name}"' for name in layers(activation, loss, depth))
    checker = r.evaluate(
        f"""{{
          checker <- new.env(parent = asNamespace("twinprop"))
          sys.source("{R_CHECKER}", checker)
          with(checker, largest_gradient_error(
            c({names}), "{loss}", "{reduction}"
          ))
        }}"""
    )
    assert checker["error"] <= checker["tolerance"], checker["name"]


@pytest.mark.parametrize("first", [*SLOPED, "softmax"])
@pytest.mark.parametrize("last", [*SLOPED, "softmax"])
def test_gradients_of_mixed_activations_are_central_differences(first, last):
    network, x, y = problem([first, first, last])
    gradients.check_gradients(network, x, y, "squared_error", "sum")


@pytest.mark.parametrize("activation", SLOPED)
def test_the_derivative_of_an_activation_is_its_central_difference(activation):
    z = uniform_matrix(3, 4, 7, -6, 6)
    value, grad, *_ = ACTIVATIONS[activation]
    numeric = gradients.central_difference(lambda z: value(z).sum(), z)
    gradients.check_close(activation, grad(z, value(z)), numeric)


@pytest.mark.parametrize(("loss", "reduction"), REDUCED)
def test_the_derivative_of_a_loss_is_its_central_difference(loss, reduction):
    a, y = uniform_matrix(4, 5, 3, 0.1, 0.9), uniform_matrix(5, 5, 3, 0.1, 0.9)
    value, grad, *_ = LOSSES[loss]
    numeric = gradients.central_difference(lambda a: value(a, y, reduction), a)
    gradients.check_close(loss, grad(a, y, reduction), numeric)


def test_a_wrong_gradient_is_found_and_named():
    numeric = np.array([[1.0, 2.0], [3.0, 4.0]])
    wrong = np.array([[1.0, 2.0], [3.000001, 4.0]])
    with pytest.raises(AssertionError, match=r"dW2\[1, 0\] is .*3\.000001.*, but by central"):
        gradients.check_close("dW2", wrong, numeric)
    with pytest.raises(AssertionError, match="dW2"):
        gradients.check_close("dW2", np.full((2, 2), np.nan), numeric)
