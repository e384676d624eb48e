"""Bad cases: both languages refuse each with the same sentence, R without a warning.

shared_fixtures/bad_cases/index.json says how each is made; r/tests/testthat/test-cases.R reads the
same index without Python.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

from twinprop.cases.case import read_case
from twinprop.cases.grid_search import grid_points, score_point, set_field
from twinprop.engines.r_session import call_guarded, find_function
from twinprop.ground.errors import InputError

FOLDER = Path(__file__).resolve().parents[2] / "shared_fixtures" / "bad_cases"
INDEX = json.loads((FOLDER / "index.json").read_text())["bad_cases"]
BASES = ["drawn", "given", "table"]


def write_bad_case(bad, folder):
    """The file of a bad case, in a folder with its data."""
    if "file" in bad:
        return FOLDER / bad["file"]
    shutil.copytree(FOLDER / "data", folder / "data")
    if "csv" in bad:
        (folder / "data" / "table.csv").write_text(bad["csv"])
    text = bad.get("text") or (FOLDER / f"{bad['base']}.json").read_text()
    if "change" in bad:
        old, new = bad["change"]
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / f"{bad['name']}.json"
    path.write_text(text)
    return path


def refusal_in_python(path):
    with pytest.raises(InputError) as refused:
        read_case(path)
    return str(refused.value)


def refusal_in_r(r, path):
    with pytest.raises(InputError) as refused:
        r.call("read_case", str(path))
    # guarded_call collects the warnings that came before the error.
    outcome = r.call("guarded_call", find_function("read_case"), [str(path)])
    assert outcome["messages"] == []
    return str(refused.value)


def refuse_in_both(r, path):
    """The sentence with which both languages refuse a case."""
    ours = refusal_in_python(path)
    assert refusal_in_r(r, path) == ours
    assert "\n" not in ours
    return ours


@pytest.mark.parametrize("bad", INDEX, ids=[bad["name"] for bad in INDEX])
def test_both_languages_refuse_a_bad_case_with_the_same_sentence(bad, r, tmp_path):
    wanted = re.escape(bad["sentence"]).replace(r"\{number\}", "[0-9.]+")
    assert re.fullmatch(wanted, refuse_in_both(r, write_bad_case(bad, tmp_path)))


@pytest.mark.parametrize("base", BASES)
def test_the_case_that_bad_cases_are_made_of_is_good(base, r):
    read_case(FOLDER / f"{base}.json")
    assert call_guarded("read_case", str(FOLDER / f"{base}.json"))[1] == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"data": ', '"date": ', 'table.json: date is not a known key; did you mean "data"?'),
        (r'"data": .*\n', "", "table.json: data is missing; add it"),
        ('"format": 1', '"format": 2', "table.json: format is 2; wanted 1"),
        (r'"training": \{.*\}', '"training": "x"', "training.epochs is no field of the case; "),
        (r"\[0, 2\]", "[2, 2]", "table.json: data is of 1 row to train on; wanted at least 2"),
        (r"(?s).*", "[]", "training.epochs is no field of the case; wanted one such as "),
    ],
)
def test_a_grid_refuses_a_bad_case_alike_in_both_languages(old, new, sentence, r, tmp_path):
    shutil.copytree(FOLDER / "data", tmp_path / "data")
    path = tmp_path / "table.json"
    path.write_text(re.sub(old, new, (FOLDER / "table.json").read_text(), count=1))
    point = {"training.epochs": 5}
    with pytest.raises(InputError) as ours:
        score_point(path, point)
    assert str(ours.value).startswith(sentence)
    outcome = r.call("guarded_call", find_function("score_point"), [str(path), point])
    assert (outcome["error"], outcome["messages"]) == (str(ours.value), [])


def test_a_field_of_a_grid_has_values_in_both_languages(r):
    for grid in ({"a": [1], "b": []}, {"training.epochs": []}):
        with pytest.raises(InputError, match="is an empty list; wanted a list with at") as ours:
            grid_points(grid)
        with pytest.raises(InputError, match=str(ours.value)):
            r.call("grid_points", grid)


@pytest.mark.parametrize("field", ["layers.", "layers.².units", "layers.99999999999.units"])
def test_both_languages_refuse_what_is_no_field(field, r):
    document = {"layers": [{"units": 3}], "training": {"epochs": 5}}
    with pytest.raises(InputError, match=f"^{field} is no field of the case") as ours:
        set_field(document, field, 1)
    with pytest.raises(InputError, match=str(ours.value)):
        r.call("set_field", document, field, 1)


def test_every_name_in_the_index_stands_once():
    names = [bad["name"] for bad in INDEX]
    assert sorted(set(names)) == sorted(names)


def test_a_link_that_leaves_the_folder_is_refused(r, tmp_path):
    case = tmp_path / "in" / "table.json"
    (tmp_path / "in" / "data").mkdir(parents=True)
    shutil.copy(FOLDER / "table.json", case)
    shutil.copy(FOLDER / "data" / "table.csv", tmp_path)
    (tmp_path / "in" / "data" / "table.csv").symlink_to(tmp_path / "table.csv")
    assert refuse_in_both(r, case) == (
        'table.json: data.csv is "data/table.csv", outside the folder of the case\'s data; '
        "wanted a path inside it"
    )


def test_a_byte_order_mark_is_no_mistake(r, tmp_path):
    path = tmp_path / "drawn.json"
    path.write_bytes(b"\xef\xbb\xbf" + (FOLDER / "drawn.json").read_bytes())
    assert read_case(path).id == r.call("read_case", str(path))["id"] == "drawn"


def test_the_ends_of_lines_of_other_systems_are_no_mistake(r, tmp_path):
    shutil.copytree(FOLDER / "data", tmp_path / "data")
    for name in ("table.json", "data/table.csv"):
        text = (FOLDER / name).read_text()
        (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode())
    ours = read_case(tmp_path / "table.json").data.x
    theirs = r.call("read_case", str(tmp_path / "table.json"))["data"]["x"]
    assert ours.tolist() == theirs.tolist() == [[0.5, 1.0], [1.5, 2.25], [-0.25, 3.0]]


def test_a_seed_for_given_weights_is_refused(r):
    path = FOLDER / "given.json"
    with pytest.raises(InputError, match="initial is of given weights") as ours:
        read_case(path, seed=2)
    with pytest.raises(InputError) as theirs:
        r.call("read_case", str(path), seed=2)
    assert str(ours.value) == str(theirs.value)
