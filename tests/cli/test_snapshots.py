"""What users read stands in files that people review: help, tables, sentences, answers of check.

Where the words are meant to change, `make snapshots` writes them anew; then `git diff` shows what
users will read.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from helpers import with_runs

from twinprop.cases.traces import Run
from twinprop.cli.main import COMMANDS, run_command_line
from twinprop.pictures.terminal.tables import make_console, print_verify
from twinprop.studies.verify import verify_case

SNAPSHOTS = Path(__file__).with_name("snapshots")
NUMBERS = {
    "a": {"W": [[0.1, 0.2], [0.3, 0.4]], "b": [[1.0, 2.0]], "loss": 0.5},
    "rounded": {"W": [[0.1, 0.2], [0.1 + 0.2, 0.4]], "b": [[1.0, 2.0]], "loss": 0.5},
    "other": {"W": [[0.1, 0.2], [0.3, 0.4]], "b": [[1.0, 2.5]], "loss": 0.75},
    "turned": {"W": [[0.1, 0.3], [0.2, 0.4]], "b": [[1.0, 2.0]], "loss": 0.5},
}
MISTAKE = ("= d_output @ wout.T", "= E @ wout.T")
COMMAND_LINES = {
    "help": ["--help"],
    **{f"help-{command.name}": [str(command.name), "--help"] for command in COMMANDS},
    "compare-identical": ["compare", "a", "a"],
    "compare-rounding": ["compare", "a", "rounded"],
    "compare-different": ["compare", "a", "other"],
    "compare-transposed": ["compare", "a", "turned"],
    "check-right": ["check", "right.py", "--trust"],
    "check-different": ["check", "wrong.py", "--trust"],
    "error-no-file": ["compare", "a/W.npy", "missing.npy"],
    "error-no-case": ["verify", "xor-2-2"],
    "error-no-choice": ["run", "xor-2-2-1", "--language", "r", "--arithmetic", "exakt"],
    "error-no-option": ["verify", "--raport", "folder"],
    "error-no-program": ["check", "nothing.py"],
}


def compare_with(name, text):
    """Compare with what was reviewed, or write it where that is asked for."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("TWINPROP_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "meant? `make snapshots` writes it anew"


@pytest.fixture
def files(tmp_path, monkeypatch, shared_fixtures):
    """A folder with files of numbers, a right program and a wrong one; the width of a terminal."""
    for folder, arrays in NUMBERS.items():
        (tmp_path / folder).mkdir()
        for name, values in arrays.items():
            np.save(tmp_path / folder / f"{name}.npy", np.array(values))
    right = (shared_fixtures / "scripts" / "article.py").read_text(encoding="utf-8")
    right = right.replace("default_rng()", "default_rng(1)")
    (tmp_path / "right.py").write_text(right, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(right.replace(*MISTAKE), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_what_a_command_says_is_as_reviewed(name, files, capsys):
    status = run_command_line(COMMAND_LINES[name])
    said = capsys.readouterr()
    words = " ".join(["twinprop", *COMMAND_LINES[name]])
    compare_with(name, f"$ {words}\n{said.out}{said.err}(exit status {status})\n")


def test_the_table_of_verify_is_as_reviewed():
    def outcome(name, apart):
        def run(document, language, arithmetic, engine):
            trace = {"1/W1": np.full((2, 3), 2.0 + apart[arithmetic] * (language == "r"))}
            return Run(name, language, arithmetic, trace, 0.5)

        return with_runs(run, verify_case, Path(f"{name}.json"))

    file = io.StringIO()
    print_verify(
        [
            outcome("the-same", {"native": 0.0, "strict": 0.0}),
            outcome("rounded", {"native": 2**-51, "strict": 0.0}),
            outcome("different", {"native": 1e-3, "strict": 2**-51}),
        ],
        make_console(file),
    )
    compare_with("verify", file.getvalue())


def test_every_snapshot_is_of_some_command():
    assert {path.stem for path in SNAPSHOTS.iterdir()} == {*COMMAND_LINES, "verify"}
