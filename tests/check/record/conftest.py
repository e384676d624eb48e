"""Programs that are watched, as what was recorded of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from watching import run_watched

from twinprop.check.align.recording import Graph
from twinprop.check.received import read_received


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Path]:
    """A program's text as a file in a folder of its own, with others beside it."""

    def write(source: str, name: str = "their.py", **beside: str) -> Path:
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        for other, text in beside.items():
            (folder / f"{other}.py").write_text(text)
        (folder / name).write_text(source)
        return folder / name

    return write


@pytest.fixture
def record(program: Callable[..., Path], tmp_path: Path) -> Callable[..., Graph]:
    """What is recorded of a program's text."""

    def run(source: str, *args: str, name: str = "their.py", **beside: str) -> Graph:
        out = tmp_path / "recording"
        run_watched(program(source, name, **beside), out, *args)
        graph = read_received(out.read_bytes(), name)
        assert graph is not None
        assert graph.header["fault"] is None
        return graph

    return run
