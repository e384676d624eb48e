"""Exact arithmetic: its values, what it calls proved, and what it leaves alone."""

from fractions import Fraction

import flint
import numpy as np
import pytest
from flint import arb

from twinprop.arithmetic import native
from twinprop.arithmetic.exact import exact

A = np.array([[0.1, -2.0, 0.0], [3.5, 0.7, -0.3]])
B = np.array([[1.0, 0.2, -0.6, 5.0], [0.3, -1.1, 2.0, 0.0], [0.9, 0.4, -0.8, 1e-3]])


@pytest.fixture
def arithmetic():
    with exact(200) as arithmetic:
        yield arithmetic


def nearest(fraction):
    """The nearest float64: Python divides integers correctly rounded."""
    return fraction.numerator / fraction.denominator


def test_a_product_is_the_correctly_rounded_product_of_fractions(arithmetic):
    wanted = [
        [nearest(sum(Fraction(A[i, k]) * Fraction(B[k, j]) for k in range(3))) for j in range(4)]
        for i in range(2)
    ]
    value, proved = arithmetic.round(arithmetic.matmul(A, B))
    assert value.tolist() == wanted
    assert proved.all()


@pytest.mark.parametrize(
    ("operation", "shape"),
    [
        ("matmul", "ab"), ("crossprod", "aa"), ("tcrossprod", "aa"), ("add_bias", "ar"),
        ("column_sums", "a"), ("row_sums", "a"), ("row_max", "a"), ("total", "a"),
        ("exp", "a"), ("tanh", "a"), ("sigmoid", "a"), ("log", "b"), ("log1p", "b"), ("sqrt", "b"),
    ],
)  # fmt: skip
def test_each_operation_agrees_with_native_arithmetic(arithmetic, operation, shape):
    arrays = {"a": A, "b": np.abs(B) + 0.1 if shape == "b" else B, "r": B[:1, :3]}
    arguments = [arrays[letter] for letter in shape]
    value, proved = arithmetic.round(getattr(arithmetic, operation)(*arguments))
    expected = np.asarray(getattr(native, operation)(*arguments))
    assert value.shape == expected.shape
    np.testing.assert_allclose(value, expected, rtol=4e-15, atol=0)
    assert proved.all()


def test_numbers_of_numpy_python_and_balls_mix_without_rounding(arithmetic):
    third = 1 / arithmetic.lift(np.array([[3.0]]))
    for product in (np.float64(0.1) * third, third * np.float64(0.1), 0.1 * third,
                    np.array([[0.1]]) * third, third * np.array([[0.1]])):  # fmt: skip
        exact_product = arb(0.1) / 3
        assert product[0, 0].overlaps(exact_product)
        assert product[0, 0].rel_accuracy_bits() > 190


def test_arrays_of_ones_and_zeros_made_by_numpy_stay_exact(arithmetic):
    ones = np.ones_like(arithmetic.lift(A))
    assert (ones / (ones + ones + ones))[0, 0].rel_accuracy_bits() > 190
    assert (ones * 0.1 + ones * 0.2)[0, 0] == arb(0.1) + arb(0.2)


@pytest.mark.parametrize(
    ("ball", "wanted", "certain"),
    [
        (lambda: arb(1) / 3, 1 / 3, True),
        (lambda: arb(0), 0.0, True),
        (lambda: arb(0, arb(2) ** -150), 0.0, False),
        (lambda: arb(0, arb(2) ** -2000), 0.0, False),  # both ends round to a zero
        (lambda: arb(2) ** -1074 * 3 / 2, 2.0**-1073, True),  # a tie between subnormal numbers
        (lambda: arb(2) ** -1075, 0.0, True),  # a tie between 0 and the smallest number
        (lambda: arb(2) ** -1075 * 5 / 4, 2.0**-1074, True),
        (lambda: -(arb(2) ** -2000), -0.0, True),
        (lambda: arb(2) ** 1024 - arb(2) ** 970, np.inf, True),
        (lambda: arb(2) ** 1024 - arb(2) ** 969 * 3, np.finfo(float).max, True),
        (lambda: 1 + arb(2) ** -53, 1.0, True),  # a tie goes to even
        (lambda: 1 + 3 * arb(2) ** -53, 1.0 + 2.0**-51, True),
        (lambda: arb(1 + 2.0**-52, arb(2) ** -54), 1.0 + 2.0**-52, True),
        (lambda: arb(1 + 2.0**-52, arb(2) ** -52), 1.0 + 2.0**-52, False),
    ],
)
def test_a_ball_is_rounded_to_even_and_proved_where_both_ends_agree(
    arithmetic, ball, wanted, certain
):
    value, proved = arithmetic.round(np.array([ball()], dtype=object))
    assert value.view(np.int64) == np.array([wanted]).view(np.int64)
    assert proved.tolist() == [certain]


