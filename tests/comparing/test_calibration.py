"""The calibrated table: read, refused where it is wrong, and what it says of a pair."""

import json

import pytest

from twinprop.cases.case import read_case
from twinprop.cases.random_cases import family_of, random_case
from twinprop.cases.random_everything import random_case_of_everything
from twinprop.comparing.calibration import (
    FACTS,
    NAME,
    describe_chance,
    facts_of,
    read_calibration,
)
from twinprop.comparing.families import family_of_case
from twinprop.engines.document import Document
from twinprop.ground.errors import InputError

HERE = dict.fromkeys(FACTS, "this")
COUNTS = [200] * 21 + [150] * 10 + [20] * 10 + [1]  # 200 pairs up to 0.20, 150 up to 0.30 ...


def table(counts=COUNTS, largest=0.41, **changes):
    shares = {"any": {"pairs": 200, "largest": largest, "at_least": counts}}
    one = {"kind": "sigmoid", "family": "small", "pairs": 200, "chaotic": 0, "shares": shares}
    return {
        "format": 1,
        "seeds": [1],
        "code": "0",
        "environment": HERE,
        "families": [one],
        **changes,
    }


@pytest.fixture
def read(tmp_path):
    def read_it(document):
        path = tmp_path / NAME
        path.write_text(json.dumps(document))
        return read_calibration(path)

    return read_it


def case_like(kind=random_case, index=0, **changes):
    values = kind(3, index)
    return Document("random.json", {**values, **changes}).case


def test_a_normal_pair_is_told_how_many_right_ones_came_as_near_and_what_a_false_alarm_has(read):
    assert describe_chance(0.304, case_like(), HERE, read(table())) == (
        "Of 200 right pairs like this 150 came as near (p = 0.75), none came nearer than 0.41 of "
        "its bound; a false alarm is rarer than 2 in 100 (95 % confidence)."
    )


def test_a_pair_that_is_called_different_is_told_how_rare_that_is_among_right_ones(read):
    assert describe_chance(1.5, case_like(), HERE, read(table())) == (
        "Of 200 right pairs like this none came nearer than 0.41 of its bound; a false alarm is "
        "rarer than 2 in 100 (95 % confidence)."
    )


def test_false_alarms_among_the_right_pairs_raise_the_rate(read):
    alarmed = read(table(counts=[200] * 90 + [3] * 20, largest=1.09))
    assert "rarer than 4 in 100 " in describe_chance(0.5, case_like(), HERE, alarmed)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("article-4-3-1", "of 5000 epochs, where 1 to 50 were measured"),
        ("wine-13-8-3", "of 125 samples, where 2 to 20 were measured"),
        ("fixed-2-3-2-2", "of 1 samples, where 2 to 20 were measured"),
        ("wide-100-30-5", "of 100 units in a layer, where up to 64 were measured"),
    ],
)
def test_outside_the_families_there_is_no_number(read, case_path, name, words):
    said = describe_chance(0.5, read_case(case_path(name)), HERE, read(table()))
    assert said == f"How rare a false alarm is was not measured for networks {words}."


def test_where_other_libraries_run_there_is_no_number(read):
    other = {**HERE, "r_blas": "OpenBLAS"}
    assert describe_chance(0.5, case_like(), other, read(table())) == (
        "How rare a false alarm is was not measured here, but with r blas this."
    )


def test_without_a_table_or_without_the_family_there_is_no_number(read):
    assert "there is no table" in describe_chance(0.5, case_like(), HERE, None)
    wide = case_like(index=3)
    assert "not measured for deep and wide networks" in describe_chance(
        0.5, wide, HERE, read(table())
    )


@pytest.mark.parametrize("kind", [random_case, random_case_of_everything])
def test_the_random_networks_are_of_their_own_families_or_of_a_narrower_one(kind):
    drawn = "sigmoid" if kind is random_case else "everything"
    outside = 0
    for index in range(300):
        found = family_of_case(case_like(kind, index))
        if isinstance(found, str):
            outside += 1
            continue
        assert found[0] in ("sigmoid", drawn)
        deep = "deep" in found[1]
        assert deep == ("deep" in family_of(index))
        assert "wide" in family_of(index) or "wide" not in found[1]
    assert outside < 6  # inputs and weights farther out than hardly any


def test_a_case_with_three_recorded_epochs_has_more_numbers_than_were_measured():
    training = {**random_case(3, 0)["training"], "record": [1, 2, 3]}
    found = family_of_case(case_like(training=training))
    assert found == "of 3 recorded epochs, where up to 2 were measured"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "is no table of calibrate"),
        ({"format": 2}, "format is 2; wanted 1"),
        (table(environment={}), "is no table of calibrate"),
        (table(counts=[200, 7, 8]), "the counts of any in sigmoid, small are not those of 200"),
        (table(counts=[201]), "are not those of 200 pairs"),
    ],
)
def test_a_file_that_is_no_table_is_refused(read, document, words):
    with pytest.raises(InputError, match=words):
        read(document)


def test_the_facts_are_those_that_decide_how_numbers_round():
    python = {"numpy": "2.4.6", "blas": "openblas 0.3"}
    r = {"r": "4.2.2", "platform": "x86_64-pc-linux-gnu", "blas": "/usr/lib/libblas.so.3.11.0"}
    assert facts_of(python, r) == {
        "processor": "x86_64",
        "numpy": "2.4.6",
        "python_blas": "openblas 0.3",
        "r": "4.2.2",
        "r_blas": "libblas.so.3.11.0",
    }


def test_the_own_table_speaks_for_both_kinds_and_all_families(shared_fixtures):
    own = read_calibration(shared_fixtures / NAME)
    families = {(kind, family) for kind, family, quantity in own.shares if quantity == "any"}
    assert len(families) == 8
    assert all(one.largest < 1 for one in own.shares.values())
