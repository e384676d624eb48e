import copy

import numpy as np
import pytest

from twinprop.engines import doctor
from twinprop.engines.doctor import R_PACKAGES, examine_machine, find_missing


@pytest.fixture(scope="module")
def facts():
    return examine_machine()


def test_the_machine_is_described(r, facts):
    assert list(facts) == ["machine", "python", "r", "bridge", "runtimes", "check"]
    assert facts["python"]["numpy"] == np.__version__
    assert facts["r"]["version"] == r.evaluate('paste(R.version$major, R.version$minor, sep = ".")')
    assert facts["r"]["long double"] == f"{r.evaluate('.Machine$sizeof.longdouble')} bytes"
    assert facts["bridge"]["rpy2 mode"] in ("API", "ABI")
    assert set(R_PACKAGES) < set(facts["r"])
    for group in facts.values():
        assert all(isinstance(value, str) and value for value in group.values())


def test_nothing_is_missing_here(facts):
    assert find_missing(facts) == []


def test_what_is_missing_is_named_with_the_command_that_installs_it(facts):
    facts = copy.deepcopy(facts)
    facts["python"]["flint"] = "not installed"
    facts["r"]["digest"] = "not installed"
    facts["r"]["strict arithmetic"] = "strict_constants.txt cannot be read"
    facts["bridge"]["rpy2 mode"] = "none (no library)"
    assert find_missing(facts) == [
        "the Python package flint is not installed; `make setup` installs it",
        "the R package digest is not installed; `make setup` installs it",
        "strict arithmetic of R: strict_constants.txt cannot be read",
        "rpy2 cannot load R: none (no library); `make setup` installs it, "
        "--engine rscript does without",
    ]


def test_a_machine_without_r_is_described_too(monkeypatch):
    monkeypatch.delenv("R_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    facts = examine_machine()
    assert facts["r"] == {"version": "not installed"}
    assert "R is not installed; `make setup` installs it" in find_missing(facts)


def test_an_r_that_does_not_answer_is_described_too(monkeypatch, tmp_path):
    rscript = tmp_path / "bin" / "Rscript"
    rscript.parent.mkdir()
    rscript.write_text("#!/bin/sh\nexec sleep 60\n")
    rscript.chmod(0o755)
    monkeypatch.setenv("R_HOME", str(tmp_path))
    monkeypatch.setattr(doctor, "_SECONDS", 0.01)
    facts = examine_machine()
    assert facts["r"] == {"version": f"not installed properly: {rscript} does not answer"}
    assert facts["bridge"] == {"rpy2 mode": "none (it does not answer)"}
    assert any(sentence.startswith("R is not installed") for sentence in find_missing(facts))
