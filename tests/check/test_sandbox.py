"""What goes wrong in somebody else's program ends in one sentence; the wall is in test_wall.py."""

import signal

import pytest
from walls import STANDING

from twinprop.check.explain.answer import format_answer
from twinprop.cli.main import run_command_line
from twinprop.engines import sandbox
from twinprop.engines.sandbox import WALL_VARIABLE

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
    assert answer.get("verdict", "not followed") == "not followed"
    assert sentence in said or (suffix == "R" and "ended itself on line 1, before" in said)
    assert said.startswith("twinprop: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_syntax_error_has_its_line_and_column(check, suffix):
    status, _, said = check(SYNTAX[suffix], name=f"their.{suffix}")
    assert status == 2
    assert "line 2" in said


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


@pytest.mark.parametrize("suffix", ["py", "R"])
def test_a_file_that_grows_too_large_ends_it(check, suffix):
    python = "f = open('big', 'wb')\nfor i in range(4): f.write(bytes(2**20))\nf.close()\n"
    r = "f <- file('big', 'wb')\nfor (i in 1:4) writeBin(raw(2^20), f)\nclose(f)\n"
    source = python if suffix == "py" else r
    status, _, said = check(source, "--file-size", "2", name=f"their.{suffix}")
    assert status == 2
    assert "File too large" in said or "file of more than 2 MB" in said


@pytest.mark.parametrize("suffix", ["py", "R"])
@pytest.mark.parametrize("wall", [*STANDING, "none"])
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (signal.SIGKILL, "was ended by SIGKILL: by itself, or by the system for more time or "),
        (signal.SIGTERM, "was ended by SIGTERM before it could be judged"),
        (signal.SIGSEGV, "crashed (SIGSEGV): its process ended in the middle"),
    ],
)
def test_a_script_that_kills_itself_is_told(check, monkeypatch, suffix, wall, number, sentence):
    monkeypatch.setenv(WALL_VARIABLE, wall)
    python = f"import os, signal\n{{}}os.kill(os.getpid(), {number})\n"
    python = python.format("" if number == 9 else f"signal.signal({number}, signal.SIG_DFL)\n")
    r = f"system(paste('kill -{number:d}', Sys.getpid()))\nSys.sleep(5)\n"
    status, answer, said = check(python if suffix == "py" else r, name=f"their.{suffix}")
    assert (status, answer.get("verdict", "not followed")) == (2, "not followed")
    assert f"their.{suffix} {sentence}" in said
    assert said.count("\n") == 1


FORGED = {
    "nothing": ("''", "''"),
    "no list": ("'{}'", "'{}'"),
    "an empty list": ("'[]'", "'[]'"),
    "deep": ("'[' * 1500 + ']' * 1500", "strrep('[', 1500), strrep(']', 1500)"),
    "deeper": ("'[{\"steps\":' + '[' * 10**5", "'[{\"steps\":', strrep('[', 1e5)"),
    "no text": ("'\\xff\\x00'", "'\\xff'"),
    "not closed": ("'[{\"stop\": null'", "'[{\"stop\": null'"),
}
FORGE = {
    "py": "import os\nopen('/dev/fd/3', 'w', encoding='latin-1').write({python})\nos._exit(0)\n",
    "R": "out <- file('/dev/fd/3', 'wb', raw = TRUE)\nwriteBin(charToRaw(paste0({r})), out)\n"
    "close(out)\nbase::quit()\n",
}


@pytest.mark.parametrize("suffix", ["py", "R"])
@pytest.mark.parametrize("what", list(FORGED))
def test_a_forged_recording_that_is_none_ends_in_a_sentence(check, what, suffix):
    python, r = FORGED[what]
    source = FORGE[suffix].format(python=python, r=r)
    status, answer, said = check(source, name=f"their.{suffix}")
    assert (status, answer.get("verdict", "not followed")) == (2, "not followed")
    assert said.startswith("twinprop: ")
    assert said.count("\n") == 1
    assert any(
        text in said
        for text in (
            "before it could be judged",
            "was cut off or changed",
            "ended itself on line",
        )
    )


@pytest.mark.parametrize("wall", [*STANDING, "none"])
def test_the_answer_says_behind_which_wall_it_ran(check, monkeypatch, shared_fixtures, wall):
    monkeypatch.setenv(WALL_VARIABLE, wall)
    text = (shared_fixtures / "scripts" / "article.py").read_text(encoding="utf-8")
    status, answer, _ = check(text)
    assert (status, answer["wall"]) == (0, wall)
    assert (sandbox.NO_WALL in format_answer(answer)) == (wall == "none")


def test_without_a_wall_it_is_refused_unless_it_is_trusted(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv(WALL_VARIABLE, "none")
    file = tmp_path / "their.py"
    canary = tmp_path / "canary"
    file.write_text(f"open({str(canary)!r}, 'w').close()\n")
    assert run_command_line(["check", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "twinprop: no wall can be built here that keeps a program from your files and the network "
        "(TWINPROP_WALL is none); install bubblewrap, or run a program that you wrote or trust "
        "without a wall: --trust\n"
    )
    assert not canary.exists()
    run_command_line(["check", "--trust", str(file)])
    assert canary.exists()


@pytest.mark.parametrize("wall", [*STANDING, "none"])
def test_doctor_tells_which_protections_hold(monkeypatch, wall):
    monkeypatch.setenv(WALL_VARIABLE, wall)
    said = sandbox.protections()
    assert set(said) == {
        "wall", "no network", "file system read-only", "started processes end",
        "no environment variables", "limits",
    }  # fmt: skip
    begin = "does not hold" if wall == "none" else "holds, by"
    for name in ("wall", "no network", "file system read-only"):
        assert said[name].startswith(begin)
    assert ("--trust" in said["wall"]) == (wall == "none")
