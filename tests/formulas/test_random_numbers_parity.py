"""Random numbers against live R: its own generator, and the R half of the package."""

import math
import platform

import numpy as np
import pytest

from twinprop.arithmetic.ulp import ulp_distance
from twinprop.formulas import random_numbers
from twinprop.formulas.random_numbers import (
    new_generator,
    random_normal,
    random_permutation,
    random_uniform,
)

SEEDS = [1, 42, 2147483647, 0, -7, -2147483647]
# 1 and 2 need one draw, 65,536 the last size with 16 bits; each is drawn where the last one ended.
SIZES = [10, 1, 2, 3, 5000, 65536, 65537, 4, 131072]
# Where products and sums are fused, R's compiled rnorm has other last bits than its source says.
RNORM_ULP = 0 if platform.machine() in ("x86_64", "AMD64") else 16
# The platform's logarithm is wrong in the last bit for about 1 in 7,500 of the 15 % of normal
# numbers that need it; half of those survive the square root. Seen: 3 to 9 in a million.
LIBM_DIFFERENCES = 40e-6
LIBM_ULP = 8  # r - 1.6 loses up to 7 bits; seen: 4


@pytest.fixture
def draw_in_r(r):
    """Base R's own numbers after set.seed."""
    return lambda seed, expression: r.evaluate(f"set.seed({seed}L); {expression}")


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_numbers_are_runif_in_every_bit(seed, draw_in_r):
    ours = random_uniform(new_generator(seed), 100_000)
    np.testing.assert_array_equal(ours, draw_in_r(seed, "runif(1e5)"))


def test_uniform_numbers_between_bounds_are_scaled_runif_in_every_bit(draw_in_r):
    ours = random_uniform(new_generator(3), 100_000, low=-0.3, high=0.7)
    np.testing.assert_array_equal(ours, draw_in_r(3, "-0.3 + (0.7 - -0.3) * runif(1e5)"))


@pytest.mark.parametrize("seed", SEEDS)
def test_permutations_are_sample_int_and_leave_the_stream_where_r_does(seed, draw_in_r):
    generator = new_generator(seed)
    ours = [random_permutation(generator, n) + 1 for n in SIZES]
    ours = [*np.concatenate(ours), *random_uniform(generator, 3)]
    draws = ", ".join(f"sample.int({n})" for n in SIZES)
    np.testing.assert_array_equal(ours, draw_in_r(seed, f"c({draws}, runif(3))"))


def check_rnorm_with_the_logarithm_of_the_platform(seed, n, draw_in_r, monkeypatch):
    platform_log = np.vectorize(math.log, otypes=[np.float64])
    monkeypatch.setattr(random_numbers, "log", platform_log)
    ours = random_normal(new_generator(seed), n)
    assert ulp_distance(ours, draw_in_r(seed, f"rnorm({n})")).max() <= RNORM_ULP


@pytest.mark.parametrize("seed", SEEDS)
def test_with_the_logarithm_of_the_platform_normal_numbers_are_rnorm_in_every_bit(
    seed, draw_in_r, monkeypatch
):
    check_rnorm_with_the_logarithm_of_the_platform(seed, 100_000, draw_in_r, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_with_the_logarithm_of_the_platform_a_million_normal_numbers_are_rnorm(
    seed, draw_in_r, monkeypatch
):
    check_rnorm_with_the_logarithm_of_the_platform(seed, 1_000_000, draw_in_r, monkeypatch)


def check_rnorm(seed, n, draw_in_r):
    distance = ulp_distance(random_normal(new_generator(seed), n), draw_in_r(seed, f"rnorm({n})"))
    assert distance.max() <= max(LIBM_ULP, RNORM_ULP)
    if RNORM_ULP == 0:
        assert np.count_nonzero(distance) <= LIBM_DIFFERENCES * n


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_numbers_are_rnorm_but_for_the_last_bits_of_few(seed, draw_in_r):
    check_rnorm(seed, 100_000, draw_in_r)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_million_normal_numbers_are_rnorm_but_for_the_last_bits_of_few(seed, draw_in_r):
    check_rnorm(seed, 1_000_000, draw_in_r)


def draw_all(seed, n):
    generator = new_generator(seed)
    first = random_uniform(generator, n, -1, 2)
    second = random_normal(generator, n, 3, 0.5)
    return first, second, random_permutation(generator, 1000) + 1, random_uniform(generator, 5)


def draw_all_in_r(r, seed, n):
    generator = r.call("new_generator", seed)
    first = r.call("random_uniform", generator, n, -1, 2)
    second = r.call("random_normal", generator, n, 3, 0.5)
    third = r.call("random_permutation", generator, 1000)
    return first, second, third, r.call("random_uniform", generator, 5)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_languages_draw_the_same_bits_from_one_stream(seed, r):
    for ours, theirs in zip(draw_all(seed, 20_000), draw_all_in_r(r, seed, 20_000), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_both_languages_draw_the_same_million_bits_from_one_stream(seed, r):
    for ours, theirs in zip(
        draw_all(seed, 1_000_000), draw_all_in_r(r, seed, 1_000_000), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_both_languages_have_the_same_quantile_far_out(r):
    p = np.array([5e-324, 1e-300, 1e-20, 0.075, 0.925, 1 - 2.0**-53, 1.0])
    ours = random_numbers.normal_quantile(p)
    np.testing.assert_array_equal(ours, r.call("normal_quantile", p))


@pytest.mark.parametrize("seed", [1.5, 2**31 + 0.0, "1"])
def test_both_languages_refuse_a_seed_with_the_same_sentence(seed, r):
    with pytest.raises(ValueError, match=r"^seed is") as ours:
        new_generator(seed)
    with pytest.raises(ValueError, match=r"^seed is") as theirs:
        r.call("new_generator", seed)
    assert str(ours.value) == str(theirs.value)
