"""calibrate: what is counted, that it goes on where it was, and that fresh pairs check it."""

import json

import pandas as pd
import pytest

from twinprop.arithmetic import noisy
from twinprop.comparing.calibration import ANY, FACTS, read_calibration
from twinprop.comparing.comparison import compare_traces
from twinprop.ground.errors import InputError
from twinprop.studies import calibrate, pairs
from twinprop.studies.calibrate import (
    Fresh,
    add_tables,
    build_table,
    check_fresh,
    format_table,
    rows_of_part,
    run_parts,
)
from twinprop.studies.pairs import PairShares, largest_shares
from twinprop.studies.parts import digest_code, parts_left, plan_parts, read_parts, write_part

HERE = dict.fromkeys(FACTS, "this")


@pytest.fixture
def made_up(monkeypatch):
    """Pairs whose shares are their numbers in hundredths; every tenth is chaotic."""

    def shares(kind, seed, indices):
        return [
            PairShares(
                i,
                "small" if i % 2 else "deep",
                "chaotic" if i % 10 == 9 else "rounding",
                {ANY: i / 100, "loss": i / 200},
                HERE,
            )
            for i in indices
        ]

    monkeypatch.setattr(calibrate, "shares_of_pairs", shares)


def do_all(parts, folder):
    folder.mkdir(exist_ok=True)
    for part in parts:
        write_part(part, rows_of_part(part), folder)


def test_pairs_are_counted_by_family_and_kind_of_quantity(made_up, tmp_path):
    parts = plan_parts(["sigmoid"], 1, 40, size=8)
    do_all(parts, tmp_path)
    table = build_table(parts, tmp_path)
    deep, small = sorted(table["families"], key=lambda one: one["family"])
    assert (deep["pairs"], deep["chaotic"], small["pairs"], small["chaotic"]) == (20, 0, 16, 4)
    assert small["shares"]["any"]["largest"] == 0.37
    # 0.01 0.03 0.05 0.07 0.11 ...: 16 have at least 0.01, 15 at least 0.02 and 0.03
    assert small["shares"]["any"]["at_least"][:5] == [16, 16, 15, 15, 14]
    assert len(small["shares"]["any"]["at_least"]) == 38
    assert small["shares"]["loss"]["largest"] == 0.185
    assert "z" not in small["shares"]


def test_the_table_that_is_written_is_read_again(made_up, tmp_path):
    parts = plan_parts(["sigmoid", "everything"], 1, 16, size=8)
    do_all(parts, tmp_path)
    path = tmp_path / "table.json"
    path.write_text(format_table(build_table(parts, tmp_path)))
    table = read_calibration(path)
    assert table.environment == HERE
    known = table.shares["everything", "deep", "any"]
    assert (known.pairs, known.count_from(0.07), known.count_from(0.99)) == (8, 4, 0)
    assert json.loads(path.read_text())["code"] == digest_code()


def test_a_part_that_is_there_is_not_done_again_and_one_of_other_code_is_not_counted(
    made_up, tmp_path
):
    parts = plan_parts(["sigmoid"], 1, 24, size=8)
    do_all(parts[:2], tmp_path)
    assert parts_left(parts, tmp_path) == parts[2:]
    changed = [part._replace(code="0" * 12) for part in parts]
    assert parts_left(changed, tmp_path) == changed


def test_a_part_is_opened_by_pandas_with_its_key_in_each_row(made_up, tmp_path):
    (part,) = plan_parts(["sigmoid"], 7, 8, size=8)
    do_all([part], tmp_path)
    frame = pd.read_parquet(tmp_path / part.name)
    assert len(frame) == 16
    assert set(frame["seed"]) == {7}
    assert set(frame["code"]) == {digest_code()}
    assert list(frame.loc[frame["quantity"] == "any", "index"]) == list(range(8))


def test_a_damaged_part_and_one_of_other_networks_are_named(made_up, tmp_path):
    first, second = plan_parts(["sigmoid"], 1, 16, size=8)
    do_all([first, second], tmp_path)
    (tmp_path / first.name).write_bytes((tmp_path / second.name).read_bytes())
    with pytest.raises(InputError, match="has not the networks of its name; remove it"):
        list(read_parts([first], tmp_path))
    (tmp_path / first.name).write_bytes(b"PAR1")
    with pytest.raises(InputError, match="is damaged"):
        list(read_parts([first], tmp_path))


def test_parts_of_several_machines_make_no_table(made_up, tmp_path, monkeypatch):
    first, second = plan_parts(["sigmoid"], 1, 16, size=8)
    do_all([first], tmp_path)
    monkeypatch.setitem(HERE, "r", "another")
    do_all([second], tmp_path)
    with pytest.raises(InputError, match="parts of several machines"):
        build_table([first, second], tmp_path)


