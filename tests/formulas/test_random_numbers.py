"""Random numbers: R's values, the stream, and what is refused. Live R: the parity tests."""

import numpy as np
import pytest
from flint import arb, ctx

from twinprop.formulas.random_numbers import (
    new_generator,
    normal_quantile,
    random_normal,
    random_permutation,
    random_uniform,
)
from twinprop.ground.errors import InputError


def test_the_first_numbers_of_seed_42_are_those_that_r_prints_in_hexadecimal():
    # set.seed(42); sprintf("%a", c(runif(2), rnorm(2))); sample.int(7)
    generator = new_generator(42)
    numbers = [*random_uniform(generator, 2), *random_normal(generator, 2)]
    assert [number.hex() for number in numbers] == [
        "0x1.d461752e00000p-1",
        "0x1.dfc8593c00000p-1",
        "-0x1.21201e6483b03p-1",
        "0x1.73d7ef2bc4ec4p-2",
    ]
    assert (random_permutation(generator, 7) + 1).tolist() == [2, 7, 1, 4, 3, 6, 5]


def test_two_draws_continue_one_stream():
    parts, whole = new_generator(5), new_generator(5)
    drawn = np.concatenate([random_uniform(parts, 3), random_uniform(parts, 4)])
    np.testing.assert_array_equal(drawn, random_uniform(whole, 7))


def test_two_generators_of_one_seed_do_not_disturb_each_other():
    first, second = new_generator(5), new_generator(5)
    random_permutation(first, 100)
    np.testing.assert_array_equal(random_uniform(second, 3), random_uniform(new_generator(5), 3))


def test_uniform_numbers_lie_between_their_bounds():
    drawn = random_uniform(new_generator(3), 1000, low=-2, high=5)
    assert -2 < drawn.min() < -1.9
    assert 4.9 < drawn.max() < 5


def test_zero_is_not_drawn_even_where_the_generator_gives_it():
    generator = new_generator(1)
    state = generator.state
    state["state"]["key"][:] = 0
    state["state"]["pos"] = 0
    generator.state = state
    assert random_uniform(generator, 1)[0] == 2.328306437080797e-10 / 2


def test_mean_and_standard_deviation_shift_and_stretch_the_normal_numbers():
    standard = random_normal(new_generator(8), 20)
    moved = random_normal(new_generator(8), 20, mean=3, sd=0.5)
    np.testing.assert_array_equal(moved, 3 + 0.5 * standard)


def test_a_permutation_has_every_index_once():
    drawn = random_permutation(new_generator(11), 1000)
    assert drawn.dtype == np.int64
    assert sorted(drawn) == list(range(1000))
    assert drawn.tolist() != sorted(drawn)


@pytest.mark.parametrize("draw", [random_uniform, random_normal, random_permutation])
def test_nothing_is_drawn_where_nothing_is_wanted(draw):
    generator = new_generator(2)
    assert draw(generator, 0).shape == (0,)
    np.testing.assert_array_equal(random_uniform(generator, 3), random_uniform(new_generator(2), 3))


def test_the_normal_quantile_inverts_the_distribution_to_ten_units_in_the_last_place():
    p = np.concatenate([np.linspace(0.0005, 0.9995, 1999), 10.0 ** -np.arange(4, 300, 5)])
    for probability, quantile in zip(p.tolist(), normal_quantile(p).tolist(), strict=True):
        with ctx.workprec(200):
            error = (-arb(quantile) / arb(2).sqrt()).erfc() / 2 - arb(probability)
            density = (-(arb(quantile) ** 2) / 2).exp() / (2 * arb.pi()).sqrt()
            assert abs(error / density) < 10 * abs(np.spacing(quantile)), (probability, quantile)


def test_the_normal_quantile_of_one_is_infinite():
    assert normal_quantile(np.array([1.0])).tolist() == [np.inf]


@pytest.mark.parametrize("seed", [2**31, -(2**31), 1.5, float("nan"), True, None, "1"])
def test_a_seed_that_r_does_not_take_is_refused(seed):
    with pytest.raises(InputError, match=r"^seed is .*; wanted a whole number from -2147483647"):
        new_generator(seed)


@pytest.mark.parametrize("n", [-1, 2.5, None])
@pytest.mark.parametrize("draw", [random_uniform, random_normal, random_permutation])
def test_a_number_of_draws_that_is_no_count_is_refused(draw, n):
    with pytest.raises(InputError, match=r"^the number of draws is .*; wanted a whole number of"):
        draw(new_generator(1), n)
