"""The expected values: what is built, what is read, and what lint finds."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from twinprop.arithmetic import strict
from twinprop.cases.case import read_case, run_case
from twinprop.cases.traces import digest
from twinprop.comparing.fixtures import (
    build_expected,
    build_fixtures,
    expected_path,
    lint_fixtures,
    read_expected,
)
from twinprop.ground.errors import InputError

QUICK = ["batches-6-5-2", "fixed-2-3-2-2", "one-1-1", "one-column-1-4-1", "saturated-2-2-1"]


@pytest.fixture
def copy(tmp_path, shared_fixtures):
    """A folder of cases with one case that can be changed."""
    for part in ("cases", "expected"):
        (tmp_path / part).mkdir()
        shutil.copy(shared_fixtures / part / "one-1-1.json", tmp_path / part)
    shutil.copy(shared_fixtures / "case.schema.json", tmp_path)
    return tmp_path / "cases"


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("name", QUICK)
def test_building_again_changes_no_byte(name, case_path):
    case = case_path(name)
    assert build_expected(case) == expected_path(case).read_text()


def test_values_beyond_the_largest_number_are_built_and_read(copy, overflow_case):
    path = Path(shutil.copy(overflow_case, copy))
    assert [changed for _, changed in build_fixtures([path])] == [True]
    assert read_expected(path).values["200/W1"].tolist() == [[np.inf, -np.inf]] * 2
    assert lint_fixtures(copy) == []


@pytest.mark.slow
def test_building_all_again_changes_no_byte(shared_fixtures):
    assert [
        path.name
        for path, changed in build_fixtures(sorted((shared_fixtures / "cases").glob("*.json")))
        if changed
    ] == []


def test_the_strict_results_have_the_recorded_digests(shared_fixtures):
    for path in sorted((shared_fixtures / "cases").glob("*.json")):
        expected = read_expected(path)
        trace = run_case(read_case(path), strict)
        assert {name: digest(array) for name, array in trace.items()} == expected.strict, path.name


def test_the_final_weights_are_kept_however_large(case_path):
    expected = read_expected(case_path("digits-64-32-10"))
    assert expected.values["40.15/W1"].shape == (64, 32)
    assert "40.15/z1" not in expected.values


def test_exact_values_are_near_the_native_ones(case_path):
    path = case_path("wide-7-40-3")
    native = run_case(read_case(path))
    for name, values in read_expected(path).values.items():
        np.testing.assert_allclose(native[name], values, rtol=1e-9, atol=1e-11)


def test_the_project_s_own_fixtures_have_no_fault(shared_fixtures):
    assert lint_fixtures(shared_fixtures / "cases") == []


def test_a_case_without_fault_passes(copy):
    assert lint_fixtures(copy) == []


def test_a_folder_is_the_same_from_inside(copy, monkeypatch):
    monkeypatch.chdir(copy)
    assert expected_path(Path("one-1-1.json")).resolve() == expected_path(copy / "one-1-1.json")
    assert list(build_fixtures([Path("one-1-1.json")])) == [
        (Path("../expected/one-1-1.json"), False)
    ]
    assert lint_fixtures(Path()) == []
    monkeypatch.chdir(copy.parent)
    assert lint_fixtures(Path("cases")) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("cases/one-1-1.json", '"one-1-1"', '"one"', 'id is "one"; wanted "one-1-1"'),
        (
            "cases/one-1-1.json",
            '"learning_rate": 0.5',
            '"learning_rate": 0.4',
            "expected/one-1-1.json is of the case before it was changed; `twinprop fixtures build ",
        ),
        (
            "expected/one-1-1.json",
            '"case": "one',
            '"case": "two',
            'case is "two-1-1"; wanted "one-1-1"',
        ),
        ("expected/one-1-1.json", '"strict": "272f', '"strict": "000f', "is another now"),
        (
            "expected/one-1-1.json",
            '"input"',
            '"inputs"',
            "is no file of expected values, or an old",
        ),
        ("cases/one-1-1.json", '"units": 1', '"units": 0', "breaks the schema"),
        ("expected/one-1-1.json", '"values": 0.1', '"values": 0.2', "do not match their digest"),
        ("expected/one-1-1.json", '"name": "1/z1"', '"name": "1/z9"', "1/z1 is missing"),
        ("expected/one-1-1.json", '"format": 1', '"format": 2', "wanted 1"),
    ],
)
def test_lint_finds_a_fault(copy, file, old, new, sentence):
    change(copy.parent / file, old, new)
    assert any(sentence in found for found in lint_fixtures(copy)), lint_fixtures(copy)


def test_lint_finds_missing_and_left_over_expected_values(copy):
    (copy.parent / "expected" / "one-1-1.json").rename(copy.parent / "expected" / "old.json")
    found = lint_fixtures(copy)
    assert "one-1-1.json: expected/one-1-1.json is missing; build it" in found
    assert "expected/old.json belongs to no case; remove it" in found


def test_expected_values_that_are_none_are_refused(copy):
    (copy.parent / "expected" / "one-1-1.json").write_text(json.dumps({"format": 1}))
    with pytest.raises(InputError, match="is no file of expected values, or an old one; `twin"):
        read_expected(copy / "one-1-1.json")
