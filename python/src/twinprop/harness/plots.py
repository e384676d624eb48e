"""The picture of how far two languages drift apart over the epochs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twinprop.harness.files import fill_whole
from twinprop.harness.names import PARAMETERS

if TYPE_CHECKING:
    import pandas as pd

_MEASURES = (
    ("max_ulp", "ULP (0: same bits)", 1.0),
    # Below the spacing of doubles near one hundredth a difference is shown as none.
    ("max_abs", "absolute (0: same bits)", 1e-18),
)
_MOST_CASES = 6
# Recorded epochs, the start included, from which on a line says more than two points.
_COURSE = 4


def gather_differences(tables: Sequence[tuple[str, str, pd.DataFrame]]) -> pd.DataFrame:
    """The rows of many comparisons in one table.

    Parameters
    ----------
    tables : list of tuple
        Case, arithmetic and the table of a comparison.

    Returns
    -------
    DataFrame
        With columns `case` and `arithmetic` in front.
    """
    import pandas as pd

    parts = [table.assign(case=case, arithmetic=name) for case, name, table in tables]
    gathered = pd.concat(parts, ignore_index=True)
    front = ["case", "arithmetic"]
    return gathered[front + [column for column in gathered.columns if column not in front]]


def draw_differences(differences: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Draw the native differences of the parameters over the epochs, in ULP and absolute.

    One row of panels for each of the cases that tell most: those with a course over epochs, and of
    them those with the largest difference.

    Parameters
    ----------
    differences : DataFrame
        Of gather_differences.
    path : path
        A PNG file.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    parameters = _parameters_by_epoch(differences)
    cases = _most_telling(parameters)
    # A figure without any case still says so, rather than being absent.
    figure, axes = plt.subplots(
        max(len(cases), 1), 2, figsize=(12, 3 * max(len(cases), 1)), squeeze=False
    )
    for row, case in zip(axes, cases, strict=False):
        of_case = parameters[parameters["case"] == case]
        for axis, (measure, label, smallest) in zip(row, _MEASURES, strict=True):
            _draw_panel(axis, of_case, measure, smallest)
            axis.set_title(f"{case}: largest difference, Python and R")
            axis.set_ylabel(label)
    if not cases:
        for axis in axes[0]:
            axis.set_title("no case records parameters")
    figure.tight_layout()
    fill_whole(path, lambda temporary: figure.savefig(temporary, dpi=120, format="png"))
    plt.close(figure)


def _parameters_by_epoch(differences: pd.DataFrame) -> pd.DataFrame:
    chosen = differences[
        (differences["arithmetic"] == "native") & differences["kind"].isin(PARAMETERS)
    ]
    epoch = chosen["step"].str.partition(".")[0].astype(int)
    array = chosen["kind"] + chosen["layer"].astype(str)
    chosen = chosen.assign(epoch=epoch, array=array)
    keys = ["case", "array", "epoch"]
    return chosen.groupby(keys, sort=False)[["max_abs", "max_ulp"]].max().reset_index()


def _most_telling(parameters: pd.DataFrame) -> list[str]:
    by_case = parameters.groupby("case", sort=False)
    ranking = by_case.agg(epochs=("epoch", "nunique"), largest=("max_abs", "max"))
    ranking["course"] = ranking["epochs"] >= _COURSE
    ranking = ranking.sort_values(["course", "largest"], ascending=False, kind="stable")
    return list(ranking.index[:_MOST_CASES])


def _draw_panel(axis: Any, of_case: pd.DataFrame, measure: str, smallest: float) -> None:
    import matplotlib

    axis.set_prop_cycle(color=matplotlib.color_sequences["tab20"])
    for array, points in of_case.groupby("array", sort=False):
        axis.plot(points["epoch"], points[measure], marker="o", markersize=3, label=array)
    axis.set_xscale("symlog", linthresh=1)
    axis.set_yscale("symlog", linthresh=smallest)
    axis.set_ylim(bottom=0)
    axis.set_xlabel("epoch")
    axis.legend(fontsize="small", ncols=2)
