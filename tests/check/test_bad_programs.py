"""Programs that end, fail, ask, overflow or are large: each says what was seen and what to do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from twinprop.cli.main import run_command_line

FOLDER = Path(__file__).resolve().parents[2] / "shared_fixtures" / "scripts"
ARTICLES = {s: (FOLDER / f"article.{s}").read_text(encoding="utf-8") for s in ("py", "R")}
LOOPS = {"py": "for i in range(epoch):", "R": "for (i in seq_len(epoch)) {"}


def in_loop(suffix, line):
    """The article's program with a statement at the begin of its loop."""
    loop = LOOPS[suffix]
    assert loop in ARTICLES[suffix]
    return ARTICLES[suffix].replace(loop, f"{loop}\n    {line}")


def with_epochs(suffix, epochs):
    sign = {"py": "epoch = ", "R": "epoch <- "}[suffix]
    return ARTICLES[suffix].replace(f"{sign}5000", f"{sign}{epochs}")


OVERFLOW = {
    "py": """import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(6, 3)) * 100, rng.normal(size=(6, 1)) * 100
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for i in range(60):
    h = np.maximum(0, X @ W1)
    d = h @ W2 - y
    dh = (d @ W2.T) * (h > 0)
    W2 = W2 - 0.5 * h.T @ d
    W1 = W1 - 0.5 * X.T @ dh
""",
    "R": """set.seed(1)
X <- matrix(rnorm(18), 6) * 100; y <- matrix(rnorm(6)) * 100
W1 <- matrix(rnorm(12), 3); W2 <- matrix(rnorm(4), 4)
for (i in 1:60) {
  h <- pmax(X %*% W1, 0)
  d <- h %*% W2 - y
  dh <- (d %*% t(W2)) * (h > 0)
  W2 <- W2 - 0.5 * t(h) %*% d
  W1 <- W1 - 0.5 * t(X) %*% dh
}
""",
}
CANNOT = [
    ("py", "import numpy as np\nprint(np.ones((3, 2)) @ np.ones((2, 1)))\n",
     "give the one in which the training runs"),
    ("R", "print(matrix(1, 3, 2) %*% matrix(1, 2, 1))\n",
     "give the one in which the training runs"),
    ("py", "x = 1\ny = x / 0\n", "stopped on line 2: ZeroDivisionError: division by zero; mend"),
    ("R", "x <- 1\nstop('boom')\n", "stopped on line 2: Error: boom; mend that first"),
    ("py", "import sys\nsys.exit(3)\n", "ended itself on line 2"),
    ("R", "quit(status = 3)\n", "ended itself on line 1, before anything was seen to be trained."),
    ("py", with_epochs("py", 'int(input("how many?"))'), "asks for input on line 17"),
    ("R", with_epochs("R", 'as.integer(readline("how many?"))'), "asks for input on line 8"),
    ("R", with_epochs("R", 'scan(file("stdin"), 1)'), "asks for input on line 8"),
    ("R", "x <- c(1,\n  2))\n", "is no valid R on line 2, column 5: unexpected ')'."),
    ("R", "print(c(1,\n  2)\n", "is no valid R on line 3, column 0: unexpected end of input."),
    ("R", "d <- read.csv('data.csv')\n", "cannot open file 'data.csv': No such file or directory"),
    ("R", "# nothing\n", "give the one in which the training runs"),
    ("py", "import no_such_thing\n", "--python PATH names an interpreter that has it"),
    ("R", "library(nosuchthing)\n", 'install.packages("nosuchthing") installs it'),
    ("py", "print 'x'\n", "is written in Python 2 on line 1"),
    ("py", "import numpy as np\nx = np.ones(3) / 0\nW = x - 0.1 * x\n",
     "on line 2 on numbers are not finite"),
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "source", "said"), CANNOT)
def test_what_cannot_be_followed_is_one_sentence_with_a_way_out(check, suffix, source, said):
    status, answer, complaint = check(source, name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (2, "not followed")
    assert said in answer["sentence"]
    assert complaint.count("\n") == 1


NO_R = (
    "has no chunk of R, which is what is run of a report; put code of Python into a .py or .ipynb"
)


def notebook(**metadata):
    cell = {"cell_type": "code", "source": ["x <- 1\n"], "metadata": {}, "outputs": []}
    return json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(("name", "source", "said"), [
    ("their.Rmd", "# A title\n", NO_R),
    ("their.qmd", "```{python}\nx = 1\n```\n", NO_R),
    ("their.ipynb", notebook(kernelspec={"name": "ir", "language": "R"}), "is a notebook of R; "),
    ("their.ipynb", notebook(language_info={"name": "julia"}), "is a notebook of julia; check"),
])  # fmt: skip
def test_a_document_without_code_that_is_run_is_refused(check, name, source, said):
    status, _, complaint = check(source, name=name)
    assert status == 2
    assert said in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_program_that_prints_too_much_is_judged_until_then_and_told_why(check, suffix):
    flood = {"py": 'print("x" * 1000)', "R": 'cat(strrep("x", 1000), "\\n")'}
    _, answer, complaint = check(in_loop(suffix, flood[suffix]), name=f"their.{suffix}")
    said = " ".join([*answer.get("remarks", ()), complaint])
    assert "was ended: it printed more than 1024 KB (--printed)" in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_program_that_fails_while_it_trains_is_judged_until_then(check, suffix):
    fail = {"py": 'if i == 3: raise ValueError("boom")', "R": 'if (i == 4) stop("boom")'}
    status, answer, _ = check(in_loop(suffix, fail[suffix]), name=f"their.{suffix}")
    assert (status, answer["seen"]["of"]) == (0, 3)
    assert any("stopped on line" in r and "boom" in r for r in answer["remarks"])


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_program_whose_values_overflow_is_judged_by_the_steps_before(check, suffix):
    status, answer, _ = check(OVERFLOW[suffix], name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (0, "right")
    assert any("numbers are not finite" in r and "smaller rate" in r for r in answer["remarks"])
    wrong = OVERFLOW[suffix].replace(" * (h > 0)", "")
    assert check(wrong, name=f"their.{suffix}")[1]["verdict"] == "different"


def test_of_a_million_epochs_the_first_are_enough(check):
    status, answer, _ = check(with_epochs("py", "10 ** 6"), "--time", "5")
    assert (status, answer["verdict"]) == (0, "right")
    assert any("was ended after 5 seconds" in remark for remark in answer["remarks"])


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_what_ends_a_program_says_nothing_among_what_it_printed(check, suffix):
    begin = {"py": 'print("begin", flush=True)\n', "R": 'cat("begin\\n")\n'}[suffix]
    endless = {"py": "10**9", "R": "1e9"}[suffix]
    source = begin + with_epochs(suffix, endless)
    status, answer, _ = check(source, "--time", "4", name=f"their.{suffix}")
    assert (status, answer["printed"]) == (0, ["begin"])


def test_a_crash_of_the_process_is_named(check):
    fail = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    _, _, complaint = check(in_loop("py", f"if i == 3: {fail}"))
    assert "crashed (SIGSEGV)" in complaint


def test_an_interpreter_without_numpy_runs_what_needs_none(check, tmp_path):
    place = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = str(place / "bin" / "python")
    source = (FOLDER / "styles" / "lists_of_lists.py").read_text(encoding="utf-8")
    assert check(source, "--python", python)[0] == 0
    answer = check(ARTICLES["py"], "--python", python)[1]
    assert "needs the package numpy on line 2" in answer["sentence"]


def test_a_network_inside_a_framework_is_the_frameworks(check):
    source = "library(nnet)\nm <- nnet(Species ~ ., iris, size = 3, trace = FALSE)\n"
    status, answer, _ = check(source, name="their.R")
    assert status == 2
    assert "is trained by nnet (line 1): its gradients are nnet's" in answer["sentence"]
    assert "port compares its results" in answer["sentence"]


def test_a_network_of_a_million_weights_is_judged(check):
    source = """import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(5, 500)), rng.normal(size=(5, 1))
W1, W2 = rng.normal(size=(500, 2000)) * 0.03, rng.normal(size=(2000, 1)) * 0.03
for i in range(2):
    h = np.tanh(X @ W1)
    d = (h @ W2 - y) / 5
    dh = (d @ W2.T) * (1 - h ** 2)
    W2 = W2 - 0.01 * h.T @ d
    W1 = W1 - 0.01 * X.T @ dh
"""
    status, answer, _ = check(source)
    assert (status, answer["verdict"]) == (0, "right")


def test_a_program_in_utf_16_is_called_that(tmp_path, capsys):
    file = tmp_path / "their.py"
    file.write_bytes(ARTICLES["py"].encode("utf-16"))
    assert run_command_line(["check", str(file), "--trust"]) == 2
    assert "is in UTF-16; wanted a program, saved as UTF-8" in capsys.readouterr().err
