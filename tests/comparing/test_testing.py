"""assert_same, check_gradients and the fixtures r and r_twin, in a stranger's own tests."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from twinprop.testing import assert_same, check_gradients

X = np.random.default_rng(3).normal(size=(20, 3))


def failure(*args, **named):
    with pytest.raises(AssertionError) as caught:
        assert_same(*args, **named)
    return str(caught.value)


def test_what_is_the_same_or_within_rounding_passes():
    assert_same(X * (1 + 2e-16), X)
    assert_same({"a": [1, 2], "t": ["u", None]}, {"a": [1, 2], "t": ["u", None]})
    assert_same(pd.DataFrame({"a": [1.5, np.nan]}), {"a": [1.5, np.nan]})
    assert_same(X + 0.009, X, atol=0.01)


def test_a_failure_tells_where_why_and_how_to_repeat_it():
    said = failure(2 * X, X)
    assert said.startswith("Not normal: first at values, row 0, column 0: A ")
    assert "Likely cause: a constant factor, 2" in said
    command = next(line for line in said.splitlines() if line.startswith("again: twinprop"))
    assert "again: pytest " in said
    done = subprocess.run(
        [sys.executable, "-m", "twinprop.cli.main", *command.split()[2:]],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "a constant factor, 2" in " ".join(done.stdout.split())


def test_names_shapes_and_texts_that_differ_fail():
    assert "b missing in A" in failure({"a": 1.0}, {"a": 1.0, "b": 2.0})
    assert "A is B transposed" in failure(X.T, X)
    assert 'A "u", B "v"' in failure(["u"], ["v"])
    assert "have no name in common" in failure({"a": 1.0, "b": 1.0}, {"c": 1.0, "d": 1.0})


def test_gradients_are_checked_and_the_worst_element_is_named():
    def f(x):
        return float((x**3).sum())

    def df(x):
        return 3 * x**2

    def wrong(x):
        return np.where(np.arange(3) == 1, 0.0, df(x))

    check_gradients(f, df, X)
    with pytest.raises(AssertionError, match=r"wrong is not the gradient of f: .*; most at \["):
        check_gradients(f, wrong, X)
    with pytest.raises(AssertionError, match=r"gives the shape \(\); wanted that of x"):
        check_gradients(f, lambda x: 1.0, X)


PROJECT = """
import numpy as np
import pandas as pd
import pytest
from twinprop.testing import assert_same

def scaled(x, by=2):
    return x * by

def test_r_file(r):
    x = np.array([[0.1, 1 / 3], [5e-324, -0.0], [1e300, 2.0]])
    assert_same(r("port.R", "scaled")(x, by=1), x)
    assert np.signbit(r("port.R", "scaled")(x, by=1)[1, 1])

def test_r_package(r):
    assert_same(r("stats", "sd")([1.0, 2.0, 4.0]), np.std([1.0, 2.0, 4.0], ddof=1))

def test_tables_texts_and_missing_values(r):
    table = pd.DataFrame({"x": [1, 2], "t": ["u", None], "b": [True, False]})
    found = r("port.R", "same")(table)
    assert found["x"].tolist() == [1, 2]
    assert found["t"] == ["u", None]
    assert found["b"].tolist() == [True, False]
    found = r("port.R", "missing")()
    assert np.isnan(found["i"][0]) and np.isnan(found["l"][1])
    assert found["f"] == ["lo", "hi"]

def test_twin(r_twin):
    twin = r_twin("port.R")
    twin.check(scaled, np.arange(6.0).reshape(2, 3) / 7, by=3)
    with pytest.raises(AssertionError, match="a constant factor, 2"):
        twin.check(scaled, np.arange(20.0) / 7)

def test_what_fails_in_r_is_told(r):
    with pytest.raises(RuntimeError, match="not today"):
        r("port.R", "fails")()
    with pytest.raises(AttributeError, match='has no "none"'):
        r("port.R", "none")
    with pytest.raises(ValueError, match="is not installed"):
        r("no.such.package", "x")
"""
PORT = """
scaled <- function(x, by = 1) x * by
same <- function(x) { stopifnot(is.data.frame(x)); x }
missing <- function() list(i = c(NA, 2L), l = c(TRUE, NA), f = factor(c("lo", "hi")))
fails <- function() stop("not today")
"""
# Each fails, for a cause that is named.
FAILING = """
import numpy as np
from twinprop.testing import assert_same, check_gradients

X = np.random.default_rng(3).normal(size=(20, 3))

def scaled(x, by=2):
    return x * by

def test_values():
    assert_same(2 * X, X)

def test_r(r):
    assert_same(r("port.R", "scaled")(X.T, by=1), X)

def test_twin(r_twin):
    r_twin("port.R").check(scaled, X)

def test_gradients():
    def f(x):
        return float((x**2).sum())
    def df(x):
        return -2 * x
    check_gradients(f, df, X)
