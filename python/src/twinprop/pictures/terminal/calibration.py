"""What calibrate prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from twinprop.comparing.calibration import ANY, STEPS
from twinprop.comparing.chance import largest_rate, rate_in_words
from twinprop.pictures.terminal.table_width import make_table, print_trimmed
from twinprop.studies.calibrate import Fresh

_QUANTILES = (0.5, 0.99)


def print_calibration(table: Mapping[str, Any], console: Console) -> None:
    """Print a line for each family, and its largest share by kind of quantity.

    Parameters
    ----------
    table : dict
        Of build_table.
    console : Console
        Where to.
    """
    lines = make_table()
    for heading in ("kind", "family"):
        lines.add_column(heading)
    for heading in ("pairs", "chaotic", "half\nbelow", "99 %\nbelow", "largest\nshare", "of"):
        lines.add_column(heading, justify="right")
    lines.add_column("a false alarm is\nrarer than (95 %)", justify="right")
    for one in table["families"]:
        found = one["shares"][ANY]
        alarms = found["at_least"][STEPS] if len(found["at_least"]) > STEPS else 0
        rest = {name: each["largest"] for name, each in one["shares"].items() if name != ANY}
        lines.add_row(
            one["kind"],
            one["family"],
            f"{one['pairs']:,}",
            f"{one['chaotic']:,}",
            *(f"{_quantile(found, part):.2f}" for part in _QUANTILES),
            f"{found['largest']:.2f}",
            max(rest, key=lambda name: rest[name]),
            rate_in_words(largest_rate(alarms, found["pairs"])),
        )
    print_trimmed(lines, console)
    console.print()
    had = ", ".join(f"{fact.replace('_', ' ')} {is_}" for fact, is_ in table["environment"].items())
    seeds = ", ".join(map(str, table["seeds"]))
    console.print(f"Seed {seeds}, code {table['code']}; {had}.")


def print_fresh(found: Sequence[Fresh], console: Console) -> None:
    """Print how many fresh pairs were called different, and how many were rare by the table.

    Parameters
    ----------
    found : list of Fresh
        Of check_fresh.
    console : Console
        Where to.
    """
    lines = make_table()
    for heading in ("kind", "family"):
        lines.add_column(heading)
    for heading in ("pairs", "false\nalarms", "stated:\nrarer than", "rarest 5 %\nof the table"):
        lines.add_column(heading, justify="right")
    for one in found:
        lines.add_row(
            one.kind,
            one.family,
            f"{one.pairs:,}",
            f"{one.alarms:,}",
            rate_in_words(one.stated),
            f"{one.beyond / one.pairs:.1%}",
        )
    print_trimmed(lines, console)


def _quantile(found: Mapping[str, Any], part: float) -> float:
    """The first step that so many of the pairs do not reach."""
    above = (1.0 - part) * found["pairs"]
    step = next((i for i, n in enumerate(found["at_least"]) if n <= above), len(found["at_least"]))
    return step / STEPS
