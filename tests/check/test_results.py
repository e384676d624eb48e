"""Answers in the forms of teachers' systems."""

import csv
import io
import json
import os
from pathlib import Path
from xml.etree import ElementTree

from twinprop.check.exercise import compare_with_exercise, describe_case
from twinprop.check.judges import not_judged
from twinprop.check.many import Journal
from twinprop.check.program import Plan, find_programs
from twinprop.check.results import (
    as_csv,
    as_gradescope,
    as_junit,
    as_prairielearn,
    file_names,
    hide_values,
    one_line,
)
from twinprop.cli.main import run_command_line

RIGHT = {**not_judged("a.py", "Right."), "verdict": "right", "seconds": 0.5}
WRONG = {
    **not_judged("=b.py", "Different: <d2> \x00 on line 7."),
    "verdict": "different",
    "first": {"name": "d2", "line": 7, "source": "d2 = e", "yours": 0.25, "right": 0.0625,
              "ratio": None, "right_shape": "3 x 1"},
    "cause": {"id": "slope_left_out", "text": "The slope is left out.",
              "evidence": "0.25 is 0.0625 / 0.25", "corrected": "d2 = e * a * (1 - a)"},
}  # fmt: skip
UNSEEN = not_judged("c.py", "c.py asks for input on line 2.")


def test_a_program_of_a_class_has_one_line():
    assert one_line(RIGHT) == "right"
    assert one_line(WRONG) == "different  line 7: d2  [slope_left_out]"
    assert one_line(UNSEEN) == "not followed  c.py asks for input on line 2."


def test_a_table_has_one_row_for_each_and_no_formula():
    rows = list(csv.DictReader(io.StringIO(as_csv([RIGHT, WRONG, UNSEEN]))))
    assert [r["verdict"] for r in rows] == ["right", "different", "not followed"]
    assert rows[1]["file"] == "'=b.py"
    assert (rows[1]["name"], rows[1]["line"], rows[1]["cause"]) == ("d2", "7", "slope_left_out")


def test_junit_counts_failures_and_errors():
    suite = ElementTree.fromstring(as_junit([RIGHT, WRONG, UNSEEN]))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert [len(case) for case in suite] == [0, 1, 1]
    assert "slope is left out" in suite[1][0].text


def test_gradescope_and_prairielearn_get_points_for_right_alone():
    assert json.loads(as_gradescope(RIGHT))["tests"][0]["status"] == "passed"
    assert json.loads(as_gradescope(WRONG))["score"] == 0
    assert json.loads(as_prairielearn(RIGHT))["score"] == 1
    assert json.loads(as_prairielearn(UNSEEN))["gradable"] is False


def test_programs_whose_paths_look_alike_have_files_of_their_own():
    paths = ["a/b.py", "a_b.py", "A_B.py", "c/d.py", "x" * 300 + ".py"]
    names = file_names([not_judged(path, "") for path in paths])
    assert len({name.casefold() for name in names}) == 5
    assert names[3] == "c_d.py"
    assert all(len(name) < 250 for name in names)
    assert names == file_names([not_judged(path, "") for path in paths])


def test_an_interrupted_class_says_what_is_kept(tmp_path, monkeypatch, capsys):
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text("x = 1\n")

    def interrupt(files, plan, jobs, journal, on_answer, **cluster):
        journal.keep(files[0], RIGHT)
        on_answer(0, files[0], RIGHT)
        raise KeyboardInterrupt

    monkeypatch.setattr("twinprop.check.many.check_many", interrupt)
    assert run_command_line(["check", str(tmp_path), "--csv", str(tmp_path / "r.csv")]) == 130
    said = capsys.readouterr().err
    assert f"1 of 2 programs were judged; they are kept in {tmp_path}/r.csv.part" in said
    assert "the same command goes on" in said
    assert Path(f"{tmp_path}/r.csv.part").exists()
    assert run_command_line(["check", str(tmp_path)]) == 130
    assert "nothing of that is kept" in capsys.readouterr().err


def test_a_learners_answer_does_not_give_the_right_values_away():
    hidden = json.dumps(hide_values(WRONG))
    assert "0.0625" not in hidden
    assert "(1 - a)" not in hidden
    assert "look at d2 on line 7" in hidden
    assert "0.0625" not in as_gradescope(hide_values(WRONG))


