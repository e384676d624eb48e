"""Somebody's own command: recorded, and run again on another day."""

import copy
import json
import os
import re
import shlex
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from helpers import twinprop

from twinprop.engines import doctor

PYTHON = shlex.quote(sys.executable)

MAKE = """
import os, sys, numpy as np
os.makedirs("out", exist_ok=True)
x = np.arange(12.0).reshape(4, 3) / 7
np.save("out/x.npy", x * (1 + FACTOR))
with open("out/table.csv", "w") as file:
    file.write("a,b\\n" + "".join(f"{i},{float(v)!r}\\n" for i, v in enumerate(x[:, 0] + SHIFT)))
with open("out/log.txt", "w") as file:
    file.write(LOG)
"""


@pytest.fixture(scope="module")
def facts():
    """This machine is examined once: it is the same for every record."""
    return doctor.examine_machine()


@pytest.fixture
def pipeline(tmp_path, monkeypatch, facts):
    """A folder with a program that makes results, and the command twinprop in it."""
    monkeypatch.setattr(doctor, "examine_machine", lambda: copy.deepcopy(facts))
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "twinprop"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m twinprop_command "$@"\n')
    command.chmod(0o755)

    def write(factor="0", shift="0", log="'same'"):
        code = MAKE.replace("FACTOR", factor).replace("SHIFT", shift).replace("LOG", log)
        (tmp_path / "make.py").write_text(code)

    def run(*words, **variables):
        if words[0] == "twinprop" and not variables:
            return twinprop(*words[1:], cwd=tmp_path)
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            words,
            cwd=tmp_path,
            env={**os.environ, "PATH": path, **variables},
            capture_output=True,
            text=True,
        )

    def record(outputs="out/**", program=f"{PYTHON} make.py"):
        return run("twinprop", "record", "--command", program, "--outputs", outputs, "results.json")

    write()
    run.write, run.record, run.folder = write, record, tmp_path
    return run


def rows(done):
    return {row["name"]: row for row in json.loads(done.stdout)["files"]}


def test_the_same_results_have_the_same_bits(pipeline):
    done = pipeline.record()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "results.json has the digests of 3 files, and the values of 2\n"
    done = pipeline("twinprop", "reproduce", "results.json")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 files are as then." in done.stdout


def test_rounding_is_told_from_a_difference_and_the_place_is_named(pipeline):
    pipeline.record()
    pipeline.write(factor="2e-16")
    done = pipeline("twinprop", "reproduce", "results.json", "--json", "-")
    assert done.returncode == 0
    assert rows(done)["out/x.npy"]["verdict"] == "rounding"
    pipeline.write(factor="1.0", shift="np.array([0, 0, 1e-3, 0])", log="'other'")
    done = pipeline("twinprop", "reproduce", "results.json", "--json", "-")
    assert done.returncode == 1
    found = rows(done)
    assert "a constant factor, 2" in found["out/x.npy"]["sentence"]
    assert "first at b, element 2: A " in found["out/table.csv"]["sentence"]
    assert found["out/log.txt"]["sentence"] == "Other bytes; its values were not kept."


