import json

import numpy as np
import pytest

from twinprop.harness.names import KINDS, parse_name
from twinprop.harness.tolerances import (
    OTHERS,
    TOLERANCES,
    no_difference,
    tolerance_bound,
)


def test_every_tolerance_has_a_reason_and_is_far_from_what_an_error_makes():
    for tolerance in [*TOLERANCES.values(), OTHERS]:
        assert len(tolerance.reason) > 10
        assert 0 <= tolerance.absolute <= 1e-10
        assert 0 <= tolerance.relative <= 1e-10


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
