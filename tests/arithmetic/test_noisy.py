"""Noisy arithmetic: where noise is added, how much, and where there is none."""

import numpy as np
import pytest

from twinprop.arithmetic import native
from twinprop.arithmetic.noisy import noisy
from twinprop.formulas.optimizers import momentum

U = 2.0**-53
RNG = np.random.default_rng(7)
A = RNG.normal(size=(6, 40))
B = RNG.normal(size=(40, 5))
REPEATS = 50


def spread(operation, *arguments):
    """Relative deviations from the native result, over repeats with different errors."""
    results = [np.asarray(operation(noisy(seed), *arguments)) for seed in range(REPEATS)]
    expected = np.asarray(operation(native, *arguments))
    return np.abs(np.stack(results) - expected) / np.abs(expected)


@pytest.mark.parametrize(
    ("name", "units"), [("exp", 2), ("log", 2), ("log1p", 2), ("tanh", 4), ("sqrt", 1)]
)
def test_noise_of_a_function_reaches_its_size_and_not_more(name, units):
    found = spread(lambda arithmetic, x: getattr(arithmetic, name)(x), np.abs(A) + 0.1)
    # Rounding the sum of value and noise adds up to one u.
    assert 1.5 * units * U < found.max() <= (2 * units + 1) * U


@pytest.mark.parametrize("operation", [np.add, np.subtract, np.multiply, np.divide])
def test_noise_of_an_elementwise_operation_reaches_two_u_and_not_more_than_three(operation):
    right = B.T[:, :40][[0, 1, 2, 3, 4, 0]]
    found = np.stack([np.asarray(operation(noisy(seed).lift(A), right)) for seed in range(REPEATS)])
    expected = operation(A, right)
    assert 1.5 * U < (np.abs(found - expected) / np.abs(expected)).max() <= 3 * U


def test_the_same_seed_gives_the_same_errors_and_another_seed_others():
    products = [np.asarray(noisy(seed).matmul(A, B)) for seed in (3, 3, 4)]
    np.testing.assert_array_equal(products[0], products[1])
    assert (products[0] != products[2]).mean() > 0.9


def test_each_operation_has_its_own_errors():
    arithmetic = noisy(1)
    first, second = (np.asarray(arithmetic.exp(A)) for _ in range(2))
    assert (first != second).mean() > 0.5


def test_large_and_small_arrays_are_noisy_alike():
    arithmetic = noisy(1)
    large = np.asarray(arithmetic.exp(np.ones((200, 100))))
    small = np.asarray(arithmetic.exp(np.ones((2, 2))))
    assert len(np.unique(large)) > 2
    assert not np.array_equal(large[:2, :2], small)


@pytest.mark.parametrize(
    "evaluate",
    [
        lambda x: -x,
        lambda x: np.abs(x),
        lambda x: np.maximum(x, 0.0),
        lambda x: x * 0.25,
        lambda x: x * (x > 0),
        lambda x: x / 8.0,
        lambda x: x + 0.0,
        lambda x: x - x,
        lambda x: x.arithmetic.where(x > 0, x, 0.0),
        lambda x: x.arithmetic.row_max(x),
        lambda x: x.arithmetic.matmul(x, np.eye(40)),
        lambda x: x.arithmetic.column_sums(x * np.eye(6, 40)),
        lambda x: x.arithmetic.total(np.rint(np.asarray(10 * x))),
        lambda x: x.arithmetic.crossprod(np.rint(10 * A), np.rint(10 * A)),
    ],
)
def test_operations_that_are_exact_in_every_implementation_have_no_noise(evaluate):
    first, second = (np.asarray(evaluate(noisy(seed).lift(A))) for seed in (1, 2))
    np.testing.assert_array_equal(first, second)


def test_the_weight_picked_out_by_one_input_is_exact_and_the_sum_of_three_is_not():
    x = np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    weights = RNG.random((3, 200))
    first, second = (np.asarray(noisy(seed).matmul(x, weights)) for seed in (1, 2))
    np.testing.assert_array_equal(first[0], weights[1])
    np.testing.assert_array_equal(second[0], weights[1])
    assert (first[1] != second[1]).any()


@pytest.mark.parametrize("k", [3, 30, 300, 3000])
def test_noise_of_a_product_covers_the_difference_between_orders_of_summation(k):
    a, b = RNG.normal(size=(20, k)), RNG.normal(size=(k, 20))
    orders = [np.arange(k), np.arange(k)[::-1], RNG.permutation(k)]
    in_order = [sum(a[:, [i]] * b[[i], :] for i in order) for order in orders]
    noise = np.asarray(noisy(1).matmul(a, b)) - a @ b
    for first, second in [(0, 1), (0, 2), (1, 2)]:
        difference = in_order[first] - in_order[second]
        assert np.sqrt(np.mean(difference**2)) < np.sqrt(np.mean(noise**2))
    assert np.abs(noise).max() < 2 * k * U * (np.abs(a) @ np.abs(b)).max()


def test_noise_leaves_infinite_numbers_as_they_are():
    arithmetic = noisy(1)
    with np.errstate(over="ignore"):
        assert np.asarray(arithmetic.exp(np.array([[1000.0, 1.0]])))[0, 0] == np.inf
        assert np.asarray(arithmetic.sigmoid(np.array([[-1000.0, 1.0]])))[0, 0] == 0.0


