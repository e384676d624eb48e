import pytest

from twinprop.errors import InputError
from twinprop.harness import case_paths
from twinprop.harness.case_paths import find_cases


def make_files(folder, *names):
    for name in names:
        (folder / name).write_text("{}")


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

    monkeypatch.setattr(case_paths.os, "listdir", refuse)
    sentence = f"cannot look into the folder {tmp_path}: Permission denied"
    assert list(find_cases([tmp_path])) == [(tmp_path, sentence)]


def test_without_a_path_the_cases_of_the_project_are_found(shared_fixtures):
    files = [path for path, _ in find_cases([])]
    assert files == sorted((shared_fixtures / "cases").glob("*.json"))


def test_cases_that_cannot_be_found_have_to_be_named(monkeypatch):
    monkeypatch.setattr(case_paths, "find_upwards", lambda name, start: None)
    with pytest.raises(InputError, match="name a case or a folder"):
        case_paths.default_cases()
