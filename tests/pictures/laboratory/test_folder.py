"""The folder of the laboratory: whole, of its own host alone, and refused in a sentence."""

import json
import re

import pytest

from twinprop.cli.main import run_command_line
from twinprop.engines.runtimes import runtime
from twinprop.ground import folders
from twinprop.ground.errors import MissingPart
from twinprop.pictures.laboratory.assets import Assets
from twinprop.pictures.laboratory.packing import pack_python, pack_r
from twinprop.pictures.lesson.mistakes import list_programs
from twinprop.pictures.lesson.site import LABORATORY, PAGES, write_page


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson")
    write_page(LABORATORY, (*PAGES, LABORATORY), folder)
    return folder


@pytest.mark.whole
def test_every_name_that_the_page_loads_is_a_file_in_its_folder(laboratory):
    page = (laboratory / "laboratory.html").read_text()
    own = re.findall(r'(?:src|href)="([^"#?:]+)(?:\?[^"]*)?"', page)
    imports = json.loads(re.search(r'importmap">(.*?)</script>', page, re.DOTALL)[1])["imports"]
    pages = {one.file for one in PAGES}
    for name in (set(own) | set(imports.values())) - pages:
        assert (laboratory / name).is_file(), name
    for script in (laboratory / "laboratory").glob("*.mjs"):
        for name in re.findall(r'from "([^"]+)"', script.read_text()):
            known = name in imports or (laboratory / "laboratory" / name).is_file()
            assert known, (script.name, name)


@pytest.mark.whole
def test_the_licences_and_the_source_of_webr_are_named(laboratory):
    text = (laboratory / "laboratory" / "LICENCES.txt").read_text()
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "https://github.com/r-wasm/webr" in text
    assert "Mozilla Public License" in text or "MPL-2.0" in text
    assert "github.com/r-wasm/webr" in (laboratory / "laboratory.html").read_text()


@pytest.mark.whole
def test_the_same_sources_are_packed_into_the_same_bytes(tmp_path):
    assert pack_python() == pack_python()
    (tmp_path / "twinprop").mkdir()
    (tmp_path / "twinprop" / "DESCRIPTION").write_text("Package: twinprop\n")
    assert pack_r(tmp_path, b"x") == pack_r(tmp_path, b"x")


def test_exercises_are_the_article_s_programs_with_one_change_and_few_epochs(shared_fixtures):
    article, *others = list_programs(shared_fixtures / "scripts")
    assert "epoch = 100\n" in article["python"]
    assert len({one["id"] for one in others}) == len(others)
    for one in others:
        for language in ("python", "r"):
            lines, right = (set(x[language].splitlines()) for x in (one, article))
            assert len(right - lines) == 1, one["id"]


def test_without_the_runtimes_it_is_said_how_to_have_them(monkeypatch, tmp_path, capsys):
    with monkeypatch.context() as without:
        without.setattr(folders, "find_upwards", lambda name, start: None)
        without.delenv(runtime.ASSETS_VARIABLE, raising=False)
        with pytest.raises(MissingPart, match="make laboratory"):
            Assets()
    monkeypatch.setenv(runtime.ASSETS_VARIABLE, str(tmp_path))
    assert run_command_line(["lesson", "--laboratory", "--out", str(tmp_path / "out")]) == 2
    assert (
        "missing; make test-runtimes fetches it, and so does make laboratory"
        in capsys.readouterr().err
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "lesson")
    assert run_command_line(["lesson", "--laboratory", "--out", out]) == 2
    assert f"cannot make the folder {out}" in capsys.readouterr().err
