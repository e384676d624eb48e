"""Student's distribution: against scipy's, and against what runs do."""

import numpy as np
import pytest
from scipy import stats

from twinprop.comparing.student import student_quantile, student_tail


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 11, 12, 31, 40])
def test_the_tail_and_the_quantile_are_those_of_scipy(freedom):
    for t in (0.0, 0.3, 1.0, 4.0, 9.0):
        assert student_tail(t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), abs=1e-15)
    for alpha in (0.5, 0.05, 1e-4):
        wanted = stats.t.isf(alpha / 2, freedom)
        assert student_quantile(alpha, freedom) == pytest.approx(wanted, rel=1e-9)


def test_one_number_leaves_the_bound_of_normal_runs_at_the_rate():
    drawn = np.random.default_rng(1).normal(size=(200_000, 13))
    spread = drawn[:, :12].std(axis=1, ddof=1)
    left = (np.abs(drawn[:, 12]) > student_quantile(0.01, 11) * spread).mean()
    # The centre of the runs is not that of the pair, whose difference has the centre 0.
    assert 0.008 < left < 0.012
