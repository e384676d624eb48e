"""Files of a report: a page, and the differences as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from twinprop.comparing.comparison import Quantity
from twinprop.ground.errors import InputError
from twinprop.ground.files import make_folder, write_whole
from twinprop.ground.names import parse_name
from twinprop.pictures.report.page import report_page
from twinprop.studies.verify import Outcome

_KEYS = ("case", "arithmetic", "name", "step", "kind", "layer")
_MEASURES = tuple(key for key in Quantity.__slots__ if key != "name")


def write_report(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write index.html and differences.csv.

    Parameters
    ----------
    outcomes : list of Outcome
        Of verify_cases; those that could not be run are named on the page.
    folder : Path
        It is made if it does not exist.
    """
    if not any(outcome.pairs for outcome in outcomes):
        raise InputError("no case could be run, so there is nothing to report")
    make_folder(folder)
    write_whole(folder / "index.html", report_page(outcomes))
    write_whole(folder / "differences.csv", format_differences(outcomes))


def format_differences(outcomes: Sequence[Outcome]) -> str:
    """Every quantity of every case as one line of a CSV file.

    Parameters
    ----------
    outcomes : list of Outcome
        Of verify_cases.

    Returns
    -------
    str
        CSV with a line of names.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_KEYS, *_MEASURES])
    writer.writerows(_rows(outcomes))
    return text.getvalue()


def _rows(outcomes: Sequence[Outcome]) -> Iterator[list[Any]]:
    for outcome in outcomes:
        for arithmetic, pair in outcome.pairs.items():
            for quantity in pair.comparison.quantities:
                parts = parse_name(quantity.name) or (None, None, None)
                measures = [getattr(quantity, key) for key in _MEASURES]
                yield [outcome.case, arithmetic, quantity.name, *parts, *measures]
