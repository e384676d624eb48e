"""Anybody's program, from the command line: the verdict, the line, and what cannot be judged."""

import json
import re
import sys
from pathlib import Path

import pytest

from twinprop.cli.main import run_command_line

FOLDER = Path(__file__).resolve().parents[2] / "shared_fixtures"
STYLES = sorted((FOLDER / "scripts" / "styles").iterdir())
# What is right of strangers' programs: the verdict, and where it is different a line.
PROGRAMS = {
    "01_no_biases": ("right", None),
    "02_samples_in_a_function": ("right", None),
    "04_pairs_of_bias_and_weight": ("right", None),
    "07_own_number_of_samples": ("right", None),
    "08_square_weights_in_columns": ("right", None),
    "10_one_number_per_weight": ("right", None),
    "11_ragged_list": ("right", None),
    "11b_weights_begin_with_none": ("right", None),
    "13_loss_only_shown": ("right", None),
    "16_only_a_sigmoid": ("not followed", None),
    "17_pickle_and_notebook": ("right", None),
    "19_v_and_w0": ("right", None),
    "21_class_without_training": ("not followed", None),
    "22_A_is_the_input": ("different", "b_h = b_h"),
    "24_lists_with_z": ("right", None),
    "25_all_in_one_vector": ("right", None),
    "26_limited_norm": ("right", None),
    "27_gradients_cut_off": ("right", None),
    "28_rate_for_each_layer": ("not followed", None),
    "29_weights_of_samples": ("right", None),
    "30_penalty_of_signs": ("right", None),
}
ARTICLE = (FOLDER / "scripts" / "article.py").read_text(encoding="utf-8")


def program(name: str) -> str:
    """A program, whose weights are drawn alike each time; its lines stay where they are."""
    source = (FOLDER / "programs" / "python" / f"{name}.py").read_text(encoding="utf-8")
    return source.replace("import numpy as np", "import numpy as np; np.random.seed(1)", 1)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_strangers_program_is_judged_by_its_own_data_and_loss(check, name):
    source = program(name)
    verdict, text = PROGRAMS[name]
    status, answer, _ = check(source)
    assert answer["verdict"] == verdict
    assert status == {"right": 0, "different": 1, "not followed": 2}[verdict]
    if text is not None:
        line = answer["first"]["line"]
        assert source.split("\n")[line - 1].strip().startswith(text)
        assert answer["first"]["yours"] != answer["first"]["right"]


@pytest.mark.parametrize("file", STYLES, ids=lambda p: p.name)
def test_every_style_is_right_as_it_stands(check, file):
    status, answer, said = check(file.read_text(encoding="utf-8"), name=file.name)
    assert (status, answer["verdict"]) == (0, "right"), said


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_the_first_difference_has_its_line_and_both_values(check, suffix):
    source = (FOLDER / "scripts" / f"article.{suffix}").read_text(encoding="utf-8")
    lines = source.split("\n")
    place = next(i for i, line in enumerate(lines) if line.strip().startswith("d_hidden"))
    lines[place] = lines[place].replace(" * slope_hidden_layer", "")
    status, answer, _ = check("\n".join(lines), name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (1, "different")
    assert (answer["first"]["line"], answer["first"]["name"]) == (place + 1, "d_hiddenlayer")
    assert abs(answer["first"]["yours"]) > abs(answer["first"]["right"])


def test_the_text_names_the_line_and_what_was_printed(tmp_path, capsys):
    file = tmp_path / "their.py"
    source = (FOLDER / "programs" / "python" / "22_A_is_the_input.py").read_text()
    file.write_text(source + "print('done\\x1b[2J')\n")
    assert run_command_line(["check", str(file), "--trust"]) == 1
    said = capsys.readouterr().out
    assert "line 17: b_h = b_h - eta * np.sum(d_h)" in said
    assert "  | done\\x1b[2J" in said


def test_words_after_two_dashes_are_the_programs_own(check):
    source = ARTICLE.replace("epoch = 5000", "import sys\nepoch = int(sys.argv[2])")
    status, answer, _ = check(source, "--", "--epochs", "4")
    assert (status, answer["seen"]["of"]) == (0, 4)


def test_data_and_modules_beside_the_program_are_there(check, tmp_path):
    (tmp_path / "data.csv").write_text("1,0,1,0\n1,0,1,1\n0,1,0,1\n")
    (tmp_path / "squash.py").write_text(
        "import numpy as np\ndef sigmoid(v):\n    return 1 / (1 + np.exp(-v))\n"
    )
    source = (FOLDER / "programs" / "python" / "01_no_biases.py").read_text()
    source = source.replace("f = lambda v: 1 / (1 + np.exp(-v))", "from squash import sigmoid as f")
    source = source.replace("[[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]]", "np.loadtxt('data.csv', "
                            "delimiter=',')[:, :2] + 0.1")  # fmt: skip
    assert check(source)[:2][0] == 0


def test_another_interpreter_may_have_the_packages(check, tmp_path):
    status, _, said = check(ARTICLE, "--python", str(tmp_path / "none"))
    assert status == 2
    assert "no such program; wanted an interpreter of Python" in said
    assert "is no interpreter of Python" in check(ARTICLE, "--python", "true")[2]
    assert check(ARTICLE, "--python", sys.executable)[0] == 0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_thing\n", "needs the package no_such_thing on line 1"),
        ("n = input()\n", "asks for input on line 1"),
        ("print 'x'\n", "is written in Python 2 on line 1"),
        ("x = (\n", "is no valid Python on line 1"),
        ("x = 1\n", "Could not be followed: no number was computed."),
        ("x = [1][2]\n", "stopped on line 1: IndexError"),
    ],
)
def test_what_cannot_be_judged_says_why(check, source, said):
    status, answer, _ = check(source)
    assert (status, answer["verdict"]) == (2, "not followed")
    assert said in answer["sentence"]


