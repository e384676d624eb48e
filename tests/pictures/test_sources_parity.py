"""Functions beside the cases: the same bits, figures and texts in both languages."""

import json

import numpy as np
import pytest

from twinprop import predict
from twinprop.arithmetic import strict
from twinprop.cases.grid_search import format_grid, grid_search, score_point, set_field
from twinprop.cases.models import read_model, write_model
from twinprop.engines.r_session import from_r, start_r
from twinprop.engines.r_values import to_r
from twinprop.formulas import logistic
from twinprop.formulas.data import apply_scaling, fit_scaling, k_folds, one_hot, split_rows
from twinprop.formulas.metrics import (
    classification_report,
    confusion_matrix,
    format_report,
    r_squared,
)
from twinprop.formulas.random_numbers import new_generator, random_normal
from twinprop.ground.errors import InputError
from twinprop.network.layers import draw_network


def call_code(code, *arguments):
    """Call a function that is given as R code."""
    return from_r(start_r().evalr(code)(*[to_r(argument) for argument in arguments]))


def r_strict():
    return start_r().evalr("twinprop::strict")


def values(seed, n, m):
    return random_normal(new_generator(seed), n * m).reshape(n, m)


def classes(seed, n, k):
    return (np.abs(values(seed, 1, n)[0]) * 2).astype(int) % k


X, Y, W, B = values(1, 7, 5), np.arange(7.0).reshape(7, 1) % 2, values(2, 5, 1), values(3, 1, 1)


@pytest.mark.parametrize("form", ["one_sample", "two_loops", "one_loop", "vectorised"])
def test_forms_of_logistic_regression_have_the_same_strict_bits(form, r):
    name, n = f"logistic_{form}", 1 if form == "one_sample" else 7
    ours = getattr(logistic, name)(X[:n], Y[:n], W, B, strict)
    theirs = r.call(name, X[:n], Y[:n], W, B, r_strict())
    assert ours.loss == theirs["loss"]
    np.testing.assert_array_equal(ours.weights, theirs["weights"])
    np.testing.assert_array_equal(ours.bias, theirs["bias"])


def test_a_sigmoid_unit_has_the_same_strict_bits(r):
    theirs = r.call("unit_epoch", X, Y, W, 0.3, r_strict())
    np.testing.assert_array_equal(logistic.unit_epoch(X, Y, W, 0.3, strict), theirs)


@pytest.mark.parametrize("k", [2, 3, 10, 12])
def test_reports_are_the_same_text(k, r):
    predicted, target = classes(1, 300, k), classes(2, 300, k)
    ours = classification_report(predicted, target, k)
    code = "function(...) twinprop::format_report(twinprop::classification_report(...))"
    assert format_report(ours) == call_code(code, predicted, target, k)
    np.testing.assert_array_equal(
        confusion_matrix(predicted, target, k),
        r.call("confusion_matrix", predicted, target, k),
    )


def test_r_squared_has_the_same_strict_bits(r):
    theirs = r.call("r_squared", X, X[::-1] * 0.5, r_strict())
    assert r_squared(X, X[::-1] * 0.5, strict) == theirs


@pytest.mark.parametrize("method", ["min_max", "standard"])
def test_scaling_has_the_same_bits_and_leaves_constant_columns_at_0(method, r):
    x = np.column_stack([X, np.full(7, 0.1)])
    scaling = fit_scaling(x, method)
    theirs = r.call("fit_scaling", x, method)
    np.testing.assert_array_equal(scaling.shift, theirs["shift"])
    np.testing.assert_array_equal(scaling.scale, theirs["scale"])
    assert scaling.scale[0, 5] == 1
    np.testing.assert_allclose(apply_scaling(scaling, x)[:, 5], 0, atol=1e-16)


def test_splits_and_folds_are_the_same_rows(r):
    for ours, theirs in zip(
        split_rows(103, 0.3, 5), r.call("split_rows", 103, 0.3, 5), strict=True
    ):
        np.testing.assert_array_equal(ours + 1, theirs)
    for ours, theirs in zip(k_folds(103, 4, 5), r.call("k_folds", 103, 4, 5), strict=True):
        np.testing.assert_array_equal(ours + 1, theirs)