def test_not_a_number_is_not_proved(arithmetic):
    value, proved = arithmetic.round(arithmetic.log(np.array([[-1.0]])))
    assert np.isnan(value).all()
    assert not proved.any()


def test_a_comparison_that_the_balls_cannot_decide_spoils_what_comes_after_but_not_before(
    arithmetic,
):
    before = arithmetic.lift(A) * 0.5
    around_zero = arithmetic.exp(A) * arithmetic.exp(-A) - 1.0
    after = arithmetic.where(around_zero > 0, A, -A)
    assert arithmetic.undecided == A.size - 1  # exp(0) is exactly 1
    assert arithmetic.round(before)[1].all()
    assert not arithmetic.round(after)[1].any()


def test_comparisons_that_can_be_decided_are(arithmetic):
    lifted = arithmetic.lift(A)
    np.testing.assert_array_equal(lifted > 0, A > 0)
    np.testing.assert_array_equal(lifted >= 0.1, A >= 0.1)
    np.testing.assert_array_equal(0.0 == lifted, A == 0.0)  # noqa: SIM300
    assert arithmetic.undecided == 0


def test_largest_elements_and_their_columns_are_those_of_numpy(arithmetic):
    lifted = arithmetic.lift(np.vstack([B, [[1.0, 2.0, 2.0, 0.0]]]))
    assert np.argmax(lifted, axis=1).tolist() == [3, 2, 0, 1]
    assert arithmetic.round(np.maximum(lifted, 0.5))[0][0].tolist() == [1.0, 0.5, 0.5, 5.0]


def test_a_sum_of_numpy_and_an_operation_in_place_are_refused(arithmetic):
    lifted = arithmetic.lift(A)
    with pytest.raises(TypeError, match="sums and products of the arithmetic"):
        lifted.sum()
    with pytest.raises(TypeError, match="no operation in place"):
        lifted += 1.0


def test_points_are_never_proved_and_have_no_radius():
    with exact(128, points=True) as arithmetic:
        third = 1 / arithmetic.lift(np.array([[3.0]]))
        value, proved = arithmetic.round(third)
    assert third[0, 0].rad() == 0
    assert value.tolist() == [[1 / 3]]
    assert not proved.any()


def test_the_callers_precision_is_put_back_also_after_an_error():
    found = flint.ctx.prec
    with exact(333):
        assert flint.ctx.prec == 333
        with pytest.raises(ValueError, match="invalid string"), exact(444):
            arb("no ball")
        assert flint.ctx.prec == 333
    assert flint.ctx.prec == found


def test_use_outside_the_block_is_refused():
    with exact(128) as arithmetic:
        lifted = arithmetic.lift(A)
    with pytest.raises(RuntimeError, match="used at 53 bits"):
        lifted + 1.0
    with pytest.raises(RuntimeError, match="used at 53 bits"):
        arithmetic.round(lifted)


@pytest.mark.parametrize("bits", [53, 2**17, 10**12])
def test_a_precision_near_that_of_float64_or_beyond_reason_is_refused(bits):
    with pytest.raises(ValueError, match=f"is {bits} bits; wanted from 64 to 65536"):
        exact(bits)
