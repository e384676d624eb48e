"""Somebody else's code does no harm. Each script here is harmless if a protection fails."""

import os
import socket
from pathlib import Path

import pytest

from twinprop.engines import sandbox

STANDING = [wall for wall in sandbox.WALLS if sandbox.stands(wall)]

SYNTAX = {"py": "x = [\n  1,,2]\n", "R": "x <- c(1,\n  2))\n"}
ENDS = {
    "an endless loop": ("while True: pass", "repeat {}", "was ended after"),
    "leaving at once": ("import os; os._exit(0)", "base::quit()", "ended its own process"),
    "ending itself": ("import sys; sys.exit(3)", "quit(status = 3)", "line 1"),
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


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_another_encoding_is_named_with_its_line(check, suffix):
    status, _, said = check("x = 1\n# caf\xe9\n".encode("latin-1"), name=f"their.{suffix}")
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


@pytest.fixture(params=STANDING or ["none"])
def wall(request, monkeypatch):
    """Each wall that stands on this machine; "none" where none does."""
    monkeypatch.setattr(sandbox, "find_wall", lambda: request.param)
    return request.param


# Each tries all that it may to the canary, and to leave a file of its own beside it.
HARM = {
    "py": """
import os, shutil
def remove_it(): os.remove(canary)
def overwrite_it(): open(canary, "w").close()
def append_to_it(): open(canary, "a").write("x")
def rename_it(): os.rename(canary, canary + "2")
def link_to_it(): os.link(canary, "mine"); open("mine", "w").close()
def open_it_up(): os.chmod(canary, 0o777)
def write_beside_it(): open(canary + "3", "w").close()
def mount_anew(): os.system("mount -o remount,rw / 2>/dev/null"); remove_it()
for harm in (remove_it, overwrite_it, append_to_it, rename_it, link_to_it, open_it_up,
             write_beside_it, mount_anew):
    try:
        harm()
    except OSError:
        pass
W1 = 1
""",
    "R": """
harms <- list(
  function() file.remove(canary), function() writeLines("", canary), function() unlink(canary),
  function() cat("x", file = canary, append = TRUE),
  function() file.rename(canary, paste0(canary, 2)),
  function() { file.link(canary, "mine"); writeLines("", "mine") },
  function() Sys.chmod(canary, "777"), function() file.create(paste0(canary, 3)),
  function() { system("mount -o remount,rw / 2>/dev/null"); file.remove(canary) }
)
for (harm in harms) suppressWarnings(try(harm(), silent = TRUE))
W1 <- 1
""",
}


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_file_outside_its_folder_stays_as_it_is(check, tmp_path, wall, suffix):
    if wall == "none":
        assert sandbox.protections()["file system read-only"].startswith("does not hold")
        return
    folder = tmp_path / "outside"
    folder.mkdir()
    canary = folder / "canary"
    canary.write_text("here")
    canary.chmod(0o644)
    arrow = "=" if suffix == "py" else "<-"
    status, answer, _ = check(f'canary {arrow} "{canary}"\n{HARM[suffix]}', name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (2, "unseen")  # it ran to its end
    assert [path.name for path in folder.iterdir()] == ["canary"]
    assert canary.read_text() == "here"
    assert canary.stat().st_mode & 0o777 == 0o644


CONNECT = {
    "py": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 3).sendall(b'out')\n",
    "R": "s <- socketConnection('127.0.0.1', {port}, timeout = 3)\nwriteLines('out', s)\n",
}


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_the_network_is_out_of_reach(check, wall, suffix):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        source = CONNECT[suffix].format(port=server.getsockname()[1])
        status, _, said = check(source, name=f"their.{suffix}")
        if wall == "none":
            server.accept()[0].close()
            assert sandbox.protections()["no network"].startswith("does not hold")
            return
        with pytest.raises(TimeoutError):
            server.accept()
    assert status == 2
    assert "stopped on line 2" in said or "stopped on line 1" in said


def test_without_the_wall_the_same_script_does_reach_it(check, monkeypatch):
    monkeypatch.setattr(sandbox, "find_wall", lambda: "none")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        check(CONNECT["py"].format(port=server.getsockname()[1]))
        server.accept()[0].close()


START = {
    "py": """
import subprocess
for i in range(3):
    subprocess.Popen(["sh", "-c", "sleep 45; : {name}"], start_new_session=True)
W1 = 1
""",
    "R": """
for (i in 1:3) system("setsid sh -c 'sleep 45; : {name}'", wait = FALSE)
W1 <- 1
""",
}


@pytest.mark.parametrize("suffix", ["py", "R"])
@pytest.mark.parametrize("how", [*STANDING, "none"])
def test_processes_that_it_starts_are_gone_afterwards(check, monkeypatch, suffix, how):
    monkeypatch.setattr(sandbox, "find_wall", lambda: how)
    name = f"twinprop_test_{os.getpid()}_{suffix}_{how}"
    status, answer, _ = check(START[suffix].replace("{name}", name), name=f"their.{suffix}")
    assert (status, answer["verdict"]) == (2, "unseen")
    lines = [_read(entry) for entry in Path("/proc").glob("[0-9]*/cmdline")]
    assert [line for line in lines if name.encode() in line] == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_the_callers_environment_and_folder_are_out_of_sight(check, monkeypatch, suffix):
    monkeypatch.setenv("MY_SECRET", "do not tell")
    python = "import os\nprint(os.environ.get('MY_SECRET'), os.listdir('.'))\nW1 = 1\n"
    r = "cat(Sys.getenv('MY_SECRET', 'None'), sum(!grepl('^Rtmp', list.files())))\nW1 <- 1\n"
    printed = check(python if suffix == "py" else r, name=f"their.{suffix}")[1]["printed"]
    assert printed == ["None []" if suffix == "py" else "None 0"]


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_file_that_grows_too_large_ends_it(check, suffix):
    python = "f = open('big', 'wb')\nfor i in range(4): f.write(bytes(2**20))\nf.close()\n"
    r = "f <- file('big', 'wb')\nfor (i in 1:4) writeBin(raw(2^20), f)\nclose(f)\n"
    source = python if suffix == "py" else r
    status, _, said = check(source, "--file-size", "2", name=f"their.{suffix}")
    assert status == 2
    assert "File too large" in said or "file of more than 2 MB" in said


def test_doctor_tells_which_protections_hold(wall):
    said = sandbox.protections()
    assert set(said) == {
        "own process group", "limits", "no environment variables", "no network",
        "file system read-only", "started processes end",
    }  # fmt: skip
    begin = "does not hold" if wall == "none" else "holds, by"
    assert said["no network"].startswith(begin)
    assert said["file system read-only"].startswith(begin)
