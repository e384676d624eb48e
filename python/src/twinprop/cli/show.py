"""What the network does, as pages and pictures: walk, lesson, activations."""

from __future__ import annotations

import shlex

import click

from twinprop.cli.places import check_place, ready_folder
from twinprop.cli.shared import engine_option, write_text
from twinprop.engines.choices import ARITHMETICS, Engines
from twinprop.ground.errors import InputError, refuse
from twinprop.ground.exit_status import AGREE


@click.command()
@click.argument("case")
@click.option(
    "--epoch",
    "epochs",
    type=int,
    multiple=True,
    help="Which epoch; may be given more than once.  [default: those that the case records]",
)
@click.option("--batch", type=int, default=1, help="Which mini-batch of the epoch.")
@click.option("--step", type=int, help="Print this step alone.")
@click.option(
    "--arithmetic",
    type=click.Choice(ARITHMETICS["r"]),
    default="native",
    show_default=True,
    help="Whose numbers are printed; a page has both.",
)
@click.option(
    "--page",
    "page_path",
    metavar="FILE",
    callback=check_place,
    help="Write a page instead of printing.",
)
@engine_option("rpy2", "rscript")
def walk(
    case: str,
    epochs: tuple[int, ...],
    batch: int,
    step: int | None,
    arithmetic: str,
    page_path: str | None,
    engines: Engines,
) -> int:
    """Show the steps of one epoch, both languages side by side.

    CASE is a file, or the id of one of the project's own cases.
    """
    from twinprop.cases.paths import find_case
    from twinprop.pictures.walk.run import take_walk

    path = find_case(case)
    if page_path and step is not None:
        raise InputError("--page shows all steps and --step prints one; give one of the two")
    if page_path:
        from twinprop.pictures.walk.page import walk_page

        write_text(walk_page(take_walk(path, epochs, batch, engines)), page_path)
        return AGREE
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.pictures.walk.terminal import print_walk

    taken = take_walk(path, epochs or (1,), batch, engines)
    if step is not None and not 1 <= step <= len(taken.steps):
        refuse("--step", str(step), f"a number from 1 to {len(taken.steps)}")
    for epoch in taken.epochs:
        print_walk(taken, epoch, make_console(), arithmetic, step)
    return AGREE


@click.command()
@click.option("--out", "folder", metavar="DIR", required=True, help="Where its pages go.")
@click.option(
    "--laboratory",
    is_flag=True,
    help="Add the page on which both languages run in the browser; it wants a server.",
)
def lesson(folder: str, laboratory: bool) -> int:
    """Make the lesson, pages whose numbers are computed now.

    Both languages compute them.
    """
    from twinprop.pictures.lesson.site import write_lesson

    first, *_, last = write_lesson(ready_folder(folder), laboratory)
    click.echo(f"the lesson begins at {first}")
    if laboratory:
        size = sum(path.stat().st_size for path in last.with_suffix("").rglob("*"))
        server = f"python3 -m http.server --directory {shlex.quote(folder)}"
        click.echo(f"{last} has {size / 1e6:.0f} MB beside it and wants a server: {server}")
    return AGREE


@click.command()
@click.argument("picture", callback=check_place)
def activations(picture: str) -> int:
    """Draw the activations and their derivatives to PICTURE.

    The values of R are drawn over those of Python.
    """
    from twinprop.pictures.activation_plot import draw_activations

    if picture == "-":
        raise InputError("a picture does not go to standard output; name a file")
    largest = draw_activations(picture)
    click.echo(f"{picture}: the largest difference between the languages is {largest:.2g}")
    return AGREE
