import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers import make_files, with_runs

from twinprop.cases.traces import Run, digest
from twinprop.cli.main import run_command_line
from twinprop.cli.shared import write_json
from twinprop.comparing.changes import Changes
from twinprop.comparing.distances import Truth
from twinprop.comparing.reference import Reference
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines import r_session
from twinprop.ground import files
from twinprop.ground.errors import EngineError, InputError, MissingPart
from twinprop.ground.exit_status import INTERRUPTED
from twinprop.studies import verify
from twinprop.studies.summary import summarize
from twinprop.studies.verify import exit_status, verify_case, verify_cases


def make_runner(native=0.0, strict=0.0, case=None):
    """Two languages that differ by so much in the last quantity."""

    def runner(document, language, arithmetic, engine):
        size = {"native": native, "strict": strict}[arithmetic] * (language == "r")
        trace = {"0/W1": np.ones((2, 3)), "1/W1": np.full((2, 3), 2.0 + size)}
        return Run(case or document.path.stem, language, arithmetic, trace, 0.5)

    return runner


@pytest.mark.parametrize(
    ("native", "strict", "verdicts", "status"),
    [
        (0.0, 0.0, ["identical", "identical"], 0),
        (2**-51, 0.0, ["rounding", "identical"], 0),
        (1e-6, 0.0, ["different", "identical"], 1),
        (0.0, 2**-51, ["identical", "different"], 1),
    ],
)
def test_native_results_may_differ_by_rounding_and_strict_ones_not_at_all(
    native, strict, verdicts, status
):
    outcome = with_runs(make_runner(native, strict), verify_case, Path("x.json"))
    assert [pair.comparison.verdict for pair in outcome.pairs.values()] == verdicts
    assert exit_status([outcome]) == status


@pytest.mark.parametrize(
    "error", [InputError("x.json: id is missing"), EngineError("x: R stopped")]
)
def test_a_bad_case_is_reported_and_the_rest_goes_on(tmp_path, error):
    make_files(tmp_path, "x.json", "y.json")
    good = make_runner()

    def runner(document, language, arithmetic, engine):
        if document.path.stem == "x":
            raise error
        return good(document, language, arithmetic, engine)

    outcomes = with_runs(runner, verify_cases, [tmp_path])
    assert outcomes[0].error.startswith(f"{tmp_path}/x.json: ")
    assert str(error).removeprefix("x.json: ") in outcomes[0].error
    assert outcomes[1].error is None
    assert exit_status(outcomes) == 2


def test_a_missing_part_stops_at_once(tmp_path):
    make_files(tmp_path, "x.json")

    def runner(*args, **named):
        raise MissingPart("no R")

    with pytest.raises(MissingPart):
        with_runs(runner, verify_cases, [tmp_path])


def test_two_cases_with_one_id_are_named(tmp_path):
    make_files(tmp_path, "a.json", "b.json", "c.json")
    outcomes = with_runs(make_runner(case="same"), verify_cases, [tmp_path])
    same = 'have the same id, "same"; give one of them another'
    assert [outcome.error for outcome in outcomes] == [
        None,
        f"{tmp_path}/a.json and {tmp_path}/b.json {same}",
        f"{tmp_path}/a.json and {tmp_path}/c.json {same}",
    ]
    assert exit_status(outcomes) == 2


def test_progress_is_told_before_each_case(tmp_path):
    make_files(tmp_path, "a.json", "b.json")
    told = []
    with_runs(make_runner(), verify_cases, [tmp_path], on_case=lambda *args: told.append(args))
    assert told == [(0, 2, tmp_path / "a.json"), (1, 2, tmp_path / "b.json")]


def test_the_summary_says_what_the_table_shows():
    outcome = with_runs(make_runner(native=1e-6), verify_case, Path("x.json"))
    summary = summarize(outcome)
    assert (summary["file"], summary["case"]) == ("x.json", "x")
    native = summary["native"]
    assert native["verdict"] == "different"
    assert native["quantities"] == 2
    assert native["max_abs"] == 2.000001 - 2
    assert native["max_abs_at"] == "1/W1[0,0]"
    assert native["first_difference"]["name"] == "1/W1"
    assert native["seconds"] == {"python": 0.5, "r": 0.5}
    assert native["sentence"].startswith("Not normal: first at 1/W1, layer 1, row 0, column 0:")
    assert summary["strict"]["max_ulp_at"] is None


def test_the_accuracy_on_held_out_rows_is_kept_for_each_language():
    def runner(document, language, arithmetic, engine):
        accuracy = np.array({"python": 0.75, "r": 0.5}[language])
        return Run("x", language, arithmetic, {"held_out/accuracy": accuracy})

    native = summarize(with_runs(runner, verify_case, Path("x.json")))["native"]
    assert native["accuracy"] == {"python": 0.75, "r": 0.5}
    assert native["verdict"] == "different"


def test_the_summary_of_a_bad_case_is_its_error():
    outcome = verify.Outcome(Path("x.json"), None, {}, "x.json: id is missing")
    assert summarize(outcome) == {
        "file": "x.json",
        "case": None,
        "error": "x.json: id is missing",
    }


def test_infinite_differences_are_texts_in_json(tmp_path):
    outcome = with_runs(make_runner(native=np.inf), verify_case, Path("x.json"))
    write_json(summarize(outcome), str(tmp_path / "x.json"))
    native = json.loads((tmp_path / "x.json").read_text())["native"]
    assert native["max_abs"] == native["first_difference"]["value_b"] == "inf"


