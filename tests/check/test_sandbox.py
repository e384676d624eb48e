"""Somebody else's code does no harm. Each script here is harmless if a protection fails."""

import os
import sys
import time
from pathlib import Path

import pytest

from twinprop.check.sandbox import find_wall, protections

SYNTAX = {"py": "x = [\n  1,,2]\n", "R": "x <- c(1,\n  2))\n"}
ENDS = {
    "an endless loop": ("while True: pass", "repeat {}", "was ended after"),
    "leaving at once": ("import os; os._exit(0)", "base::quit()", "ended its own process"),
    "a crash": (
        "import ctypes; ctypes.string_at(0)",
        "dyn.load(Sys.glob('/lib/*/libc.so.6')[1]); .C('abort')",
        "crashed (SIG",
    ),
    "ten gigabytes": (
        "import numpy as np\nx = np.ones(10 * 2**27)", "x <- rep(1, 10 * 2^27)", "line"
    ),
    "a missing import": ("import nothere_at_all", "library(notthereatall)", "line 1"),
    "standard input": ("x = input()", 'x <- scan("stdin")[[1]] + nothing', "line 1"),
    "an error": ("q = 1\np = q / 0", "q <- 1\np <- q + unknown_name", "line 2"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["py", "R"])
@pytest.mark.parametrize("what", list(ENDS))
def test_what_goes_wrong_ends_in_one_sentence(check, what, suffix):
    python, r, sentence = ENDS[what]
    source = python if suffix == "py" else r
    status, answer, said = check(source, "--time", "4", name=f"their.{suffix}")
    assert status == 2
    assert not answer
    assert sentence in said
    assert said.startswith(f"twinprop: their.{suffix} ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_syntax_error_has_its_line_and_column(check, suffix):
    status, _, said = check(SYNTAX[suffix], name=f"their.{suffix}")
    assert status == 2
    assert "at line 2, column" in said


def test_another_encoding_is_named_with_its_line(check):
    status, _, said = check("x = 1\n# caf\xe9\n".encode("latin-1"))
    assert status == 2
    assert "not in UTF-8: line 2 has the byte 0xe9" in said


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_quitting_after_the_work_is_no_mistake_before(check, shared_fixtures, suffix):
    text = (shared_fixtures / "scripts" / f"article.{suffix}").read_text(encoding="utf-8")
    text += "import sys\nsys.exit(3)\n" if suffix == "py" else 'quit("no")\n'
    status, answer, _ = check(text, name=f"their.{suffix}")
    assert status == 0
    assert answer["verdict"] == "right"


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_gigabyte_of_text_is_cut(check, suffix):
    # As much as the limit allows is ever kept; the loop itself is bounded.
    python = "import os\nfor i in range(1000): os.write(1, b'x' * 2**20)"
    r = "for (i in 1:1000) writeLines(strrep('x', 2^20), stdout())"
    status, _, said = check(python if suffix == "py" else r, name=f"their.{suffix}")
    assert status == 2
    assert "it printed more than 1024 KB" in said


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_what_it_prints_is_escaped(check, suffix):
    python = "print('\\x1b[31mred', flush=True)\nW1 = 1"
    r = "cat('\\x1b[31mred\\n')\nW1 <- 1"
    answer = check(python if suffix == "py" else r, name=f"their.{suffix}")[1]
    assert answer["printed"] == ["\\x1b[31mred"]


def test_a_file_outside_its_folder_stays(check, tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("here")
    status, _, said = check(f"import os\nos.remove({str(canary)!r})\n")
    if find_wall() == "none":
        pytest.fail("no wall on this machine: bubblewrap or user namespaces are needed")
    assert status == 2
    assert "Read-only file system" in said
    assert canary.read_text() == "here"


def test_the_network_is_out_of_reach(check):
    source = "import socket\nsocket.create_connection(('192.0.2.1', 9), 3)\n"
    began = time.monotonic()
    _, _, said = check(source)
    assert "unreachable" in said
    assert time.monotonic() - began < 3


def test_processes_that_it_starts_are_gone_afterwards(check):
    name = f"twinprop_test_{os.getpid()}"
    source = (
        "import subprocess, sys\n"
        "for i in range(3):\n"
        f"    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(45)', '{name}'],\n"
        "                     start_new_session=True)\n"
        "W1 = 1\n"
    )
    check(source)
    alive = [
        entry
        for entry in Path("/proc").glob("[0-9]*/cmdline")
        if name.encode() in _read(entry).split(b"\0")
    ]
    assert alive == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_callers_environment_and_folder_are_out_of_sight(check, monkeypatch):
    monkeypatch.setenv("MY_SECRET", "do not tell")
    source = "import os\nprint(os.environ.get('MY_SECRET'), os.listdir('.'))\nW1 = 1\n"
    assert check(source)[1]["printed"] == ["None []"]


def test_a_file_that_grows_too_large_ends_it(check):
    source = "f = open('big', 'wb')\nfor i in range(4): f.write(bytes(2**20))\nf.close()\n"
    status, _, said = check(source, "--file-size", "2")
    assert status == 2
    assert "File too large" in said


def test_doctor_tells_which_protections_hold():
    said = protections()
    assert set(said) == {
        "own process group", "limits", "no environment variables", "no network",
        "file system read-only", "started processes end",
    }  # fmt: skip
    if sys.platform.startswith("linux") and find_wall() != "none":
        assert said["no network"].startswith("holds")
