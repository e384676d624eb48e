"""Surroundings that a program may be started in: what is said there is true, and one sentence."""

import os
import resource
import shutil
import subprocess
import sys

import pytest
from helpers import COMMAND, twinprop

from twinprop.engines.document import Document
from twinprop.engines.r_library import r_variables
from twinprop.engines.r_process import run_in_process
from twinprop.ground.errors import EngineError, InputError

WIDE = "wide-100-30-5"


def said(done):
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_an_encoding_without_our_signs_costs_their_looks_alone(encoding, case_path):
    words = ["walk", case_path("xor-2-2-1"), "--step", "4"]
    whole = twinprop(*words).stdout
    done = twinprop(*words, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    plain = done.stdout
    assert len(plain) == len(whole)
    assert "\u2212" in whole
    assert whole.count("\u2212") + whole.count("-") == plain.count("-")


def test_r_loads_its_own_packages_whatever_the_caller_wants(case_path):
    for engine in ("rpy2", "rscript"):
        words = ["verify", case_path("one-1-1"), "--engine", engine]
        done = twinprop(*words, R_DEFAULT_PACKAGES="NULL")
        assert (done.returncode, done.stderr) == (0, "")


def test_the_r_package_needs_none_of_them_by_name(case_path):
    program = (
        "case <- twinprop::read_case(commandArgs(TRUE)); trace <- twinprop::run_case(case);"
        "tryCatch(twinprop::read_case('layer.json'), error = function(e) cat(conditionMessage(e)))"
    )
    done = subprocess.run(
        ["Rscript", "-e", program, case_path("xor-2-2-1")],
        env={**os.environ, **r_variables(), "R_DEFAULT_PACKAGES": "NULL"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("layer.json cannot be read")


@pytest.mark.parametrize(
    "words", [["verify"], ["run", "--language", "r"], ["run", "--language", "python"], ["walk"]]
)
def test_a_name_that_is_not_utf_8_is_refused_in_one_sentence(words, case_path, tmp_path):
    name = os.fsdecode(b"\xff.json")
    shutil.copy(case_path("one-1-1"), tmp_path / name)
    done = subprocess.run([*COMMAND, *words, name], cwd=tmp_path, capture_output=True, text=True)
    assert "<ff>.json: path is " in said(done) or words == ["walk"]
    assert done.stderr.endswith(", not in UTF-8; wanted one that is; rename it\n")


@pytest.mark.parametrize("words", [["verify"], ["run", "--language", "r"], ["walk"]])
def test_a_case_from_a_pipe_is_refused_in_one_sentence(words, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = twinprop(*words, tmp_path / "pipe")
    assert said(done).endswith(
        "pipe is a pipe or a device, which is read but once; wanted a file\n"
    )


def smallest_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


def test_a_limit_on_files_is_named_by_the_bridge(case_path):
    done = subprocess.run(
        [*COMMAND, "verify", case_path(WIDE), "--engine", "rscript"],
        capture_output=True,
        text=True,
        preexec_fn=small_files,
    )
    assert "R may not write a file as large as its trace; `ulimit -f` sets how large" in said(done)


@pytest.mark.parametrize("program", ["article.py", "article.R"])
def test_a_limit_on_files_is_named_by_check(program, shared_fixtures):
    done = subprocess.run(
        [*COMMAND, "check", "--trust", shared_fixtures / "scripts" / program],
        capture_output=True,
        text=True,
        preexec_fn=smallest_files,
    )
    # Where one may set a higher limit nothing is in the way.
    sentence = "could not be recorded: files may not be large enough here; `ulimit -f` sets how"
    assert done.returncode == 0 or sentence in said(done)


def test_a_full_folder_for_temporary_files_is_named_by_r(case_path):
    command = ["Rscript", "--vanilla", "-e", "twinprop::main_run_case()"]
    done = subprocess.run(
        [*command, case_path("one-1-1"), "native", "/dev/full"],
        env={**os.environ, **r_variables()},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "cannot write /dev/full: No space left on device\n"


def fake_r(monkeypatch, folder, script):
    program = folder / "Rscript"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr("twinprop.engines.r_process.find_rscript", lambda: str(program))


@pytest.mark.parametrize(
    ("script", "kind", "sentence"),
    [
        (
            "echo 'cannot write /t/x.json: No space left on device' >&2; exit 2",
            InputError,
            "R cannot write /t/x.json: No space left on device; TMPDIR names another folder for "
            "temporary files",
        ),
        ("kill -9 $$", EngineError, "R was ended by the signal SIGKILL"),
        ("echo 'Error: so'; echo Execution halted; exit 1", EngineError, "it said nothing"),
        ("{ echo 'Error: so'; echo Execution halted; } >&2; exit 1", EngineError, "1: Error: so"),
    ],
)
def test_why_r_ended_is_told(script, kind, sentence, case_path, tmp_path, monkeypatch):
    fake_r(monkeypatch, tmp_path, script)
    with pytest.raises(kind) as ended:
        run_in_process(Document(case_path("one-1-1")), "native")
    assert str(ended.value).endswith(sentence)


NO_ROOM = """
import sys
from twinprop.engines import r_session
from twinprop.cli.main import run_command_line
import rpy2.rinterface

def empty(**named):
    raise StopIteration

rpy2.rinterface.initr = empty
sys.exit(run_command_line(["verify", sys.argv[1]]))
"""


def test_r_without_room_for_its_temporary_files_is_told(case_path):
    done = subprocess.run(
        [sys.executable, "-c", NO_ROOM, case_path("one-1-1")], capture_output=True, text=True
    )
    assert said(done).endswith(
        "R cannot write to the folder for temporary files; make room there, or name another by "
        "TMPDIR\n"
    )
