"""The process in which somebody's Python script runs: `python -m twinprop.check.child JOB OUT`.

It reads a job (JSON: the case's values, names, the source) and writes a recording (JSON).
"""

from __future__ import annotations

import ast
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from twinprop.check.aliases import Names, counts_from_zero, name_quantity
from twinprop.check.functions import call_functions
from twinprop.check.loops import assigned_names
from twinprop.check.python_script import RECORDER, rewrite_script
from twinprop.check.recorder import Halt, Recorder
from twinprop.check.values import plain_array

EXIT_WORDS = {"SystemExit": "quit", "KeyboardInterrupt": "error"}


def record_job(job: dict[str, Any]) -> dict[str, Any]:
    """Run a script and return its recording.

    Parameters
    ----------
    job : dict
        Keys source, file, values, numbers, record, depth, given.

    Returns
    -------
    dict
        Keys source, steps, start_notes, first_start, replaced, misfits, guesses, from_zero, turns,
        has_loop, stop.
    """
    source, file = job["source"], job["file"]
    try:
        written = assigned_names(ast.parse(source))
    except SyntaxError as error:
        where = f"line {error.lineno}, column {error.offset}"
        return {"syntax": f"{error.msg} at {where}", "line": error.lineno}
    names = Names(job["depth"], job["given"], counts_from_zero(written))
    look, _ = _run(source, file, job, names, None)
    guesses = look.given.guesses()
    names = names._replace(given={**guesses, **names.given})
    recorder, outcome = _run(source, file, job, names, look)
    steps = [_plain_step(step) for step in recorder.steps]
    if not steps and outcome is None:
        try:
            steps = call_functions(recorder.globals, job)
            recorder.has_loop = recorder.has_loop and not steps
        except Exception as error:  # theirs
            outcome = _describe_error(error, file)
    return {
        "source": source,
        "steps": steps,
        "start_notes": [_plain_note(note) for note in recorder.start_notes or []],
        "first_start": _plain_values(look.parameters()),
        "replaced": list(recorder.given.replaced.values()),
        "misfits": recorder.given.misfits(),
        "guesses": guesses,
        "from_zero": names.from_zero,
        "turns": recorder.turns_done,
        "has_loop": recorder.has_loop,
        "stop": outcome,
    }


def _run(
    source: str, file: str, job: dict[str, Any], names: Names, looking: Recorder | None
) -> tuple[Recorder, dict[str, Any] | None]:
    recorder = Recorder(job, names, looking)
    tree, loop_names = rewrite_script(source, lambda name: name_quantity(name, names))
    recorder.has_loop = loop_names is not None
    recorder.loop_names = frozenset(loop_names or ())
    module = {"__name__": "__main__", "__file__": file, RECORDER: recorder}
    recorder.globals = module
    kept, outcome = (sys.stdout, sys.stderr), None
    try:
        if looking is None:
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
        exec(compile(tree, file, "exec"), module)
    except Halt:
        pass
    except BaseException as error:  # whatever a script does is only its own end
        outcome = _describe_error(error, file)
    finally:
        sys.stdout, sys.stderr = kept
    if recorder.state == "done" and outcome is not None and outcome["kind"] == "quit":
        outcome = None  # it had done its work
    recorder.finish("", 0, "", {})
    recorder.state, recorder.notes = "done", None
    return recorder, outcome


def _describe_error(error: BaseException, file: str) -> dict[str, Any]:
    """Kind, message and line of what ended a script."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    kind = type(error).__name__
    return {
        "kind": EXIT_WORDS.get(kind, "memory" if isinstance(error, MemoryError) else "error"),
        "message": f"{kind}: {error}"[:500],
        "line": lines[-1] if lines else None,
    }


def _plain_step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "step": step["step"],
        "before": _plain_values(step["before"]),
        "after": _plain_values(step["after"]),
        "notes": [_plain_note(note) for note in step["notes"]],
    }


def _plain_note(note: Any) -> dict[str, Any]:
    name, line, scope, value = note
    return {"name": name, "line": line, "scope": scope, "value": plain_array(value)}


def _plain_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: plain_array(value) for name, value in values.items()}


def main(arguments: list[str]) -> None:
    """Run the jobs of a file and write their recordings."""
    jobs = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    recordings = [record_job(job) for job in jobs]
    sys.stdout.flush()
    Path(arguments[1]).write_text(json.dumps(recordings), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
