"""Dropout masks and drawn slopes: their numbers, their place in a trace, and what is refused."""

import numpy as np
import pytest

from twinprop import draw_step, dropout_mask, forward, predict, rrelu_slopes
from twinprop.formulas.random_numbers import new_generator, random_uniform
from twinprop.ground.errors import InputError
from twinprop.network.layers import draw_network, new_network
from twinprop.network.plan import new_plan
from twinprop.network.training import train

X, Y = np.array([[1.0, -2.0], [0.5, 1.0], [2.0, 0.0]]), np.array([[1.0], [0.0], [1.0]])


def network(first="relu", dropout=(0.5, 0.0)):
    return draw_network(2, [5, 1], [first, "sigmoid"], "he", 3, dropout)


def test_a_mask_is_0_where_the_uniform_number_is_below_the_rate():
    uniform = random_uniform(new_generator(4), 40).reshape(8, 5)
    mask = dropout_mask(new_generator(4), 8, 5, 0.2)
    np.testing.assert_array_equal(mask, np.where(uniform < 0.2, 0.0, 1.25))


def test_slopes_lie_between_their_bounds():
    slopes = rrelu_slopes(new_generator(4), 50, 7, 0.2, 0.3)
    assert slopes.shape == (50, 7)
    assert slopes.min() > 0.2
    assert slopes.max() < 0.3


def test_slopes_are_drawn_before_the_mask_of_their_layer():
    generator = new_generator(9)
    drawn = draw_step(network("rrelu"), 3, new_generator(9))
    np.testing.assert_array_equal(drawn.slopes[0], rrelu_slopes(generator, 3, 5))
    np.testing.assert_array_equal(drawn.masks[0], dropout_mask(generator, 3, 5))


def test_the_next_layer_is_fed_what_the_mask_left():
    trace = train(network(), X, Y, new_plan(epochs=2, draw_seed=1, record=[1, 2])).trace
    for epoch in (1, 2):
        fed = trace[f"{epoch}/dropped1"]
        np.testing.assert_array_equal(fed, trace[f"{epoch}/a1"] * trace[f"{epoch}/mask1"])
    assert (trace["1/mask1"] != trace["2/mask1"]).any()


def test_prediction_drops_nothing_and_takes_the_mean_slope():
    trained = train(network("rrelu"), X, Y, new_plan(epochs=2, draw_seed=1)).network
    assert trained[0].options == {}
    parts = ([layer.weights for layer in trained], [layer.bias for layer in trained])
    plain = new_network(*parts, ["rrelu", "sigmoid"])
    np.testing.assert_array_equal(predict(trained, X), forward(plain, X).a[-1])


def test_training_that_draws_needs_a_seed():
    with pytest.raises(InputError, match="draw_seed is missing"):
        train(network(), X, Y, new_plan())
    with pytest.raises(InputError, match="draw_seed is missing"):
        train(network("rrelu", None), X, Y, new_plan())


@pytest.mark.parametrize(
    ("dropout", "sentence"),
    [
        ([1.0, 0.0], "dropout of layer 1 is 1; wanted"),
        ([np.nan, 0.0], "dropout of layer 1 is NaN; wanted"),
        ([0.5, 0.5], "dropout of the last layer is above 0"),
        ([0.5], "dropout has 1 number; wanted 2"),
    ],
)
def test_bad_shares_are_refused(dropout, sentence):
    with pytest.raises(InputError, match=sentence):
        network(dropout=dropout)