def test_files_that_are_missing_or_new_are_told(pipeline):
    pipeline.record()
    (pipeline.folder / "make.py").write_text(
        "import os\nos.remove('out/x.npy')\n"
        + MAKE.replace('np.save("out/x.npy"', 'np.save("out/y.npy"')
        .replace("FACTOR", "0")
        .replace("SHIFT", "0")
        .replace("LOG", "'same'")
    )
    done = pipeline("twinprop", "reproduce", "results.json", "--json", "-")
    assert rows(done)["out/x.npy"]["sentence"] == "The command does not write it any more."
    assert rows(done)["out/y.npy"]["sentence"] == "It is not in the record."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"program": "exit 3"}, "the command ended with status 3; wanted 0: exit 3"),
        ({"program": "kill -9 $$"}, "the command was ended by the signal SIGKILL: kill -9 $$"),
        ({"outputs": "none/*"}, 'the command wrote no file like "none/*"'),
        ({"outputs": ""}, 'the command wrote no file like ""'),
        (
            {"program": "mkdir out; : >out/$(printf '\\377').csv"},
            'path is "out/<ff>.csv", not in UTF-8; wanted one that is; rename it',
        ),
        ({"outputs": "make.py"}, "make.py was there before and the command did not write it"),
    ],
)
def test_what_cannot_be_recorded_is_one_sentence(pipeline, words, sentence):
    done = pipeline.record(**words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (pipeline.folder / "results.json").exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"command": 7},
        {"outputs": [1]},
        {"environment": {"python": 3}},
        {"environment": {"python": {"version": 3}}},
        {"files": []},
    ],
)
def test_a_record_that_was_changed_by_hand_is_refused(pipeline, changed):
    pipeline.record()
    path = pipeline.folder / "results.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, **changed}))
    done = pipeline("twinprop", "reproduce", "results.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not as twinprop writes a record; record again" in done.stderr


def test_a_record_from_a_pipe_is_refused_at_once(pipeline):
    os.mkfifo(pipeline.folder / "results.json")
    done = pipeline("twinprop", "reproduce", "results.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "twinprop: results.json is a pipe or a device, which is read but once; wanted a file\n"
    )


def test_machines_that_build_get_their_reports(pipeline):
    pipeline.record()
    pipeline.write(shift="1", log="'a|b<c>'")
    words = ["--junit", "report.xml", "--markdown", "summary.md"]
    done = pipeline("twinprop", "reproduce", "results.json", *words, GITHUB_ACTIONS="true")
    assert done.returncode == 1
    marks = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert len(marks) == 2
    assert marks[1].startswith("::error file=out/table.csv,title=twinprop reproduce::Not normal: ")
    suite = ElementTree.parse(pipeline.folder / "report.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert [case.get("name") for case in suite] == ["out/log.txt", "out/table.csv", "out/x.npy"]
    summary = (pipeline.folder / "summary.md").read_text()
    assert summary.startswith("### twinprop reproduce: 2 of 3 differ\n")
    assert "| out/x.npy | identical | The same bits. |" in summary


def test_cases_get_the_same_reports(pipeline, case_path):
    case = case_path("one-1-1")
    assert pipeline("twinprop", "record", "cases.json", str(case)).returncode == 0
    words = ["--junit", "report.xml", "--markdown", "summary.md"]
    done = pipeline("twinprop", "reproduce", "cases.json", str(case), *words)
    assert done.returncode == 0, done.stderr
    suite = ElementTree.parse(pipeline.folder / "report.xml").getroot()
    assert [case.get("name") for case in suite] == ["one-1-1"]
    assert "python native identical" in (pipeline.folder / "summary.md").read_text()


def test_the_hook_lets_no_other_results_be_committed(pipeline, shared_fixtures):
    folder = pipeline.folder
    pipeline("git", "init", "--quiet")
    hook = folder / ".git" / "hooks" / "pre-commit"
    hook.write_bytes((shared_fixtures / "examples" / "pre-commit").read_bytes())
    hook.chmod(0o755)
    pipeline.record()
    (folder / ".gitignore").write_text("out\nbin\n")
    pipeline("git", "add", ".")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    done = pipeline("git", *who, "commit", "--quiet", "-m", "the same")
    assert done.returncode == 0, done.stderr
    pipeline.write(shift="1")
    done = pipeline("git", *who, "commit", "--quiet", "-a", "-m", "another")
    assert done.returncode == 1
    assert pipeline("git", "log", "--format=%s").stdout == "the same\n"


def test_the_workflow_runs_what_it_says(pipeline, shared_fixtures):
    text = (shared_fixtures / "examples" / "reproduce.yml").read_text()
    (command,) = re.findall(r"- run: (twinprop .*)", text)
    pipeline.record()
    summary = pipeline.folder / "summary.md"
    done = pipeline("bash", "-c", command, GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 0, done.stderr
    assert summary.read_text().startswith("### twinprop reproduce: all 3 agree")
    assert (pipeline.folder / "report.xml").is_file()
    assert "path: report.xml" in text


def test_the_example_for_pre_commit_runs_what_it_says(pipeline, shared_fixtures):
    text = (shared_fixtures / "examples" / "pre-commit-config.yaml").read_text()
    (entry,) = re.findall("entry: (.*)", text)
    pipeline.record()
    assert pipeline(*shlex.split(entry)).returncode == 0
    pipeline.write(shift="1")
    assert pipeline(*shlex.split(entry)).returncode == 1
    for line in ("language: system", "pass_filenames: false", "always_run: true"):
        assert line in text