def test_a_program_that_runs_too_long_is_judged_by_what_was_watched(check):
    # It sleeps, so that the processor has something else to do meanwhile.
    source = ARTICLE.replace("epoch = 5000", "import time; epoch = 10 ** 9")
    loop = "for i in range(epoch):"
    status, answer, _ = check(source.replace(loop, f"{loop}\n    time.sleep(0.002)"), "--time", "6")
    assert (status, answer["verdict"]) == (0, "right")
    assert any("was ended after 6 seconds" in remark for remark in answer["remarks"])


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("x", "their.jl", "is no program that check reads"),
        ("", "their.py", "their.py is empty"),
        ("x\0", "their.py", "zero byte"),
    ],
)
def test_what_is_no_program_is_refused(check, text, name, said):
    status, _, sentence = check(text, name=name)
    assert status == 2
    assert said in sentence


def test_an_exercise_asks_for_a_network(check, tmp_path):
    status, answer, _ = check(ARTICLE, "--case", "article-4-3-1")
    assert (status, answer["exercise"]) == (0, [])
    status, answer, _ = check(ARTICLE.replace("lr = 0.1", "lr = 0.2"), "--case", "article-4-3-1")
    assert (status, answer["verdict"]) == (1, "different")
    assert answer["exercise"] == ["it asks for the learning rate 0.1, this has 0.2."]
    teacher = tmp_path / "teacher.py"
    teacher.write_text(ARTICLE)
    assert check(ARTICLE, "--like", str(teacher))[0] == 0


