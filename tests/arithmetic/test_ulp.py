import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinprop.arithmetic.ulp import same_bits, ulp_distance

LARGEST = np.finfo(np.float64).max
TINY = 5e-324


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        (1.0, 1.0, 0),
        (1.0, np.nextafter(1.0, 2.0), 1),
        (1.0, np.nextafter(1.0, 0.0), 1),
        (1.0, 2.0, 2**52),
        (0.0, -0.0, 0),
        (-0.0, TINY, 1),
        (-TINY, TINY, 2),
        (-3 * TINY, 4 * TINY, 7),
        (-1.0, np.nextafter(-1.0, -2.0), 1),
        (math.inf, math.inf, 0),
        (LARGEST, math.inf, 1),
        (-LARGEST, -math.inf, 1),
        (math.nan, math.nan, 0),
        (math.nan, -math.nan, 0),
        (math.nan, 1.0, math.inf),
        (-math.inf, math.nan, math.inf),
    ],
)
def test_the_distance_of_two_doubles_is_counted_in_steps(a, b, distance):
    assert ulp_distance(a, b) == distance
    assert ulp_distance(b, a) == distance


def test_large_numbers_of_opposite_sign_do_not_overflow():
    from_zero = float(np.float64(LARGEST).view(np.int64))
    assert ulp_distance(-LARGEST, LARGEST) == 2 * from_zero
    assert ulp_distance(-math.inf, math.inf) == 2 * from_zero + 2


@given(st.floats(allow_nan=False), st.integers(0, 20))
def test_so_many_steps_away_is_so_many_ulp_away(start, steps):
    here = start
    for _ in range(steps):
        here = math.nextafter(here, math.inf)
    if math.isfinite(here):
        assert ulp_distance(start, here) == steps
    else:
        assert ulp_distance(start, here) <= steps


@given(st.floats(1, 1.9990234375), st.floats(1, 1.9990234375))
def test_in_one_binade_the_distance_is_the_difference_over_the_spacing(a, b):
    assert ulp_distance(a, b) == abs(Fraction(a) - Fraction(b)) * 2**52


def test_arrays_keep_their_shape_and_zero_dimensions_too():
    a = np.arange(6.0).reshape(2, 3)
    assert ulp_distance(a, a.T.copy().T).shape == (2, 3)
    assert ulp_distance(1.0, 2.0).shape == ()
    assert ulp_distance(np.empty((0, 3)), np.empty((0, 3))).shape == (0, 3)


def test_the_same_bits_set_zeros_apart_and_take_all_nan_as_one():
    a = np.array([0.0, 0.0, np.nan, np.nan, 1.0])
    other_nan = np.array([0x7FF8000000000001], dtype=np.int64).view(np.float64)[0]
    b = np.array([0.0, -0.0, other_nan, 1.0, 1.0])
    assert same_bits(a, b).tolist() == [True, False, True, False, True]
