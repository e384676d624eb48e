"""Strict products and sums in Python: the order of summation, empty sums, special values."""

import math

import numpy as np
import pytest

from twinprop.arithmetic import strict, strict_sums
from twinprop.arithmetic.ulp import same_bits

INF, NAN = math.inf, math.nan


def reference_tree(terms):
    """The halving tree, one number at a time."""
    terms = list(terms)
    while len(terms) > 1:
        half = len(terms) // 2
        last = terms[2 * half :]
        terms = [terms[i] + terms[half + i] for i in range(half)] + last
    return terms[0] if terms else 0.0


@pytest.mark.parametrize(
    ("n", "k", "m"), [(3, 4, 2), (1, 1, 1), (2, 7, 1), (5, 1, 3), (4, 11, 6), (70, 37, 41)]
)
def test_products_are_summed_by_the_halving_tree(n, k, m):
    generator = np.random.default_rng(n * k + m)
    a, b = generator.normal(size=(n, k)), generator.normal(size=(k, m))
    wanted = [[reference_tree(a[i] * b[:, j]) for j in range(m)] for i in range(n)]
    for got in (
        strict.matmul(a, b),
        strict.crossprod(np.ascontiguousarray(a.T), b),
        strict.tcrossprod(a, np.ascontiguousarray(b.T)),
    ):
        np.testing.assert_array_equal(got, wanted)


def test_blocks_of_rows_leave_the_product_as_it_is(monkeypatch):
    generator = np.random.default_rng(5)
    a, b = generator.normal(size=(23, 19)), generator.normal(size=(19, 7))
    whole = strict.matmul(a, b)
    for block in (1, 19 * 7 * 2, 19 * 7 * 5 + 1):
        monkeypatch.setattr(strict_sums, "BLOCK", block)
        np.testing.assert_array_equal(strict.matmul(a, b), whole)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13, 64, 101])
def test_sums_are_halving_trees(n):
    a = np.random.default_rng(n).normal(size=(n, 3))
    before = a.copy()
    columns = [[reference_tree(a[:, j]) for j in range(3)]]
    np.testing.assert_array_equal(strict.column_sums(a), columns)
    np.testing.assert_array_equal(strict.row_sums(np.ascontiguousarray(a.T)), np.transpose(columns))
    assert strict.total(a) == reference_tree(a.reshape(-1))
    assert strict.total(a[:, 0]) == reference_tree(a[:, 0])
    np.testing.assert_array_equal(a, before)


def test_empty_sums_are_zero():
    nothing = np.zeros((0, 3))
    np.testing.assert_array_equal(strict.column_sums(nothing), np.zeros((1, 3)))
    np.testing.assert_array_equal(strict.row_sums(nothing.T), np.zeros((3, 1)))
    np.testing.assert_array_equal(strict.matmul(nothing.T, np.zeros((0, 2))), np.zeros((3, 2)))
    np.testing.assert_array_equal(strict.crossprod(nothing, np.zeros((0, 2))), np.zeros((3, 2)))
    np.testing.assert_array_equal(strict.tcrossprod(nothing.T, np.zeros((2, 0))), np.zeros((3, 2)))
    assert strict.total(nothing) == 0.0
    assert strict.matmul(nothing, np.zeros((3, 2))).shape == (0, 2)


def test_row_max_takes_the_first_of_equals_and_keeps_nan():
    a = np.array([[1.0, 3.0, 2.0], [-0.0, 0.0, -1.0], [-INF, -INF, -INF], [5.0, NAN, 7.0]])
    wanted = np.array([[3.0], [-0.0], [-INF], [NAN]])
    assert same_bits(strict.row_max(a), wanted).all()
    assert same_bits(strict.row_max(a[:, ::-1])[2:], wanted[2:]).all()


def test_nan_and_infinity_go_through_products_and_sums_without_a_warning():
    a = np.array([[1.0, INF], [NAN, 1.0], [1e308, 1e308]])
    b = np.array([[1.0], [-1.0]])
    wanted = np.array([[-INF], [NAN], [0.0]])
    assert same_bits(strict.matmul(a, b), wanted).all()
    assert same_bits(strict.row_sums(a), np.array([[INF], [NAN], [INF]])).all()
    assert math.isnan(strict.total(np.array([[INF, -INF]])))
