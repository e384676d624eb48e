"""Tables as wide as the terminal: less important columns go, and no cell is ever cut."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Column, Table

# A name may be broken over lines, but not into single letters.
NARROWEST = 16
# A pipe has no width: wide enough that no line of a table is broken.
PIPE_WIDTH = 200


def make_table(wide: bool = True) -> Table:
    """A table without lines; in a narrow terminal its columns stand closer."""
    return Table(box=None, pad_edge=False, padding=(0, 2 if wide else 1, 0, 0), header_style="bold")


def fit_table(table: Table, console: Console, spared: Sequence[int]) -> Table:
    """A table without the columns for which a terminal has no room.

    Parameters
    ----------
    table : Table
        Of make_table.
    console : Console
        Where it is to be printed.
    spared : list of int
        The columns that may go, the first to go first.

    Returns
    -------
    Table
        With all other columns, even where they do not fit.
    """
    gone: set[int] = set()
    fitting = table
    for index in spared:
        if least_width(fitting, console) <= console.width:
            break
        gone.add(index)
        fitting = _without(table, gone)
    return fitting


def least_width(table: Table, console: Console) -> int:
    """The smallest width of a table in which no cell is cut; a column that folds can be narrow."""

    unlimited = console.options.update(width=PIPE_WIDTH)

    def width(column: Column) -> int:
        cells = [column.header, *column.cells]
        widest = max(console.measure(cell, options=unlimited).maximum for cell in cells)
        folds = column.overflow == "fold" and not column.no_wrap
        return min(widest, NARROWEST) if folds else widest

    gaps = sum(table.padding[1::2]) * (len(table.columns) - 1)
    return sum(map(width, table.columns)) + gaps


def print_trimmed(content: RenderableType, console: Console) -> None:
    """Print a table or the like; no line of a file ends with the spaces that fill up its cells.

    Parameters
    ----------
    content : renderable
        Of rich. A table that is too wide is printed as into a pipe, and the terminal breaks lines.
    console : Console
        Where to.
    """
    too_wide = isinstance(content, Table) and least_width(content, console) > console.width
    if console.is_terminal and not too_wide:
        console.print(content)
        return
    width = PIPE_WIDTH if too_wide else console.width
    plain = Console(width=width, highlight=False, emoji=False, markup=False, color_system=None)
    with plain.capture() as capture:
        plain.print(content)
    text = "\n".join(line.rstrip() for line in capture.get().splitlines())
    console.print(text, soft_wrap=True, markup=False, highlight=False, emoji=False)


def _without(table: Table, gone: set[int]) -> Table:
    fewer = Table(
        box=None, pad_edge=False, padding=table.padding, header_style=table.header_style or "none"
    )
    kept = [column for index, column in enumerate(table.columns) if index not in gone]
    for column in kept:
        fewer.add_column(
            column.header,
            justify=column.justify,
            no_wrap=column.no_wrap,
            overflow=column.overflow,
        )
    for cells in zip(*(column.cells for column in kept), strict=True):
        fewer.add_row(*cells)
    return fewer
