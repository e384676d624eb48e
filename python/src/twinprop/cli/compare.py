"""Both languages run cases, and what they give is compared: verify, run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from twinprop.cli.places import check_place, ready_folder
from twinprop.cli.shared import (
    Seconds,
    complain,
    engine_option,
    json_option,
    write_json,
    write_text,
)
from twinprop.engines.choices import ABOUT_ENGINES, EXACT_SECONDS, LANGUAGES, Engines
from twinprop.ground.errors import count_of
from twinprop.ground.exit_status import AGREE, INTERRUPTED

if TYPE_CHECKING:
    from twinprop.studies.verify import Outcome


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--report", "report_path", metavar="DIR", help="Write a page and a table there.")
@json_option
@engine_option(*ABOUT_ENGINES)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="How many cases at once.  [default: one for each core, of many cases]",
)
def verify(
    paths: tuple[str, ...],
    report_path: str | None,
    json_path: str | None,
    engines: Engines,
    jobs: int | None,
) -> int:
    """Run cases in both languages, native and strict, and compare.

    PATH is a case's file, the id of one of the project's own, or a folder with all cases in it;
    no PATH stands for all of the project's own cases. After Ctrl-C it shows the cases that were
    done by then.
    """
    from twinprop.pictures.terminal.progress import show_progress
    from twinprop.studies.verify import Interrupted, exit_status, verify_cases

    folder = ready_folder(report_path) if report_path else None
    try:
        with show_progress() as on_case:
            outcomes = verify_cases(paths, engines, on_case, jobs)
    except Interrupted as stop:
        if not stop.outcomes:
            raise
        _show_verified(stop.outcomes, json_path, folder)
        complain(f"interrupted; shown is what was done, {count_of(len(stop.outcomes), 'case')}")
        return INTERRUPTED
    _show_verified(outcomes, json_path, folder)
    return exit_status(outcomes)


def _show_verified(outcomes: list[Outcome], json_path: str | None, folder: Path | None) -> None:
    """The table, or what takes its place, and the report."""
    from twinprop.pictures.terminal import tables
    from twinprop.studies.summary import summarize

    if json_path != "-":
        tables.print_verify(outcomes, tables.make_console())
    if json_path:
        write_json({"format": 1, "cases": [summarize(o) for o in outcomes]}, json_path)
    for outcome in outcomes:
        if outcome.error:
            complain(outcome.error)
    if folder:
        from twinprop.pictures.report.files import write_report

        write_report(outcomes, folder)
        click.echo(f"The report is in {folder / 'index.html'}.", err=json_path == "-")


@click.command()
@click.argument("case")
@click.option("--language", type=click.Choice(LANGUAGES), required=True)
@click.option(
    "--arithmetic",
    metavar="NAME",
    default="native",
    show_default=True,
    help="native, strict or, in Python, exact.",
)
@click.option("--seed", type=int, help="Replaces the seed of the case's starting weights.")
@click.option(
    "--seconds",
    type=Seconds(min=0),
    default=EXACT_SECONDS,
    show_default=True,
    help="How long exact may look for a proof, and again as long for agreement of two precisions.",
)
@click.option(
    "--out",
    "out_path",
    metavar="FILE",
    callback=check_place,
    default="-",
    help="Where to.  [default: standard output]",
)
@engine_option(*ABOUT_ENGINES)
def run(
    case: str,
    language: str,
    arithmetic: str,
    seed: int | None,
    seconds: float,
    out_path: str,
    engines: Engines,
) -> int:
    """Run one CASE and write its trace as JSON.

    CASE is a file, or the id of one of the project's own cases.
    """
    from twinprop.cases.paths import find_case
    from twinprop.cases.traces import format_run
    from twinprop.engines import running
    from twinprop.engines.document import Document
    from twinprop.pictures.terminal.progress import show_epochs

    with show_epochs() as on_epoch:
        document = Document(find_case(case), seed=seed)
        done = running.run(document, language, arithmetic, engines[language], seconds, on_epoch)
    for message in done.messages:
        click.echo(f"{language}: {message}", err=True)
    write_text(format_run(done), out_path)
    return AGREE
