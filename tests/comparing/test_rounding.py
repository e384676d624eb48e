"""The bound from rounding: sound for right runs, tight enough to find a planted error, chaos."""

import json
from functools import cache

import numpy as np
import pytest

from twinprop.arithmetic import native, strict
from twinprop.cases.case import read_case, run_case
from twinprop.comparing.comparison import ANY_FINITE, compare_traces
from twinprop.comparing.distances import find_truth
from twinprop.comparing.rounding import (
    ALPHA,
    MOST_RUNS,
    RUNS,
    bound_of_runs,
    choose_runs,
    noisy_runs,
    rounding_bound,
)
from twinprop.comparing.student import student_quantile

QUICK = ["batches-6-5-2", "fixed-2-3-2-2", "one-column-1-4-1", "saturated-2-2-1", "wide-7-40-3"]


@cache
def judged(path):
    """A case's native and strict traces and its bound, computed once for all tests."""
    case = read_case(path)
    return run_case(case, native), run_case(case, strict), rounding_bound(case).bounds


def compare(case_path, name, change=lambda trace: trace):
    trace, other, bounds = judged(case_path(name))
    return compare_traces(change(dict(trace)), other, bounds)


def planted(name, index, relative):
    def change(trace):
        array = trace[name].copy()
        array[index] *= 1 + relative
        return {**trace, name: array}

    return change


@pytest.mark.parametrize("name", QUICK)
def test_native_is_within_the_bound_of_strict_and_of_the_truth(case_path, name):
    comparison = compare(case_path, name)
    assert comparison.verdict == "rounding"
    assert comparison.nearest_bound.share < 0.5
    case = read_case(case_path(name))
    exact = find_truth(case_path(name), case).values
    known = {key: value for key, value in run_case(case, native).items() if key in exact}
    assert compare_traces(known, exact, rounding_bound(case).bounds).verdict == "rounding"


@pytest.mark.parametrize(
    ("quantity", "index"), [("1/dW1", (2, 1)), ("500/dW2", (1, 0)), ("100/db1", (0, 2))]
)
def test_an_error_in_one_element_of_a_gradient_is_found_and_named(case_path, quantity, index):
    comparison = compare(case_path, "article-4-3-1-mean", planted(quantity, index, 1e-11))
    assert (comparison.first.name, comparison.first.index) == (quantity, index)


def test_an_error_of_1e_12_is_found_in_the_first_gradients_of_all_small_cases(case_path):
    for name in ("article-4-3-1-mean", "xor-2-2-1", "batches-6-5-2", "wide-7-40-3"):
        case = read_case(case_path(name))
        bounds, trace = rounding_bound(case).bounds, run_case(case, native)
        step = next(key for key in trace if key.endswith("/dW1")).partition("/")[0]
        for key in (f"{step}/dW2", f"{step}/db2", f"{step}/dW1", f"{step}/db1"):
            assert bounds[key].max() < 1e-12 * np.abs(trace[key]).max(), (name, key)


def test_starting_weights_have_no_rounding(case_path):
    bounds = rounding_bound(read_case(case_path("wide-7-40-3"))).bounds
    assert not bounds["0/W1"].any()
    assert (bounds["1/W1"] > 0).all()
    comparison = compare(case_path, "wide-7-40-3", planted("0/W1", (3, 2), 2**-52))
    assert comparison.first.name == "0/W1"


def test_the_bound_is_the_same_each_time(case_path):
    first, second = (rounding_bound(read_case(case_path("batches-6-5-2"))) for _ in range(2))
    for name, bound in first.bounds.items():
        np.testing.assert_array_equal(bound, second.bounds[name])


def test_the_bound_has_the_names_and_shapes_of_the_trace_held_out_rows_included(case_path):
    for name in ("wine-13-8-3", "dropout-6-8-5-2", "prelu-6-5-4-2", "shuffled-6-5-2"):
        case = read_case(case_path(name))
        trace, bounds = run_case(case, native), rounding_bound(case).bounds
        assert list(bounds) == list(trace)
        assert all(bounds[key].shape == np.shape(trace[key]) for key in trace)
        assert all(np.isfinite(bound).all() for bound in bounds.values())


def test_a_last_epoch_that_is_not_recorded_is_not_in_the_bound(case_path, tmp_path):
    document = json.loads(case_path("batches-6-5-2").read_text())
    document["training"]["record"] = [1]
    path = tmp_path / "batches-6-5-2.json"
    path.write_text(json.dumps(document))
    case = read_case(path)
    assert list(rounding_bound(case).bounds) == list(run_case(case, native))


