"""The steps of an epoch in the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from twinprop.arithmetic import Array
from twinprop.arithmetic.ulp import ulp_distance
from twinprop.arithmetic.writing import Cell
from twinprop.pictures.formulas import to_text
from twinprop.pictures.numbers import short_number, shown_extent
from twinprop.pictures.quantities import AFTER, symbol, write_sum
from twinprop.pictures.sources import TwinSource, twin_source
from twinprop.pictures.terminal.table_width import print_trimmed
from twinprop.pictures.terminal.tables import format_count
from twinprop.pictures.walk.replay import Quantities
from twinprop.pictures.walk.run import Walk
from twinprop.pictures.walk.steps import Part, Step

# The colours of a page: what is computed, and what it is computed from.
COMPUTED, INPUT = "black on yellow", "black on cyan"


def print_walk(
    walk: Walk, epoch: int, console: Console, arithmetic: str = "native", only: int | None = None
) -> None:
    """Print the steps of an epoch: formula, both languages' lines, matrices with one cell followed.

    Parameters
    ----------
    walk : Walk
        Of take_walk.
    epoch : int
        One of its epochs.
    console : Console
        Where to.
    arithmetic : str
        "native" or "strict".
    only : int or None
        The number of the one step to print.
    """
    values = walk.values[arithmetic][epoch]
    console.print(Text(walk.case.title, style="bold"))
    batch = f", batch {walk.batch}" if walk.batch else ""
    console.print(f"{walk.case.id}, epoch {epoch}{batch}, {arithmetic} arithmetic\n")
    for number, step in enumerate(walk.steps, start=1):
        if only not in (None, number):
            continue
        console.print(Text(f"Step {number} of {len(walk.steps)}: {step.title}", style="bold"))
        console.print(Text(step.text, style="dim"))
        for block in _step_blocks(step, values, console.width - 2):
            print_trimmed(Padding(block, (0, 0, 0, 2)), console)
        console.print()


def _step_blocks(step: Step, values: dict[str, Quantities], width: int) -> Iterator[RenderableType]:
    if step.given:
        yield from _in_rows([_matrix(name, values["python"][name]) for name in step.given], width)
    for part in step.parts:
        yield Text("\n" + to_text(part.formula), style="bold")
        for place in part.places:
            yield _source_lines(twin_source(place))
        yield from _in_rows(_part_matrices(part, values), width)
        yield _followed_cell(part, values)


def _source_lines(source: TwinSource) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for piece, label in ((source.python, "Python"), (source.r, "R")):
        lines = piece.text.splitlines()
        for position, line in enumerate(lines):
            table.add_row(Text("" if position else label, style="dim"), Text(line))
    return table


def _part_matrices(part: Part, values: dict[str, Quantities]) -> list[RenderableType]:
    """The formula in matrices, then what came out in both languages and how far it is apart."""
    inputs = {(c.name, c.row, c.column) for c in part.cells(0, 0) if isinstance(c, Cell)}
    blocks: list[RenderableType] = []
    for item in part.layout:
        if item.startswith("["):
            marked = {(i, j): INPUT for name, i, j in inputs if name == item[1:-1]}
            blocks.append(_matrix(item[1:-1], values["python"][item[1:-1]], marked))
        else:
            blocks.append(Text(f"\n{item}"))
    python, r = values["python"][part.name], values["r"][part.name]
    return [
        *blocks,
        Text("\n="),
        _matrix(part.name, python, {(0, 0): COMPUTED}, "Python"),
        _matrix(part.name, r, {(0, 0): COMPUTED}, "R"),
        _matrix("", ulp_distance(python, r), {}, "ULP apart", counts=True),
    ]


def _followed_cell(part: Part, values: dict[str, Quantities]) -> RenderableType:
    pieces = part.cells(0, 0)
    result = values["python"][part.name][0, 0]
    python = Text.assemble(
        "loss" if part.name == "loss" else f"{part.name.removesuffix(AFTER)}[0, 0]",
        " = ",
        write_sum(pieces, values["python"]),
        " = ",
        (short_number(float(result)), COMPUTED),
    )
    exact = f"Python {float(result)!r}, R {float(values['r'][part.name][0, 0])!r}"
    return Group(python, Text(exact, style="dim"))


def _matrix(
    name: str,
    array: Array,
    styles: dict[tuple[int, int], str] | None = None,
    label: str = "",
    counts: bool = False,
) -> RenderableType:
    """A matrix in brackets below its name; a large one is cut."""
    rows, columns = shown_extent(array)
    write = format_count if counts else short_number
    table = Table.grid(padding=(0, 1))
    for _ in range(columns):
        table.add_column(justify="right", no_wrap=True)
    for i in range(rows):
        cells = [
            Text(write(float(array[i, j])), style=(styles or {}).get((i, j), ""))
            for j in range(columns)
        ]
        table.add_row(*cells)
    after = "′" if name.endswith(AFTER) else ""
    sign = to_text(symbol(name)) + after if name else ""
    heading = " ".join(word for word in (sign, label) if word)
    cut = (rows, columns) != array.shape
    size = f" {array.shape[0]} x {array.shape[1]}" if cut else ""
    more = [Text("…", style="dim")] if cut else []
    return Group(Text(f"{heading}{size}", style="italic"), table, *more)


def _in_rows(blocks: list[RenderableType], width: int) -> Iterator[RenderableType]:
    """Blocks side by side, in as many rows as the width asks for."""
    measurer = Console(width=10_000)
    row: list[RenderableType] = []
    used = 0
    for block in blocks:
        needed = Measurement.get(measurer, measurer.options, block).maximum + 2
        if row and used + needed > width:
            yield _in_a_row(row)
            row, used = [], 0
        row.append(block)
        used += needed
    yield _in_a_row(row)


def _in_a_row(blocks: list[RenderableType]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for block in blocks:
        table.add_column(no_wrap=not isinstance(block, Text))
    table.add_row(*blocks)
    return table