@pytest.mark.parametrize(
    ("name", "function", "arguments"),
    [
        ("one_hot", one_hot, (np.array([0.0, 3.0]), 3)),
        ("one_hot", one_hot, (np.array([0.0, 0.5]), 3)),
        ("confusion_matrix", confusion_matrix, (np.array([0, 1, -1]), np.array([0, 1, 2]), 3)),
        ("confusion_matrix", confusion_matrix, (np.array([0, 1, 2]), np.array([0, 3, 2]), 3)),
        ("confusion_matrix", confusion_matrix, (np.array([0, 1]), np.array([0, 1, 2]), 3)),
        ("classification_report", classification_report, (np.array([]), np.array([]), 3)),
        ("split_rows", split_rows, (3, 0.1, 1)),
        ("k_folds", k_folds, (3, 4, 1)),
        ("fit_scaling", fit_scaling, (X, "minmax")),
        ("set_field", set_field, ({"a": {"b": [1, 2]}}, "a.b.5", 3)),
        ("set_field", set_field, ({"a": {"b": 1}}, "a.c.d", 3)),
    ],
)
def test_bad_data_are_refused_with_the_same_sentence(name, function, arguments, r):
    with pytest.raises(InputError) as ours:
        function(*arguments)
    with pytest.raises(InputError) as theirs:
        r.call(name, *arguments)
    assert str(ours.value) == str(theirs.value)


def test_a_model_of_either_language_is_read_by_both(tmp_path, r):
    activations = [{"name": "prelu", "alpha": 0.1}, {"name": "swish", "beta": 0.5}, "softmax"]
    network = draw_network(5, [4, 6, 3], activations, "he", 3, [0.5, 0.0, 0.0])
    write_model(network, tmp_path / "python.json")
    code = "function(a, b) twinprop::write_model(twinprop::read_model(a), b)"
    call_code(code, str(tmp_path / "python.json"), str(tmp_path / "r.json"))
    expected = predict(network, X, strict)
    for name in ["python.json", "r.json"]:
        model = read_model(tmp_path / name)
        np.testing.assert_array_equal(predict(model, X, strict), expected)
        assert [layer.dropout for layer in model] == [0.5, 0.0, 0.0]
        path = str(tmp_path / name)
        np.testing.assert_array_equal(r.call("predict_of_model", path, X, 3, "strict"), expected)


def test_a_diverged_point_of_a_grid_is_last_in_both_languages(r):
    def rows(means, ranks):
        points = [{"training.epochs": i, "loss": "a", "data.rows": [0, 9]} for i in range(3)]
        return [
            {"point": p, "mean": m, "rank": k} for p, m, k in zip(points, means, ranks, strict=True)
        ]

    found = rows([float("nan"), 0.25, float("-inf")], [2, 1, 2])
    text = format_grid(found)
    assert [line.split()[-2:] for line in text.splitlines()] == [
        ["mean", "rank"],
        ["0.2500", "1"],
        ["diverged", "2"],
        ["diverged", "2"],
    ]
    assert text == r.call("format_grid", found)


def test_a_point_whose_score_overflows_is_scored_without_a_warning(r, tmp_path, shared_fixtures):
    case = json.loads((shared_fixtures / "bad_cases" / "drawn.json").read_text())
    case["data"]["y"][0][0] = 1e300
    (tmp_path / "drawn.json").write_text(json.dumps(case))
    path = str(tmp_path / "drawn.json")
    np.testing.assert_array_equal(score_point(path, {}, 2), r.call("score_point", path, {}, 2))


def test_a_point_without_a_score_is_ranked_last(shared_fixtures):
    path = shared_fixtures / "cases" / "regression-wine.json"
    grid = {"training.epochs": [30], "training.optimizer.learning_rate": [1e200, 0.01]}
    grid["training.optimizer.name"] = ["momentum"]
    ours = grid_search(path, grid, folds=2, arithmetic=strict)
    code = "function(...) twinprop::grid_search(..., arithmetic = twinprop::strict)"
    theirs = call_code(code, str(path), grid, 2, 1)
    assert [row["rank"] for row in ours] == [row["rank"] for row in theirs] == [2, 1]
    assert format_grid(ours).count("diverged") == 1


def test_a_grid_search_has_the_same_table(shared_fixtures):
    path = shared_fixtures / "cases" / "wine-13-8-3.json"
    grid = {"training.epochs": [2, 4], "training.optimizer.name": ["rmsprop", "gradient_descent"]}
    ours = grid_search(path, grid, folds=2, arithmetic=strict)
    code = "function(...) twinprop::grid_search(..., arithmetic = twinprop::strict)"
    theirs = call_code(code, str(path), grid, 2, 1)
    assert len(ours) == 4
    text = call_code(
        "function(...) twinprop::format_grid(twinprop::grid_search(...))",
        str(path),
        grid,
        2,
        1,
        r_strict(),
    )
    assert text == format_grid(ours)
    assert text.splitlines()[1].endswith(" 1")
    for mine, other in zip(ours, theirs, strict=True):
        assert mine["point"] == other["point"]
        np.testing.assert_array_equal(mine["scores"], other["scores"])
        assert (mine["mean"], mine["rank"]) == (other["mean"], other["rank"])
