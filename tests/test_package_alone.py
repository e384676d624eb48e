"""The Python package without a checkout says what it cannot do, and how it can be done."""

import os
import shutil
import subprocess
import sys

import pytest

PIP = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
PLAIN = ["--no-deps", "--no-build-isolation", "--no-index"]


@pytest.fixture(scope="module")
def alone(repository, case_path, tmp_path_factory):
    """A function that runs the command of an installed copy, in a folder with one case."""
    folder = tmp_path_factory.mktemp("alone")
    kept = shutil.ignore_patterns("*.egg-info", "__pycache__", "build")
    shutil.copytree(repository / "python", folder / "source", ignore=kept)
    installed = folder / "installed"
    command = [*PIP, *PLAIN, "--target", installed, folder / "source"]
    subprocess.run([sys.executable, *command], check=True)
    work = folder / "work"
    work.mkdir()
    shutil.copy(case_path("article-4-3-1"), work / "case.json")
    shutil.copy(repository / "shared_fixtures" / "scripts" / "article.py", work)

    def run(*words, **variables):
        return subprocess.run(
            [sys.executable, "-m", "twinprop_command", *words],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(installed), **variables},
            capture_output=True,
            text=True,
        )

    run.installed = installed
    return run


def refusal(done):
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_python_runs_cases_and_checks_programs(alone):
    done = alone("run", "case.json", "--language", "python", "--out", "native.json")
    assert (done.returncode, done.stderr) == (0, "")
    done = alone("check", "article.py", "--trust", "--case", "case.json")
    assert (done.returncode, done.stderr) == (0, "")


def test_with_damaged_constants_only_strict_is_refused(alone):
    path = alone.installed / "twinprop/arithmetic/strict_constants.txt"
    text = path.read_text()
    run = ["run", "case.json", "--language", "python"]
    try:
        path.write_text(text.replace("0x1.62e42f", "0x1.62e42e", 1))
        assert alone("--help").returncode == 0
        assert alone(*run, "--out", "native.json").returncode == 0
        sentence = (
            "strict_constants.txt does not match its SHA-256; wanted the constants of strict "
            "arithmetic; install twinprop again\n"
        )
        assert refusal(alone(*run, "--arithmetic", "strict")) == f"twinprop: case.json: {sentence}"
        assert f"strict arithmetic of Python: {sentence}" in alone("doctor").stderr
        path.unlink()
        said = refusal(alone(*run, "--arithmetic", "strict"))
        assert said.startswith(
            "twinprop: case.json: strict_constants.txt cannot be read (No such file"
        )
    finally:
        path.write_text(text)


def test_ids_of_cases_need_a_checkout(alone):
    said = refusal(alone("check", "article.py"))
    assert said == (
        "twinprop: article-4-3-1 is no file, and a case of that id cannot be looked up: "
        "shared_fixtures/cases is not found from here; work in a checkout of twinprop, or give "
        "--case FILE\n"
    )
    assert "give a case's file" in refusal(alone("walk", "xor-2-2-1"))
    assert "work in a checkout of twinprop" in refusal(alone("verify"))


def test_make_setup_is_not_advised_where_there_is_none(alone, tmp_path):
    said = refusal(alone("verify", "case.json", PATH="/nowhere", R_HOME=""))
    assert said == (
        "twinprop: R is not installed (no Rscript found); install R 4.2 or later, from your "
        "system's packages or cran.r-project.org\n"
    )
    library = {"TWINPROP_R_LIBRARY": str(tmp_path), "R_LIBS": "", "R_LIBS_USER": ""}
    for bridge in ("rpy2", "process"):
        said = refusal(alone("verify", "case.json", "--bridge", bridge, **library))
        assert said.endswith("; `R CMD INSTALL r` in a checkout of twinprop installs it\n")
    done = alone("doctor", PATH="/nowhere", R_HOME="")
    assert done.returncode == 2
    assert "make setup" not in done.stderr


def test_compare_names_the_looser_judge(alone):
    for name in ("native", "strict"):
        words = ["--language", "python", "--arithmetic", name, "--out", f"{name}.json"]
        assert alone("run", "case.json", *words).returncode == 0
    done = alone("compare", "native.json", "strict.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "what the tolerances allow, which are looser than rounding" in done.stdout
    done = alone("compare", "native.json", "strict.json", "--case", "case.json")
    assert "what rounding explains here" in done.stdout
