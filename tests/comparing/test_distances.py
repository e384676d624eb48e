"""Distance to the truth: recorded, computed, or plainly unknown."""

import json
import shutil

import numpy as np
import pytest

from twinprop.arithmetic import native
from twinprop.cases.case import read_case, run_case
from twinprop.comparing import distances
from twinprop.comparing.distances import Truth, distance_to_truth, find_truth


def test_the_recorded_values_are_used(case_path):
    path = case_path("article-4-3-1")
    truth = find_truth(path)
    assert truth.source == "recorded"
    distance = distance_to_truth(run_case(read_case(path), native), truth)
    assert 1e-16 < distance.max_abs < 1e-13
    assert distance.max_ulp > 10
    assert distance.compared == sum(values.size for values in truth.values.values())


def test_the_largest_distance_is_named():
    truth = Truth({"1/z1": np.array([[1.0, 2.0]]), "1/loss": np.array(3.0)}, 0, "recorded")
    trace = {"1/z1": np.array([[1.0, 2.0 + 2**-50]]), "1/loss": np.array(3.0), "1/a1": np.ones(1)}
    distance = distance_to_truth(trace, truth)
    assert distance == distances.Distance(3, 2**-50, "1/z1[0,1]", 2.0, "1/z1[0,1]")


def test_a_case_without_recorded_values_is_computed(case_path, tmp_path):
    shutil.copy(case_path("fixed-2-3-2-2"), tmp_path)
    truth = find_truth(tmp_path / "fixed-2-3-2-2.json")
    assert truth.source == "computed"
    recorded = find_truth(case_path("fixed-2-3-2-2")).values
    assert all(np.array_equal(truth.values[name], recorded[name]) for name in recorded)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("initial", {"W1": [[0.5]]}),
        ("training", {"optimizer": {"name": "gradient_descent", "learning_rate": 0.4}}),
    ],
)
def test_recorded_values_of_the_case_before_a_change_are_not_used(
    case_path, tmp_path, part, change
):
    for folder in ("cases", "expected"):
        (tmp_path / folder).mkdir()
        source = case_path("one-1-1").parent.parent / folder / "one-1-1.json"
        shutil.copy(source, tmp_path / folder)
    path = tmp_path / "cases" / "one-1-1.json"
    document = json.loads(path.read_text())
    assert find_truth(path).source == "recorded"
    document[part].update(change)
    path.write_text(json.dumps(document))
    assert find_truth(path).source == "computed"


def test_what_takes_too_long_is_unknown_and_says_so(case_path, tmp_path, monkeypatch):
    monkeypatch.setattr(distances, "MOST_PRODUCTS", 10)
    shutil.copy(case_path("fixed-2-3-2-2"), tmp_path)
    truth = find_truth(tmp_path / "fixed-2-3-2-2.json")
    assert truth.source == "unknown: no exact values are recorded, and to compute them takes long"
    assert distance_to_truth({"1/z1": np.ones((1, 1))}, truth) is None


def test_a_proof_that_does_not_succeed_in_time_is_unknown(case_path, tmp_path, monkeypatch):
    monkeypatch.setattr(distances, "MOST_SECONDS", 0.0)
    document = json.loads(case_path("chaotic-20-16-4").read_text())
    document["training"]["epochs"] = 5
    document["training"]["record"] = [5]
    path = tmp_path / "short.json"
    path.write_text(json.dumps(document))
    source = find_truth(path).source
    assert source.startswith("unknown: its exact values are not proved after 0 seconds: at 64 bits")
