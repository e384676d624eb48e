"""calibrate on the command line: a table, its check by fresh pairs, and what is refused."""

import json
from pathlib import Path

import pytest

from twinprop.cli.main import run_command_line
from twinprop.comparing.calibration import ANY, FACTS
from twinprop.studies import calibrate
from twinprop.studies.pairs import PairShares

HERE = dict.fromkeys(FACTS, "this")


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Pairs whose shares are their numbers in hundredths, of which none takes any time."""

    def run_parts(parts, folder, processes, on_part, scheduler, on_worker):
        for part in parts:
            pairs = [
                PairShares(i, "small", "rounding", {ANY: i / 100, "z": i / 100}, HERE)
                for i in part.indices
            ]
            rows = [row for pair in pairs for row in calibrate._rows_of(pair)]
            calibrate.write_part(part, rows, folder)

    monkeypatch.setattr(calibrate, "run_parts", run_parts)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def test_every_pair_is_written_as_csv_beside_the_table(made_up, capsys):
    words = ["calibrate", "--networks", "60", "--kind", "sigmoid", "--csv", "pairs.csv"]
    assert run_command_line(words) == 0
    head, first, *rest = Path("pairs.csv").read_text(encoding="utf-8").splitlines()
    assert {"kind", "seed", "code", "index", "family", "quantity", "share"} <= set(head.split(","))
    assert first.startswith("sigmoid,1,")
    assert len(rest) == 2 * 100 - 1
    assert run_command_line([*words[:-1], "-"]) == 0
    assert capsys.readouterr().out.endswith("\n".join([head, first, *rest]) + "\n")


def test_a_table_is_printed_and_written_and_fresh_pairs_are_held_against_it(made_up, capsys):
    assert run_command_line(["calibrate", "--networks", "60", "--out", "table.json"]) == 0
    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if line.startswith("sigmoid"))
    assert line.split() == [
        "sigmoid",
        "small",
        "100",
        "0",
        "0.50",
        "0.99",
        "0.99",
        "z",
        "3",
        "in",
        "100",
    ]
    words = ["calibrate", "--networks", "60", "--seed", "2", "--against", "table.json"]
    assert run_command_line([*words, "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)["families"]
    assert [(one["kind"], one["pairs"], one["alarms"], one["beyond"]) for one in found] == [
        ("sigmoid", 100, 0, 4),
        ("everything", 100, 0, 4),
    ]
    assert all(one["agrees"] for one in found)


def test_pairs_are_added_to_those_of_another_seed(made_up, capsys):
    run_command_line(["calibrate", "--networks", "60", "--out", "table.json"])
    words = ["--networks", "60", "--seed", "2", "--add", "table.json", "--out", "table.json"]
    assert run_command_line(["calibrate", *words]) == 0
    table = json.loads(Path("table.json").read_text())
    assert table["seeds"] == [1, 2]
    assert [one["pairs"] for one in table["families"]] == [200, 200]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--networks", "0"], "Invalid value for '--networks'"),
        ([], "Missing option '--networks'"),
        (["--networks", "5", "--kind", "relu"], "'relu' is not one of"),
        (["--networks", "5", "--out", "x.json", "--against", "y.json"], "give one of them"),
        (["--networks", "5", "--against", "no.json"], "no.json cannot be read"),
        (
            ["--networks", "5", "--against", "table.json"],
            "has the networks of seed 1; give another",
        ),
        (["--networks", "5", "--add", "table.json"], "has the networks of seed 1; give another"),
        (["--networks", "5", "--seed", "2", "--add", "old.json"], "was built by code 000"),
        (["--networks", "5", "--out", "no/x.json"], "its folder is absent; make it first"),
        (["--networks", "5", "--parts", "table.json"], "cannot make the folder table.json"),
    ],
)
def test_what_is_wrong_is_one_sentence(made_up, capsys, words, sentence):
    run_command_line(["calibrate", "--networks", "5", "--out", "table.json"])
    table = json.loads(Path("table.json").read_text())
    Path("old.json").write_text(json.dumps({**table, "code": "000"}))
    capsys.readouterr()
    assert run_command_line(["calibrate", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
