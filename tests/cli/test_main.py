import glob
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from helpers import COMMAND, twinprop

SMALL = ["one-1-1", "fixed-2-3-2-2"]


@pytest.fixture
def small(case_path):
    return [case_path(name) for name in SMALL]


def test_verify_prints_a_line_for_each_case_and_agrees(r, small):
    done = twinprop("verify", *small)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[2:4]] == SMALL
    assert lines[-1].startswith("2 cases. native: ")
    assert lines[-1].endswith("strict: 2 identical.")
    assert "\x1b" not in done.stdout


def test_verify_goes_on_after_a_bad_file(r, small, tmp_path):
    (tmp_path / "cut.json").write_text('{"format": 1,')
    (tmp_path / "again.json").write_bytes(small[0].read_bytes())
    out = tmp_path / "v.json"
    bad = [tmp_path / "cut.json", "no-such.json", tmp_path / "again.json"]
    done = twinprop("verify", bad[0], small[0], *bad[1:], "--json", out)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[2].startswith("one-1-1")
    assert lines[-1].startswith("1 case, 3 more refused. native: ")
    cut, absent, again = done.stderr.splitlines()
    listed = [case["error"] for case in json.loads(out.read_text())["cases"] if "error" in case]
    assert [f"twinprop: {sentence}" for sentence in listed] == [cut, absent, again]
    assert cut.startswith(f"twinprop: {tmp_path}/cut.json: line 1, column 14 is ")
    assert absent == "twinprop: no-such.json does not exist"
    assert f"{small[0]} and {tmp_path}/again.json have the same id" in again


def test_verify_writes_what_it_shows_as_json(r, small, tmp_path):
    done = twinprop("verify", small[0], "--json", "-", "--engine", "rscript")
    case = json.loads(done.stdout)["cases"][0]
    assert (case["case"], case["strict"]["verdict"]) == ("one-1-1", "identical")
    twinprop("verify", small[0], "--json", tmp_path / "v.json")
    assert json.loads((tmp_path / "v.json").read_text())["cases"][0]["case"] == "one-1-1"


def test_verify_writes_a_report(r, small, tmp_path):
    done = twinprop("verify", *small, "--report", tmp_path / "report")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"The report is in {tmp_path}/report/index.html."
    assert "<!doctype html>" in (tmp_path / "report" / "index.html").read_text()


def test_traces_of_both_languages_can_be_compared(r, case_path, tmp_path):
    a, b = tmp_path / "a.json", tmp_path / "b.json"
    for language, out in (("python", a), ("r", b)):
        options = ["--language", language, "--arithmetic", "strict", "--out", out]
        done = twinprop("run", case_path("one-1-1"), *options)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = twinprop("compare", a, b)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Identical: all ")

    text = json.loads(b.read_text())
    text["trace"][-1]["values"][0][0] += 1
    del text["trace"][-1]["digest"]
    b.write_text(json.dumps(text))
    done = twinprop("compare", a, b)
    assert done.returncode == 1
    name = text["trace"][-1]["name"]
    assert done.stdout.splitlines()[-1].startswith(f"Not normal: first at {name}, layer 1,")
    done = twinprop("compare", a, b, "--json", "-")
    assert json.loads(done.stdout)["first_difference"]["name"] == name


def test_an_exact_run_ends_with_its_time(case_path, tmp_path):
    text = case_path("xor-2-2-1").read_text()
    (tmp_path / "long.json").write_text(text.replace('"epochs": 2000', '"epochs": 2000000'))
    exact = ["--language", "python", "--arithmetic", "exact", "--seconds", "0.5"]
    done = twinprop("run", tmp_path / "long.json", *exact)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"twinprop: {tmp_path}/long.json: xor-2-2-1: its exact values are not proved after 0.5 "
        r"seconds: at 64 bits epoch \d+ of 2000000 was reached; allow more seconds, or train "
        r"fewer epochs\n",
        done.stderr,
    )


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1"])
def test_seconds_are_a_number_of_at_least_0(case_path, seconds):
    done = twinprop("run", case_path("one-1-1"), "--language", "python", "--seconds", seconds)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"twinprop: .*--seconds.* is not .*\n", done.stderr)


