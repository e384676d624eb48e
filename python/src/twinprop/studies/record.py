"""The results of this machine written down: its environment, and the digests of every quantity.

A record has no numbers. How far its native results were from its strict ones is written as a
verdict, so that a later native result with other bits can be judged through the strict result,
which is the same everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twinprop.cases.case import Case
from twinprop.cases.input_digest import DIGITS, digest_input
from twinprop.cases.paths import naming, same_id
from twinprop.cases.traces import Run, digest
from twinprop.comparing.comparison import compare_traces
from twinprop.comparing.reference import bound_of_case
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES, USUAL, Engines
from twinprop.engines.document import Document
from twinprop.ground.errors import InputError
from twinprop.studies.record_file import FORMAT, KIND, MISSING, RUNS, pack_digests

# Where the programs lie says nothing of what they compute.
_PLACES = {("python", "twinprop"), ("r", "library")}

Facts = Mapping[str, Mapping[str, str]]
Runs = Mapping[tuple[str, str], Run]
OnCase = Callable[[int, int, Path], object]


def record_cases(
    paths: Sequence[Path],
    environment: Facts,
    engines: Engines = USUAL,
    on_case: OnCase | None = None,
) -> dict[str, Any]:
    """Run cases in both languages, native and strict, and write down what came out.

    Parameters
    ----------
    paths : list of Path
        The cases.
    environment : dict of dict
        Of examine_machine.
    engines : dict of str
        Who runs each language, of ENGINES.
    on_case : callable or None
        Called before each case with the number done, the number of all, and the file.

    Returns
    -------
    dict
        The record, plain values.
    """
    read = _read_cases(paths)
    cases = []
    for done, (path, document) in enumerate(read.items()):
        if on_case:
            on_case(done, len(paths), path)
        case, runs = document.case, run_all(document, engines)
        cases.append(
            {
                "case": case.id,
                "input": digest_input(case),
                "native_against_strict": {
                    language: judge_native(case, runs, language) for language in LANGUAGES
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


def _read_cases(paths: Sequence[Path]) -> dict[Path, Document]:
    """The cases by their paths; two of one id are refused, and so is a bad one, before any runs."""
    read: dict[Path, Document] = {}
    known: dict[str, Path] = {}
    for path in paths:
        with naming(path):
            read[path] = Document(path)
            case = read[path].case
        first = known.setdefault(case.id, path)
        if first != path:
            raise InputError(same_id(first, path, case.id))
    return read


def run_all(document: Document, engines: Engines = USUAL) -> Runs:
    """A case in both languages, native and strict."""
    return {run: running.run(document, *run, engines[run[0]]) for run in RUNS}


def short_digests(runs: Runs) -> dict[str, list[str]]:
    """For each quantity the beginnings of its digests, in the order of RUNS."""
    traces = [runs[run].trace for run in RUNS]
    names = dict.fromkeys(name for trace in traces for name in trace)
    return {
        name: [digest(trace[name])[:DIGITS] if name in trace else MISSING for trace in traces]
        for name in names
    }


def judge_native(case: Case, runs: Runs, language: str) -> str:
    """The verdict on a native run, compared with the strict one of the same language."""
    native, strict = (runs[language, how].trace for how in ("native", "strict"))
    return compare_traces(native, strict, bound_of_case(case)).verdict


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
