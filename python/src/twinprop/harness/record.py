"""The results of this machine written down: its environment, and the digests of every quantity.

A record has no numbers. How far its native results were from its strict ones is written as a
verdict, so that a later native result with other bits can be judged through the strict result,
which is the same everywhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.cases import Case, read_case
from twinprop.errors import InputError, quote_value
from twinprop.harness import engines
from twinprop.harness.comparison import VERDICTS, compare_traces
from twinprop.harness.files import read_json
from twinprop.harness.reference import bound_of_case
from twinprop.harness.traces import Run, digest

FORMAT = 1
KIND = "twinprop record"
# In this order the digests of a quantity stand.
RUNS = tuple((name, how) for how in ("native", "strict") for name in engines.LANGUAGES)
DIGITS = 12  # of each digest: 48 bits tell apart what differs by accident
MISSING, AS_BEFORE = "-", "="

# Where the programs lie says nothing of what they compute.
_PLACES = {("python", "twinprop"), ("r", "library")}

Facts = Mapping[str, Mapping[str, str]]
Runs = Mapping[tuple[str, str], Run]
OnCase = Callable[[int, int, Path], object]


def record_cases(
    paths: Sequence[Path], environment: Facts, bridge: str = "rpy2", on_case: OnCase | None = None
) -> dict[str, Any]:
    """Run cases in both languages, native and strict, and write down what came out.

    Parameters
    ----------
    paths : list of Path
        The cases.
    environment : dict of dict
        Of examine_machine.
    bridge : str
        How R is reached.
    on_case : callable or None
        Called before each case with the number done, the number of all, and the file.

    Returns
    -------
    dict
        The record, plain values.
    """
    cases = []
    for done, path in enumerate(paths):
        if on_case:
            on_case(done, len(paths), path)
        case = read_case(path)
        runs = run_all(path, bridge)
        cases.append(
            {
                "case": case.id,
                "input": digest_input(case),
                "native_against_strict": {
                    language: judge_native(case, runs, language) for language in engines.LANGUAGES
                },
                "digests": {name: pack_digests(four) for name, four in short_digests(runs).items()},
            }
        )
    return {
        "kind": KIND,
        "format": FORMAT,
        "environment": public_facts(environment),
        "runs": [" ".join(run) for run in RUNS],
        "cases": cases,
    }


def format_record(record: Mapping[str, Any]) -> str:
    """A record as JSON text, a line for each quantity.

    Parameters
    ----------
    record : dict
        Of record_cases.

    Returns
    -------
    str
        With a line end.
    """
    head = {key: value for key, value in record.items() if key != "cases"}
    lines = [f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
    cases = ",\n".join(_format_case(case) for case in record["cases"])
    return "{\n" + "".join(lines) + f'"cases": [\n{cases}\n]\n}}\n'


def read_record(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A record from its file.

    Parameters
    ----------
    path : path
        As written by `twinprop record`.

    Returns
    -------
    dict
        Of the format that this program writes; others are refused.
    """
    document = read_json(path)
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise InputError(f'{path} is no record: its "kind" is not "{KIND}"')
    found = document.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise InputError(
            f"{path} is a record of format {found}; this twinprop reads {FORMAT}: use a newer one"
        )
    if found != FORMAT:
        raise InputError(f"{path}: format is {quote_value(found)}; wanted {FORMAT}")
    if not _is_complete(document):
        raise InputError(f"{path} is not as twinprop writes a record; record again")
    return document


def run_all(path: Path, bridge: str = "rpy2") -> Runs:
    """A case in both languages, native and strict."""
    return {run: engines.run(path, *run, bridge=bridge) for run in RUNS}


def short_digests(runs: Runs) -> dict[str, list[str]]:
    """For each quantity the beginnings of its digests, in the order of RUNS."""
    traces = [runs[run].trace for run in RUNS]
    names = dict.fromkeys(name for trace in traces for name in trace)
    return {
        name: [digest(trace[name])[:DIGITS] if name in trace else MISSING for trace in traces]
        for name in names
    }


