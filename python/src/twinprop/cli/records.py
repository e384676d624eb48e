"""The commands that look at many machines and many networks: record, reproduce, sweep."""

from __future__ import annotations

from dataclasses import asdict

import click

from twinprop.cli.places import check_place
from twinprop.cli.shared import bridge_option, json_option, write_json, write_text
from twinprop.ground.errors import count_of
from twinprop.ground.exit_status import AGREE, DIFFER


@click.command()
@click.argument("file", callback=check_place)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@bridge_option
def record(file: str, paths: tuple[str, ...], bridge: str) -> int:
    """Write the environment and the digests of every case to FILE.

    PATH is a case's file, the id of one of the project's own, or a folder with all cases in it;
    no PATH stands for all of the project's own cases.
    """
    from twinprop.cases.paths import good_cases
    from twinprop.engines.doctor import examine_machine
    from twinprop.pictures.terminal.progress import show_progress
    from twinprop.studies.record import record_cases
    from twinprop.studies.record_file import format_record

    cases = good_cases(paths)
    with show_progress() as on_case:
        recorded = record_cases(cases, examine_machine(), bridge, on_case)
    write_text(format_record(recorded), file)
    click.echo(
        f"{file} has the digests of {count_of(len(cases), 'case')} in both languages",
        err=file == "-",
    )
    return AGREE


@click.command()
@click.argument("file")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@json_option
@bridge_option
def reproduce(file: str, paths: tuple[str, ...], json_path: str | None, bridge: str) -> int:
    """Say whether this machine gives the results of a record, FILE.

    The cases are looked for in the folders, files or ids PATH, or among the project's own.
    """
    from twinprop.cases.paths import good_cases
    from twinprop.engines.doctor import examine_machine
    from twinprop.pictures.terminal import records
    from twinprop.pictures.terminal.progress import show_progress
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.studies.record_file import read_record
    from twinprop.studies.reproduce import changed_facts, reproduce_cases

    recorded = read_record(file)
    changes = changed_facts(recorded, examine_machine())
    with show_progress() as on_case:
        results = reproduce_cases(recorded, good_cases(paths), bridge, on_case)
    if json_path != "-":
        records.print_reproduced(results, changes, make_console())
    if json_path:
        environment = [{"fact": f, "recorded": old, "now": new} for f, old, new in changes]
        cases = [{**asdict(result), "agrees": result.agrees} for result in results]
        write_json({"format": 1, "environment": environment, "cases": cases}, json_path)
    return AGREE if all(result.agrees for result in results) else DIFFER


@click.command()
@click.option("--networks", type=click.IntRange(1), required=True, help="How many.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of all networks."
)
@click.option(
    "--processes", type=click.IntRange(1), help="How many at once.  [default: one for each core]"
)
@click.option(
    "--kind",
    type=click.Choice(["sigmoid", "everything"]),
    default="sigmoid",
    show_default=True,
    help="Networks like the article's, or any activations, losses, optimizers and dropout.",
)
@json_option
def sweep(networks: int, seed: int, processes: int | None, kind: str, json_path: str | None) -> int:
    """Run random networks in both languages, and compare.

    They are small and wide, shallow and deep. Strict results have to have the same bits, native
    ones to differ by no more than rounding.
    """
    from twinprop.pictures.terminal import records
    from twinprop.pictures.terminal.progress import show_steps
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.studies.sweep import find_wrong, summarize_sweep, sweep_networks

    with show_steps(networks, "networks") as on_network:
        swept = sweep_networks(networks, seed, processes, on_network, kind)
    families, wrong = summarize_sweep(swept), find_wrong(swept)
    if json_path != "-":
        records.print_sweep(families, wrong, make_console())
    if json_path:
        named = [
            {"index": one.index, "strict_differing": one.strict_differing, "sentence": one.sentence}
            for one in wrong
        ]
        found = {"kind": kind, "seed": seed, "families": families, "wrong": named}
        write_json({"format": 1, **found}, json_path)
    return DIFFER if wrong else AGREE
