"""Files of a sweep's report: a page, and the networks as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twinprop.ground.files import make_folder, write_whole
from twinprop.pictures.pages import render_page
from twinprop.pictures.sweep.figures import draw_power, draw_rates, draw_shares
from twinprop.studies.sweep import Swept

_COLUMNS = ("index", "family", "depth", "width", "compared", "strict_differing", "native", "share")


def write_sweep_report(
    swept: Sequence[Swept], families: Sequence[Mapping[str, Any]], kind: str, folder: Path
) -> None:
    """Write index.html and networks.csv.

    Parameters
    ----------
    swept : list of Swept
        Of sweep_networks.
    families : list of dict
        Of summarize_sweep.
    kind : str
        Of the networks.
    folder : Path
        It is made if it does not exist.
    """
    make_folder(folder)
    pictures = [draw_shares(swept), draw_power(swept), draw_rates()]
    page = render_page("sweep.html.j2", kind=kind, families=families, pictures=pictures)
    write_whole(folder / "index.html", page)
    write_whole(folder / "networks.csv", format_networks(swept))


def format_networks(swept: Sequence[Swept]) -> str:
    """Each network as one line of a CSV file.

    Parameters
    ----------
    swept : list of Swept
        Of sweep_networks.

    Returns
    -------
    str
        CSV with a line of names; `planted` is the smallest error that is found in all gradients.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_COLUMNS, "planted"])
    for one in swept:
        planted = max((error.of_largest for error in one.planted.values()), default="")
        writer.writerow([*(getattr(one, column) for column in _COLUMNS), planted])
    return text.getvalue()
