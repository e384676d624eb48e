"""What the command line does when its output cannot be written, or is not read to its end."""

import json
import shlex
import subprocess
import sys

import numpy as np
import pytest
from helpers import COMMAND, twinprop

from twinprop.cases.traces import Run, format_run
from twinprop.cli import main
from twinprop.ground.exit_status import UNREAD


def test_a_trace_goes_to_standard_output(case_path):
    done = twinprop("run", case_path("one-1-1"), "--language", "python")
    assert json.loads(done.stdout)["case"] == "one-1-1"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    done = twinprop("digits", "--csv", "no.csv", "--out", tmp_path / "file")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"twinprop: cannot make the folder {tmp_path}/file: File exists\n"


def test_a_path_that_the_system_refuses_is_one_sentence():
    name = "n" * 300 + "/x.json"
    done = twinprop("verify", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"twinprop: cannot use {name}: File name too long\n"


def test_output_that_cannot_be_written_is_one_sentence(case_path):
    # To a file that is open for reading, since a full disk cannot be had everywhere.
    with open(case_path("one-1-1")) as out:
        done = subprocess.run(
            [*COMMAND, "run", case_path("one-1-1"), "--language", "python"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    sentence = "twinprop: cannot write the output: Bad file descriptor\n"
    assert (done.returncode, done.stderr) == (2, sentence)


@pytest.mark.parametrize(
    "words",
    [["run", "digits-64-32-10", "--language", "python"], ["compare", "trace.json", "other.json"]],
)
def test_a_reader_that_stops_reading_ends_without_a_word_but_not_as_agreement(words, tmp_path):
    for name, value in (("trace.json", 1), ("other.json", 2)):
        run = Run("x", "python", "strict", {"1/loss": np.array(value)})
        (tmp_path / name).write_text(format_run(run))
    with subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == UNREAD


def test_an_exit_that_is_no_broken_pipe_keeps_its_status(monkeypatch):
    monkeypatch.setattr(main.cli, "main", lambda **named: sys.exit(5))
    with pytest.raises(SystemExit, match=r"^5$"):
        main.run_command_line([])


@pytest.mark.parametrize(
    ("closed", "status", "said"),
    [
        (">&-", 2, "twinprop: cannot write the output: standard output is closed\n"),
        ("2>&-", 0, ""),
        (">&- 2>&-", 2, ""),
    ],
)
def test_a_stream_that_is_closed(closed, status, said):
    command = shlex.join([*COMMAND, "verify", "one-1-1"])
    done = subprocess.run(
        ["sh", "-c", f"{command} {closed}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (status, said)
