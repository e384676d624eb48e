"""record and reproduce: same bits, rounding, another result, another case, another format."""

import json
import re

import numpy as np
import pytest

from twinprop.cases.case import read_case
from twinprop.cases.traces import Run
from twinprop.engines.document import Document
from twinprop.ground.errors import InputError
from twinprop.studies import record as module
from twinprop.studies.record import (
    digest_input,
    public_facts,
    record_cases,
    run_all,
    short_digests,
)
from twinprop.studies.record_file import format_record, read_record, unpack_digests
from twinprop.studies.reproduce import changed_facts, reproduce_cases

FACTS = {"machine": {"cores": "2"}, "r": {"blas": "/usr/lib/libblas.so.3", "library": "/home/x/r"}}
NAMES = ["fixed-2-3-2-2", "one-column-1-4-1"]


@pytest.fixture(scope="module")
def paths(case_path):
    return [case_path(name) for name in NAMES]


@pytest.fixture(scope="module")
def record_file(r, paths, tmp_path_factory):
    """The record of two cases, which takes some time to make."""
    file = tmp_path_factory.mktemp("record") / "record.json"
    file.write_text(format_record(record_cases(paths, FACTS)))
    return file


@pytest.fixture
def recorded(record_file):
    """The record of two cases, as read from its file."""
    return read_record(record_file)


def verdicts(results):
    return [[run.verdict for run in result.runs] for result in results]


def with_other_bits(monkeypatch, language, arithmetic, relative):
    """From now on one run gives another last quantity, by so much."""
    run_as_before = module.running.run

    def run(document, name, how, engine=None):
        done = run_as_before(document, name, how, engine=engine)
        if (name, how) != (language, arithmetic):
            return done
        last = list(done.trace)[-1]
        trace = {**done.trace, last: np.asarray(done.trace[last]) * (1 + relative)}
        return Run(done.case, name, how, trace)

    monkeypatch.setattr(module.running, "run", run)


def test_the_same_machine_gives_the_same_bits(recorded, paths):
    results = reproduce_cases(recorded, paths)
    assert [result.case for result in results] == NAMES
    assert verdicts(results) == [["identical"] * 4] * 2
    assert all(result.agrees for result in results)


def test_a_native_result_with_other_bits_differs_by_rounding(recorded, paths, monkeypatch):
    with_other_bits(monkeypatch, "r", "native", 2**-52)
    result = reproduce_cases(recorded, paths)[1]
    assert verdicts([result]) == [["identical", "rounding", "identical", "identical"]]
    assert result.agrees
    assert result.runs[1].changed == ("300/b2",)


@pytest.mark.parametrize(
    ("arithmetic", "relative", "expected"),
    [
        ("native", 1e-9, ["different", "identical", "identical", "identical"]),
        ("strict", 2**-52, ["identical", "identical", "different", "identical"]),
    ],
)
def test_more_than_rounding_is_different(
    recorded, paths, monkeypatch, arithmetic, relative, expected
):
    with_other_bits(monkeypatch, "python", arithmetic, relative)
    result = reproduce_cases(recorded, paths)[1]
    assert verdicts([result]) == [expected]
    assert not result.agrees


def test_a_case_that_is_gone_or_another_is_absent(recorded, paths, tmp_path):
    document = json.loads(paths[0].read_text())
    document["initial"]["W1"][0][0] += 1
    (tmp_path / paths[0].name).write_text(json.dumps(document))
    gone, other = reproduce_cases(recorded, [tmp_path / paths[0].name])[::-1]
    assert gone.absent == "no such case is here"
    assert other.absent == "the case itself is another than when it was recorded"
    assert not gone.agrees


def test_a_case_is_found_by_its_id_whatever_its_file_is_called(recorded, paths, tmp_path):
    (tmp_path / "bad.json").write_text("{")
    places = [tmp_path / "bad.json", tmp_path / "renamed.json", paths[1]]
    places[1].write_bytes(paths[0].read_bytes())
    assert all(result.agrees for result in reproduce_cases(recorded, places))


def test_a_record_of_no_case_is_refused(recorded, tmp_path):
    path = tmp_path / "none.json"
    path.write_text(format_record({**recorded, "cases": []}))
    with pytest.raises(InputError, match=r"none\.json is a record of no case; record at least one"):
        read_record(path)