def test_fresh_pairs_are_held_against_the_rate_that_was_stated(made_up, tmp_path):
    parts = plan_parts(["sigmoid"], 1, 80, size=8)
    do_all(parts, tmp_path)
    path = tmp_path / "table.json"
    path.write_text(format_table(build_table(parts, tmp_path)))
    fresh = plan_parts(["sigmoid"], 2, 80, size=8)
    do_all(fresh, tmp_path)
    small, deep = check_fresh(fresh, tmp_path, read_calibration(path))
    assert (small.family, small.pairs, small.alarms, small.beyond) == ("small", 32, 0, 1)
    assert small.stated == pytest.approx(1 - 0.05 ** (1 / 32))
    assert deep.agrees


def test_more_false_alarms_than_were_stated_are_no_agreement():
    assert Fresh("sigmoid", "small", 1000, 2, 0.003, 50).agrees
    assert not Fresh("sigmoid", "small", 1000, 9, 0.003, 50).agrees


def test_the_largest_share_of_each_kind_is_taken_but_not_of_what_was_given():
    def trace(change):
        return {"0/W1": 1.0 + change, "1/z1": 2.0 + change, "2/z1": 2.0 - change, "1/loss": 1.0}

    compared = compare_traces(
        trace(0.25), trace(0.0), lambda name, a, b: 0.5 if "1/" in name else 1
    )
    assert largest_shares(compared.quantities) == {"any": 0.5, "z": 0.5, "loss": 0.0}


def test_processes_do_the_parts_that_are_left_and_give_what_one_process_gives(r, tmp_path):
    parts = plan_parts(["sigmoid"], 9, 4, size=2)
    do_all(parts[:1], tmp_path)
    kept = (tmp_path / parts[0].name).stat().st_mtime_ns
    done = []
    run_parts(parts, tmp_path, processes=1, on_part=done.append)
    assert done == [1, 2]
    assert (tmp_path / parts[0].name).stat().st_mtime_ns == kept
    rows = [row for row in read_parts(parts, tmp_path) if row["quantity"] == "any"]
    found = [pair.shares["any"] for pair in pairs.shares_of_pairs("sigmoid", 9, range(4))]
    assert [row["share"] for row in rows] == found
    assert all(0 < share < 1 for share in found)


def table_of_seed(seed, networks, folder, kinds=("sigmoid",)):
    parts = plan_parts(kinds, seed, networks, size=8)
    do_all(parts, folder)
    return build_table(parts, folder)


def test_two_tables_added_are_that_of_all_their_pairs(made_up, tmp_path, monkeypatch):
    first = table_of_seed(1, 40, tmp_path)
    second = table_of_seed(2, 24, tmp_path, ["sigmoid", "everything"])
    both = add_tables(first, second)
    assert both["seeds"] == [1, 2]
    by_family = {(one["kind"], one["family"]): one for one in both["families"]}
    small = by_family["sigmoid", "small"]
    assert (small["pairs"], small["chaotic"]) == (16 + 10, 4 + 2)
    alone = {one["family"]: one for one in first["families"]}["small"]["shares"]["any"]
    assert small["shares"]["any"]["at_least"][:2] == [26, 26]
    assert small["shares"]["any"]["at_least"][-1] == alone["at_least"][-1]
    assert small["shares"]["any"]["largest"] == 0.37
    assert by_family["everything", "deep"]["pairs"] == 12
    (tmp_path / "both.json").write_text(format_table(both))
    assert read_calibration(tmp_path / "both.json").seeds == (1, 2)


def test_tables_of_one_seed_or_of_other_code_are_not_added(made_up, tmp_path):
    table = table_of_seed(1, 16, tmp_path)
    with pytest.raises(InputError, match="networks of seed 1, which would count twice"):
        add_tables(table, table)
    other = {**table, "seeds": [2], "code": "0" * 12}
    with pytest.raises(InputError, match="a table with code 000000000000 cannot be added"):
        add_tables(table, other)


def test_samples_that_are_all_alike_are_rounded_alike_and_no_right_pair_is_called_different(
    r, monkeypatch
):
    (pair,) = pairs.shares_of_pairs("everything", 7, [1183])  # no sample reaches its third layer
    assert pair.verdict == "rounding"
    monkeypatch.setattr(noisy, "_columns_alike", lambda x: None)
    (apart,) = pairs.shares_of_pairs("everything", 7, [1183])
    assert pair.shares["db"] < apart.shares["db"]  # how much less: each BLAS sums otherwise
