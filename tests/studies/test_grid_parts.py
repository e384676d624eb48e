"""A grid search that keeps what is done: it goes on where it was, with the same numbers."""

import csv
import json

import pandas as pd
import pytest
from helpers import twinprop

from twinprop.ground.errors import InputError
from twinprop.studies import grid
from twinprop.studies.grid import parse_grid, search_in_both
from twinprop.studies.parts import format_rows

POINTS = parse_grid(["training.epochs=2,3", "training.optimizer.learning_rate=0.01,1e300"])


@pytest.fixture
def scored(monkeypatch):
    """The points that are computed, by their numbers."""
    computed = []

    def search(score, pieces, scheduler, own=grid._search):
        computed.extend(number for number, _, _ in pieces)
        return own(score, pieces, scheduler)

    monkeypatch.setattr(grid, "_search", search)
    return computed


def test_what_is_there_is_not_computed_again(r, case_path, tmp_path, scored):
    path, counts, helped = case_path("regression-wine"), [], []
    expected = search_in_both(path, POINTS)
    assert "nan" in repr(expected)  # of what diverges
    scored.clear()
    whole = search_in_both(path, POINTS, folder=tmp_path)
    gone = next(file for file in tmp_path.iterdir() if "-1-2-1-" in file.name)
    gone.unlink()
    again = search_in_both(
        path, POINTS, on_point=counts.append, on_worker=helped.append, folder=tmp_path
    )
    assert repr(whole) == repr(again) == repr(expected)
    assert scored == [0, 1, 2, 3, 2]
    assert counts == [3, 4]
    assert len(helped) == 4


def test_another_case_or_other_folds_are_other_points(r, case_path, tmp_path, scored):
    path = tmp_path / "case.json"
    document = json.loads(case_path("xor-2-2-1").read_text(encoding="utf-8"))
    path.write_text(json.dumps(document))
    points, parts = parse_grid(["training.epochs=2"]), tmp_path / "parts"
    search_in_both(path, points, folds=2, folder=parts)
    search_in_both(path, points, folds=2, seed=2, folder=parts)
    search_in_both(path, points, folds=2, arithmetic="strict", folder=parts)
    search_in_both(path, points, folds=3, folder=parts)
    document["training"]["optimizer"]["learning_rate"] = 1
    path.write_text(json.dumps(document))
    search_in_both(path, points, folds=2, folder=parts)
    assert scored == [0] * 5
    search_in_both(path, points, folds=2, folder=parts)
    assert scored == [0] * 5


def test_the_command_goes_on_by_the_same_words_and_names_a_damaged_part(case_path, tmp_path):
    words = ("grid", case_path("xor-2-2-1"), "--vary", "training.epochs=2,3", "--folds", "2")
    plain = json.loads(twinprop(*words, "--json", "-").stdout)
    kept = json.loads(twinprop(*words, "--parts", tmp_path, "--json", "-").stdout)
    assert kept["points"] == plain["points"]
    assert kept["workers"][0]["strict"] == "tested in both languages"
    file = next(tmp_path.iterdir())
    frame = pd.read_parquet(file)
    assert list(frame["fold"]) == [0, 1]
    file.write_bytes(b"PAR1")
    done = twinprop(*words, "--parts", tmp_path)
    assert done.returncode == 2
    assert "is damaged" in done.stderr
    with pytest.raises(InputError, match="remove it, and it is computed anew"):
        search_in_both(words[1], parse_grid([words[3]]), 2, folder=tmp_path)


def test_r_reads_the_rows_of_parts_as_csv(r, tmp_path):
    rows = [
        {"kind": "sigmoid", "index": 0, "share": 0.1 + 0.2, "at": "dW1[1,2]"},
        {"kind": "sigmoid", "index": 1, "share": float("nan"), "at": 'a "name", and more'},
    ]
    file = tmp_path / "rows.csv"
    file.write_text(format_rows(rows), encoding="utf-8")
    with file.open(encoding="utf-8", newline="") as text:
        assert float(next(csv.DictReader(text))["share"]) == 0.1 + 0.2
    read = f"read.csv({json.dumps(str(file))})"
    assert r.evaluate(f"{read}$share[1] == 0.1 + 0.2")
    assert r.evaluate(f"is.nan({read}$share[2])")
    assert r.evaluate(f"{read}$at[2]") == 'a "name", and more'
