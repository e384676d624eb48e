import numpy as np
import pytest

from twinprop.pictures.laboratory.steps import find_first, row_of


def test_the_same_bits_are_no_difference():
    row = row_of("a", np.ones((2, 3)), np.ones((2, 3)))
    assert (row["same"], row["far"], row["ulp"], row["ratio"]) == (True, False, 0, None)


def test_rounding_is_told_in_ulps_and_the_element_is_marked():
    x = np.full((2, 3), 0.1)
    y = x.copy()
    y[1, 2] = np.nextafter(y[1, 2], 1)
    row = row_of("a", x, y)
    assert (row["same"], row["far"], row["ulp"]) == (False, False, 1)
    assert row["off"] == [[0, 0, 0], [0, 0, 1]]


def test_a_ratio_is_told_where_all_elements_have_it():
    x = np.arange(1.0, 7.0).reshape(2, 3)
    assert row_of("a", x, -x)["ratio"] == -1
    y = x.copy()
    y[0, 1] = 9
    assert row_of("a", x, y)["ratio"] is None
    assert row_of("a", x, y)["off"] == [[0, 2, 0], [0, 0, 0]]


def test_a_vector_of_r_stands_beside_a_row_of_python():
    row = row_of("b", np.ones((1, 3)), np.ones(3))
    assert row["same"]
    assert np.shape(row["b"]) == (1, 3)


def test_other_shapes_are_said_and_numbers_are_written_whole():
    row = row_of("a", np.full((2, 3), 0.1 + 0.2), np.ones((2, 2)))
    assert (row["far"], row["ulp"], row["off"]) == (True, None, None)
    assert row["a"][0][0] == "0.30000000000000004"
    assert row_of("a", None, 1.0) is None


@pytest.mark.parametrize(("value", "text"), [(np.nan, "nan"), (np.inf, "inf")])
def test_what_is_no_number_is_a_text(value, text):
    row = row_of("a", value, value)
    assert row["a"] == [[text]]
    assert row["same"]


def test_the_first_difference_is_the_first_beyond_rounding_where_there_is_one():
    same, near, far = ({"same": k == 0, "far": k == 2} for k in range(3))
    assert find_first({1: [same, near], 2: [same, far]}) == {"step": 2, "row": 1}
    assert find_first({1: [same, near], 2: [same]}) == {"step": 1, "row": 1}
    assert find_first({1: [same]}) is None
