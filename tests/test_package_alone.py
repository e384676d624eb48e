"""The Python package without a checkout says what it cannot do, and how it can be done."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

import twinprop


@pytest.fixture(scope="module")
def alone(built, repository, case_path, tmp_path_factory):
    """A function that runs the command of an installed copy, in a folder with one case."""
    folder = tmp_path_factory.mktemp("alone")
    installed = folder / "installed"
    shutil.copytree(built / "installed", installed)
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


@pytest.fixture
def without_cases(alone):
    """The copy without the cases that came with it."""
    folder = alone.installed / "twinprop" / "fixtures"
    folder.rename(alone.installed / "kept")
    yield alone
    (alone.installed / "kept").rename(folder)


def test_the_cases_come_with_the_package(alone, repository):
    assert alone("check", "article.py").returncode == 0
    library = {"TWINPROP_R_LIBRARY": str(repository / ".r-library")}
    assert alone("walk", "xor-2-2-1", "--step", "1", **library).returncode == 0
    done = alone("verify", "wine-13-8-3", **library)
    assert (done.returncode, done.stderr) == (0, "")
    assert "strict: 1 identical" in done.stdout


def test_ids_of_cases_need_the_cases(without_cases):
    said = refusal(without_cases("check", "article.py", "--case", "article-4-3-1"))
    assert said == (
        "twinprop: article-4-3-1 is no file, and a case of that id cannot be looked up: "
        "shared_fixtures/cases is not found from here; work in a checkout of twinprop, or give "
        "--case FILE\n"
    )
    assert "give a case's file" in refusal(without_cases("walk", "xor-2-2-1"))
    assert "work in a checkout of twinprop" in refusal(without_cases("verify"))


def test_the_lesson_needs_a_checkout(alone, tmp_path):
    assert refusal(alone("lesson", "--out", tmp_path / "lesson")) == (
        "twinprop: the lesson plants its mistakes in shared_fixtures/scripts, which is not found "
        "from here; work in a checkout of twinprop\n"
    )


def test_rpy2_is_needed_by_its_bridge_alone(alone):
    program = (
        "import sys; sys.modules['rpy2'] = None; import twinprop, twinprop_command;"
        "sys.argv[0] = 'twinprop'; twinprop_command.main()"
    )

    def run(*words):
        return subprocess.run(
            [sys.executable, "-c", program, *words],
            cwd=alone.installed.parent / "work",
            env={**os.environ, "PYTHONPATH": str(alone.installed)},
            capture_output=True,
            text=True,
        )

    assert run("--help").returncode == 0
    assert run("check", "article.py").returncode == 0
    assert run("run", "case.json", "--language", "python").returncode == 0
    said = refusal(run("verify", "case.json"))
    assert "`pip install 'twinprop[r]'` installs it, and --engine rscript does without" in said


@pytest.fixture(scope="module")
def archives(built):
    """The names of what is in the source archive and in the wheel."""
    (source,), (wheel,) = built.glob("*.tar.gz"), built.glob("*.whl")
    with tarfile.open(source) as opened:
        members = {member.name.partition("/")[2]: member for member in opened.getmembers()}
    with zipfile.ZipFile(wheel) as opened:
        return members, {name: opened.read(name) for name in opened.namelist()}


def test_both_archives_have_licence_and_readme(archives, repository):
    source, wheel = archives
    assert source["LICENSE"].isreg()
    assert source["README.md"].isreg()
    (licence,) = (name for name in wheel if name.endswith("dist-info/licenses/LICENSE"))
    assert wheel[licence] == (repository / "LICENSE").read_bytes()
    (about,) = (name for name in wheel if name.endswith("METADATA"))
    assert (repository / "README.md").read_bytes().strip() in wheel[about]


def test_both_archives_have_every_case_with_data_and_expected_values(archives, shared_fixtures):
    source, wheel = archives
    for folder in ("cases", "data", "expected"):
        for path in (shared_fixtures / folder).iterdir():
            name = f"twinprop/fixtures/{folder}/{path.name}"
            assert wheel[name] == path.read_bytes()
            assert source[f"src/{name}"].isreg()
    table = (shared_fixtures / "calibration.json").read_bytes()
    assert wheel["twinprop/fixtures/calibration.json"] == table


def test_the_package_says_its_version(archives):
    (about,) = (text for name, text in archives[1].items() if name.endswith("METADATA"))
    assert f"\nVersion: {twinprop.__version__}\n".encode() in about


def test_make_setup_is_not_advised_where_there_is_none(alone, tmp_path):
    said = refusal(alone("verify", "case.json", PATH="/nowhere", R_HOME=""))
    assert said == (
        "twinprop: R is not installed (no Rscript found); install R 4.2 or later, from your "
        "system's packages or cran.r-project.org\n"
    )
    library = {"TWINPROP_R_LIBRARY": str(tmp_path), "R_LIBS": "", "R_LIBS_USER": ""}
    for engine in ("rpy2", "rscript"):
        said = refusal(alone("verify", "case.json", "--engine", engine, **library))
        assert said.endswith("; `R CMD INSTALL r` in a checkout of twinprop installs it\n")
    done = alone("doctor", PATH="/nowhere", R_HOME="")
    assert done.returncode == 2
    assert "make setup" not in done.stderr


def test_compare_names_the_looser_judge(without_cases):
    alone = without_cases
    for name in ("native", "strict"):
        words = ["--language", "python", "--arithmetic", name, "--out", f"{name}.json"]
        assert alone("run", "case.json", *words).returncode == 0
    done = alone("compare", "native.json", "strict.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "what the tolerances allow, the case being unknown (--case names it)" in done.stdout
    done = alone("compare", "native.json", "strict.json", "--case", "case.json")
    assert "what rounding explains here" in done.stdout
