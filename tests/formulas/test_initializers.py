import numpy as np
import pytest

from twinprop.arithmetic import strict
from twinprop.formulas.initializers import glorot, he, normal, uniform
from twinprop.formulas.random_numbers import new_generator, random_normal, random_uniform
from twinprop.network.layers import draw_network
from twinprop.network.plan import new_plan
from twinprop.network.training import train


def test_weights_are_drawn_row_by_row_and_then_the_bias():
    weights, bias = uniform(new_generator(3), 2, 5)
    drawn = random_uniform(new_generator(3), 15)
    assert weights.tolist() == [drawn[:5].tolist(), drawn[5:10].tolist()]
    assert bias.tolist() == [drawn[10:].tolist()]


def test_normal_weights_are_drawn_row_by_row_and_then_the_bias():
    weights, bias = normal(new_generator(3), 2, 5)
    drawn = random_normal(new_generator(3), 15)
    assert weights.tolist() == [drawn[:5].tolist(), drawn[5:10].tolist()]
    assert bias.tolist() == [drawn[10:].tolist()]


def test_uniform_weights_and_biases_lie_between_low_and_high():
    drawn = np.concatenate([v.ravel() for v in uniform(new_generator(1), 40, 25, -3.0, -1.0)])
    assert drawn.min() > -3
    assert drawn.max() < -1
    assert abs(drawn.mean() + 2) < 0.1


def test_normal_weights_and_biases_have_mean_and_sd():
    drawn = np.concatenate([v.ravel() for v in normal(new_generator(1), 40, 25, 5.0, 0.5)])
    assert abs(drawn.mean() - 5) < 0.05
    assert abs(drawn.std() - 0.5) < 0.05


def test_the_generator_moves_on():
    generator = new_generator(1)
    assert uniform(generator, 1, 2)[0].tolist() != uniform(generator, 1, 2)[0].tolist()


def test_hidden_units_that_start_alike_stay_alike():
    x, y = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([[1.0], [0.2]])
    network = draw_network(2, [3, 1], ["sigmoid", "sigmoid"], "zeros")
    moved = train(network, x, y, new_plan(epochs=5, learning_rate=1.0), arithmetic=strict).network
    assert np.ptp(moved[0].weights, axis=1).tolist() == [0.0, 0.0]
    assert moved[0].weights.any()


def test_glorot_and_he_have_the_spread_that_their_formulas_say():
    generator = new_generator(5)
    weights, bias = glorot(generator, 300, 200)
    assert np.abs(weights).max() <= np.sqrt(6 / 500)
    assert weights.std() == pytest.approx(np.sqrt(2 / 500), rel=0.01)
    assert not bias.any()
    weights, bias = he(generator, 300, 200)
    assert weights.std() == pytest.approx(np.sqrt(2 / 300), rel=0.01)
    assert not bias.any()
