"""How sure a verdict is: calibrate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twinprop.cli.places import check_place, ready_folder
from twinprop.cli.shared import (
    json_option,
    processes_option,
    scheduler_option,
    write_json,
    write_text,
)
from twinprop.ground.errors import InputError
from twinprop.ground.exit_status import AGREE, DIFFER

if TYPE_CHECKING:
    from twinprop.studies.calibrate import Fresh

KINDS = ("sigmoid", "everything")


@click.command()
@click.option(
    "--networks",
    type=click.IntRange(1),
    required=True,
    help="How many of each kind, counted in parts of 50.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of all networks."
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="Networks like the article's, or of everything, as for sweep.  [default: both]",
)
@click.option(
    "--parts",
    metavar="DIR",
    default=".calibration",
    show_default=True,
    help="Where what is done is kept, as files of parquet; what is there is not done again.",
)
@processes_option
@scheduler_option
@click.option(
    "--out", "out_path", metavar="FILE", callback=check_place, help="Write the table there."
)
@click.option(
    "--add",
    metavar="FILE",
    help="Add these pairs to those of a table of other seeds and the same code.",
)
@click.option(
    "--against",
    metavar="FILE",
    help="Hold these pairs against a table of another seed, instead of building one.",
)
@click.option(
    "--csv",
    "csv_path",
    metavar="FILE",
    help="Write what the parts hold, a row for each pair and kind of quantity; - is standard "
    "output. R reads it, which may have no reader of parquet.",
)
@json_option
def calibrate(
    networks: int,
    seed: int,
    kinds: tuple[str, ...],
    parts: str,
    processes: int | None,
    scheduler: str | None,
    out_path: str | None,
    add: str | None,
    against: str | None,
    csv_path: str | None,
    json_path: str | None,
) -> int:
    """Count how near right pairs come to their bounds, on random networks.

    Both languages run each network natively. The table says for each family and kind of quantity
    how many pairs used up which share of what rounding explains: so a verdict has a probability.
    The project's own stands in shared_fixtures/calibration.json. What is done is kept in parts, so
    that work that was ended goes on with the same words.
    """
    from twinprop.comparing.calibration import read_calibration
    from twinprop.engines.workers import gather_workers
    from twinprop.ground.files import read_json
    from twinprop.pictures.terminal.progress import show_steps
    from twinprop.studies.calibrate import (
        add_tables,
        build_table,
        check_fresh,
        format_table,
        run_parts,
    )
    from twinprop.studies.parts import digest_code, format_rows, plan_parts, read_parts

    if (out_path or add) and against:
        raise InputError("--against builds no table, --out and --add do; give one of them")
    kinds = kinds or KINDS
    known_path = add or against
    known = read_calibration(Path(known_path)) if known_path else None
    if known and seed in known.seeds:
        raise InputError(f"{known_path} has the networks of seed {seed}; give another --seed")
    if add and known and known.code != digest_code():
        raise InputError(
            f"{add} was built by code {known.code}, this is {digest_code()}: their pairs are not "
            "alike; build the table anew, without --add"
        )
    folder = ready_folder(parts)
    planned = plan_parts(kinds, seed, networks)
    helped: list[Mapping[str, str]] = []
    with show_steps(len(planned), "parts") as on_part:
        run_parts(planned, folder, processes, on_part, scheduler, helped.append)
    workers = gather_workers(helped)
    if csv_path:
        write_text(format_rows(read_parts(planned, folder)), csv_path)
    if against and known:
        return _show_fresh(check_fresh(planned, folder, known), workers, json_path)
    built = build_table(planned, folder)
    if add:
        built = add_tables(read_json(Path(add), add), built)
    if out_path:
        write_text(format_table(built), out_path)
    _show_table(built, workers, json_path, quiet="-" in (out_path, csv_path, json_path))
    return AGREE


def _show_table(
    built: dict[str, Any], workers: list[dict[str, Any]], json_path: str | None, quiet: bool
) -> None:
    from twinprop.pictures.terminal.calibration import print_calibration
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.pictures.terminal.workers import print_workers

    if not quiet:
        print_calibration(built, make_console())
        print_workers(workers, make_console())
    if json_path:
        write_json({**built, "workers": workers}, json_path)


def _show_fresh(found: list[Fresh], workers: list[dict[str, Any]], json_path: str | None) -> int:
    from twinprop.pictures.terminal.calibration import print_fresh
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.pictures.terminal.workers import print_workers

    if json_path != "-":
        print_fresh(found, make_console())
        print_workers(workers, make_console())
    if json_path:
        families = [{**one._asdict(), "agrees": one.agrees} for one in found]
        write_json({"format": 1, "families": families, "workers": workers}, json_path)
    return AGREE if all(one.agrees for one in found) else DIFFER
