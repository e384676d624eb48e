import math

import numpy as np
import pytest

from twinprop.comparing.comparison import ANY_FINITE, compare_arrays, compare_traces
from twinprop.comparing.tolerances import no_difference

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def within(size):
    return lambda name, a, b: np.full(a.shape, size)


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


def test_the_same_bits_are_identical_whatever_the_bound():
    for value in (A, np.array(np.nan), np.array([np.inf, -np.inf]), np.empty((0, 3))):
        quantity, first = compare_arrays("1/z1", value, value.copy(), no_difference)
        assert (quantity.verdict, quantity.max_abs, quantity.max_ulp, first) == (
            "identical",
            0,
            0,
            None,
        )


def test_a_difference_within_the_bound_is_rounding():
    b = changed(A, (1, 0), np.nextafter(4.0, 5.0))
    quantity, first = compare_arrays("1/z1", A, b, within(1e-14))
    assert quantity.verdict == "rounding"
    assert first is None
    assert (quantity.max_ulp, quantity.max_ulp_at) == (1, (1, 0))
    assert (quantity.max_abs, quantity.max_abs_at) == (8.881784197001252e-16, (1, 0))
    assert quantity.share == quantity.max_abs / 1e-14


def test_largest_absolute_and_largest_ulp_may_be_in_different_places():
    a = np.array([[1.0, 1e-300]])
    b = np.array([[1.0 + 2**-52, 2e-300]])
    quantity, _ = compare_arrays("1/z1", a, b, within(1e-10))
    assert (quantity.max_abs_at, quantity.max_ulp_at) == ((0, 0), (0, 1))


def test_one_wrong_element_among_many_is_different():
    a = np.ones((100, 100))
    quantity, first = compare_arrays("1/z1", changed(a, (57, 3), 1 + 1e-6), a)
    assert quantity.verdict == "different"
    assert (first.name, first.index, first.value_a, first.value_b) == (
        "1/z1",
        (57, 3),
        1 + 1e-6,
        1.0,
    )
    assert quantity.share > 1


def test_the_first_different_element_is_named_not_the_largest():
    b = changed(changed(A, (0, 2), 3.1), (1, 1), 99.0)
    quantity, first = compare_arrays("1/z1", A, b)
    assert first.index == (0, 2)
    assert quantity.max_abs_at == (1, 1)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_on_one_side_is_different(value):
    quantity, first = compare_arrays("1/z1", changed(A, (0, 1), value), A)
    assert quantity.verdict == "different"
    assert first.index == (0, 1)
    assert quantity.max_abs == math.inf


def test_zero_and_minus_zero_are_rounding_in_native_and_different_in_strict():
    zero, minus_zero = np.zeros((1, 1)), -np.zeros((1, 1))
    assert compare_arrays("1/z1", zero, minus_zero)[0].verdict == "rounding"
    assert compare_arrays("1/z1", zero, minus_zero, no_difference)[0].verdict == "different"


def test_strict_allows_no_ulp():
    b = changed(A, (1, 2), np.nextafter(6.0, 7.0))
    quantity, first = compare_arrays("1/z1", A, b, no_difference)
    assert quantity.verdict == "different"
    assert (first.ulp, quantity.share) == (1, math.inf)


def test_a_bound_of_zero_or_nan_allows_nothing():
    for bound in (0.0, math.nan):
        quantity, _ = compare_arrays("1/z1", A, A + 1e-9, within(bound))
        assert (quantity.verdict, quantity.share) == ("different", math.inf)


def test_an_infinite_bound_says_that_nothing_can_be_said():
    quantity, first = compare_arrays("1/z1", A, A + 5, within(math.inf))
    assert (quantity.verdict, first) == ("chaotic", None)
    assert compare_arrays("1/z1", A, A * math.nan, within(math.inf))[0].verdict == "chaotic"
    assert compare_arrays("1/z1", A, A, within(math.inf))[0].verdict == "identical"


def test_a_bound_for_any_finite_number_leaves_what_is_not_finite_different():
    large = np.full((2, 3), ANY_FINITE)
    assert compare_arrays("1/z1", large, -large, within(ANY_FINITE))[0].verdict == "chaotic"
    for value in (math.nan, math.inf):
        quantity, first = compare_arrays("1/z1", changed(A, (1, 2), value), A, within(ANY_FINITE))
        assert (quantity.verdict, first.index) == ("different", (1, 2))


def test_the_bound_may_be_arrays_by_name():
    bound = {"1/z1": np.full((2, 3), 0.5), "1/a1": 0.1}
    trace, other = {"1/z1": A, "1/a1": A}, {"1/z1": A + 0.25, "1/a1": A + 0.25}
    comparison = compare_traces(trace, other, bound)
    assert [q.verdict for q in comparison.quantities] == ["rounding", "different"]


def test_the_first_difference_is_that_of_the_earliest_quantity():
    trace = {"1/z1": A, "1/a1": A, "1/loss": np.array(2.0)}
    other = {"1/z1": A, "1/a1": A + 1e-3, "1/loss": np.array(200.0)}
    comparison = compare_traces(trace, other)
    assert comparison.verdict == "different"
    assert comparison.first.name == "1/a1"


def test_missing_and_extra_quantities_and_shapes_are_named():
    trace = {"1/z1": A, "1/b1": np.zeros((1, 3)), "1/new": A}
    other = {"1/z1": A, "1/a1": A, "1/b1": np.zeros(3)}
    comparison = compare_traces(trace, other)
    assert comparison.missing == ("1/a1",)
    assert comparison.extra == ("1/new",)
    assert comparison.shapes == (("1/b1", (1, 3), (3,)),)
    assert comparison.verdict == "different"
    assert [q.name for q in comparison.quantities] == ["1/z1"]


def test_another_shape_comes_before_the_differences_that_follow_from_it():
    trace = {"0/W1": A, "1/z1": A, "1/loss": np.array(1.0)}
    other = {"0/W1": A, "1/z1": A.T, "1/loss": np.array(2.0)}
    assert compare_traces(trace, other).first is None
    assert compare_traces({**trace, "0/W1": A + 1}, other).first.name == "0/W1"


def test_empty_traces_are_identical():
    assert compare_traces({}, {}).verdict == "identical"