def test_a_chaotic_case_has_no_bound_from_the_epoch_on_that_is_named(case_path):
    case = read_case(case_path("chaotic-20-16-4"))
    bound = rounding_bound(case)
    assert bound.chaotic_from == "100"
    infinite = [name for name, values in bound.bounds.items() if (values == ANY_FINITE).all()]
    assert infinite == [name for name in bound.bounds if name.startswith(("100/", "200/"))]
    trace, other = run_case(case, native), run_case(case, strict)
    assert np.abs(trace["200/W2"] - other["200/W2"]).max() > 1e-4
    comparison = compare_traces(trace, other, bound.bounds)
    assert comparison.verdict == "chaotic"
    wrong = planted("20/dW1", (1, 3), 1e-6)(trace)
    assert compare_traces(wrong, other, bound.bounds).first.name == "20/dW1"
    nan = planted("200/W2", (0, 0), np.nan)(trace)
    assert compare_traces(nan, other, bound.bounds).first.name == "200/W2"


def test_weights_known_to_four_digits_are_still_judged(case_path, tmp_path):
    document = json.loads(case_path("chaotic-20-16-4").read_text())
    document["training"]["record"] = [60, 100]
    path = tmp_path / "chaotic.json"
    path.write_text(json.dumps(document))
    bound = rounding_bound(read_case(path))
    assert np.isfinite(bound.bounds["60/W2"]).all()
    assert bound.chaotic_from == "100"


def test_an_element_of_a_vector_in_which_rounding_shows_by_chance_in_no_run_still_has_a_bound():
    """A column of 5: the runs of its last element agree, those of the others do not."""
    values = 1 + 1e-15 * np.arange(40.0).reshape(5, 1, 8)
    values[4] = 1
    bounds = bound_of_runs("1/delta1", values)
    assert bounds[0] / 8 < bounds[4] < bounds[0] / 2


def test_training_that_overflows_is_chaotic_and_not_an_error(case_path, tmp_path):
    document = json.loads(case_path("one-column-1-4-1").read_text())
    document["training"]["optimizer"]["learning_rate"] = 500
    path = tmp_path / "overflow.json"
    path.write_text(json.dumps(document))
    case = read_case(path)
    bound = rounding_bound(case)
    assert bound.chaotic_from is not None
    assert any(np.isinf(values).all() for values in bound.bounds.values())
    comparison = compare_traces(run_case(case, native), run_case(case, strict), bound.bounds)
    assert comparison.verdict in ("chaotic", "rounding")


def test_small_networks_are_run_more_often_than_large_ones(case_path):
    names = ("xor-2-2-1", "wide-100-30-5", "digits-64-32-10")
    assert [choose_runs(read_case(case_path(name))) for name in names] == [32, RUNS, RUNS]


@pytest.mark.parametrize("runs", [RUNS, 16, 24, MOST_RUNS])
def test_no_error_has_to_be_larger_than_eight_mean_deviations_to_be_found(runs):
    """What bounds were before there was a rate: the rate was not bought with power."""
    mean_deviation = np.sqrt(2 / np.pi * (runs - 1) / runs)
    assert student_quantile(ALPHA, runs - 1) < 8 * mean_deviation


@pytest.mark.parametrize("runs", [RUNS, MOST_RUNS])
def test_a_scalar_as_noisy_as_its_runs_leaves_its_bound_at_the_rate(runs, monkeypatch):
    monkeypatch.setattr("twinprop.comparing.rounding.ALPHA", 0.01)
    drawn = np.random.default_rng(runs).normal(size=(20_000, runs + 1)) * 1e-9
    left = [abs(one[-1]) > bound_of_runs("1/loss", one[:-1]) for one in drawn]
    assert 0.008 < np.mean(left) < 0.012


def test_every_run_has_its_own_errors(case_path):
    runs = noisy_runs(read_case(case_path("fixed-2-3-2-2")), 8)
    assert len({run.tobytes() for run in np.moveaxis(runs["1/dW1"], -1, 0)}) == 8
    assert runs["1/loss"].shape == (8,)


def test_numbers_whose_squares_are_0_have_the_bound_of_larger_ones():
    runs = np.random.default_rng(2).normal(1.0, 1e-14, (3, 4, RUNS))
    small = bound_of_runs("1/e1", np.ldexp(runs, -520))
    np.testing.assert_allclose(small, np.ldexp(bound_of_runs("1/e1", runs), -520), rtol=1e-12)
