"""What the tests of check share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twinprop.cli.main import run_command_line

sys.path.insert(0, str(Path(__file__).parent))  # scripts, plants, variants, prove


@pytest.fixture
def check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any], str]]:
    """`twinprop check` on a text: exit status, the answer as JSON has it, standard error.

    With --trust, which changes nothing where a wall stands: so these tests run where none does.
    """

    def run(source: str | bytes, *options: str, name: str = "their.py") -> Any:
        file = tmp_path / name
        file.write_bytes(source.encode() if isinstance(source, str) else source)
        capsys.readouterr()
        status = run_command_line(["check", str(file), "--trust", "--json", "-", *options])
        said = capsys.readouterr()
        return status, json.loads(said.out) if said.out else {}, said.err

    return run