def test_a_sum_of_numpy_an_unknown_function_and_an_operation_in_place_are_refused():
    lifted = noisy(1).lift(A)
    with pytest.raises(TypeError, match="sums and products of the arithmetic"):
        lifted.sum()
    with pytest.raises(TypeError, match="has no sin"):
        np.sin(lifted)
    with pytest.raises(TypeError, match="no operation in place"):
        lifted += 1.0


def test_many_runs_at_once_have_their_own_errors_of_the_same_size():
    single = np.stack([np.asarray(noisy(seed).matmul(A, B)) for seed in range(REPEATS)], axis=-1)
    several = np.asarray(noisy(0, REPEATS).matmul(A, B))
    assert several.shape == single.shape
    assert len(np.unique(several[0, 0])) > 3
    # Standard deviations of 50 errors scatter by a tenth; their mean over 30 elements by much less.
    ratio = (several.std(axis=-1) / single.std(axis=-1)).mean()
    assert 0.85 < ratio < 1.15


def test_formulas_see_rows_and_columns_first_when_runs_are_many():
    arithmetic = noisy(1, 7)
    product = arithmetic.tcrossprod(arithmetic.matmul(A, B), B)
    assert product.shape == (6, 40, 7)
    assert arithmetic.crossprod(A, product).shape == (40, 40, 7)
    assert arithmetic.add_bias(product, np.ones((1, 40))).shape == (6, 40, 7)
    assert arithmetic.row_sums(product).shape == (6, 1, 7)
    assert arithmetic.column_sums(product).shape == (1, 40, 7)
    assert arithmetic.row_max(product).shape == (6, 1, 7)
    assert arithmetic.total(product).shape == (7,)
    assert arithmetic.total(A).shape == (7,)
    assert arithmetic.where(product > 0, product, 0.5).shape == (6, 40, 7)
    assert (0.5 * arithmetic.total(product) / 3.0).shape == (7,)
    assert (product * (product > 0) - A * product).shape == (6, 40, 7)
    np.testing.assert_array_equal(np.asarray(arithmetic.lift(A) * 0.5)[..., 0], A * 0.5)


def test_noise_does_not_change_the_numbers_that_went_in():
    values = A.copy()
    arithmetic = noisy(1)
    arithmetic.exp(arithmetic.lift(values) + 1.0)
    np.testing.assert_array_equal(values, A)


def test_what_moves_a_noisy_number_by_nothing_leaves_it():
    arithmetic = noisy(1, 7)
    weights = arithmetic.exp(A)
    dead = arithmetic.matmul(np.zeros((6, 6)), A)
    for nothing in (dead, 0.1 * dead, dead / (arithmetic.sqrt(dead) + 1e-8), arithmetic.tanh(dead)):
        np.testing.assert_array_equal(np.asarray(weights - nothing), np.asarray(weights))


def test_products_by_a_power_of_two_are_exact_and_by_another_number_are_not():
    noisy_already = noisy(1, 7).exp(A)
    values = np.asarray(noisy_already)
    np.testing.assert_array_equal(np.asarray(noisy_already * 0.5), values * 0.5)
    np.testing.assert_array_equal(np.asarray(noisy_already / 4.0), values / 4.0)
    for several in (noisy_already * 0.3, noisy_already / 0.3, 0.3 / noisy_already):
        assert len(np.unique(np.asarray(several)[0, 0])) > 3


def test_a_first_run_that_overflows_leaves_the_others_as_they_are():
    arithmetic = noisy(1, 3)
    values = np.stack([np.full((2, 2), 1e200), np.ones((2, 2)), np.full((2, 2), 2.0)], axis=-1)
    with np.errstate(over="ignore"):
        product = np.asarray(arithmetic.matmul(arithmetic.lift(values), arithmetic.lift(values)))
    assert np.isinf(product[..., 0]).all()
    np.testing.assert_array_equal(product[..., 1:], [[[2.0, 8.0]] * 2] * 2)


@pytest.mark.parametrize("runs", [None, 7])
def test_an_optimizer_moves_all_matrices_at_once_as_it_moves_each(runs):
    arithmetic = noisy(1, runs)
    matrices, slopes = [A, B.T[:1]], [arithmetic.exp(A), arithmetic.lift(B.T[:1])]
    moved, state = arithmetic.at_once(momentum)(matrices, slopes, None, 0.5)
    for found, matrix, slope in zip(moved, matrices, slopes, strict=True):
        several = (runs,) if runs else ()
        assert found.shape == (*matrix.shape, *several)
        expected = np.asarray(arithmetic.lift(matrix)) - 0.5 * np.asarray(slope)
        np.testing.assert_allclose(np.asarray(found), np.broadcast_to(expected, found.shape), 1e-12)
    assert len(state["velocity"]) == 1


def test_what_is_alike_in_all_rows_is_rounded_alike():
    many = noisy(3, 200)
    rows = np.array([[0.3, 0.1, 0.7], [0.3, 0.2, 0.7], [0.3, 0.4, 0.7]])
    made = many.lower(np.tanh(many.lift(rows)) * many.lift(rows))
    spread = np.ptp(made, axis=0).max(axis=1)
    assert spread[0] == spread[2] == 0 < spread[1]
    assert np.ptp(made[0, 0]) > 0  # from run to run it differs
    sums = np.ptp(many.lower(many.column_sums(many.lift(np.ones((9, 1)) * 0.3) * 0.7)))
    one = np.ptp(many.lower(many.lift(np.full((1, 1), 0.3)) * 0.7))
    assert sums > 6 * one  # nine errors that are one, and not the three of nine that differ