def test_a_case_may_be_named_by_its_id(r, tmp_path):
    out = tmp_path / "a.json"
    done = twinprop("run", "one-1-1", "--language", "python", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    for command in (
        ["verify", "one-1-1"],
        ["walk", "one-1-1", "--step", 1],
        ["compare", out, out, "--case", "one-1-1"],
        ["grid", "regression-wine", "--vary", "training.epochs=2"],
    ):
        done = twinprop(*command)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_point_of_a_grid_that_diverges_is_written_too(r):
    points = ["training.optimizer.learning_rate=1e300", "training.epochs=2"]
    options = [word for point in points for word in ("--vary", point)]
    done = twinprop("grid", "regression-wine", *options, "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = json.loads(done.stdout)["points"]
    assert row["python"] == row["r"] == ["nan"] * 3


def test_traces_of_two_cases_are_not_compared(small, tmp_path):
    for path in small:
        out = tmp_path / f"{path.stem}.json"
        twinprop("run", path, "--language", "python", "--out", out)
    done = twinprop("compare", *(tmp_path / f"{name}.json" for name in SMALL))
    assert done.returncode == 2
    assert "is a trace of one-1-1" in done.stderr


def test_doctor_describes_the_machine(r):
    done = twinprop("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("machine")
    assert json.loads(twinprop("doctor", "--json", "-").stdout)["missing"] == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["verfy"], "No such command 'verfy'"),
        (["run", "x.json"], "Missing option '--language'"),
        (["run", "no.json", "--language", "r"], "no.json cannot be read"),
        (["run", "no.json", "--language", "python"], "no.json cannot be read"),
        (["run", "x", "--language", "julia"], "Invalid value for '--language'"),
        (
            ["compare", "no.json", "no.json"],
            "no.json cannot be read (No such file or directory)",
        ),
        (["verify", "--json", "/"], "cannot write /: it is a folder; name a file in it"),
        (["verify", "--json", "no/x.json"], "cannot write no/x.json: its folder is absent"),
        (["run", "xor-2-1", "--language", "r"], 'did you mean "xor-2-2-1"?'),
        (["walk", "xor-2-1"], 'did you mean "xor-2-2-1"?'),
        (["grid", "xor-2-1", "--vary", "training.epochs=5"], 'did you mean "xor-2-2-1"?'),
        (["check", "x.py", "--case", "xor-2-1"], 'did you mean "xor-2-2-1"?'),
        (["verify", "xor-2-1"], 'did you mean "xor-2-2-1"?'),
        (["record", "x.json", "xor-2-1"], 'did you mean "xor-2-2-1"?'),
        (["fixtures", "build", "xor-2-1"], 'did you mean "xor-2-2-1"?'),
        (["walk", "one-1-1", "--page", "x.html", "--step", "9"], "give one of the two"),
        (["activations", "-"], "a picture does not go to standard output; name a file"),
    ],
)
def test_wrong_arguments_are_one_sentence(args, sentence):
    done = twinprop(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("twinprop: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_step_that_a_walk_has_not_is_refused(r, case_path):
    done = twinprop("walk", case_path("one-1-1"), "--step", 99)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"twinprop: --step is 99; wanted a number from 1 to \d+\n", done.stderr)


def test_a_missing_r_is_one_sentence(small):
    for engine in ("rpy2", "rscript"):
        done = twinprop("verify", *small, "--engine", engine, PATH="/nowhere", R_HOME="")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "twinprop: R is not installed (no Rscript found); `make setup` installs it\n"
        )
    done = twinprop("doctor", PATH="/nowhere", R_HOME="")
    assert done.returncode == 2
    assert "twinprop: R is not installed; `make setup` installs it\n" in done.stderr


def test_a_missing_r_package_is_one_sentence(small, tmp_path):
    empty_library = {"TWINPROP_R_LIBRARY": str(tmp_path), "R_LIBS": "", "R_LIBS_USER": ""}
    for engine in ("rpy2", "rscript"):
        done = twinprop("verify", *small, "--engine", engine, **empty_library)
        assert (done.returncode, done.stdout) == (2, "")
        assert "not installed for this R; `make setup` installs it" in done.stderr
        assert done.stderr.count("\n") == 1


def test_an_error_of_our_own_is_one_sentence_too(case_path):
    program = (
        "from twinprop.cli import main\n"
        "from twinprop.engines import running\n"
        "running.run = lambda *a: 1 / 0\n"
        f"main.main(['run', {str(case_path('one-1-1'))!r}, '--language', 'r'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == (
        "twinprop: an error in twinprop itself, ZeroDivisionError: division by zero "
        "(TWINPROP_TRACEBACK=1 shows where)\n"
    )


def with_interrupts():
    """In a background shell interrupts are ignored, by what it starts too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(
    "words",
    [
        ["run", "long.json", "--language", "r", "--engine", "rpy2"],
        ["run", "long.json", "--language", "r", "--engine", "rscript"],
        ["sweep", "--networks", "100000"],
    ],
    ids=["rpy2", "process", "sweep"],
)
def test_an_interrupt_ends_quietly_and_leaves_nothing_behind(r, case_path, tmp_path, words):
    text = case_path("article-4-3-1").read_text()
    (tmp_path / "long.json").write_text(text.replace("5000", "500000000"))
    left = tmp_path / "temporary"
    left.mkdir()
    with subprocess.Popen(
        [*COMMAND, *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(left)},
        preexec_fn=with_interrupts,
    ) as process:
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(3)
            # Unlike Path.rglob it does not mind that a folder vanishes while it looks.
            while not glob.glob(f"{left}/**/Rtmp*", recursive=True):
                assert process.poll() is None
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, said.strip()) == (130, "")
    assert list(left.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["sweep", "--networks", "x"], "'x' is not a whole number."),
        (["walk", "one-1-1", "--batch", "1.5"], "'1.5' is not a whole number."),
        (["check", "a.py", "--time", "long"], "'long' is not a number."),
    ],
)
def test_a_word_for_a_number_is_refused_without_names_of_types(args, sentence):
    done = twinprop(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f": {sentence}\n")


@pytest.mark.parametrize("command", [[], ["fixtures"]])
def test_without_a_command_the_help_itself_is_printed(command):
    done, helped = twinprop(*command), twinprop(*command, "--help")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == helped.stdout
    assert helped.stdout.count("\n") > 8


def test_where_nothing_can_be_kept_matplotlib_says_nothing_of_it(r, tmp_path):
    # Nobody, not even root, makes a folder there.
    variables = {"HOME": "/proc/nowhere", "MPLCONFIGDIR": "", "TMPDIR": str(tmp_path)}
    done = twinprop("activations", tmp_path / "a.png", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert os.listdir(tmp_path) == ["a.png"]


def test_help_loads_nothing_slow():
    program = (
        "import sys; from twinprop.cli.main import run_command_line\n"
        "assert run_command_line(['--help']) == 0\n"
        "slow = {'pandas', 'matplotlib', 'rich', 'rpy2', 'jsonschema', 'flint'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "verify" in done.stdout
