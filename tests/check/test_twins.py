"""Mistakes in copies of the twins' own source: check names them, and the comparison sees them."""

from __future__ import annotations

import pytest
from prove import Trial, is_cause_right, is_first_right, list_twins, run_trials, write_cases
from twins import CHANGES, functions_file, run_python, run_r_copies

from twinprop.comparing.compare_files import compare_files


@pytest.mark.parametrize("language", ["python", "r"])
def test_check_names_mistakes_in_the_twins_own_functions(tmp_path, language):
    trials = [t for t in list_twins([language]) if t.case == "5-4-2-mean"][::4]
    outcomes = run_trials(trials, write_cases(tmp_path), tmp_path)
    right = [o for o in outcomes if not o.trial.id]
    assert [o.verdict for o in right] == ["right"]
    wrong = [o for o in outcomes if o.trial.id]
    assert [o for o in wrong if not (is_first_right(o) and is_cause_right(o))] == []


def test_the_twins_own_functions_are_right_with_softmax_and_cross_entropy(tmp_path):
    trials = [
        Trial("", "twins", language, "twins", case, functions_file(language, None))
        for language in ("python", "r")
        for case in ("softmax", "softmax-sum")
    ]
    outcomes = run_trials(trials, write_cases(tmp_path), tmp_path)
    assert [o.verdict for o in outcomes] == ["right"] * 4


def test_the_comparison_sees_a_mistake_in_the_package_itself(tmp_path):
    write_cases(tmp_path)
    case = tmp_path / "5-4-2-mean.json"
    changes = [None, *CHANGES[::8], CHANGES[-1]]
    in_python = []
    for i, change in enumerate(changes):
        folder = tmp_path / f"python-{i}"
        folder.mkdir()
        in_python.append(run_python(change, case, folder))
    in_r = run_r_copies(changes, case, tmp_path / "r")
    right = in_python[0]
    assert compare_files(in_r[0], right, case)[0].verdict in ("identical", "rounding")
    for wrong in [*in_python[1:], *in_r[1:]]:
        assert compare_files(wrong, right, case)[0].verdict == "different"
