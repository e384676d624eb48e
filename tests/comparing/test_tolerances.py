import json

import numpy as np
import pytest

from twinprop.cases.case import read_case, run_case
from twinprop.comparing.fixtures import read_expected
from twinprop.comparing.tolerances import (
    OTHERS,
    TOLERANCES,
    no_difference,
    tolerance_bound,
)
from twinprop.ground.names import KINDS, parse_name


@pytest.mark.parametrize("name", ["article-4-3-1", "prelu-6-5-4-2", "wine-13-8-3"])
def test_tolerances_are_fifty_times_what_native_results_are_from_the_exact_ones(name, case_path):
    native = run_case(read_case(case_path(name)))
    for quantity, exact in read_expected(case_path(name)).values.items():
        bound = tolerance_bound(quantity, native[quantity], exact)
        assert (50 * np.abs(native[quantity] - exact) <= bound).all(), quantity


def test_every_kind_that_a_case_produces_is_named_and_has_its_tolerance(shared_fixtures):
    met = set()
    for path in sorted((shared_fixtures / "expected").glob("*.json")):
        quantities = json.loads(path.read_text())["quantities"]
        met |= {parse_name(quantity["name"]).kind for quantity in quantities}
    assert met == set(KINDS) == set(TOLERANCES)


@pytest.mark.parametrize("kind", list(TOLERANCES))
def test_every_kind_of_quantity_has_its_own_line(kind):
    bound = tolerance_bound(f"3.2/{kind}1", np.zeros(2), np.array([0.0, -8.0]))
    absolute, relative, _ = TOLERANCES[kind]
    np.testing.assert_array_equal(bound, [absolute, absolute + relative * 8])


def test_the_bound_is_that_of_assert_allclose():
    b = np.array([3.0, 1e-20])
    bound = tolerance_bound("1/z1", b, b)
    absolute, relative, _ = TOLERANCES["z"]
    np.testing.assert_allclose(b + 0.99 * bound, b, rtol=relative, atol=absolute)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(b + 1.01 * bound, b, rtol=relative, atol=absolute)


def test_an_unknown_quantity_is_treated_as_a_sum_of_products():
    for name in ("1/momentum1", "whatever"):
        assert tolerance_bound(name, np.zeros(1), np.zeros(1)) == OTHERS.absolute


def test_strict_arithmetic_has_a_bound_that_no_difference_keeps():
    assert (no_difference("1/z1", np.zeros((2, 3)), np.zeros((2, 3))) < 0).all()
