"""The calibrated table: how near right pairs of random networks came to their bounds.

It is built by `twinprop calibrate`, see studies/calibrate.py, and stands in
shared_fixtures/calibration.json. It speaks for the families of random networks that it was measured
on, and for the libraries that they ran with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from twinprop.cases.case import Case
from twinprop.cases.paths import default_cases
from twinprop.comparing.chance import largest_rate, rate_in_words, share_of_pairs
from twinprop.comparing.families import family_of_case
from twinprop.ground.errors import InputError, quote_value, refuse
from twinprop.ground.files import read_json

NAME = "calibration.json"
ANY = "any"  # the largest share of a pair, whatever the kind of quantity
STEPS = 100  # in which shares are counted
# What has to be the same for a table to speak for a machine.
FACTS = ("processor", "numpy", "python_blas", "r", "r_blas")


@dataclass(frozen=True)
class Shares:
    """Of right pairs of one family and one kind of quantity.

    `at_least[i]` counts the pairs with a share of i / STEPS or more; beyond its end there is none.
    """

    pairs: int
    largest: float
    at_least: tuple[int, ...]

    def count_from(self, share: float) -> int:
        """How many pairs had such a share or a larger one; rather too many than too few."""
        step = min(math.floor(share * STEPS), len(self.at_least))
        return self.at_least[step] if step < len(self.at_least) else 0


@dataclass(frozen=True)
class Calibration:
    """A whole table: by kind of networks, family and kind of quantity."""

    seeds: tuple[int, ...]
    code: str
    environment: Mapping[str, str]
    shares: Mapping[tuple[str, str, str], Shares]


def read_calibration(path: Path) -> Calibration:
    """A table from its file.

    Parameters
    ----------
    path : Path
        As calibrate writes it.

    Returns
    -------
    Calibration
        Its counts do not rise.
    """
    document = read_json(path, str(path))
    if isinstance(document, dict) and document.get("format") != 1:
        refuse(f"{path}: format", quote_value(document.get("format")), "1")
    try:
        shares = {
            (one["kind"], one["family"], quantity): Shares(
                int(found["pairs"]), float(found["largest"]), tuple(map(int, found["at_least"]))
            )
            for one in document["families"]
            for quantity, found in one["shares"].items()
        }
        facts = {fact: str(document["environment"][fact]) for fact in FACTS}
        seeds = tuple(map(int, document["seeds"]))
        calibration = Calibration(seeds, str(document["code"]), facts, shares)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path} is no table of calibrate; `twinprop calibrate` builds one"
        ) from error
    for (kind, family, quantity), one in shares.items():
        falling = [one.pairs, *one.at_least, 0]
        if one.pairs < 1 or falling != sorted(falling, reverse=True):
            raise InputError(
                f"{path}: the counts of {quantity} in {kind}, {family} are not those of "
                f"{one.pairs} pairs; `twinprop calibrate` builds the table anew"
            )
    return calibration


@cache
def own_calibration() -> Calibration | None:
    """The project's own table, or None where there is none."""
    try:
        path = default_cases().parent / NAME
    except InputError:  # a package from which the fixtures were left out
        return None
    return read_calibration(path) if path.is_file() else None


def facts_of(python: Mapping[str, Any], r: Mapping[str, Any]) -> dict[str, str]:
    """What a table speaks for, from the environments of two runs."""
    platform = str(r.get("platform", "unknown"))
    return {
        "processor": platform.partition("-")[0],
        "numpy": str(python.get("numpy", "unknown")),
        "python_blas": str(python.get("blas", "unknown")),
        "r": str(r.get("r", "unknown")),
        "r_blas": str(r.get("blas", "unknown")).rpartition("/")[2],
    }


def describe_chance(
    share: float, case: Case, facts: Mapping[str, str], table: Calibration | None
) -> str:
    """How rare a share like that of a pair is among right pairs, and how rare a false alarm.

    Parameters
    ----------
    share : float
        The largest of the pair; above 1 the pair is called different.
    case : Case
        That both ran.
    facts : dict of str
        Of facts_of.
    table : Calibration or None
        Of own_calibration.

    Returns
    -------
    str
        One sentence, which says so where there is no number.
    """
    if table is None:
        return "How rare a false alarm is was not measured: there is no table of calibrate."
    family = family_of_case(case)
    if isinstance(family, str):
        return f"How rare a false alarm is was not measured for networks {family}."
    other = [fact for fact in FACTS if facts[fact] != table.environment[fact]]
    if other:
        had = " and ".join(f"{fact.replace('_', ' ')} {table.environment[fact]}" for fact in other)
        return f"How rare a false alarm is was not measured here, but with {had}."
    found = table.shares.get((*family, ANY))
    if found is None:
        return f"How rare a false alarm is was not measured for {family[1]} networks."
    rate = rate_in_words(largest_rate(found.count_from(1.0), found.pairs))
    near = f"none came nearer than {found.largest:.2f} of its bound"
    if share <= 1.0:
        count = found.count_from(share)
        chance = share_of_pairs(count, found.pairs)
        near = f"{count:,} came as near (p = {chance:.2g}), {near}"
    return (
        f"Of {found.pairs:,} right pairs like this {near}; a false alarm is rarer than {rate} "
        "(95 % confidence)."
    )
