"""The expected values of the cases: built from exact and strict arithmetic, and checked.

Beside shared_fixtures/cases stands shared_fixtures/expected, with one file for each case: for each
quantity the digest of its strict result, the digest of its exact value (correctly rounded) and, for
small arrays and the final weights, the exact value itself. A case in which rounding is amplified
so far that native results cannot be compared says from which step on. Building the files twice
changes no byte.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import Array, strict
from twinprop.cases.case import Case, parse_case, read_case, run_case
from twinprop.cases.input_digest import digest_input
from twinprop.cases.traces import digest, plain_values
from twinprop.comparing.rounding import rounding_bound
from twinprop.engines.exact_run import ExactTrace, exact_trace
from twinprop.ground.errors import InputError, quote_value, refuse
from twinprop.ground.files import read_json, write_whole

LARGEST_KEPT = 400  # elements of an array whose exact values are written out
PRODUCTS_TO_PROVE = 2e7  # above it no proof is tried, since balls would grow for too long


@dataclass(frozen=True)
class Expected:
    """The expected values of a case: digests of all quantities, exact values of some.

    `case` is the id of their case, `input` the digest of what it gave to compute with.
    `chaotic_from` is the step from which on native results are compared with nothing.
    """

    case: str
    input: str
    strict: Mapping[str, str]
    exact: Mapping[str, str]
    evidence: Mapping[str, str]
    values: Mapping[str, Array]
    chaotic_from: str | None = None


def build_expected(case_path: Path) -> str:
    """The file of expected values of a case, as JSON text.

    Parameters
    ----------
    case_path : Path
        The case.

    Returns
    -------
    str
        JSON with one line for each quantity.
    """
    case = read_case(case_path)
    strict.self_test()
    computed = run_case(case, strict)
    exact = exact_case(case)
    final = {f"{final_step(computed)}/{kind}" for kind in parameter_names(case)}
    entries = [
        _entry(name, array, exact, keep=array.size <= LARGEST_KEPT or name in final)
        for name, array in computed.items()
    ]
    head: dict[str, Any] = {"format": 1, "case": case.id, "input": digest_input(case)}
    chaotic_from = rounding_bound(case).chaotic_from
    if chaotic_from is not None:
        head["chaotic_from"] = chaotic_from
    return _format_expected(head, entries)


def exact_case(case: Case) -> ExactTrace:
    """The exact values of a case, within a budget that does not depend on the machine's speed."""
    wide = count_products(case) > PRODUCTS_TO_PROVE
    return exact_trace(case, max_bits=256 if wide else 4096, max_seconds=math.inf)


def count_products(case: Case) -> float:
    """Roughly how many multiplications running a case takes."""
    epochs = case.plan.epochs or 1
    weights = sum(layer.weights.size for layer in case.network)
    return 3.0 * epochs * case.data.x.shape[0] * weights


def parameter_names(case: Case) -> list[str]:
    """W1, b1, W2, b2 and so on."""
    return [f"{kind}{i}" for i in range(1, len(case.network) + 1) for kind in "Wb"]


def final_step(trace: Mapping[str, Array]) -> str:
    """The last recorded step of a trace: "5000", or "40.15" with mini-batches."""
    return [name.split("/")[0] for name in trace if not name.startswith("held_out/")][-1]


