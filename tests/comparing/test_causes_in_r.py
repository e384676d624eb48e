"""R names the same causes as Python, in the same words, but that it counts from 1."""

import numpy as np
import pytest
from comparing.planted import planted_causes

from twinprop.engines.r_functions import RFunctions

pytestmark = pytest.mark.whole

PLANTED = planted_causes()
# What counts rows, columns or elements.
COUNTED_FROM_ONE = {
    "columns in another order": "A has B's columns 3, 1, 2",
    "sign of a column": "the sign of column 2",
    "rows left out": "A lacks B's rows 4, 12; all others",
    "rows with gaps left out": "A lacks B's rows 4, 18, which are those with missing values",
    "one column in another unit": "in column 2 alone: a constant factor, 10",
    "one class of two": "A is column 2 of B",
    "axes of the same components": "A is B transposed, and the sign of column 2",
}


@pytest.fixture(scope="module")
def explain(r):
    find = RFunctions("twinprop").explain_values
    return lambda a, b: find(*(np.asarray(each, dtype=float) for each in (a, b)))


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_cause_is_named(name, explain):
    a, b, words = PLANTED[name]
    assert COUNTED_FROM_ONE.get(name, words) in explain(a, b)


@pytest.mark.parametrize("name", PLANTED)
def test_a_cause_that_leaves_one_number_unexplained_is_not_named(name, explain):
    a, b, words = PLANTED[name]
    spoilt = np.array(a, dtype=float)
    place = np.unravel_index(spoilt.size // 2, spoilt.shape)
    spoilt[place] = spoilt[place] * 1.37 + 0.71
    found = explain(spoilt, b)
    assert found is None or COUNTED_FROM_ONE.get(name, words) not in found