def pack_digests(digests: Sequence[str]) -> str:
    """Digests as one text, in which = stands for one that is as the one before.

    Parameters
    ----------
    digests : list of str
        Of one quantity.

    Returns
    -------
    str
        With blanks between them.

    Examples
    --------
    >>> pack_digests(["a1", "a1", "b2", "b2"])
    'a1 = b2 ='
    """
    pairs = zip(["", *digests], digests, strict=False)
    return " ".join(AS_BEFORE if one == before else one for before, one in pairs)


def unpack_digests(text: str) -> list[str]:
    """The digests that pack_digests has made one text of.

    Parameters
    ----------
    text : str
        With blanks between them.

    Returns
    -------
    list of str
        One for each run.

    Examples
    --------
    >>> unpack_digests("a1 = b2 =")
    ['a1', 'a1', 'b2', 'b2']
    """
    digests: list[str] = []
    for word in text.split():
        digests.append(digests[-1] if word == AS_BEFORE and digests else word)
    return digests


def judge_native(case: Case, runs: Runs, language: str) -> str:
    """The verdict on a native run, compared with the strict one of the same language."""
    native, strict = (runs[language, how].trace for how in ("native", "strict"))
    return compare_traces(native, strict, bound_of_case(case)).verdict


def digest_input(case: Case) -> str:
    """The beginning of a digest of all that a case gives to compute with.

    Parameters
    ----------
    case : Case
        Read from its file.

    Returns
    -------
    str
        The same for another spelling of the same case, such as other spaces.
    """
    found = hashlib.sha256()

    def add(value: Any) -> None:
        if isinstance(value, np.ndarray):
            found.update(f"{value.dtype.kind}{value.shape}{digest(value)}".encode())
        elif isinstance(value, np.generic):
            add(value.item())
        elif isinstance(value, Mapping):
            add(sorted(value.items()))
        elif isinstance(value, (list, tuple)):
            found.update(f"({len(value)}".encode())
            for item in value:
                add(item)
        else:
            found.update(repr(value).encode() + b";")

    # The functions of a network follow from its activations and their options.
    given = case._replace(title="", source="", network=case.network._replace(functions=[]))
    add([value for name, value in given._asdict().items() if name != "notes"])
    return found.hexdigest()[:DIGITS]


def public_facts(environment: Facts) -> dict[str, dict[str, str]]:
    """The facts of a machine without the places where its programs lie.

    Parameters
    ----------
    environment : dict of dict
        Of examine_machine.

    Returns
    -------
    dict of dict
        Of a library's path only the name of the file.
    """
    return {
        group: {
            name: os.path.basename(value) if value.startswith("/") else value
            for name, value in facts.items()
            if (group, name) not in _PLACES
        }
        for group, facts in environment.items()
    }


def _format_case(case: Mapping[str, Any]) -> str:
    head = {key: value for key, value in case.items() if key != "digests"}
    lines = [f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
    quantities = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(digests)}" for name, digests in case["digests"].items()
    )
    return "{" + "".join(lines) + f'"digests": {{\n{quantities}\n}}}}'


def _is_complete(document: Mapping[str, Any]) -> bool:
    cases, facts = document.get("cases"), document.get("environment")
    if not isinstance(cases, list) or not isinstance(facts, dict):
        return False
    are_facts = all(isinstance(group, dict) for group in facts.values())
    return (
        document.get("runs") == [" ".join(run) for run in RUNS]
        and are_facts
        and all(isinstance(case, dict) and _is_case(case) for case in cases)
    )


def _is_case(case: Mapping[str, Any]) -> bool:
    digests, verdicts = case.get("digests"), case.get("native_against_strict")
    return (
        isinstance(case.get("case"), str)
        and isinstance(case.get("input"), str)
        and isinstance(verdicts, dict)
        and sorted(verdicts) == sorted(engines.LANGUAGES)
        and all(verdict in VERDICTS for verdict in verdicts.values())
        and isinstance(digests, dict)
        and all(
            isinstance(text, str) and len(unpack_digests(text)) == len(RUNS)
            for text in digests.values()
        )
    )
