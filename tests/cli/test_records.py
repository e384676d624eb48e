"""record, reproduce, sweep and compare on the command line."""

import json

import pytest
from helpers import twinprop


@pytest.fixture(scope="module")
def recorded(r, case_path, tmp_path_factory):
    """A record of two cases, made by the command."""
    file = tmp_path_factory.mktemp("record") / "record.json"
    cases = [case_path(name) for name in ("one-1-1", "wide-7-40-3")]
    done = twinprop("record", file, *cases)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{file} has the digests of 2 cases in both languages\n"
    return file


def test_this_machine_reproduces_its_own_record(recorded):
    done = twinprop("reproduce", recorded)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[2].split() == ["one-1-1", *["same", "bits"] * 4]
    assert lines[-2:] == [
        "The environment is as it was recorded.",
        "2 of 2 cases are reproduced.",
    ]


def test_another_number_of_threads_is_named_and_strict_bits_stay(recorded):
    done = twinprop("reproduce", recorded, "--json", "-", OPENBLAS_NUM_THREADS="3")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [change["fact"] for change in document["environment"]] == ["python, BLAS threads"]
    for case in document["cases"]:
        assert case["agrees"]
        strict = [run for run in case["runs"] if run["arithmetic"] == "strict"]
        assert [run["verdict"] for run in strict] == ["identical"] * 2


def test_a_changed_digest_is_a_difference_that_is_named(recorded, tmp_path):
    lines = recorded.read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith('"100/W1"'))
    four = lines[place].partition(": ")[2]
    native = json.loads(four.rstrip(",")).split()[:2]
    lines[place] = f'"100/W1": "{" ".join(native)} 123456789abc ="' + "," * four.endswith(",")
    (tmp_path / "changed.json").write_text("\n".join(lines))
    done = twinprop("reproduce", tmp_path / "changed.json")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert any(line.endswith("strict, python: 100/W1 with other bits.") for line in lines)
    assert lines[-1] == "1 of 2 cases are reproduced."


def test_a_sweep_prints_a_line_for_each_family(r, tmp_path):
    places = ("--json", tmp_path / "sweep.json", "--report", tmp_path / "report")
    done = twinprop("sweep", "--networks", 4, "--seed", 3, *places)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"The report is in {tmp_path / 'report' / 'index.html'}.\n")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[2:7]] == ["small", "deep", "wide", "deep", "all"]
    document = json.loads((tmp_path / "sweep.json").read_text())
    assert document["wrong"] == []
    assert [family["networks"] for family in document["families"]] == [1, 1, 1, 1, 4]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["sweep", "--networks", "0"], "Invalid value for '--networks'"),
        (["sweep"], "Missing option '--networks'"),
        (["reproduce", "no.json"], "no.json cannot be read (No such file or directory)"),
        (["reproduce", "README.md"], 'README.md: line 1, column 1 is "#"; wanted a value'),
        (["record", "x.json", "no.json"], "no.json does not exist"),
        (["record", ""], 'the file to write is ""; wanted a path'),
        (["record", "no/x.json"], "cannot write no/x.json: its folder is absent; make it first"),
    ],
)
def test_wrong_arguments_are_one_sentence(args, sentence, repository, monkeypatch):
    monkeypatch.chdir(repository)
    done = twinprop(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"twinprop: {sentence}")
    assert done.stderr.count("\n") == 1


def test_a_record_of_a_newer_format_is_refused_in_one_sentence(recorded, tmp_path):
    text = recorded.read_text().replace('"format": 1', '"format": 9')
    (tmp_path / "newer.json").write_text(text)
    done = twinprop("reproduce", tmp_path / "newer.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"twinprop: {tmp_path}/newer.json is a record of format 9; this twinprop reads 1: "
        "use a newer one\n"
    )


def test_a_trace_with_another_case_named_is_refused(case_path, tmp_path):
    out = tmp_path / "a.json"
    done = twinprop("run", case_path("one-1-1"), "--language", "python", "--out", out)
    assert done.returncode == 0, done.stderr
    done = twinprop("compare", out, out, "--case", case_path("xor-2-2-1"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("is the case xor-2-2-1, the traces are of one-1-1\n")
