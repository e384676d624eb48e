"""What the tests of check share."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from twinprop.check import corrected, watch
from twinprop.cli.main import run_command_line
from twinprop.engines.sandbox import WALL_VARIABLE, Ended, Limits, choose_wall

sys.path.insert(0, str(Path(__file__).parent))  # scripts, plants, variants, prove, recorders


@pytest.fixture
def lines_are_tried() -> bool:
    """Whether check runs a program anew with each line that may have been meant.

    Those lines are found for every program, but tried only where a file of tests says so, since
    most tests do not ask for the corrected line.
    """
    return False


@pytest.fixture
def check(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    run_once: None,
    lines_are_tried: bool,
) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """`twinprop check` on a text: exit status, the answer as JSON has it, standard error.

    With --trust, which changes nothing where a wall stands: so these tests run where none does.
    """
    if not lines_are_tried:
        monkeypatch.setattr(corrected, "_is_right", lambda *_: False)

    def run(source: str | bytes, *options: str, name: str = "their.py") -> Any:
        file = tmp_path / name
        file.write_bytes(source.encode() if isinstance(source, str) else source)
        capsys.readouterr()
        status = run_command_line(["check", str(file), "--trust", "--json", "-", *options])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else {}, said.err

    return run


@pytest.fixture
def accuse(check: Callable[..., tuple[int, dict[str, Any], str]]) -> Callable[..., Any]:
    """What is said of a program with a mistake: the line that is named, the cause, the answer."""

    def run(
        source: str, old: str, new: str, name: str = "their.py"
    ) -> tuple[str, str | None, dict[str, Any]]:
        assert old in source
        source = source.replace(old, new)
        answer = check(source, name=name)[1]
        assert answer["verdict"] == "different", answer["sentence"]
        line = source.split("\n")[answer["first"]["line"] - 1].strip()
        return line, (answer["cause"] or {"id": None})["id"], answer

    return run


@pytest.fixture(scope="session")
def recorders() -> Iterator[Any]:
    """Processes that record a program sooner than a new one behind the wall does."""
    from recorders import SOON, Recorders

    made = Recorders(SOON)
    yield made
    made.end()


@pytest.fixture
def run_once(
    made_once: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, recorders: Any
) -> None:
    """A program that a test has run already is not run again: what it left then is read anew.

    Alike are the same command on the same files, within the same limits and behind the same wall.
    What a run left is kept as bytes, for all processes of this run of pytest. What ends as it
    should leaves the same in a copy of a process; all else is run behind the wall.
    """
    kept = made_once("runs", lambda folder: None)
    run = watch.run_sandboxed

    def once(
        command: Any, given: Any, variables: Any, limits: Any, beside: Path, trust: bool
    ) -> Ended:
        files = [(p.name, p.read_bytes()) for p in beside.rglob("*") if p.is_file()]
        wall = os.environ.get(WALL_VARIABLE)
        asked = [command, variables, limits, trust, wall, sorted(given.items()), sorted(files)]
        place = kept / hashlib.sha256(repr(asked).encode()).hexdigest()
        if not place.exists():
            part = place.with_suffix(f".{os.getpid()}")
            ended = None
            if limits == Limits() and not wall:
                ended = recorders.run(command, given, beside, choose_wall(trust))
            ended = ended or run(command, given, variables, limits, beside, trust)
            part.write_bytes(pickle.dumps(tuple(ended)))
            part.rename(place)
        return Ended(*pickle.loads(place.read_bytes()))

    monkeypatch.setattr(watch, "run_sandboxed", once)