"""
R_TESTS = """
library(testthat)
library(twinprop)
test_that("a stranger's tests run", {
  expect_same(matrix(1:6, 2) / 7 * 2, matrix(1:6, 2) * 2 / 7)
  expect_same_as_python(matrix(1:6, 2) / 3, "port.py", "third", list(matrix(1:6, 2)))
  expect_gradients(function(x) sum(x^2), function(x) 2 * x, c(1, 2))
  expect_failure(expect_same(c(0.1, 0.2), c(0.1, 0.3)), "is 0.2")
})
test_that("tables, texts, names and special numbers go over and come back", {
  table <- data.frame(x = c(0.1, NA), t = c("u", "gr\\u00f6\\u00dfe"))
  wanted <- list(n = 2, x = c(0.1, NaN), t = table$t)
  expect_same_as_python(wanted, "port.py", "described", list(table = table))
  special <- c(1 / 3, -0, Inf, 4.9e-324)
  expect_same_as_python(special, "port.py", "same", list(special))
  expect_same_as_python(1 / special, "port.py", "inverse", list(special))
  expect_same_as_python(42, "port.py", "answer")
})
test_that("what fails in Python is told in a sentence", {
  expect_error(expect_same_as_python(1, "port.py", "fails"), "could not call fails .*: not today")
  expect_error(expect_same_as_python(1, "port.py", "none"), "has no none")
  expect_error(expect_same_as_python(1, "none.py", "f"), "none.py cannot be read")
})
"""
R_FAILING = {
    "values": "expect_same(2 * x, x)",
    "python": 'expect_same_as_python(t(x), "port.py", "same", list(x))',
    "gradients": "expect_gradients(function(x) sum(x^2), function(x) -2 * x, x)",
}
PYTHON_PORT = """
import numpy as np

def third(x):
    return x / 3

def described(table):
    return {"n": len(table["x"]), "x": table["x"], "t": table["t"]}

def same(x):
    return x

def inverse(x):
    with np.errstate(divide="ignore", over="ignore"):
        return 1 / x

def answer():
    return 42

def fails():
    raise ValueError("not today")
"""
CAUSES = {
    "values": "a constant factor, 2: a half",
    "r": "A is B transposed",
    "python": "A is B transposed",
    "twin": "a constant factor, 2: a half",
    "gradients": "the sign is the other one everywhere",
}


@pytest.fixture(scope="module")
def stranger(built, r, tmp_path_factory):
    """A project in a folder of its own, beside an installed wheel and an installed package."""
    folder = tmp_path_factory.mktemp("stranger")
    package = r.evaluate('find.package("twinprop")')
    shutil.copytree(package, folder / "library" / "twinprop")
    (folder / "project").mkdir()
    variables = {
        "PYTHONPATH": str(built / "installed"),
        "TWINPROP_R_LIBRARY": str(folder / "library"),
        "R_LIBS": str(folder / "library"),
        "TWINPROP_PYTHON": sys.executable,
    }

    def run(*command):
        return subprocess.run(
            command,
            cwd=folder / "project",
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
        )

    return folder / "project", run


def test_a_stranger_uses_the_plugin_from_an_installed_wheel(stranger):
    project, run = stranger
    (project / "test_port.py").write_text(PROJECT)
    (project / "port.R").write_text(PORT)
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_port.py")
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def commands_in(said):
    """Where CI is set, pytest says a failure once more in its summary."""
    told = dict.fromkeys(re.findall(r"again: (.*)", said))
    return [shlex.split(line) for line in told]


def repeated(run, command):
    """What a command that a failure printed says, where twinprop is the installed one."""
    start = {"twinprop": [sys.executable, "-m", "twinprop_command"],
             "pytest": [sys.executable, "-m", "pytest"]}  # fmt: skip
    return run(*start[command[0]], *command[1:])


def test_each_failure_in_python_names_its_cause_and_a_command_that_repeats_it(stranger):
    project, run = stranger
    (project / "port.R").write_text(PORT)
    (project / "test_fails.py").write_text(FAILING)
    for name in ("values", "r", "twin", "gradients"):
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = run(*words, f"test_fails.py::test_{name}")
        assert "1 failed" in done.stdout, done.stdout
        assert CAUSES[name] in done.stdout
        compare, test = commands_in(done.stdout)
        again = repeated(run, compare)
        assert again.returncode == 1, again.stderr
        assert CAUSES[name] in " ".join(again.stdout.split())
        assert "1 failed" in repeated(run, test).stdout


def test_a_stranger_uses_the_expectations_from_an_installed_package(stranger):
    project, run = stranger
    (project / "test-port.R").write_text(R_TESTS)
    (project / "port.py").write_text(PYTHON_PORT)
    done = run("Rscript", "-e", 'testthat::test_file("test-port.R", stop_on_failure = TRUE)')
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS 11" in done.stdout


def test_each_failure_in_r_names_its_cause_and_a_command_that_repeats_it(stranger):
    project, run = stranger
    (project / "port.py").write_text(PYTHON_PORT)
    begin = "library(testthat)\nlibrary(twinprop)\nx <- matrix(sin(1:60), 20)\n"
    for name, expectation in R_FAILING.items():
        path = project / f"test-{name}.R"
        path.write_text(f'{begin}test_that("{name}", {expectation})\n')
        done = run("Rscript", "-e", f'testthat::test_file("{path.name}", reporter = "check")')
        assert "FAIL 1" in done.stdout, done.stdout + done.stderr
        assert CAUSES[name] in done.stdout
        (compare,) = commands_in(done.stdout)
        again = repeated(run, compare)
        assert again.returncode == 1, again.stderr
        assert CAUSES[name] in " ".join(again.stdout.split())