def test_strict_bits_other_than_those_recorded_are_different():
    def reader(document):
        recorded = {"1/W1": digest(np.zeros((2, 3))), "1/b1": ""}
        return Reference(tolerance_bound, Truth({}, 0, "unknown"), recorded)

    outcome = with_runs(make_runner(), verify_case, Path("x.json"), reference=reader)
    pair = outcome.pairs["strict"]
    assert (pair.verdict, pair.not_recorded) == (
        "different",
        Changes(("1/W1",), ("1/b1",), ("0/W1",)),
    )
    assert pair.sentence == (
        "Not normal: strict results are not as recorded for the case: 1/W1 with other bits, "
        "1/b1 missing, 0/W1 extra."
    )
    assert outcome.pairs["native"].verdict == "identical"
    assert exit_status([outcome]) == 1
    assert summarize(outcome)["strict"]["not_recorded"] == ["1/W1", "1/b1", "0/W1"]


def test_the_distance_to_the_truth_is_that_of_each_language():
    def reader(document):
        truth = Truth({"1/W1": np.full((2, 3), 2.0)}, 1, "recorded")
        return Reference(tolerance_bound, truth, {})

    outcome = with_runs(make_runner(native=2**-51), verify_case, Path("x.json"), reference=reader)
    summary = summarize(outcome)
    assert summary["truth"] == {"source": "recorded", "not_proved": 1}
    assert summary["native"]["to_truth"]["python"]["max_ulp"] == 0
    assert summary["native"]["to_truth"]["r"] == {
        "compared": 6, "max_abs": 2**-51, "max_abs_at": "1/W1[0,0]", "max_ulp": 1.0,
        "max_ulp_at": "1/W1[0,0]",
    }  # fmt: skip


def test_verify_reads_a_case_once_in_each_language(r, case_path, monkeypatch):
    path = case_path("xor-2-2-1")
    read = []
    for module, name in ((files, "read_text"), (r_session, "call_function")):
        monkeypatch.setattr(module, name, noting(getattr(module, name), read))
    outcome = verify_case(path)
    reader = r_session.find_function("case_for_python")
    assert outcome.error is None
    assert [read.count(str(path)), read.count(reader)] == [1, 1]


def noting(function, read):
    """The function, which notes what it is given first."""

    def noted(*args, **named):
        read.append(str(args[0]) if isinstance(args[0], Path) else args[0])
        return function(*args, **named)

    return noted


def test_the_answer_is_the_same_however_many_cases_are_run_at_once(case_path, tmp_path):
    shutil.copy(case_path("xor-2-2-1"), tmp_path / "copy.json")  # the same id twice
    (tmp_path / "bad.json").write_text("{}")
    paths = [case_path("batches-6-5-2"), case_path("one-1-1"), case_path("xor-2-2-1"), tmp_path]
    alone, beside = (
        [summarize(outcome) for outcome in verify_cases(paths, jobs=jobs)] for jobs in (1, 2)
    )
    for summary in (*alone, *beside):
        for arithmetic in ("native", "strict"):
            summary.get(arithmetic, {}).pop("seconds", None)
    assert alone == beside
    assert ["error" in summary for summary in beside] == [False, False, False, True, True]


def test_many_cases_are_verified_by_other_processes(r, shared_fixtures):
    names = ["chaotic-20-16-4", "fixed-2-3-2-2", "one-1-1", "batches-6-5-2", "xor-2-2-1"]
    outcomes = verify_cases([shared_fixtures / "cases" / f"{name}.json" for name in names])
    native = [outcome.pairs["native"] for outcome in outcomes]
    assert [pair.verdict for pair in native] == [
        "chaotic", "rounding", "identical", "rounding", "rounding",
    ]  # fmt: skip
    assert native[0].sentence.startswith("Chaotic: from epoch 100 on")
    assert native[0].sentence.endswith(
        "Training loses 0.28 bits an epoch; 1 digit of 16 is left at its end."
    )
    assert "right pairs like this" in native[3].sentence
    assert native[4].sentence.endswith(
        "How rare a false alarm is was not measured for networks of 2000 epochs, where 1 to 50 "
        "were measured."
    )
    assert all(0 < pair.comparison.nearest_bound.share < 1 for pair in native[3:])
    assert {outcome.pairs["strict"].verdict for outcome in outcomes} == {"identical"}
    assert {outcome.truth.source for outcome in outcomes} == {"recorded"}


def test_an_interrupt_keeps_and_tells_what_is_done(case_path, tmp_path, monkeypatch, capsys):
    paths = [case_path(name) for name in ("one-1-1", "xor-2-2-1", "article-4-3-1")]
    real = verify.verify_case

    def interrupted_in_the_third(path, *given):
        if path == paths[2]:
            raise KeyboardInterrupt
        return real(path, *given)

    monkeypatch.setattr(verify, "verify_case", interrupted_in_the_third)
    found = tmp_path / "found.json"
    words = ["verify", *map(str, paths), "--json", str(found), "--report", str(tmp_path / "report")]
    assert run_command_line(words) == INTERRUPTED
    said = capsys.readouterr()
    assert "xor-2-2-1" in said.out
    assert said.err.endswith("twinprop: interrupted; shown is what was done, 2 cases\n")
    cases = json.loads(found.read_text())["cases"]
    assert [case["case"] for case in cases] == ["one-1-1", "xor-2-2-1"]
    assert (tmp_path / "report" / "index.html").exists()


def test_an_interrupt_before_anything_is_done_says_nothing(case_path, monkeypatch, capsys):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "verify_case", interrupted)
    assert run_command_line(["verify", str(case_path("one-1-1"))]) == INTERRUPTED
    said = capsys.readouterr()
    assert said.out + said.err.strip() == ""
