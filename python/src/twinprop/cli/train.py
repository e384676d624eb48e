"""Networks trained and chosen in both languages: digits, grid."""

from __future__ import annotations

from collections.abc import Mapping

import click

from twinprop.cli.places import ready_folder
from twinprop.cli.shared import (
    arithmetic_option,
    json_option,
    parts_option,
    scheduler_option,
    write_json,
)
from twinprop.ground.exit_status import AGREE, DIFFER


@click.command()
@click.option("--csv", "csv_path", metavar="FILE", required=True, help="label, pixel0 to pixel783.")
@click.option("--epochs", type=click.IntRange(1), default=10, show_default=True)
@arithmetic_option
@click.option(
    "--out",
    "out_path",
    metavar="DIR",
    default=".digits",
    show_default=True,
    help="Where the network (model.json) and the picture (confusion.png) go.",
)
@json_option
def digits(
    csv_path: str, epochs: int, arithmetic: str, out_path: str, json_path: str | None
) -> int:
    """Train on images of a CSV file, classify in both languages.

    70 % of the images are trained on, the others are classified.
    """
    from twinprop.pictures.terminal.progress import show_steps
    from twinprop.studies.digits import (
        describe_digits,
        draw_confusion,
        run_digits,
        summarize_digits,
    )

    folder = ready_folder(out_path)
    with show_steps(epochs, "epochs") as on_epoch:
        found = run_digits(csv_path, folder / "model.json", epochs, arithmetic, on_epoch)
    draw_confusion(found.confusion, folder / "confusion.png")
    if json_path != "-":
        click.echo(describe_digits(found))
    if json_path:
        write_json({"format": 1, **summarize_digits(found)}, json_path)
    return DIFFER if found.different else AGREE


@click.command()
@click.argument("case")
@click.option(
    "--vary",
    "varied",
    metavar="FIELD=A,B",
    multiple=True,
    required=True,
    help="Values of a field of the case, as JSON: training.epochs=5,10,15.",
)
@click.option("--folds", type=click.IntRange(2), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the folds.")
@arithmetic_option
@scheduler_option
@parts_option
@json_option
def grid(
    case: str,
    varied: tuple[str, ...],
    folds: int,
    seed: int,
    arithmetic: str,
    scheduler: str | None,
    parts: str | None,
    json_path: str | None,
) -> int:
    """Search a grid of a case's fields, in both languages.

    CASE is a file, or the id of one of the project's own cases. Each point of the grid is judged
    by cross-validation. A cluster has to have the case and its data at the same place. With --parts
    a search that was ended goes on by the same words.
    """
    from twinprop.cases.paths import find_case
    from twinprop.engines.workers import gather_workers
    from twinprop.pictures.terminal.progress import show_steps
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.pictures.terminal.workers import print_workers
    from twinprop.studies.grid import describe_grid, parse_grid, scores_agree, search_in_both

    path, points = find_case(case), parse_grid(varied)
    kept = ready_folder(parts) if parts else None
    helped: list[Mapping[str, str]] = []
    with show_steps(len(points), "points") as on_point:
        rows = search_in_both(
            *(path, points, folds, seed, arithmetic, on_point, scheduler, helped.append, kept)
        )
    workers = gather_workers(helped)
    if json_path != "-":
        click.echo(describe_grid(rows, arithmetic))
        print_workers(workers, make_console())
    if json_path:
        told = {"workers": workers} if workers else {}
        write_json({"format": 1, "points": rows, **told}, json_path)
    return AGREE if all(scores_agree(row, arithmetic) for row in rows) else DIFFER
