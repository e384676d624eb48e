"""What a program draws is noted in units of its own, and may be answered from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twinprop.check.watch import watch_program


def watch(folder: Path, name: str, text: str, draws: str = "") -> tuple[list[dict[str, Any]], str]:
    """The draws of a program, and what it printed."""
    (folder / name).write_text(text, "utf-8")
    watched = watch_program(folder / name, trust=True, draws=draws)
    assert watched.graph is not None
    return watched.graph.header["draws"], watched.ended.printed


def answers(*calls: list[float]) -> str:
    return "".join(
        f"{j} {' '.join(float(u).hex() for u in units)}\n" for j, units in enumerate(calls)
    )


PYTHON = """import random
import numpy as np
rng = np.random.default_rng(1)
print(rng.normal(5.0, 2.0, 2).tolist())
print(random.uniform(-1.0, 1.0))
rows = [0, 1, 2]
random.shuffle(rows)
print(rows)
print(rng.integers(10, 20))
print(np.random.permutation(3).tolist())
"""
R = """cat(rnorm(2, 5, 2), "\\n")
cat(runif(1, -1, 1), "\\n")
cat(sample(3), "\\n")
cat(sample(11:20, 1), "\\n")
cat(sample(c(7, 9, 8)), "\\n")
"""


@pytest.mark.parametrize(("name", "text"), [("a.py", PYTHON), ("a.R", R)])
def test_kinds_and_scales_of_draws_are_noted(tmp_path, name, text):
    draws, _ = watch(tmp_path, name, text)
    assert [d["kind"] for d in draws] == ["normal", "uniform", "order", "order", "order"]
    assert (draws[0]["scale"], draws[1]["scale"]) == ([5, 2], [-1, 2])
    assert [d.get("population") for d in draws[2:]] == [3, 10, 3]


def test_python_gets_what_was_drawn_elsewhere_in_its_own_scale(tmp_path):
    given = answers([1, -1], [0.75], [2, 0, 1], [4], [1, 2, 0])
    _, printed = watch(tmp_path, "a.py", PYTHON, given)
    assert printed.split("\n")[:5] == ["[7.0, 3.0]", "0.5", "[2, 0, 1]", "14", "[1, 2, 0]"]


def test_r_gets_what_was_drawn_elsewhere_in_its_own_scale(tmp_path):
    given = answers([1, -1], [0.75], [2, 0, 1], [4], [1, 2, 0])
    _, printed = watch(tmp_path, "a.R", R, given)
    lines = [line.strip() for line in printed.split("\n")[:5]]
    assert lines == ["7 3", "0.5", "3 1 2", "15", "9 8 7"]


def test_a_list_that_is_shuffled_again_has_the_order_that_it_was_given(tmp_path):
    text = "import random\nx = [0, 1, 2]\nfor _ in range(2):\n    random.shuffle(x)\n    print(x)\n"
    _, printed = watch(tmp_path, "a.py", text, answers([2, 0, 1], [1, 0, 2]))
    assert printed.split("\n")[:2] == ["[2, 0, 1]", "[1, 0, 2]"]


def test_an_answer_of_another_length_is_not_taken(tmp_path):
    draws, _ = watch(tmp_path, "a.py", PYTHON, answers([1, -1, 3]))
    assert len(draws[0]["unit"]) == 2
