"""What the page asks of Python, without a browser: R's programs run as check runs them."""

import json

import pytest

from twinprop.check.exercise import describe_case
from twinprop.check.watch import watch_program
from twinprop.pictures.laboratory.session import Session


@pytest.fixture
def scripts(shared_fixtures):
    folder = shared_fixtures / "scripts"
    return [
        (folder / name).read_text().replace("5000", "100") for name in ("article.py", "article.R")
    ]


@pytest.fixture
def watch_r(tmp_path):
    def watch(session, source, draws=""):
        (tmp_path / "program.R").write_text(source)
        session.watched["r"] = watch_program(tmp_path / "program.R", trust=True, draws=draws)
        session.given = draws

    return watch


@pytest.fixture
def compare(watch_r):
    """Both programs are run, judged and compared as the page does it."""

    def run_both(python, r):
        session = Session()
        session.run_python(python)
        watch_r(session, r)
        answers = {name: json.loads(session.judge(name, "")) for name in ("python", "r")}
        told = json.loads(session.compare())
        while "draws" in told:
            watch_r(session, r, told["draws"])
            session.judge("r", "")
            told = json.loads(session.go_on())
        return session, answers, told["answer"], json.loads(session.list_steps())

    return run_both


@pytest.mark.whole
def test_right_programs_are_right_and_differ_by_rounding_alone(compare, scripts):
    session, answers, port, steps = compare(*scripts)
    assert [a["verdict"] for a in (*answers.values(), port)] == ["right"] * 3
    rows = steps["rows"]["1"]
    assert {row["name"] for row in rows} >= {"X", "wh", "hiddenlayer_activations", "E", "bh"}
    assert not any(row["far"] for own in steps["rows"].values() for row in own)
    assert min(steps["kept"].values()) == len(steps["rows"])
    assert steps["kept"]["python"] < 15  # of 100 epochs: so the answer comes soon
    case = json.loads(session.write_case())
    assert [layer["units"] for layer in case["layers"]] == [3, 1]
    runs = [session.run_case(json.dumps(case), how) for how in ("strict", "strict")]
    assert json.loads(session.compare_runs(*runs))["first"] is None


@pytest.mark.whole
def test_a_fault_is_on_its_line_and_its_ratio_is_told(compare, scripts):
    python, r = scripts
    wrong = r.replace("d_output %*% t(wout)", "d_output %*% t(wout) * 0.5")
    _, answers, port, steps = compare(python, wrong)
    assert (answers["python"]["verdict"], answers["r"]["verdict"]) == ("right", "different")
    first = steps["rows"][str(steps["first"]["step"])][steps["first"]["row"]]
    assert (first["name"], first["ratio"]) == ("Error_at_hidden_layer", 0.5)
    assert first["lines"] == [port["first"]["line_a"], port["first"]["line_b"]]


@pytest.fixture
def after_the_article(scripts, watch_r):
    """A page in which the article's programs ran, and then R's one with what was foreseen."""
    session = Session()
    session.run_python(scripts[0])
    watch_r(session, scripts[1])
    session.run_python(scripts[0])
    return session


@pytest.mark.whole
def test_what_r_is_to_draw_is_foreseen_so_that_it_runs_once(after_the_article, scripts, watch_r):
    session = after_the_article
    watch_r(session, scripts[1], session.foresee())
    for language in ("python", "r"):
        session.judge(language, "")
    assert json.loads(session.compare())["answer"]["verdict"] == "right"
    rows = json.loads(session.list_steps())["rows"].values()
    assert not any(row["far"] for own in rows for row in own)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("hidden_units, 1)", "hidden_units, 1, byrow = TRUE)[c(2, 1, 3), , drop = FALSE]"),
        ("wh <- matrix(runif(", "wh <- matrix(0 * runif(1) + runif("),
    ],
)
def test_a_program_that_draws_otherwise_than_foreseen_runs_once_more(
    after_the_article, scripts, watch_r, before, after
):
    session, changed = after_the_article, scripts[1].replace(before, after)
    assert changed != scripts[1]
    watch_r(session, changed, session.foresee())
    told = json.loads(session.compare())
    assert told["draws"] != session.given
    watch_r(session, changed, told["draws"])
    session.judge("r", "")
    assert json.loads(session.go_on())["answer"]["verdict"] == "right"


@pytest.mark.whole
def test_draws_that_were_foreseen_and_are_not_wanted_are_not_given(
    after_the_article, scripts, watch_r
):
    session = after_the_article
    watch_r(session, "x <- runif(12)\nprint(x)\n", session.foresee())
    assert json.loads(session.compare()) == {"draws": ""}
    watch_r(session, "x <- runif(12)\nprint(x)\n")
    assert json.loads(session.go_on())["answer"]["verdict"] == "not followed"


def test_nothing_is_foreseen_where_nothing_ran_or_nothing_is_trained(scripts):
    session = Session()
    assert session.foresee() == ""
    session.run_python("print(1)\n")
    assert session.foresee() == ""


def test_a_program_leaves_nothing_behind_and_its_words_are_kept(tmp_path, monkeypatch):
    import os
    import sys

    before = list(sys.path), os.getcwd(), sys.modules["__main__"], sys.stdout
    session = Session()
    session.run_python("import os, sys\nsys.path.append('x')\nprint('<b>')\nos.chdir('/')\n1 / 0\n")
    assert (list(sys.path), os.getcwd(), sys.modules["__main__"], sys.stdout) == before
    answer = json.loads(session.judge("python", ""))
    assert answer["verdict"] == "not followed"
    assert "ZeroDivisionError" in answer["sentence"]
    assert answer["printed"][0] == "<b>"


def test_what_is_no_program_is_said_in_a_sentence():
    session = Session()
    session.run_python("for\n")
    assert "program.py" in json.loads(session.judge("python", ""))["sentence"]
    session.take_recording("r", "", b"", "")
    assert json.loads(session.judge("r", ""))["verdict"] == "not followed"
    assert json.loads(session.list_steps()) == {"rows": {}, "first": None, "kept": {}}
    assert json.loads(session.compare())["answer"]["verdict"] == "not followed"
    assert "could not be followed" in json.loads(session.write_case())["error"]


@pytest.mark.whole
def test_an_exercise_is_judged_as_the_network_that_it_asks_for(scripts, case_path):
    python = scripts[0].replace("d_output = E * slope_output_layer", "d_output = E")
    session = Session()
    session.run_python(python)
    assert json.loads(session.judge("python", ""))["verdict"] == "right"  # with cross-entropy
    asked = json.dumps(describe_case(case_path("article-4-3-1")))
    answer = json.loads(session.judge("python", asked))
    assert (answer["verdict"], answer["first"]["line"]) == ("different", 33)
    assert answer["first"]["right"] is None
