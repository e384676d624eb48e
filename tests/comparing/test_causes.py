"""Causes from the values alone: each planted one is found, and none where there is none."""

import tracemalloc

import numpy as np
import pytest
from comparing.planted import planted_causes

from twinprop.comparing.causes import find_cause, find_names_of_codes
from twinprop.comparing.causes.evidence import pair_of

PLANTED = planted_causes()


def cause_of(a, b, **known):
    return find_cause(pair_of(np.asarray(a), np.asarray(b), **known))


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_cause_is_named(name):
    a, b, words = PLANTED[name]
    assert words in cause_of(a, b)


def test_at_least_fifty_causes_are_planted():
    assert len(PLANTED) >= 50


@pytest.mark.parametrize("name", PLANTED)
def test_a_cause_that_leaves_one_number_unexplained_is_not_named(name):
    a, b, words = PLANTED[name]
    spoilt = np.array(a, dtype=float)
    place = np.unravel_index(spoilt.size // 2, spoilt.shape)
    spoilt[place] = spoilt[place] * 1.37 + 0.71
    found = cause_of(spoilt, b)
    assert found is None or words not in found


def test_few_numbers_of_few_digits_prove_nothing():
    assert cause_of([2.0, 4.0, 6.0], [1.0, 2.0, 3.0]) is None
    assert cause_of(3.0, 1.0) is None
    assert cause_of([[1, 0], [0, 1]], [[0, 1], [1, 0]]) is None
    assert cause_of([1.0, 1.0, 0.0], [0.0, 1.0, 1.0]) is None


def test_one_number_of_many_digits_proves_a_factor_but_not_one_that_was_fitted():
    assert "n = 150" in cause_of(0.123456789012 * 150, 0.123456789012, rows=(150,))
    assert cause_of(0.123456789012 * 1.7, 0.123456789012, rows=(150,)) is None


def test_levels_and_columns_are_named_where_they_have_names():
    codes = np.random.default_rng(2).integers(0, 3, 50)
    labels = {"dose": np.array(["low", "mid", "high"], dtype=object)[codes]}
    found = cause_of(np.array([1, 2, 0])[codes], codes, labels=labels)
    assert found == "levels in another order: high, low, mid in A, low, mid, high in B"
    hot = np.eye(3)[codes]
    found = cause_of(hot[:, [2, 0, 1]], hot, columns=("low", "mid", "high"))
    assert found == "levels in another order: high, low, mid"


def test_random_pairs_are_not_explained():
    draw = np.random.default_rng(3)
    for shape in [(7,), (4, 3), (30, 2), (2, 2), ()]:
        for scale in (1.0, 1e-3):
            b = draw.normal(size=shape)
            assert cause_of(b + scale * draw.normal(size=shape), b) is None
    counts = draw.poisson(3, (2, 40)).astype(float)
    assert cause_of(*counts) is None


def test_whose_mean_was_taken_is_named_only_if_that_set_is_there():
    draw = np.random.default_rng(9)
    train, test = draw.normal(5, 2, (40, 3)), draw.normal(6, 3, (20, 3))
    own = (test - test.mean(axis=0)) / test.std(axis=0)
    others = (test - train.mean(axis=0)) / train.std(axis=0)
    found = cause_of(own, others, others={"test": test, "train": train})
    assert found.endswith("standard deviation (n), B with those of train")
    assert "It may be what A is made from" in cause_of(own, others, others={"test": test})
    # The numbers that A was made from are no other set's.
    found = cause_of(own, test, others={"own": own, "test": test, "train": train})
    assert found.endswith("or standardised with the mean of another set")


def test_names_are_told_from_the_numbers_that_stand_for_them():
    codes = np.random.default_rng(2).integers(0, 3, 50)
    texts = np.array(["high", "low", "mid"], dtype=object)[codes]
    said = find_names_of_codes(texts, codes, "AB")
    assert said == "A has the names of what B has the numbers of: high is 0, low is 1, mid is 2"
    texts[7] = "mid" if texts[7] != "mid" else "low"
    assert find_names_of_codes(texts, codes, "AB") is None


def test_a_cause_in_a_large_array_is_sought_without_copies_of_it():
    b = np.random.default_rng(4).normal(size=(400_000, 5))
    spoilt = b.copy()
    spoilt[123_456, 2] = 7.0
    tracemalloc.start()
    assert "a constant factor, 2" in cause_of(2 * b, b)
    assert cause_of(spoilt, b) is None
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # One copy for 2 * b, and a byte or two for each number.
    assert most < 1.6 * b.nbytes