def read_expected(case_path: Path) -> Expected | None:
    """The expected values beside a case, or None where there are none.

    Parameters
    ----------
    case_path : Path
        The case.

    Returns
    -------
    Expected or None
        Their digests are checked, so that no misread number can pass.
    """
    path = expected_path(case_path)
    if not path.is_file():
        return None
    document = read_json(path, str(path))
    if isinstance(document, dict) and document.get("format", 1) != 1:
        raise InputError(f"{path}: format is {quote_value(document['format'])}; wanted 1")
    try:
        entries = {entry["name"]: entry for entry in document["quantities"]}
        expected = Expected(
            case=document["case"],
            input=document["input"],
            strict={name: entry["strict"] for name, entry in entries.items()},
            exact={name: entry["exact"] for name, entry in entries.items()},
            evidence={name: entry["evidence"] for name, entry in entries.items()},
            values={
                name: np.array(entry["values"], dtype=np.float64).reshape(entry["shape"])
                for name, entry in entries.items()
                if "values" in entry
            },
            chaotic_from=document.get("chaotic_from"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is no file of expected values, or an old one; {_how_to_build(case_path)}"
        ) from error
    for name, values in expected.values.items():
        if digest(values) != expected.exact[name]:
            raise InputError(f"{path}: the values of {name} do not match their digest")
    return expected


def is_of_case(expected: Expected, case: Case, case_path: Path) -> bool:
    """Whether expected values are of a case as it is now; their file may not name another."""
    if expected.input != digest_input(case):
        return False
    if expected.case != case.id:
        path = expected_path(case_path)
        refuse(f"{path}: case", quote_value(expected.case), quote_value(case.id))
    return True


def expected_path(case_path: Path) -> Path:
    """Where the expected values of a case are."""
    return _beside(case_path.parent, "expected") / case_path.name


def _beside(cases: Path, name: str) -> Path:
    """What stands beside a folder of cases, which may be given as a dot."""
    return Path(os.path.normpath(cases / ".." / name))


def build_fixtures(cases: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Build the expected values of cases.

    Parameters
    ----------
    cases : list of Path
        Their files.

    Yields
    ------
    tuple of Path and bool
        A file, and whether it has changed.
    """
    for case_path in cases:
        path = expected_path(case_path)
        text = build_expected(case_path)
        changed = not path.is_file() or path.read_text(encoding="utf-8") != text
        if changed:
            path.parent.mkdir(exist_ok=True)
            write_whole(path, text)
        yield path, changed


def lint_fixtures(cases: Path) -> list[str]:
    """What is wrong with the cases of a folder and their expected values.

    Parameters
    ----------
    cases : Path
        The folder.

    Returns
    -------
    list of str
        One sentence each; none where all is well.
    """
    found: list[str] = []
    for case_path in sorted(cases.glob("*.json")):
        try:
            found += _lint_case(case_path)
        except InputError as error:
            found.append(str(error))
    known = {case_path.name for case_path in cases.glob("*.json")}
    for path in sorted(_beside(cases, "expected").glob("*.json")):
        if path.name not in known:
            found.append(f"expected/{path.name} belongs to no case; remove it")
    return found


def _lint_case(case_path: Path) -> Iterator[str]:
    from jsonschema import Draft202012Validator

    schema = read_json(_beside(case_path.parent, "case.schema.json"), "case.schema.json")
    document = read_json(case_path, f"{case_path.name}:")
    for error in Draft202012Validator(schema).iter_errors(document):
        yield f"{case_path.name}: {error.json_path} breaks the schema: {error.message[:200]}"
    case = parse_case(document, f"{case_path.name}:", case_path)
    if case.id != case_path.stem:
        yield f'{case_path.name}: id is "{case.id}"; wanted "{case_path.stem}", as the file'
    expected = read_expected(case_path)
    if expected is None:
        yield f"{case_path.name}: expected/{case_path.name} is missing; build it"
        return
    if not is_of_case(expected, case, case_path):
        yield (
            f"expected/{case_path.name} is of the case before it was changed; "
            f"{_how_to_build(case_path)}"
        )
        return
    for name, array in run_case(case, strict).items():
        if name not in expected.strict:
            yield f"expected/{case_path.name}: {name} is missing; build it again"
        elif expected.strict[name] != digest(array):
            yield f"expected/{case_path.name}: the strict {name} is another now; build it again"


def _how_to_build(case_path: Path) -> str:
    return f"`twinprop fixtures build {case_path}` builds it anew"


def _format_expected(head: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> str:
    top = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    body = ",\n".join(map(json.dumps, entries))
    return f'{{\n{top}"quantities": [\n{body}\n]\n}}\n'


def _entry(name: str, array: Array, exact: ExactTrace, keep: bool) -> dict[str, Any]:
    values = np.asarray(exact.values[name], dtype=np.float64)
    entry: dict[str, Any] = {
        "name": name,
        "shape": list(values.shape),
        "strict": digest(array),
        "exact": digest(values),
        "evidence": exact.evidence[name],
    }
    if keep:
        entry["values"] = plain_values(values.tolist())
    return entry
