"""Check a file: run it behind the wall, judge its recording, answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from twinprop.cases.case import read_case
from twinprop.check.aliases import SETTINGS, split_quantity
from twinprop.check.answer import describe_stop, make_answer
from twinprop.check.ended import describe_end
from twinprop.check.judge import judge_recording
from twinprop.check.problem import make_job, pose_problem
from twinprop.engines.sandbox import GIVEN, RESULT, Ended, Limits, run_sandboxed
from twinprop.ground.errors import InputError
from twinprop.ground.files import check_json_text

LANGUAGES = {".py": "python", ".r": "r"}
LARGEST_SOURCE = 1_000_000


def check_file(
    path: str | os.PathLike[str],
    case_path: str | os.PathLike[str],
    given: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    trust: bool = False,
) -> dict[str, Any]:
    """Which step of somebody's own program is the first to differ, and why.

    Parameters
    ----------
    path : path
        A script or a file of functions, `.py` or `.R`.
    case_path : path
        The case whose start, data and plan it is given.
    given : dict or None
        Names to quantities, beyond the aliases, such as {"wh": "W1"}.
    limits : Limits or None
        What it may use.
    trust : bool
        Whether it may run where no wall can be built.

    Returns
    -------
    dict
        The answer, as its JSON has it.
    """
    given, limits = dict(given or {}), limits or Limits()
    file = Path(path)
    language = LANGUAGES.get(file.suffix.lower())
    if language is None:
        raise InputError(f"{file.name} is neither .py nor .R; check reads Python and R")
    source = read_source(file)
    problem = pose_problem(read_case(case_path))
    check_given(given, problem.depth)
    job = make_job(problem, source, file.name, given)
    recording, ended = record_sandboxed(job, language, file.name, limits, trust)
    judgement = judge_recording(problem, recording, given)
    if recording["stop"] and not judgement.steps:
        raise InputError(describe_stop(recording, problem, file.name))
    return make_answer(problem, recording, judgement, source, file.name, language, ended)


def read_source(file: Path) -> str:
    """The text of a script, in UTF-8."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    if len(data) > LARGEST_SOURCE:
        raise InputError(f"{file.name} has {len(data)} bytes; wanted a script of at most 1 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{file.name} is not in UTF-8: line {line} has the byte {data[error.start]:#04x}; "
            f"save it as UTF-8"
        ) from None
    if "\0" in text:
        raise InputError(f"{file.name} is not a text: it has a zero byte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_maps(maps: Iterable[str]) -> dict[str, str]:
    """The names and quantities of --map.

    Examples
    --------
    >>> read_maps(["wh=W1"])
    {'wh': 'W1'}
    """
    given = {}
    for text in maps:
        name, equals, quantity = text.partition("=")
        if not (name and equals and quantity):
            raise InputError(f"--map {text}: wanted NAME=QUANTITY, such as wh=W1")
        given[name.strip()] = quantity.strip()
    return given


def check_given(given: Mapping[str, str], depth: int) -> None:
    """Refuse a --map to something that is no quantity."""
    known = {*SETTINGS, "loss"}
    kinds = {"W", "b", "product", "z", "a", "e", "slope", "delta", "dW", "db"}
    for name, quantity in given.items():
        kind, layer = split_quantity(quantity)
        if quantity not in known and not (kind in kinds and 1 <= layer <= depth):
            raise InputError(
                f"--map {name}={quantity}: no quantity of this case; wanted one such as W1, z1, "
                f"a{depth}, delta{depth}, x, y, lr, epochs"
            )


def record_sandboxed(
    job: dict[str, Any], language: str, name: str, limits: Limits, trust: bool
) -> tuple[dict[str, Any], Ended]:
    """Run a job behind the wall: its recording, and how it ended."""
    command, variables = _child(language)
    command += [f"{GIVEN}/job.json", RESULT]
    given = {"job.json": json.dumps([job])}
    ended = run_sandboxed(command, given, variables, limits, trust=trust)
    recording = _read_recording(ended.result) if ended.reason is None else None
    if recording is None:
        raise InputError(describe_end(ended, name, limits))
    if "syntax" in recording:
        raise InputError(f"{name} is no valid {language.title()}: {recording['syntax']}")
    return recording, ended


def _child(language: str) -> tuple[list[str], dict[str, str]]:
    if language == "r":
        from twinprop.engines.r_library import find_rscript, r_variables

        command = [find_rscript(), "--vanilla", "-e", "twinprop:::main_check_child()"]
        return command, r_variables()
    root = str(Path(__file__).resolve().parents[2])
    variables = {"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    return [sys.executable, "-s", "-m", "twinprop.check.child"], variables


def _read_recording(result: bytes) -> dict[str, Any] | None:
    """The recording that the child wrote, unless the program wrote something else there."""
    try:
        text = result.decode("utf-8")
        check_json_text(text, "the recording")
        recordings = json.loads(text)
        return recordings[0] if isinstance(recordings[0], dict) else None
    except (InputError, ValueError, LookupError, TypeError):
        return None
