"""Results go where they may, whatever is there; where they cannot, the work does not begin."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir

import pytest
from helpers import caught, twinprop

from twinprop.cli.main import run_command_line
from twinprop.cli.places import check_place, ready_folder
from twinprop.ground.errors import InputError

# Nobody, not even root, makes a file there.
NOWHERE = "/proc/nowhere.json"


def check(path):
    return check_place(None, None, str(path))


def test_a_place_that_can_be_written_is_left_as_it_is(tmp_path):
    old, link, pipe = tmp_path / "old", tmp_path / "link", tmp_path / "pipe"
    old.write_text("old")
    link.symlink_to(tmp_path / "not-yet")
    os.mkfifo(pipe)
    for path in (old, link, pipe, tmp_path / "new"):
        assert check(path) == str(path)
    assert sorted(os.listdir(tmp_path)) == ["link", "old", "pipe"]
    assert old.read_text() == "old"


def test_standard_output_is_no_place_to_check(tmp_path, monkeypatch):
    monkeypatch.chdir("/proc")
    assert check("-") == "-"
    assert check_place(None, None, None) is None


def test_a_file_system_that_takes_nothing_is_found_out_even_by_root(tmp_path):
    (tmp_path / "link").symlink_to(NOWHERE)
    for path in (NOWHERE, tmp_path / "link"):
        with pytest.raises(InputError, match=rf"^cannot write {path}: .*; name another place$"):
            check(path)
    with pytest.raises(InputError, match=r"^cannot make the folder /proc/nowhere: "):
        ready_folder("/proc/nowhere")


def test_links_in_a_circle_are_no_place_either(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "in").symlink_to(tmp_path / "a" / "file")
    with pytest.raises(InputError, match="its folder is absent; make it first"):
        check(tmp_path / "in")


@pytest.mark.parametrize(
    "command",
    [
        ["verify", "--json", NOWHERE],
        ["verify", "--report", "/proc/nowhere"],
        ["run", "xor-2-2-1", "--language", "r", "--out", NOWHERE],
        ["walk", "xor-2-2-1", "--page", NOWHERE],
        ["record", NOWHERE],
        ["reproduce", "no.json", "--json", NOWHERE],
        ["sweep", "--networks", "100000", "--json", NOWHERE],
        ["lesson", "--out", "/proc/nowhere"],
        ["activations", NOWHERE],
        ["digits", "--csv", "no.csv", "--out", "/proc/nowhere"],
        ["doctor", "--json", NOWHERE],
    ],
)
def test_every_command_refuses_before_the_work(command):
    done = twinprop(*command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("twinprop: cannot ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("target", "variable"), [("run", "REPORT"), ("lesson", "LESSON")])
def test_make_says_how_to_choose_another_folder(repository, target, variable):
    command = ["make", "--old-file=setup", target, f"{variable}=/proc/nowhere"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        f"make: cannot write /proc/nowhere; choose a folder: make {target} {variable}=DIR"
        in done.stderr
    )


@pytest.mark.parametrize(
    "command",
    [
        ["verify", "one-1-1", "--json", "pipe"],
        ["run", "one-1-1", "--language", "python", "--out", "pipe"],
        ["walk", "one-1-1", "--page", "pipe"],
        ["record", "pipe", "one-1-1"],
        ["activations", "pipe"],
    ],
    ids=lambda command: command[0],
)
def test_a_pipe_is_written_into_and_not_replaced(r, tmp_path, command):
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as other:
        through = other.submit((tmp_path / "pipe").read_bytes)
        done = twinprop(*command, cwd=tmp_path)
    assert done.returncode == 0
    assert len(through.result()) > 100
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_link_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    done = twinprop("run", "one-1-1", "--language", "python", "--out", "link", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "file").read_text())["case"] == "one-1-1"


@pytest.mark.parametrize(
    ("command", "end"),
    [
        (["verify", "one-1-1", "--json", "/dev/stdout"], "}"),
        (["run", "one-1-1", "--language", "python", "--out", "-"], "}"),
        (["walk", "one-1-1", "--page", "-"], "</html>"),
        (["record", "/dev/stdout", "one-1-1"], "}"),
    ],
    ids=lambda command: command[0],
)
def test_standard_output_in_a_file_has_the_result_and_nothing_else(r, tmp_path, command, end):
    with open(tmp_path / "out", "w") as out, chdir(tmp_path), caught("stdout", out):
        assert run_command_line(command) == 0
    text = (tmp_path / "out").read_text()
    assert text.rstrip().endswith(end)
    assert json.loads(text) if end == "}" else text.startswith("<!doctype html>")
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("place", ["/dev/stdout", "/dev/fd/1", ">(cat)"])
def test_standard_output_by_name_and_a_process_of_the_shell(place):
    words = " ".join(["run", "one-1-1", "--language", "python", "--out"])
    line = f'"{sys.executable}" -m twinprop.cli.main {words} {place} | cat'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert done.stderr == ""
    assert json.loads(done.stdout)["case"] == "one-1-1"
