"""Files of a report: the differences as a table and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twinprop.errors import InputError
from twinprop.harness.files import write_whole
from twinprop.harness.plots import draw_differences, gather_differences
from twinprop.harness.verify import Outcome


def write_report(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write differences.csv and difference.png.

    Parameters
    ----------
    outcomes : list of Outcome
        Of verify_cases; those that could not be run are left out.
    folder : Path
        It is made if it does not exist.
    """
    tables = [
        (outcome.case or "", arithmetic, pair.comparison.table())
        for outcome in outcomes
        for arithmetic, pair in outcome.pairs.items()
    ]
    if not tables:
        raise InputError("no case could be run, so there is nothing to report")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror}") from error
    differences = gather_differences(tables)
    write_whole(folder / "differences.csv", differences.to_csv(index=False))
    draw_differences(differences, folder / "difference.png")
