"""Whether this machine gives what a record says, on another day or another machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twinprop.cases.case import read_case
from twinprop.cases.input_digest import digest_input
from twinprop.comparing.changes import find_changes
from twinprop.comparing.comparison import VERDICTS
from twinprop.engines.choices import USUAL, Engines
from twinprop.engines.document import Document
from twinprop.ground.errors import InputError
from twinprop.studies.record import (
    Facts,
    OnCase,
    judge_native,
    public_facts,
    run_all,
    short_digests,
)
from twinprop.studies.record_file import MISSING, RUNS, unpack_digests


@dataclass(frozen=True)
class Again:
    """One run of a case against its record: verdict, and the quantities not as recorded."""

    language: str
    arithmetic: str
    verdict: str
    changed: tuple[str, ...]
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reproduced:
    """One recorded case, run again, or why that could not be done."""

    case: str
    quantities: int
    runs: tuple[Again, ...]
    absent: str | None = None

    @property
    def agrees(self) -> bool:
        """Strict results have the same bits, native ones differ by no more than rounding."""
        return not self.absent and all(run.verdict != "different" for run in self.runs)


def reproduce_cases(
    record: Mapping[str, Any],
    paths: Sequence[Path],
    engines: Engines = USUAL,
    on_case: OnCase | None = None,
) -> list[Reproduced]:
    """Run the cases of a record again.

    Parameters
    ----------
    record : dict
        Of read_record.
    paths : list of Path
        Where the cases are, by their ids; others are left out.
    engines : dict of str
        Who runs each language, of ENGINES.
    on_case : callable or None
        Called before each case with the number done, the number of all, and the file.

    Returns
    -------
    list of Reproduced
        In the order of the record.
    """
    known = _paths_by_id(paths, {entry["case"] for entry in record["cases"]})
    results = []
    for done, entry in enumerate(record["cases"]):
        path = known.get(entry["case"])
        if path is None:
            results.append(_absent(entry, "no such case is here"))
            continue
        if on_case:
            on_case(done, len(record["cases"]), path)
        results.append(reproduce_case(entry, path, engines))
    return results


def reproduce_case(entry: Mapping[str, Any], path: Path, engines: Engines = USUAL) -> Reproduced:
    """Run one case again and compare its digests.

    Parameters
    ----------
    entry : dict
        The case's part of a record.
    path : Path
        The case.
    engines : dict of str
        Who runs each language, of ENGINES.

    Returns
    -------
    Reproduced
        A native result with other bits differs by rounding where both, that of the record and that
        of now, were within rounding of a strict result that is still the same.
    """
    document = Document(path)
    case = document.case
    if digest_input(case) != entry["input"]:
        return _absent(entry, "the case itself is another than when it was recorded")
    runs = run_all(document, engines)
    found = short_digests(runs)
    recorded = {name: unpack_digests(text) for name, text in entry["digests"].items()}
    changes = {
        run: find_changes(_digests_of(i, recorded), _digests_of(i, found))
        for i, run in enumerate(RUNS)
    }
    again = []
    for language, arithmetic in RUNS:
        verdict = "identical"
        if any(changes[language, arithmetic]):
            verdict = "different"
            if arithmetic == "native" and not any(changes[language, "strict"]):
                before = entry["native_against_strict"][language]
                verdict = _worse(before, judge_native(case, runs, language))
        again.append(Again(language, arithmetic, verdict, *changes[language, arithmetic]))
    return Reproduced(case.id, len({*recorded, *found}), tuple(again))


def changed_facts(record: Mapping[str, Any], environment: Facts) -> list[tuple[str, str, str]]:
    """What is another in the environment: name, value of the record, value of now.

    Parameters
    ----------
    record : dict
        Of read_record.
    environment : dict of dict
        Of examine_machine.

    Returns
    -------
    list of tuple of str
        "absent" stands for a fact that one of the two has not.
    """
    before, now = _flat(record["environment"]), _flat(public_facts(environment))
    return [
        (name, before.get(name, "absent"), now.get(name, "absent"))
        for name in dict.fromkeys([*before, *now])
        if before.get(name) != now.get(name)
    ]


def _paths_by_id(paths: Sequence[Path], wanted: set[str]) -> dict[str, Path]:
    """The files of the wanted cases; those not named as their case are read for its id."""
    known = {path.stem: path for path in paths if path.stem in wanted}
    if len(known) < len(wanted):
        for path in paths:
            if path.stem not in wanted:
                with suppress(InputError):  # a bad file is none of the recorded cases
                    known.setdefault(read_case(path).id, path)
    return known


def _digests_of(run: int, digests: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: each[run] for name, each in digests.items() if each[run] != MISSING}


def _absent(entry: Mapping[str, Any], reason: str) -> Reproduced:
    return Reproduced(entry["case"], len(entry["digests"]), (), reason)


def _worse(first: str, second: str) -> str:
    """The verdict on two native runs, from those on each of them against the strict run."""
    worst = max(first, second, key=VERDICTS.index)
    # Both identical to the same strict result would have had the same bits.
    return "rounding" if worst == "identical" else worst


def _flat(facts: Facts) -> dict[str, str]:
    return {
        f"{group}, {name}": value for group, part in facts.items() for name, value in part.items()
    }
