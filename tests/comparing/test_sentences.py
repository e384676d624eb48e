import numpy as np
import pytest

from twinprop.comparing.comparison import compare_traces
from twinprop.comparing.sentences import describe_comparison, share_in_words
from twinprop.comparing.tolerances import no_difference

A = np.array([[1.0, 2.0, 3.0]])


def describe(a, b, bound=None, **options):
    return describe_comparison(compare_traces(a, b, bound or (lambda *_: 1e-12)), **options)


def test_identical_traces():
    one, two = {"1/z1": A}, {"1/z1": A, "1/a1": A}
    assert describe(one, one) == "Identical: the only quantity has the same bits."
    assert describe(two, two) == "Identical: all 2 quantities have the same bits."


def test_rounding_names_the_element_its_ulp_and_the_part_of_the_bound():
    other = A + np.array([[0, 3 * 2**-51, 0]])
    assert describe({"5000/W2": A}, {"5000/W2": other}, lambda *_: 15 * 2**-51) == (
        "Normal: the largest difference relative to its bound, 3 ULP in 5000/W2[0,1], is a fifth "
        "of what the tolerances allow."
    )


def test_the_difference_spoken_of_is_the_nearest_to_its_bound():
    a = {"1/z1": np.array([[1.0]]), "1/dW1": np.array([[1e-20]])}
    b = {"1/z1": np.array([[1.0 + 2**-52]]), "1/dW1": np.array([[2e-20]])}
    sentence = describe(a, b, lambda *_: 2**-51, what_allows="rounding explains here")
    assert sentence == (
        "Normal: the largest difference relative to its bound, 1 ULP in 1/z1[0,0], is half of what "
        "rounding explains here."
    )


def test_signs_of_zeros():
    sentence = describe({"1/z1": np.zeros(1)}, {"1/z1": -np.zeros(1)})
    assert sentence == "Normal: the two differ only in the sign of zeros."


def test_a_bias_that_differs_is_named_by_its_column():
    sentence = describe({"2/db1": A}, {"2/db1": A + np.array([[0, 0, 0.5]])}, sides=("python", "r"))
    assert sentence == (
        "Not normal: first at 2/db1, layer 1, column 2: python 3.0, r 3.5, "
        "0.5 apart (1125899906842624 ULP), where 1e-12 is what the tolerances allow."
    )


def test_a_weight_that_differs_is_named_by_row_and_column():
    a = np.arange(6.0).reshape(2, 3)
    sentence = describe({"0/W3": a}, {"0/W3": np.where(a == 4, 4.5, a)})
    assert sentence.startswith("Not normal: first at 0/W3, layer 3, row 1, column 1: a 4.0, b 4.5,")


def test_a_loss_that_differs_has_no_place():
    sentence = describe({"1/loss": np.array(1.0)}, {"1/loss": np.array(np.nan)})
    assert sentence == (
        "Not normal: first at 1/loss: a 1.0, b nan, which no rounding explains. Values are "
        "infinite or NaN from 1/loss on in b."
    )


def test_strict_results_that_differ():
    sentence = describe({"1/z1": A}, {"1/z1": np.nextafter(A, 9)}, no_difference)
    assert sentence.endswith("2.22e-16 apart (1 ULP), where only the same bits will do.")


def test_missing_quantities_extra_ones_and_shapes():
    assert describe({}, {"1/z1": A, "1/a1": A}, sides=("mine", "yours")) == (
        "Not normal: 1/z1 and 1 more missing in mine."
    )
    assert describe({"1/z1": A}, {}) == "Not normal: 1/z1 missing in b."
    assert describe({"1/z1": A}, {"1/z1": A.T}) == ("Not normal: 1/z1 is 1 x 3 in a, 3 x 1 in b.")
    assert describe({"1/loss": A[0, 0]}, {"1/loss": A}) == (
        "Not normal: 1/loss is a single number in a, 1 x 3 in b."
    )
    assert describe({"1/z1": A, "1/a1": A}, {"1/z1": A.T, "1/a1": A + 1}) == (
        "Not normal: 1/z1 is 1 x 3 in a, 3 x 1 in b."
    )


def test_chaos_is_named_from_where_it_begins():
    a, b = {"1/z1": A, "2/z1": A}, {"1/z1": A, "2/z1": A + 1}
    assert describe(a, b, lambda *_: np.inf) == (
        "Chaotic: from epoch 2 on rounding is amplified so far that native results cannot be "
        "compared; strict ones can."
    )


def test_an_overflow_is_told_whatever_the_verdict():
    nan = {"1/z1": A, "2/z1": A * np.nan}
    told = "From 2/z1 on values are infinite or NaN, as after an overflow."
    assert describe(nan, nan) == f"Identical: all 2 quantities have the same bits. {told}"
    other = {**nan, "1/z1": A + 2**-50}
    assert describe(nan, other).startswith("Normal: ")
    assert describe(nan, other).endswith(told)
    assert describe(nan, {**nan, "2/z1": A * np.inf}, lambda *_: np.inf) == (
        "Chaotic: from epoch 2 on values overflow, so that native results cannot be compared; "
        f"strict ones can. {told}"
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "all of"),
        (0.7, "three quarters of"),
        (0.52, "half of"),
        (0.3, "a third of"),
        (0.09, "a tenth of"),
        (0.02, "a hundredth of"),
        (0.001, "a thousandth of"),
        (1e-9, "less than a thousandth of"),
    ],
)
def test_parts_of_a_bound_in_words(share, words):
    assert share_in_words(share) == words
