"""Who did the work of a study: a line for each machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from twinprop.ground.errors import shorten_text


def print_workers(workers: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Print who worked on what was found.

    Parameters
    ----------
    workers : list of dict
        Of gather_workers.
    console : Console
        Where to.
    """
    for one in workers:
        processes = f"{one['processes']} process{'' if one['processes'] == 1 else 'es'}"
        had = f"Python {one['python']}, numpy {one['numpy']}, R {one['r']}, code {one['code']}"
        console.print(
            f"Done by {processes} of {shorten_text(one['machine'])}: {had}; strict arithmetic "
            f"{one['strict']}.",
            markup=False,
        )
