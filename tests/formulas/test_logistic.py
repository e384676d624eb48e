"""Logistic regression: its forms agree with each other and with a network of one layer."""

import numpy as np
import pytest

from twinprop import backward, forward, loss_value
from twinprop.arithmetic import native, strict
from twinprop.formulas.logistic import (
    logistic_one_loop,
    logistic_one_sample,
    logistic_two_loops,
    logistic_vectorised,
    unit_change,
    unit_epoch,
)
from twinprop.formulas.random_numbers import new_generator, random_normal
from twinprop.network.layers import new_network

FORMS = [logistic_two_loops, logistic_one_loop, logistic_vectorised]
# Seven sums of five products, in different orders: a few roundings of numbers near 1.
CLOSE = {"rtol": 1e-14, "atol": 1e-15}


def problem(n=7, m=5):
    generator = new_generator(3)
    x = random_normal(generator, n * m).reshape(n, m)
    w, b = random_normal(generator, m).reshape(m, 1), random_normal(generator, 1).reshape(1, 1)
    return x, np.arange(n).reshape(n, 1) % 2.0, w, b


def check_same(found, expected):
    np.testing.assert_allclose(found.loss, expected.loss, **CLOSE)
    np.testing.assert_allclose(found.weights, expected.weights, **CLOSE)
    np.testing.assert_allclose(found.bias, expected.bias, **CLOSE)


@pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])
@pytest.mark.parametrize("form", FORMS)
def test_the_forms_agree(form, arithmetic):
    check_same(form(*problem(), arithmetic), logistic_vectorised(*problem()))


@pytest.mark.parametrize("form", FORMS)
def test_one_sample_is_each_form_with_one_sample(form):
    check_same(form(*problem(n=1)), logistic_one_sample(*problem(n=1)))


def test_a_network_of_one_layer_has_the_same_loss_and_gradients():
    x, y, w, b = problem()
    network = new_network([w], [b], ["sigmoid"])
    cache = forward(network, x)
    rule = ("binary_cross_entropy", "mean")
    gradients = backward(network, cache, y, *rule)
    expected = logistic_vectorised(x, y, w, b)
    assert loss_value(network, cache, y, *rule) == expected.loss
    np.testing.assert_allclose(gradients.weights[0], expected.weights, **CLOSE)
    np.testing.assert_allclose(gradients.biases[0], expected.bias, **CLOSE)


def test_the_change_of_a_unit_is_minus_the_gradient_of_the_network():
    x, y, w, _ = problem(n=1)
    network = new_network([w], [[[0.0]]], ["sigmoid"])
    gradients = backward(network, forward(network, x), y)
    np.testing.assert_allclose(unit_change(x, y, w), -gradients.weights[0], **CLOSE)


def test_an_epoch_of_a_unit_divides_by_the_records_and_not_by_the_features():
    x, y, w, _ = problem()
    network = new_network([w], [[[0.0]]], ["sigmoid"])
    gradients = backward(network, forward(network, x), y, reduction="mean")
    np.testing.assert_allclose(unit_epoch(x, y, w, 0.3), w - 0.3 * gradients.weights[0], **CLOSE)
