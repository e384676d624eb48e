"""How sure a verdict is: right pairs of random networks, counted into a table, and its check."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twinprop.cases.random_cases import FAMILIES
from twinprop.comparing.calibration import ANY, FACTS, STEPS, Calibration, Shares
from twinprop.comparing.chance import largest_rate
from twinprop.comparing.rounding import ALPHA
from twinprop.engines.work import working
from twinprop.ground.errors import InputError
from twinprop.ground.names import KINDS as QUANTITIES
from twinprop.studies.pairs import PairShares, shares_of_pairs
from twinprop.studies.parts import Part, parts_left, read_parts, write_part

SPEAKS_FOR = (
    "random networks as `twinprop sweep` draws them, by family: up to 6 layers, 64 units, 20 "
    "samples and 50 epochs of which 2 are recorded; on the processor and with the libraries of "
    "environment"
)


class Fresh(NamedTuple):
    """Pairs of another seed, judged by a table, for one family.

    `alarms` were called different; `stated` is the largest rate of them by the table. `beyond` had
    a share as 1 in 20 of the table's pairs, or fewer, had it.
    """

    kind: str
    family: str
    pairs: int
    alarms: int
    stated: float
    beyond: int

    @property
    def agrees(self) -> bool:
        """Whether so many alarms are not too many for the rate that was stated."""
        return self.alarms <= self.pairs * self.stated + 3 * math.sqrt(self.pairs * self.stated)


def run_parts(
    parts: Sequence[Part],
    folder: Path,
    processes: int | None = None,
    on_part: Callable[[int], object] = lambda done: None,
    scheduler: str | None = None,
    on_worker: Callable[[Mapping[str, str]], object] = lambda facts: None,
) -> None:
    """Do what is left of some parts, several at once, and write each when it is done.

    Parameters
    ----------
    parts : list of Part
        Of plan_parts.
    folder : Path
        Where they are.
    processes : int or None
        How many at once; by default as many as there are cores.
    on_part : callable
        Called after each part with the number of those that are done.
    scheduler : str or None
        Of a cluster of dask, which does them then.
    on_worker : callable
        Called after each part with the facts of who did it.
    """
    left = parts_left(parts, folder)
    done = len(parts) - len(left)
    on_part(done)
    with working(rows_of_part, left, processes, scheduler) as found:
        for part, rows, worker in found:
            write_part(part, rows, folder)
            on_worker(worker)
            done += 1
            on_part(done)


def rows_of_part(part: Part) -> list[dict[str, Any]]:
    """Run the networks of a part: a row for each and each kind of quantity."""
    pairs = shares_of_pairs(part.kind, part.seed, part.indices)
    return [row for pair in pairs for row in _rows_of(pair)]


def build_table(parts: Sequence[Part], folder: Path) -> dict[str, Any]:
    """The table of the pairs in parts.

    Parameters
    ----------
    parts : list of Part
        Of one seed and one code.
    folder : Path
        Where all of them are.

    Returns
    -------
    dict
        As read_calibration reads it from JSON.
    """
    rows = list(read_parts(parts, folder))
    families = [
        {"kind": kind, "family": family, **_summarize(_rows_from(rows, kind, family))}
        for kind in dict.fromkeys(part.kind for part in parts)
        for family in FAMILIES
    ]
    return {
        "format": 1,
        "speaks_for": SPEAKS_FOR,
        "alpha": ALPHA,
        "seeds": [parts[0].seed],
        "code": parts[0].code,
        "environment": _same_facts(rows, folder),
        "families": [one for one in families if one["pairs"]],
    }


def add_tables(table: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The table of the pairs of two tables, of other seeds, one code and one environment.

    Parameters
    ----------
    table, other : dict
        Of build_table, or read from such a file.

    Returns
    -------
    dict
        As build_table gives it: counts are added.
    """
    for key in ("alpha", "code", "environment"):
        if table[key] != other[key]:
            raise InputError(
                f"a table with {key} {other[key]} cannot be added to one with {table[key]}: their "
                "pairs are not alike; build both with the same code on such machines"
            )
    common = sorted(set(table["seeds"]) & set(other["seeds"]))
    if common:
        raise InputError(
            f"both tables have the networks of seed {common[0]}, which would count twice; give "
            "another --seed"
        )
    families: dict[tuple[str, str], dict[str, Any]] = {}
    for one in (*table["families"], *other["families"]):
        name = (one["kind"], one["family"])
        families[name] = _add_families(families[name], one) if name in families else one
    return {
        **table,
        "seeds": [*table["seeds"], *other["seeds"]],
        "families": list(families.values()),
    }


