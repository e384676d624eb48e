"""A program that ends early is judged by what it did until then, or says how it ended."""

from __future__ import annotations

import pytest

SLOW = """import time
import numpy as np
rng = np.random.default_rng(1)
X = rng.normal(size=(8, 3))
y = (X[:, :1] > 0) * 1.0
W = rng.normal(size=(3, 1))
for epoch in range(100000):
    a = 1 / (1 + np.exp(-(X @ W)))
    d = (a - y) / 8
    W = W - 0.5 * (X.T @ d)
    time.sleep(0.2)
"""
BEGINNING = """set.seed(1)
X <- matrix(rnorm(24), 8)
W <- matrix(rnorm(3), 3)
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict", "line"),
    [
        ("", "", "right", None),
        ("W - 0.5", "W + 0.5", "different", 10),
        ("(a - y)", "(a - y) * a * (1 - a)", "right", None),
    ],
)
def test_a_slow_program_is_judged_by_its_first_steps(check, old, new, verdict, line):
    _, answer, _ = check(SLOW.replace(old, new, 1), "--time", "6")
    assert answer["verdict"] == verdict
    assert (answer["first"] or {}).get("line") == line
    assert "what it did until then was judged" in answer["remarks"][-1]
    assert "all" not in answer["seen"]["text"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("f <- function(n) f(n + 1)\nf(1)\n", "stopped on line 5: Error: it calls itself without"),
        ("quit()\nW <- W - 0.1\n", "ended itself on line 4, before anything was seen"),
    ],
)
def test_a_program_of_r_says_how_it_ended(check, more, said):
    status, answer, _ = check(BEGINNING + more, name="their.R")
    assert status == 2
    assert answer["verdict"] == "not followed"
    assert said in answer["sentence"]


def test_a_training_that_ends_itself_is_judged(check):
    training = "for (i in 1:9) W <- W - 0.1 * t(X) %*% (X %*% W - X[, 1])\nquit()\n"
    assert check(BEGINNING + training, name="their.R")[1]["verdict"] == "right"


def test_files_are_named_as_in_the_programs_own_folder(check):
    source = "import os\nprint(os.path.abspath('x'))\nopen(os.path.abspath('data.csv'))\n"
    _, answer, _ = check(source)
    assert "data.csv" in answer["sentence"]
    assert "twinprop-" not in answer["sentence"]
    assert "x" in answer["printed"]
    assert "twinprop-" not in "".join(answer["printed"])
