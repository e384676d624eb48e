import numpy as np

from twinprop.initializers import normal, uniform
from twinprop.random_numbers import new_generator, random_normal, random_uniform


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
