"""Bounds from counts, without any assumption: against scipy's, and in words."""

import pytest
from scipy import stats

from twinprop.comparing.chance import largest_rate, rate_in_words, share_of_pairs


@pytest.mark.parametrize("of", [1, 7, 300, 100_000])
def test_of_none_seen_the_bound_is_that_of_the_readme(of):
    assert largest_rate(0, of) == pytest.approx(1 - 0.05 ** (1 / of), rel=1e-9)


@pytest.mark.parametrize(("seen", "of"), [(1, 10), (3, 1000), (12, 100_000)])
def test_of_some_seen_it_is_the_upper_end_of_clopper_and_pearson(seen, of):
    wanted = stats.beta.ppf(0.95, seen + 1, of - seen)
    assert largest_rate(seen, of) == pytest.approx(wanted, rel=1e-7)


def test_where_all_are_seen_nothing_is_excluded():
    assert largest_rate(4, 4) == 1.0


def test_the_chance_of_a_share_counts_the_pair_itself():
    assert share_of_pairs(0, 99) == 0.01
    assert share_of_pairs(99, 99) == 1.0


def test_a_rate_in_words_is_never_smaller_than_the_rate():
    known = {2.9957e-5: "3 in 100,000", 0.01: "1 in 100", 0.0101: "2 in 100", 1.0: "1 in 1"}
    assert {rate: rate_in_words(rate) for rate in known} == known
    for rate in (0.99, 0.5, 0.2, 0.0999, 3e-7):
        number, of = rate_in_words(rate).replace(",", "").split(" in ")
        assert rate <= int(number) / int(of) < 2 * rate + 1e-9
