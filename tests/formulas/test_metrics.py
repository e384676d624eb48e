import numpy as np

from twinprop.formulas.metrics import accuracy, predicted_class


def test_the_class_is_the_column_of_the_largest_output_counted_from_zero():
    assert predicted_class(np.array([[0.2, 0.7, 0.1], [0.9, 0.0, 0.1]])).tolist() == [1, 0]


def test_ties_go_to_the_first_column():
    assert predicted_class(np.array([[0.0, 0.5, 0.5], [1.0, 1.0, 1.0]])).tolist() == [1, 0]


def test_a_single_output_is_class_one_from_a_half_on():
    a = np.array([[0.49999], [0.5], [0.7]])
    assert predicted_class(a).tolist() == [0, 1, 1]


def test_a_row_with_nan_is_of_no_class_and_judged_wrongly_in_both_languages(r):
    a = np.array([[np.nan, 0.1, 0.9], [0.9, 0.0, np.nan], [0.1, 0.2, 0.3]])
    y = np.array([[1.0, 0, 0], [1, 0, 0], [0, 0, 1]])
    assert predicted_class(a).tolist() == r.call("predicted_class", a).tolist() == [-1, -1, 2]
    assert accuracy(a, y) == r.call("accuracy", a, y) == 1 / 3
    single = np.array([[np.nan], [0.2]])
    assert predicted_class(single).tolist() == r.call("predicted_class", single).tolist() == [-1, 0]


def test_accuracy_is_the_share_of_rows_judged_rightly():
    a = np.array([[0.2, 0.7, 0.1], [0.9, 0.0, 0.1], [0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])
    y = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1]])
    assert accuracy(a, y) == 0.75


def test_accuracy_of_a_single_output_compares_classes():
    assert accuracy(np.array([[0.9], [0.2], [0.6]]), np.array([[1.0], [0.0], [0.0]])) == 2 / 3
