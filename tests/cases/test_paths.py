from pathlib import Path

import pytest
from helpers import make_files

from twinprop.cases import paths
from twinprop.cases.paths import find_case, find_cases, good_cases
from twinprop.ground.errors import InputError


def test_a_folder_stands_for_all_its_cases_in_order_each_once(tmp_path):
    make_files(tmp_path, "b.json", "a.json", "notes.txt")
    found = list(find_cases([tmp_path, tmp_path / "b.json"]))
    assert found == [(tmp_path / "a.json", None), (tmp_path / "b.json", None)]


def test_a_path_that_is_not_there_is_reported_and_the_others_are_found(tmp_path):
    make_files(tmp_path, "a.json")
    (tmp_path / "empty").mkdir()
    found = list(find_cases([tmp_path / "no", tmp_path / "empty", tmp_path / "a.json"]))
    assert [sentence for _, sentence in found] == [
        f"{tmp_path}/no does not exist",
        f"{tmp_path}/empty holds no case (no .json file)",
        None,
    ]


def test_a_folder_that_cannot_be_looked_into_is_not_called_empty(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(paths.os, "listdir", refuse)
    sentence = f"cannot look into the folder {tmp_path}: Permission denied"
    assert list(find_cases([tmp_path])) == [(tmp_path, sentence)]


def test_without_a_path_the_cases_of_the_project_are_found(shared_fixtures):
    files = [path for path, _ in find_cases([])]
    assert files == sorted((shared_fixtures / "cases").glob("*.json"))


def test_an_id_stands_for_one_of_the_projects_cases(shared_fixtures, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours = shared_fixtures / "cases" / "xor-2-2-1.json"
    assert find_case("xor-2-2-1") == ours
    assert good_cases(["xor-2-2-1", ours]) == [ours]
    (tmp_path / "xor-2-2-1").touch()
    assert find_case("xor-2-2-1") == Path("xor-2-2-1")


def test_an_unknown_id_is_refused_with_the_nearest_that_is_known():
    sentence = (
        'xor-2-1 is neither a file nor a case in shared_fixtures/cases; did you mean "xor-2-2-1"? '
        "known are the names of its files"
    )
    with pytest.raises(InputError) as refused:
        find_case("xor-2-1")
    assert str(refused.value) == sentence
    assert list(find_cases(["xor-2-1"])) == [(Path("xor-2-1"), sentence)]
    with pytest.raises(InputError, match="did you mean"):
        good_cases(["xor-2-1"])


@pytest.mark.parametrize("path", ["no.json", "./no", "../xor-2-2-1", "No"])
def test_what_cannot_be_an_id_is_a_path(path):
    assert find_case(path) == Path(path)


def test_without_a_checkout_an_id_is_refused_and_a_path_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "find_upwards", lambda name, start: None)
    make_files(tmp_path, "a.json")
    assert find_case(tmp_path / "a.json") == tmp_path / "a.json"
    with pytest.raises(InputError) as refused:
        find_case("xor-2-2-1", "--case FILE")
    assert str(refused.value) == (
        "xor-2-2-1 is no file, and a case of that id cannot be looked up: shared_fixtures/cases is "
        "not found from here; work in a checkout of twinprop, or give --case FILE"
    )


def test_cases_that_cannot_be_found_have_to_be_named(monkeypatch):
    monkeypatch.setattr(paths, "find_upwards", lambda name, start: None)
    with pytest.raises(InputError, match="name a case or a folder"):
        paths.default_cases()
