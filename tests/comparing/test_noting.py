"""note and feed: one file in each language, and what the two write is compared."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from twinprop.comparing.files import compare_places
from twinprop.comparing.formats import read_values

ROOT = Path(__file__).resolve().parents[2]
PYTHON_FILE = ROOT / "python" / "src" / "twinprop" / "comparing" / "noting.py"
R_FILE = ROOT / "r" / "R" / "comparing_noting.R"

pytestmark = pytest.mark.whole  # both languages in processes of their own

PYTHON = """
import numpy as np
from noting import feed, note
draw = np.random.default_rng(1)
w = feed("W1", draw.normal(size=(3, 2)))
note("careless", [0.1, 1 / 3, -0.0, float("nan"), float("inf"), 5e-324, 0.839396101051679])
note("empty", np.empty((0, 3)))
for epoch in (1, 2):
    w = w - 0.1 * np.tanh(w)
    note("w", w, epoch=epoch)
    note("loss", float((w * w).sum()))
note("größe", True)
"""
R = """
source("noting.R")
set.seed(9)
w <- feed("W1", matrix(rnorm(6), 3))
note("careless", c(0.1, 1 / 3, -0, NaN, Inf, 5e-324, 0x1.adc55364d0519p-1))
note("empty", matrix(0, 0, 3))
for (epoch in 1:2) {
  w <- w - 0.1 * tanh(w)
  note("w", w, epoch = epoch)
  note("loss", sum(w * w))
}
note("gr\\u00f6\\u00dfe", TRUE)
"""


@pytest.fixture
def run(tmp_path):
    """Run both programs, beside copies of the two files and nothing else."""
    shutil.copy(PYTHON_FILE, tmp_path / "noting.py")
    shutil.copy(R_FILE, tmp_path / "noting.R")

    def programs(python=PYTHON, r=R, **environment):
        (tmp_path / "program.py").write_text(python, encoding="utf-8")
        (tmp_path / "program.R").write_text(r, encoding="utf-8")
        for command in ([sys.executable, "program.py"], ["Rscript", "--vanilla", "program.R"]):
            feed = "notes_r" if command[0] == sys.executable else "notes_python"
            variables = dict.fromkeys(environment.get(command[0], []), feed)
            done = subprocess.run(
                command,
                cwd=tmp_path,
                env={**os.environ, "LC_ALL": "C.UTF-8", **variables},
                capture_output=True,
                text=True,
            )
            if done.returncode:
                return done.stderr
        return tmp_path

    return programs


def test_what_both_noted_is_compared_in_its_order(run):
    folder = run()
    found = read_values(folder / "notes_python").arrays
    names = ["W1", "careless", "empty", "epoch=1/w", "loss", "epoch=2/w", "loss#2", "größe"]
    assert list(found) == list(read_values(folder / "notes_r").arrays) == names
    assert found["empty"].shape == (0, 3)
    answer = compare_places(folder / "notes_python", folder / "notes_r")
    assert answer.comparison.first.name == "W1"
    verdicts = {q.name: q.verdict for q in answer.comparison.quantities}
    assert verdicts["careless"] == verdicts["größe"] == "identical"


def test_what_one_feeds_the_other_makes_seeds_cease_to_matter(run):
    folder = run(Rscript=["TWINPROP_FEED"])
    answer = compare_places(folder / "notes_python", folder / "notes_r")
    assert answer.comparison.verdict in ("identical", "rounding")
    assert answer.comparison.quantities[0].verdict == "identical"


def test_r_reads_17_digits_exactly(r):
    numbers = np.random.default_rng(2).normal(size=3000) * 10.0 ** np.arange(-300, 300, 0.2)
    texts = [format(x, ".17g") for x in [*numbers, 0.839396101051679, 5e-324, 1e-310, -0.0]]
    found = r.evaluate(
        "twinprop:::read_decimals(c(" + ",".join(f'"{text}"' for text in texts) + "))"
    )
    expected = np.array([float(text) for text in texts])
    assert np.array_equal(found.view(np.int64), expected.view(np.int64))


def test_a_fed_value_keeps_its_type_and_another_shape_is_refused(run):
    python = """
import numpy as np
from noting import feed
x = feed("x", np.zeros((2, 2), dtype=np.float32))
y = feed("y", [[0, 0], [0, 0]])
z = feed("z", 0.0)
print(x.dtype, x.tolist(), y, z)
"""
    r = 'source("noting.R"); feed("x", matrix(1:4, 2)); feed("y", matrix(1:4, 2)); feed("z", 7)'
    folder = run(python, r)
    assert not isinstance(folder, str), folder
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env={**os.environ, "TWINPROP_FEED": "notes_r"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "float32 [[1.0, 3.0], [2.0, 4.0]] [[1.0, 3.0], [2.0, 4.0]] 7.0\n"
    other = python.replace("(2, 2)", "(3, 2)")
    assert "x is [2, 2] in the other program, [3, 2] here" in run(
        other, r, **{sys.executable: ["TWINPROP_FEED"]}
    )


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ('note("x", "text")', "x holds"),
        ("note('a\"b', 1)", "wanted a name without quotes and backslashes"),
    ],
)
def test_what_cannot_be_noted_is_one_sentence(run, code, sentence):
    assert sentence in run(f"from noting import note\n{code}\n")
    assert sentence in run("", f'source("noting.R")\n{code}\n')


def test_half_a_file_of_notes_is_refused(run):
    folder = run()
    path = folder / "notes_r" / "notes.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(
        ValueError, match="is damaged or not whole at line 8; wanted an object of JSON"
    ):
        read_values(folder / "notes_r")


def test_a_folder_without_notes_to_feed_from_is_named(run):
    sentence = "TWINPROP_FEED is notes_{}, which has no notes.jsonl"
    assert sentence.format("r") in run(
        "from noting import feed\nfeed('x', 1)", **{sys.executable: ["TWINPROP_FEED"]}
    )
    r = 'source("noting.R"); feed("x", 1)'
    assert sentence.format("python") in run("", r, Rscript=["TWINPROP_FEED"])


MANY = {
    sys.executable: "from noting import note\nfor i in range(10**4): note('loss', i, epoch=i)",
    "Rscript": 'source("noting.R"); for (i in 1:10000) note("loss", i, epoch = i)',
}


@pytest.mark.parametrize("command", MANY, ids=["python", "r"])
def test_notes_that_do_not_fit_end_the_program(run, command):
    folder = run("", "")
    limited = "trap '' XFSZ; ulimit -f 16; exec \"$@\""  # stands for a full disk
    words = ["--vanilla", "-e"] if command == "Rscript" else ["-c"]
    done = subprocess.run(
        ["bash", "-c", limited, "bash", command, *words, MANY[command]],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert (
        "File too large" in done.stderr or "notes.jsonl could not be written whole" in done.stderr
    )


def test_ten_thousand_notes_and_what_is_fed_of_them_take_seconds(run):
    feed = [code.replace("note", "feed") for code in MANY.values()]
    began = time.monotonic()
    folder = run(*MANY.values())
    assert not isinstance(folder, str), folder
    fed = {sys.executable: ["TWINPROP_FEED"], "Rscript": ["TWINPROP_FEED"]}
    assert not isinstance(run(*feed, **fed), str)
    assert time.monotonic() - began < 60
