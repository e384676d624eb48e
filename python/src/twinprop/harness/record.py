"""The results of this machine written down, and compared with those of another day or machine.

A record has the environment and, of every case, the digests of every quantity in both languages,
native and strict. It has no numbers. A native result with other bits is judged through the strict
result, which is the same everywhere: if the one recorded was within rounding of it and the new one
is, the two differ by rounding.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.cases import Case, read_case
from twinprop.errors import InputError
from twinprop.harness import engines
from twinprop.harness.comparison import compare_traces
from twinprop.harness.files import read_json, write_whole
from twinprop.harness.reference import bound_of_case
from twinprop.harness.sentences import list_names
from twinprop.harness.traces import Run, digest

FORMAT = 1
KIND = "twinprop record"
RUNS = tuple((name, how) for how in ("native", "strict") for name in engines.LANGUAGES)
DIGITS = 16  # of each digest: 64 bits tell apart what differs by accident
VERDICTS = ("same bits", "rounding", "chaotic", "different")
# Facts that are paths, or of the moment, and say nothing of the results.
_PRIVATE = {("python", "twinprop"), ("r", "library"), ("r", "twinprop")}

Progress = Callable[[int, int, Path], object]


@dataclass(frozen=True)
class Reproduced:
    """One case in one language and arithmetic, against its record.

    `changed` names the quantities with other bits.
    """

    case: str
    language: str
    arithmetic: str
    verdict: str
    changed: tuple[str, ...]
    compared: int

    @property
    def sentence(self) -> str:
        """What the verdict means here."""
        if self.verdict == "same bits":
            return f"all {self.compared} quantities have the same bits"
        named = f"{len(self.changed)} of {self.compared} quantities have other bits"
        first = f"the first is {self.changed[0]}" if self.changed else "none is the same"
        return f"{named}, {first}"


def record_cases(
    paths: Sequence[tuple[Path, str | None]],
    environment: Mapping[str, Mapping[str, str]],
    on_case: Progress = lambda done, total, path: None,
) -> dict[str, Any]:
    """Run cases in both languages, native and strict, and write down their digests.

    Parameters
    ----------
    paths : list of tuple
        Of find_cases.
    environment : dict of dict
        Of examine_machine.
    on_case : callable
        Called before each case with the number done, the number of all, and the file.

    Returns
    -------
    dict
        The record, plain values.
    """
    cases = []
    for done, (path, error) in enumerate(paths):
        if error:
            raise InputError(error)
        on_case(done, len(paths), path)
        case = read_case(path)
        runs = run_all(path)
        verdicts = {
            f"{language} native": _against_strict(case, runs, language)
            for language in engines.LANGUAGES
        }
        digests = {
            name: [digest(run.trace[name])[:DIGITS] for run in runs.values()]
            for name in runs["python", "strict"].trace
        }
        cases.append(
            {
                "case": case.id,
                "input": digest_input(case),
                "against_strict": verdicts,
                "digests": digests,
            }
        )
    return {
        "kind": KIND,
        "format": FORMAT,
        "environment": public_facts(environment),
        "runs": [f"{language} {arithmetic}" for language, arithmetic in RUNS],
        "cases": cases,
    }