def test_right_for_another_network_is_not_the_exercises(case_path):
    asked = describe_case(case_path("article-4-3-1"))
    network = {
        "inputs": 4,
        "layers": [{"units": 3, "activation": "tanh"}, {"units": 1, "activation": "sigmoid"}],
        "loss": {"name": "squared_error", "reduction": "sum"},
        "training": {"optimizer": {"name": "gradient_descent", "learning_rate": 0.1}},
    }
    answer = compare_with_exercise({**RIGHT, "network": network}, asked)
    assert answer["verdict"] == "different"
    assert answer["exercise"] == ["it asks for sigmoid in layer 1, this has tanh."]
    network["layers"][0]["activation"] = "sigmoid"
    assert compare_with_exercise({**RIGHT, "network": network}, asked)["verdict"] == "right"


def test_what_was_done_before_is_not_done_again(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    journal = Journal(str(tmp_path / "j"), Plan())
    journal.keep(file, RIGHT)
    with open(tmp_path / "j", "a") as half:
        half.write('{"key": "ab')
    again = Journal(str(tmp_path / "j"), Plan())
    assert again.answers[again.key(file)]["verdict"] == "right"
    assert Journal(str(tmp_path / "j"), Plan(arguments=("1",))).answers.get(
        Journal(None, Plan(arguments=("1",))).key(file)
    ) is None  # fmt: skip
    file.write_text("x = 2\n")
    assert again.key(file) not in again.answers


def test_a_folder_is_a_class_and_a_folder_in_it_one_persons(tmp_path):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "main.py").write_text("from layers import f\n")
    (tmp_path / "anna" / "layers.py").write_text("f = 1\n")
    (tmp_path / "ben").mkdir()
    (tmp_path / "ben" / "net.py").write_text("import helpers\n")
    (tmp_path / "ben" / "helpers.py").write_text("x = 1\n")
    (tmp_path / "carl.R").write_text("x <- 1\n")
    (tmp_path / "data.csv").write_text("1\n")
    found = [str(p.relative_to(tmp_path)) for p in find_programs([str(tmp_path)])]
    assert found == ["anna/main.py", "ben/net.py", "carl.R"]


def test_whatever_lies_in_the_folder_of_a_class_each_has_its_line(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "class"
    (folder / "ben").mkdir(parents=True)
    (folder / "ben" / "around").symlink_to(folder)
    os.mkfifo(folder / "ben" / "pipe.py")
    (folder / "ben" / "empty.py").touch()
    (folder / "device.py").symlink_to("/dev/zero")
    (folder / "nowhere.R").symlink_to("absent.R")
    (folder / "damaged.ipynb").write_text('{"cells": [')
    (folder / "other.ipynb").write_text('{"cells": 3}')
    (folder / "red\x1b[31m\n.py").touch()
    (folder / os.fsdecode(b"\xff.py")).touch()
    monkeypatch.chdir(tmp_path)
    words = ["check", "class", "--csv", "r.csv", "--junit", "r.xml", "--gradescope", "grades"]
    assert run_command_line(words) == 2
    lines = capsys.readouterr().out.splitlines()
    no_file = "not followed  cannot read {}: it is no file, or may not be read"
    empty = "is empty; wanted a program that trains a network"
    assert lines == [
        f"class/ben/empty.py  not followed  empty.py {empty}",
        f"class/ben/pipe.py  {no_file.format('class/ben/pipe.py')}",
        "class/damaged.ipynb  not followed  damaged.ipynb is damaged: a notebook is JSON; save it "
        "anew",
        f"class/device.py  {no_file.format('class/device.py')}",
        "class/nowhere.R  not followed  cannot read class/nowhere.R: No such file or directory",
        "class/other.ipynb  not followed  other.ipynb is no notebook of format 4: it has no list "
        "of cells",
        f"class/red\\x1b[31m\\n.py  not followed  red\\x1b[31m\\n.py {empty}",
        f"class/<ff>.py  not followed  <ff>.py {empty}",
        "8 programs: 0 right, 0 different, 8 not followed.",
    ]
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 9
    assert ElementTree.parse(tmp_path / "r.xml").getroot().get("errors") == "8"
    assert len(list((tmp_path / "grades").iterdir())) == 8