def test_a_quantity_that_is_missing_or_extra_is_not_called_changed(recorded, paths):
    digests = recorded["cases"][0]["digests"]
    digests["9/a1"] = digests.pop("1/a1")
    for run in reproduce_cases(recorded, paths)[0].runs:
        assert (run.verdict, run.changed) == ("different", ())
        assert (run.missing, run.extra) == (("9/a1",), ("1/a1",))


def test_two_cases_of_one_id_are_refused_in_a_record_and_before_one(recorded, paths, tmp_path):
    path = tmp_path / "twice.json"
    path.write_text(format_record({**recorded, "cases": recorded["cases"] * 2}))
    with pytest.raises(InputError, match=r"twice\.json lists the case fixed-2-3-2-2 2 times; keep"):
        read_record(path)
    same = tmp_path / "same.json"
    same.write_bytes(paths[0].read_bytes())
    with pytest.raises(InputError, match=r'same\.json have the same id, "fixed-2-3-2-2"; give one'):
        record_cases([*paths, same], FACTS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"case": "../fixed-2-3-2-2"},
        {"digests": {"1/z1": "8 = 1 ="}},
        {"digests": {"1/z1": "= = = ="}},
        {"digests": {"\x1b[31m": "123456789abc = = ="}},
    ],
)
def test_a_record_with_other_than_ids_and_digests_is_refused(recorded, tmp_path, wrong):
    (tmp_path / "x.json").write_text(
        format_record({**recorded, "cases": [recorded["cases"][0] | wrong]})
    )
    with pytest.raises(InputError, match="is not as twinprop writes a record; record again"):
        read_record(tmp_path / "x.json")


def test_another_spelling_of_a_case_is_the_same_case(paths, tmp_path):
    document = json.loads(paths[1].read_text())
    document["title"] = "Another title"
    (tmp_path / "x.json").write_text(json.dumps(document, indent=7))
    assert digest_input(read_case(tmp_path / "x.json")) == digest_input(read_case(paths[1]))
    assert digest_input(read_case(paths[0])) != digest_input(read_case(paths[1]))


def test_what_changed_in_the_environment_is_listed():
    now = {"machine": {"cores": "8"}, "r": {"blas": "/opt/libblas.so.3", "version": "4.5"}}
    assert changed_facts({"environment": public_facts(FACTS)}, now) == [
        ("machine, cores", "2", "8"),
        ("r, version", "absent", "4.5"),
    ]


def test_a_record_has_no_places_of_this_machine(recorded):
    assert recorded["environment"]["r"] == {"blas": "libblas.so.3"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "is a record of format 2; this twinprop reads 1: use a newer one"),
        ({"format": "1"}, "format is "),
        ({"format": True}, "format is true; wanted 1"),
        ({"format": 1.0}, "format is 1; wanted 1"),
        ({"environment": {"r": {"blas": 3}}}, "is not as twinprop writes a record; record again"),
        ({"kind": "trace"}, 'is no record: its "kind" is not "twinprop record"'),
        ({"cases": [{"case": "x"}]}, "is not as twinprop writes a record; record again"),
        ({"runs": []}, "is not as twinprop writes a record; record again"),
    ],
)
def test_a_record_of_another_kind_is_refused(recorded, tmp_path, change, sentence):
    (tmp_path / "changed.json").write_text(json.dumps({**recorded, **change}))
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_record(tmp_path / "changed.json")


def test_the_record_of_the_development_machine_has_the_strict_digests_of_today(
    r, shared_fixtures, case_path
):
    recorded = read_record(shared_fixtures / "records" / "development-machine.json")
    known = {entry["case"]: entry for entry in recorded["cases"]}
    for name in ("chaotic-20-16-4", "dropout-6-8-5-2", "wide-7-40-3", "optimizer-adam"):
        digests = {key: unpack_digests(text) for key, text in known[name]["digests"].items()}
        found = short_digests(run_all(Document(case_path(name))))
        # Native digests are those of that machine alone: strict ones are the third and fourth.
        assert {key: four[2:] for key, four in found.items()} == {
            key: four[2:] for key, four in digests.items()
        }


@pytest.mark.slow
def test_the_record_of_the_development_machine_is_reproduced(r, shared_fixtures):
    recorded = read_record(shared_fixtures / "records" / "development-machine.json")
    results = reproduce_cases(recorded, sorted((shared_fixtures / "cases").glob("*.json")))
    assert [result.case for result in results if not result.agrees] == []
    assert len(results) >= 15


def test_the_recorded_file_names_no_place(shared_fixtures):
    text = (shared_fixtures / "records" / "development-machine.json").read_text()
    assert not re.search(r'"/|\\\\|/home/|/root|/tmp', text)
