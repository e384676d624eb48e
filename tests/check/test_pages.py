"""Each line of a program with its mark, and the values behind it."""

import json

import numpy as np
import pytest

from twinprop.check.explain.lines import MOST_ROWS, part_of
from twinprop.check.program import Plan, check_program
from twinprop.check.results import hide_values
from twinprop.cli.main import run_command_line
from twinprop.pictures.check.page import answer_page

PROGRAM = """import numpy as np
np.random.seed(1)
def sigmoid(v):
    return 1 / (1 + np.exp(-v))
X = np.random.rand(40, 4)
y = (X.sum(axis=1, keepdims=True) > 2) * 1.0
W1 = np.random.randn(4, 3)
W2 = np.random.randn(3, 1)
for turn in range(9):
    a1 = sigmoid(X @ W1)
    a2 = sigmoid(a1 @ W2)
    e2 = a2 - y
    d2 = e2 * a2 * (1 - a2)
    e1 = d2 @ W2.T
    d1 = e1 * a1 * (1 - a1)
    W2 -= 0.1 * a1.T @ d2
    W1 -= 0.1 * X.T @ d1
print(turn)
"""
WRONG = PROGRAM.replace("e1 * a1 * (1 - a1)", "e1")


@pytest.fixture
def lines(tmp_path):
    """The lines of a program by their numbers."""

    def judge(source):
        (tmp_path / "their.py").write_text(source)
        answer = check_program(tmp_path / "their.py", Plan(trust=True, lines=True))
        return {line["line"]: line for line in answer["lines"]}

    return judge


def test_every_line_of_a_right_program_that_trains_is_ticked(lines):
    found = lines(PROGRAM)
    assert {found[n]["status"] for n in (4, *range(10, 18))} == {"right"}
    assert {found[n]["status"] for n in range(5, 9)} == {"given"}
    assert {found[n]["status"] for n in (1, 2, 3, 9, 18)} == {"not seen"}
    assert all(value["right"] is None for line in found.values() for value in line["values"])


def test_one_line_is_crossed_and_what_follows_is_not_accused(lines):
    found = lines(WRONG)
    assert [n for n, line in found.items() if line["status"] == "different"] == [15]
    assert [n for n, line in found.items() if line["status"] == "follows"] == [17]
    assert {found[n]["status"] for n in (10, 11, 12, 13, 14, 16)} == {"right"}


def test_behind_the_crossed_line_are_both_values(lines):
    before, after = lines(PROGRAM), lines(WRONG)
    value = after[15]["values"][0]
    assert (value["name"], value["first"]) == ("d1", True)
    assert value["right"] == pytest.approx(np.array(before[15]["values"][0]["yours"]))
    assert value["yours"] == after[14]["values"][0]["yours"]
    assert np.all(value["off"])


def test_a_part_of_a_large_value_is_shown_in_which_it_differs():
    right = np.zeros((40, 30))
    yours = right.copy()
    yours[31, 20] = 1
    part = part_of(yours, right)
    assert (part["shape"], part["from"]) == ([40, 30], [31, 20])
    assert (part["yours"][0][0], part["right"][0][0], part["off"][0][0]) == (1, 0, True)
    assert len(part_of(yours, None)["yours"]) == MOST_ROWS


def test_a_program_that_cannot_be_followed_shows_what_it_computed(lines):
    found = lines("import numpy as np\nx = np.arange(3.0)\ny = x * 2\n")
    assert {line["status"] for line in found.values()} == {"not seen"}
    assert found[3]["values"][0]["yours"] == [[0.0, 2.0, 4.0]]


def test_of_a_notebook_the_page_shows_the_program_alone(tmp_path):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "source": [line + "\n" for line in WRONG.split("\n")]}  # fmt: skip
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "their.ipynb").write_text(json.dumps(notebook, indent=1))
    answer = check_program(tmp_path / "their.ipynb", Plan(trust=True, lines=True))
    page = answer_page(answer)
    assert "cell_type" not in page
    assert page.count('<li id="L') == len(WRONG.split("\n"))
    assert f'<li id="L{answer["first"]["line"]}" class="different">' in page


def test_a_learners_page_does_not_show_the_right_values(tmp_path):
    (tmp_path / "their.py").write_text(WRONG)
    answer = check_program(tmp_path / "their.py", Plan(trust=True, lines=True))
    assert "whose right" in answer_page(answer)
    hidden = hide_values(answer)
    assert "whose right" not in answer_page(hidden)
    assert f"{answer['first']['right']:.10g}" not in answer_page(hidden)


def test_the_report_of_one_program_and_of_a_class(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_text(PROGRAM)
    (tmp_path / "class" / "b.py").write_text(WRONG)
    one, all_ = tmp_path / "one", tmp_path / "all"
    words = ["check", str(tmp_path / "class" / "b.py"), "--trust", "--report", str(one)]
    assert run_command_line(words) == 1
    assert "d1 on line 15" in (one / "index.html").read_text()
    words = ["check", str(tmp_path / "class"), "--trust", "--report", str(all_)]
    assert run_command_line(words) == 1
    pages = sorted(path.name for path in all_.iterdir())
    assert len(pages) == 3
    index = (all_ / "index.html").read_text()
    assert all(page in index for page in pages if page != "index.html")
    assert not (tmp_path / "all.part").exists()


def test_a_report_that_cannot_be_written_is_refused_before_the_program_runs(tmp_path, capsys):
    (tmp_path / "file").touch()
    (tmp_path / "their.py").write_text(PROGRAM + "print('ran')\n")
    words = ["check", str(tmp_path / "their.py"), "--trust", "--report", str(tmp_path / "file")]
    assert run_command_line(words) == 2
    assert "cannot make the folder" in capsys.readouterr().err
