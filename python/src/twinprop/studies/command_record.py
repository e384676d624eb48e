"""The outputs of somebody's own command written down, and whether it still gives them."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twinprop.comparing.anything import compare_values
from twinprop.comparing.formats import Values, read_values
from twinprop.comparing.formats.documents import format_document, parse_document
from twinprop.comparing.formats.reading import is_readable
from twinprop.comparing.matching import match_names
from twinprop.ground.errors import InputError, MissingPart, quote_value, shorten_text
from twinprop.ground.files import check_path
from twinprop.studies.ci_reports import SAME_BITS, Row
from twinprop.studies.record import Facts, public_facts
from twinprop.studies.record_file import are_facts

KIND = "twinprop command record"
FORMAT = 1
# Beyond it a file is known by its digest alone.
MOST_BYTES = 1 << 20
_PIECE = 1 << 20


def record_command(command: str, patterns: Sequence[str], environment: Facts) -> dict[str, Any]:
    """Run a command, as its user and in this folder, and write down what it made.

    Parameters
    ----------
    command : str
        For the shell.
    patterns : list of str
        Its outputs, such as "out/**".
    environment : dict of dict
        Of examine_machine.

    Returns
    -------
    dict
        The record: digests of all files, and the values of those that are small and readable.
    """
    files = run_for_outputs(command, patterns)
    return {
        "kind": KIND,
        "format": FORMAT,
        "command": command,
        "outputs": list(patterns),
        "environment": public_facts(environment),
        "files": [_describe_file(name) for name in files],
    }


def reproduce_command(record: Mapping[str, Any]) -> list[Row]:
    """Run the command of a record again and compare its outputs.

    Parameters
    ----------
    record : dict
        Of read_command_record.

    Returns
    -------
    list of Row
        Those of the record in its order, then files that are new.
    """
    found = run_for_outputs(record["command"], record["outputs"])
    known = [entry["file"] for entry in record["files"]]
    again = [_compare_file(entry, found) for entry in record["files"]]
    new = (name for name in found if name not in known)
    return again + [Row(name, "different", "It is not in the record.") for name in new]


def run_for_outputs(command: str, patterns: Sequence[str]) -> list[str]:
    """Run a command and return the files that it wrote, by their patterns."""
    if not patterns:
        raise InputError("the outputs of the command are not named; wanted --outputs 'out/**'")
    before = {name: _state_of(name) for name in _matching(patterns)}
    status = subprocess.run(command, shell=True, check=False).returncode
    if status < 0:
        name = signal.Signals(-status).name
        raise InputError(f"the command was ended by the signal {name}: {command}")
    if status != 0:
        raise InputError(f"the command ended with status {status}; wanted 0: {command}")
    found = _matching(patterns)
    if not found:
        raise InputError(f"the command wrote no file like {', '.join(map(quote_value, patterns))}")
    for name in found:
        check_path(name)
        if before.get(name) == _state_of(name):
            raise InputError(
                f"{name} was there before and the command did not write it; delete it first, or "
                "name other outputs"
            )
    return found


def format_command_record(record: Mapping[str, Any]) -> str:
    """A record as JSON text, a line for each file."""
    head = {key: value for key, value in record.items() if key != "files"}
    lines = [f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
    files = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in record["files"])
    return "{\n" + "".join(lines) + f'"files": [\n{files}\n]\n}}\n'


def check_command_record(document: Mapping[str, Any], path: str) -> None:
    """Refuse what record did not write."""
    files = document.get("files")
    is_good = (
        document.get("format") == FORMAT
        and isinstance(document.get("command"), str)
        and isinstance(document.get("outputs"), list)
        and all(isinstance(pattern, str) for pattern in document["outputs"])
        and are_facts(document.get("environment"))
        and isinstance(files, list)
        and len(files) > 0
        and all(
            isinstance(entry, dict)
            and isinstance(entry.get("file"), str)
            and isinstance(entry.get("sha256"), str)
            and isinstance(entry.get("values", {}), dict)
            for entry in files
        )
    )
    if not is_good:
        raise InputError(f"{path} is not as twinprop writes a record; record again")


def _matching(patterns: Sequence[str]) -> list[str]:
    names = {name for pattern in patterns for name in glob.glob(pattern, recursive=True)}
    return sorted(name for name in names if os.path.isfile(name) and not os.path.islink(name))


def _state_of(name: str) -> tuple[int, int, int]:
    state = os.stat(name)
    return state.st_ino, state.st_mtime_ns, state.st_size


def _describe_file(name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"file": name, "sha256": _digest(name), "bytes": os.path.getsize(name)}
    values = _small_values(name)
    if values is not None:
        entry["values"] = json.loads(format_document(values.arrays))
    return entry


def _digest(name: str) -> str:
    found = hashlib.sha256()
    with open(name, "rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def _small_values(name: str) -> Values | None:
    if not is_readable(Path(name)) or os.path.getsize(name) > MOST_BYTES:
        return None
    try:
        return read_values(name)
    except (InputError, MissingPart):
        return None  # a file that is no table of numbers is known by its digest


def _compare_file(entry: Mapping[str, Any], found: Sequence[str]) -> Row:
    name = entry["file"]
    if name not in found:
        return Row(name, "different", "The command does not write it any more.")
    if _digest(name) == entry["sha256"]:
        return Row(name, "identical", SAME_BITS)
    values = _small_values(name)
    if values is None or "values" not in entry:
        return Row(name, "different", "Other bytes; its values were not kept.")
    recorded = parse_document(entry["values"], f"the record of {shorten_text(name)}")
    answer = compare_values(match_names(values, recorded))
    causes = [f" {quote_value(n)}: {c}." for n, c in answer.causes.items()]
    extra = "".join(causes) if "Likely cause" not in answer.sentence else ""
    verdict = answer.comparison.verdict
    return Row(name, verdict, f"{answer.sentence} A is now, B the record.{extra}")
