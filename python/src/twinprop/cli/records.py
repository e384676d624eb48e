"""The commands that look at many machines and many networks: record, reproduce, sweep."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from twinprop.cli.places import check_place, ready_folder
from twinprop.cli.shared import (
    engine_option,
    json_option,
    parts_option,
    processes_option,
    report_options,
    scheduler_option,
    write_json,
    write_reports,
    write_text,
)
from twinprop.engines.choices import Engines
from twinprop.ground.errors import InputError, count_of
from twinprop.ground.exit_status import AGREE, DIFFER

if TYPE_CHECKING:  # --help loads nothing that is slow
    from twinprop.studies.ci_reports import Row
    from twinprop.studies.reproduce import Reproduced

    # A row for each file or case, what changed around them, and what JSON tells.
    Found = tuple[list[Row], list[tuple[str, str, str]], dict[str, Any]]


@click.command()
@click.argument("file", callback=check_place)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--command", "program", metavar="TEXT", help="Record what a command of yours makes.")
@click.option("--outputs", multiple=True, metavar="PATTERN", help="Its files, such as 'out/**'.")
@engine_option("rpy2", "rscript")
def record(
    file: str,
    paths: tuple[str, ...],
    program: str | None,
    outputs: tuple[str, ...],
    engines: Engines,
) -> int:
    """Write the environment and the digests of every case to FILE.

    PATH is a case's file, the id of one of the project's own, or a folder with all cases in it;
    no PATH stands for all of the project's own cases. With --command and --outputs the record is
    of the files that a command makes: it runs as you, in this folder.
    """
    from twinprop.engines.doctor import examine_machine

    if program is not None or outputs:
        return _record_command(file, paths, program, outputs)
    from twinprop.cases.paths import good_cases
    from twinprop.pictures.terminal.progress import show_progress
    from twinprop.studies.record import record_cases
    from twinprop.studies.record_file import format_record

    cases = good_cases(paths)
    with show_progress() as on_case:
        recorded = record_cases(cases, examine_machine(), engines, on_case)
    write_text(format_record(recorded), file)
    click.echo(
        f"{file} has the digests of {count_of(len(cases), 'case')} in both languages",
        err=file == "-",
    )
    return AGREE


def _record_command(
    file: str, paths: tuple[str, ...], program: str | None, outputs: tuple[str, ...]
) -> int:
    from twinprop.engines.doctor import examine_machine
    from twinprop.studies.command_record import format_command_record, record_command

    if program is None or paths:
        raise InputError("--outputs belongs to --command, and cases to neither; give one of them")
    recorded = record_command(program, outputs, examine_machine())
    write_text(format_command_record(recorded), file)
    kept = sum("values" in entry for entry in recorded["files"])
    count = count_of(len(recorded["files"]), "file")
    click.echo(f"{file} has the digests of {count}, and the values of {kept}", err=file == "-")
    return AGREE


@click.command()
@click.argument("file")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@report_options
@json_option
@engine_option("rpy2", "rscript")
def reproduce(
    file: str,
    paths: tuple[str, ...],
    junit: str | None,
    markdown: str | None,
    json_path: str | None,
    engines: Engines,
) -> int:
    """Say whether this machine gives the results of a record, FILE.

    The cases are looked for in the folders, files or ids PATH, or among the project's own. The
    command of a record of yours is run again, as you, in this folder.
    """
    from twinprop.ground.files import read_json
    from twinprop.studies.ci_reports import agrees
    from twinprop.studies.command_record import KIND
    from twinprop.studies.record_file import read_record

    if os.path.exists(file) and not os.path.isfile(file) and not os.path.isdir(file):
        raise InputError(f"{file} is a pipe or a device, which is read but once; wanted a file")
    document = read_json(file, file)
    if isinstance(document, dict) and document.get("kind") == KIND:
        rows, changes, found = _again_command(document, file, paths, quiet=json_path == "-")
    else:
        recorded = read_record(file)
        rows, changes, found = _again_cases(recorded, paths, engines, quiet=json_path == "-")
    if json_path:
        environment = [{"fact": f, "recorded": old, "now": new} for f, old, new in changes]
        write_json({"format": 1, "environment": environment, **found}, json_path)
    write_reports("reproduce", rows, junit, markdown, changes=changes, quiet=json_path == "-")
    return AGREE if all(map(agrees, rows)) else DIFFER


def _again_command(
    document: dict[str, Any], file: str, paths: tuple[str, ...], quiet: bool
) -> Found:
    from twinprop.engines.doctor import examine_machine
    from twinprop.pictures.terminal.records import print_files
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.studies.command_record import check_command_record, reproduce_command
    from twinprop.studies.reproduce import changed_facts

    check_command_record(document, file)
    if paths:
        raise InputError(f"{file} is the record of a command; wanted no cases beside it")
    changes = changed_facts(document, examine_machine())
    rows = reproduce_command(document)
    if not quiet:
        print_files(rows, changes, make_console())
    return rows, changes, {"files": [row._asdict() for row in rows]}


def _again_cases(
    recorded: dict[str, Any], paths: tuple[str, ...], engines: Engines, quiet: bool
) -> Found:
    from twinprop.cases.paths import good_cases
    from twinprop.engines.doctor import examine_machine
    from twinprop.pictures.terminal import records as tables_records
    from twinprop.pictures.terminal.progress import show_progress
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.studies.reproduce import changed_facts, reproduce_cases

    changes = changed_facts(recorded, examine_machine())
    with show_progress() as on_case:
        results = reproduce_cases(recorded, good_cases(paths), engines, on_case)
    if not quiet:
        tables_records.print_reproduced(results, changes, make_console())
    cases = [{**asdict(result), "agrees": result.agrees} for result in results]
    return [_row_of(result) for result in results], changes, {"cases": cases}


def _row_of(result: Reproduced) -> Row:
    """A case in one line: each run's verdict."""
    from twinprop.studies.ci_reports import Row

    verdicts = (f"{run.language} {run.arithmetic} {run.verdict}" for run in result.runs)
    said = result.absent or ", ".join(verdicts)
    verdict = "different" if not result.agrees else "rounding"
    if result.agrees and all(run.verdict == "identical" for run in result.runs):
        verdict = "identical"
    return Row(result.case, verdict, f"{said}.")