@pytest.fixture
def classroom(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("01_no_biases", "22_A_is_the_input", "16_only_a_sigmoid"):
        (folder / f"{name}.py").write_text(program(name))
    return folder


def test_a_class_has_one_line_for_each_and_its_files(classroom, tmp_path, capsys):
    out = tmp_path / "class.json"
    options = ["--trust", "--jobs", "2", "--hide-values", "--json", str(out)]
    options += ["--csv", str(tmp_path / "c.csv"), "--gradescope", str(tmp_path / "grades")]
    assert run_command_line(["check", str(classroom), *options]) == 1
    lines = sorted(capsys.readouterr().out.splitlines(), key=lambda s: s[:1] == "3")
    said = "\n".join(lines)
    assert "16_only_a_sigmoid.py  not followed  Could not be followed: no number" in said
    assert "22_A_is_the_input.py  different  line 17: b_h" in said
    assert "3 programs: 1 right, 1 different, 1 not followed." in lines
    answers = json.loads(out.read_text())["answers"]
    assert [a["verdict"] for a in answers] == ["right", "not followed", "different"]
    assert answers[2]["first"]["right"] is None
    assert (tmp_path / "c.csv").read_text().count("\n") == 4
    assert len(list((tmp_path / "grades").iterdir())) == 3
    assert not list(tmp_path.glob("*.part"))


def test_what_was_done_when_a_class_was_stopped_is_not_done_again(classroom, tmp_path, capsys):
    from twinprop.check.many import Journal
    from twinprop.check.program import Plan

    table = tmp_path / "c.csv"
    done = classroom / "01_no_biases.py"
    answer = {"verdict": "different", "sentence": "From the journal.", "file": done.name}
    Journal(f"{table}.part", Plan(trust=True)).keep(done, answer)
    run_command_line(["check", str(classroom), "--trust", "--csv", str(table)])
    assert "01_no_biases.py  different  From the journal." in capsys.readouterr().out


ENDLESS = {
    "their.py": "import time\n"
    + ARTICLE.replace("for i in range(epoch):", "while True:\n    time.sleep(0.002)"),
    "their.R": (FOLDER / "scripts" / "article.R").read_text(encoding="utf-8"),
}
ENDLESS["their.R"] = re.sub(
    r"for \(.*\) \{", "repeat {\n  Sys.sleep(0.02)", ENDLESS["their.R"], count=1
)


@pytest.mark.parametrize("name", ENDLESS)
def test_a_training_that_never_ends_is_judged_by_what_was_seen_of_it(check, name):
    status, answer, _ = check(ENDLESS[name], "--time", "6", name=name)
    assert (status, answer["verdict"]) == (0, "right")
    assert "was ended after 6 seconds" in answer["remarks"][0]
    assert "what it did until then was judged" in answer["remarks"][0]


def test_the_published_program_has_its_line_and_the_cause(check):
    source = (FOLDER / "scripts" / "published.R").read_text(encoding="utf-8")
    _, answer, _ = check(source, name="their.R")
    assert (answer["first"]["name"], answer["first"]["line"]) == ("bh", 37)
    assert answer["cause"]["id"] == "rows_summed"
    steps = {step["number"]: step["status"] for step in answer["steps"]}
    assert (steps[10], steps[12]) == ("right", "different")  # its delta is right, its update is not


def test_an_exercise_that_asks_for_a_loss_is_judged_with_that_loss(check):
    source = ARTICLE.replace("E * slope_output_layer", "E")
    assert check(source)[1]["verdict"] == "right"  # as with cross-entropy
    _, answer, _ = check(source, "--case", "article-4-3-1")
    assert answer["cause"]["id"] == "slope_left_out"
    # A start where the median of all quotients is that of the one row that follows one sample.
    _, answer, _ = check(source.replace("rng()", "rng(25)"), "--case", "article-4-3-1")
    assert (answer["cause"]["id"], answer["exercise"]) == ("slope_left_out", [])
    _, answer, _ = check(ARTICLE.replace("slope_output_layer\n", "slope_output_layer * lr\n"),
                         "--case", "article-4-3-1")  # fmt: skip
    assert "0.01, which is its square" in answer["exercise"][0]


def test_a_softmax_sent_back_through_its_own_derivative_is_right(check):
    source = """import numpy as np
rng = np.random.default_rng(1)
X, Y = rng.normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]]
W, b = rng.normal(size=(4, 3)), np.zeros(3)
for epoch in range(9):
    E = np.exp(X @ W + b)
    P = E / E.sum(axis=1, keepdims=True)
    dP = -Y / P
    dZ = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    W -= 0.1 * X.T @ dZ
    b -= 0.1 * dZ.sum(axis=0)
"""
    assert check(source)[1]["verdict"] == "right"


def test_zeros_come_out_of_many_mistakes_so_that_none_is_named(check):
    source = ARTICLE.replace("d_output = E * slope_output_layer", "d_output = 0 * E")
    _, answer, _ = check(source, "--case", "article-4-3-1")
    assert (answer["verdict"], answer["cause"]) == ("different", None)


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_training_in_which_nothing_moves_is_not_called_right(check, suffix):
    source = (FOLDER / "scripts" / f"article.{suffix}").read_text(encoding="utf-8")
    whole = {"py": ("1.0 / (1.0", "1.0 // (1.0"), "R": ("1 / (1", "1 %/% (1")}
    source = source.replace(*whole[suffix])
    _, answer, _ = check(source, name=f"their.{suffix}")
    assert answer["verdict"] == "not followed"
    assert "no parameter moves" in answer["sentence"]
