"""The file of a record: a line for each quantity, with the beginnings of its digests."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from twinprop.cases.input_digest import DIGITS
from twinprop.cases.traces import CONTROL
from twinprop.comparing.comparison import VERDICTS
from twinprop.engines.choices import LANGUAGES
from twinprop.ground.case_checks import ID
from twinprop.ground.errors import InputError, quote_value
from twinprop.ground.files import read_json

FORMAT = 1
KIND = "twinprop record"
# In this order the digests of a quantity stand.
RUNS = tuple((name, how) for how in ("native", "strict") for name in LANGUAGES)
MISSING, AS_BEFORE = "-", "="
_DIGEST = re.compile(f"[0-9a-f]{{{DIGITS}}}|{MISSING}")


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
    document = read_json(path, str(path))
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise InputError(f'{path} is no record: its "kind" is not "{KIND}"')
    found = document.get("format")
    if type(found) is int and found > FORMAT:
        raise InputError(
            f"{path} is a record of format {found}; this twinprop reads {FORMAT}: use a newer one"
        )
    if type(found) is not int or found != FORMAT:  # true and 1.0 are equal to 1
        raise InputError(f"{path}: format is {quote_value(found)}; wanted {FORMAT}")
    if not _is_complete(document):
        raise InputError(f"{path} is not as twinprop writes a record; record again")
    if not document["cases"]:
        raise InputError(f"{path} is a record of no case; record at least one")
    for case, count in Counter(each["case"] for each in document["cases"]).items():
        if count > 1:
            raise InputError(f"{path} lists the case {case} {count} times; keep one of them")
    return document


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


def _format_case(case: Mapping[str, Any]) -> str:
    head = {key: value for key, value in case.items() if key != "digests"}
    lines = [f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
    quantities = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(digests)}" for name, digests in case["digests"].items()
    )
    return "{" + "".join(lines) + f'"digests": {{\n{quantities}\n}}}}'


def are_facts(environment: Any) -> bool:
    """Whether the environment of a record is what examine_machine finds."""
    return isinstance(environment, dict) and all(
        isinstance(group, dict) and _are_texts(group) for group in environment.values()
    )


def _is_complete(document: Mapping[str, Any]) -> bool:
    cases, facts = document.get("cases"), document.get("environment")
    return (
        isinstance(cases, list)
        and document.get("runs") == [" ".join(run) for run in RUNS]
        and are_facts(facts)
        and all(isinstance(case, dict) and _is_case(case) for case in cases)
    )


def _is_case(case: Mapping[str, Any]) -> bool:
    digests, verdicts = case.get("digests"), case.get("native_against_strict")
    return (
        isinstance(case.get("case"), str)
        and bool(ID.fullmatch(case["case"]))
        and isinstance(case.get("input"), str)
        and isinstance(verdicts, dict)
        and sorted(verdicts) == sorted(LANGUAGES)
        and all(verdict in VERDICTS for verdict in verdicts.values())
        and isinstance(digests, dict)
        and _are_texts(digests)
        and all(_is_digests(text) for text in digests.values())
    )


def _is_digests(text: str) -> bool:
    digests = unpack_digests(text)
    return len(digests) == len(RUNS) and all(map(_DIGEST.fullmatch, digests))


def _are_texts(entries: Mapping[str, Any]) -> bool:
    """Whether names and values are texts that a terminal shows as they are."""
    return all(
        isinstance(text, str) and not CONTROL.search(text)
        for entry in entries.items()
        for text in entry
    )
