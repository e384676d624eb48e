import os
from pathlib import Path

import pytest

from twinprop.engines import r_library
from twinprop.engines.r_library import (
    find_r_library,
    find_rscript,
    r_variables,
)
from twinprop.ground.errors import InputError, MissingPart
from twinprop.ground.folders import find_upwards


def test_a_folder_is_looked_for_upwards(tmp_path):
    (tmp_path / ".r-library").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find_upwards(".r-library", tmp_path / "a" / "b") == tmp_path / ".r-library"
    assert find_upwards("not-anywhere", tmp_path) is None


def test_the_library_may_be_given(tmp_path, monkeypatch):
    monkeypatch.setenv("TWINPROP_R_LIBRARY", str(tmp_path))
    assert find_r_library() == tmp_path.resolve()
    monkeypatch.setenv("TWINPROP_R_LIBRARY", str(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"TWINPROP_R_LIBRARY is .*absent, which is no folder"):
        find_r_library()


def test_the_library_comes_before_the_users_own(tmp_path, monkeypatch):
    monkeypatch.setattr(r_library, "find_r_library", lambda: tmp_path)
    monkeypatch.setenv("R_LIBS", "/somewhere")
    assert r_variables()["R_LIBS"] == f"{tmp_path}{os.pathsep}/somewhere"
    monkeypatch.setattr(r_library, "find_r_library", lambda: None)
    monkeypatch.delenv("R_LIBS")
    assert "R_LIBS" not in r_variables()


def test_rscript_is_that_of_r_home(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "Rscript"
    script.write_text("")
    script.chmod(0o755)
    monkeypatch.setenv("R_HOME", str(tmp_path))
    assert Path(find_rscript()) == script


def test_a_missing_r_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.delenv("R_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingPart, match=r"R is not installed .*; `make setup` installs it"):
        find_rscript()