def _add_families(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    shares = {
        quantity: _add_counts(*(each["shares"].get(quantity) for each in (one, other)))
        for quantity in dict.fromkeys([*one["shares"], *other["shares"]])
    }
    sums = {key: one[key] + other[key] for key in ("pairs", "chaotic")}
    return {"kind": one["kind"], "family": one["family"], **sums, "shares": shares}


def _add_counts(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Any:
    if one is None or other is None:
        return one or other
    counts = zip_longest(one["at_least"], other["at_least"], fillvalue=0)
    return {
        "pairs": one["pairs"] + other["pairs"],
        "largest": max(one["largest"], other["largest"]),
        "at_least": [a + b for a, b in counts],
    }


def format_table(table: Mapping[str, Any]) -> str:
    """A table as JSON, a line for each family and kind of quantity."""
    head = {key: value for key, value in table.items() if key != "families"}
    lines = []
    for one in table["families"]:
        rest = {key: value for key, value in one.items() if key != "shares"}
        shares = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in one["shares"].items())
        lines.append(f'{json.dumps(rest)[:-1]}, "shares": {{\n{shares}}}}}')
    top = "".join(f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    return f'{{\n{top}"families": [\n' + ",\n".join(lines) + "\n]\n}\n"


def check_fresh(parts: Sequence[Part], folder: Path, table: Calibration) -> list[Fresh]:
    """Whether pairs of another seed are as the table says.

    Parameters
    ----------
    parts, folder
        As for build_table.
    table : Calibration
        Of another seed.

    Returns
    -------
    list of Fresh
        One for each kind and family.
    """
    rows = list(read_parts(parts, folder))
    found = []
    for kind in dict.fromkeys(part.kind for part in parts):
        for family in FAMILIES:
            known = table.shares.get((kind, family, ANY))
            shares = [row["share"] for row in _of_any(_rows_from(rows, kind, family))]
            if known is not None and shares:
                found.append(_judge_fresh(kind, family, shares, known))
    return found


def _judge_fresh(kind: str, family: str, shares: Sequence[float], known: Shares) -> Fresh:
    stated = largest_rate(known.count_from(1.0), known.pairs)
    beyond = sum(known.count_from(share) < known.pairs / 20 for share in shares)
    return Fresh(kind, family, len(shares), sum(s > 1 for s in shares), stated, beyond)


def _rows_of(pair: PairShares) -> Iterator[dict[str, Any]]:
    for quantity, share in pair.shares.items():
        yield {
            "index": pair.number,
            "family": pair.family,
            "verdict": pair.verdict,
            "quantity": quantity,
            "share": share,
            **pair.facts,
        }


def _rows_from(rows: Sequence[dict[str, Any]], kind: str, family: str) -> list[dict[str, Any]]:
    return [row for row in rows if (row["kind"], row["family"]) == (kind, family)]


def _of_any(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for each pair that can be judged: of a chaotic one no share is known."""
    return (row for row in rows if row["quantity"] == ANY and row["verdict"] != "chaotic")


def _same_facts(rows: Sequence[Mapping[str, Any]], folder: Path) -> dict[str, str]:
    """The environment of all pairs, which has to be one."""
    known = {tuple(row[fact] for fact in FACTS) for row in rows}
    if len(known) > 1:
        several = " and ".join(", ".join(facts) for facts in sorted(known))
        raise InputError(
            f"{folder} has parts of several machines ({several}); a table speaks for one, so give "
            "each --parts of its own"
        )
    return dict(zip(FACTS, known.pop(), strict=True))


def _summarize(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    chaotic = sum(row["quantity"] == ANY and row["verdict"] == "chaotic" for row in rows)
    right = [row for row in rows if row["verdict"] != "chaotic"]
    shares = {
        quantity: _count([row["share"] for row in right if row["quantity"] == quantity])
        for quantity in (ANY, *QUANTITIES)
    }
    known = {quantity: one for quantity, one in shares.items() if one["pairs"]}
    pairs = known.get(ANY, {"pairs": 0})["pairs"]
    return {"pairs": pairs, "chaotic": chaotic, "shares": known}


def _count(shares: Sequence[float]) -> dict[str, Any]:
    """How many shares are as large as each step, as far as there are any."""
    steps = np.floor(np.minimum(shares, 10.0) * STEPS).astype(int)
    length = int(steps.max()) + 1 if len(steps) else 0
    return {
        "pairs": len(shares),
        "largest": float(f"{max(shares, default=0.0):.4g}"),
        "at_least": [int((steps >= step).sum()) for step in range(length)],
    }