@click.command()
@click.option("--networks", type=click.IntRange(1), required=True, help="How many.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Of all networks."
)
@processes_option
@click.option(
    "--kind",
    type=click.Choice(["sigmoid", "everything"]),
    default="sigmoid",
    show_default=True,
    help="Networks like the article's, or any activations, losses, optimizers and dropout.",
)
@scheduler_option
@parts_option
@click.option("--report", "report_path", metavar="DIR", help="Write a page and a table there.")
@json_option
def sweep(
    networks: int,
    seed: int,
    processes: int | None,
    kind: str,
    scheduler: str | None,
    parts: str | None,
    report_path: str | None,
    json_path: str | None,
) -> int:
    """Run random networks in both languages, and compare.

    They are small and wide, shallow and deep. Strict results have to have the same bits, native
    ones to differ by no more than rounding. With --parts a sweep that was ended goes on by the same
    words.
    """
    from twinprop.engines.workers import gather_workers
    from twinprop.pictures.terminal import records as tables_records
    from twinprop.pictures.terminal.progress import show_steps
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.pictures.terminal.workers import print_workers
    from twinprop.studies.sweep import find_wrong, summarize_sweep
    from twinprop.studies.sweeping import sweep_networks

    folder = ready_folder(report_path) if report_path else None
    kept = ready_folder(parts) if parts else None
    helped: list[Mapping[str, str]] = []
    with show_steps(networks, "networks") as on_network:
        swept = sweep_networks(
            *(networks, seed, processes, on_network, kind),
            scheduler=scheduler,
            folder=kept,
            on_worker=helped.append,
        )
    families, wrong = summarize_sweep(swept), find_wrong(swept)
    workers = gather_workers(helped)
    if json_path != "-":
        tables_records.print_sweep(families, wrong, make_console())
        print_workers(workers, make_console())
    if json_path:
        named = [
            {"index": one.index, "strict_differing": one.strict_differing, "sentence": one.sentence}
            for one in wrong
        ]
        found = {"kind": kind, "seed": seed, "families": families, "wrong": named}
        write_json({"format": 1, **found, "workers": workers}, json_path)
    if folder:
        from twinprop.pictures.sweep.files import write_sweep_report

        write_sweep_report(swept, families, kind, folder)
        click.echo(f"The report is in {folder / 'index.html'}.", err=json_path == "-")
    return DIFFER if wrong else AGREE
