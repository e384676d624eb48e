"""The command line. What is slow to load is loaded by the command that needs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from twinprop.errors import InputError
from twinprop.harness.cli_common import (
    AGREE,
    BAD_INPUT,
    DIFFER,
    INTERRUPTED,
    bridge_option,
    json_option,
    write_json,
)
from twinprop.harness.cli_records import record, reproduce, sweep
from twinprop.harness.cli_sources import activations, digits, grid
from twinprop.harness.errors import EngineError, MissingPart


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="twinprop")
def cli() -> None:
    """The same network in Python and R: are two runs the same, and if not, where do they differ?

    Exit status: 0 agree, 1 differ, 2 bad input or a missing part.
    """


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--report", "report_path", metavar="DIR", help="Write a page and a table there.")
@json_option
@bridge_option
def verify(
    paths: tuple[str, ...], report_path: str | None, json_path: str | None, bridge: str
) -> int:
    """Run cases in both languages, native and strict, and compare.

    A folder stands for all cases in it, no PATH for the project's own cases.
    """
    from twinprop.harness import tables
    from twinprop.harness.progress import show_progress
    from twinprop.harness.summary import summarize
    from twinprop.harness.verify import exit_status, verify_cases

    with show_progress() as on_case:
        outcomes = verify_cases(paths, bridge, on_case=on_case)
    if json_path != "-":
        tables.print_verify(outcomes, tables.make_console())
    if json_path:
        write_json({"format": 1, "cases": [summarize(o) for o in outcomes]}, json_path)
    if report_path:
        from twinprop.harness.report import write_report

        write_report(outcomes, Path(report_path))
    for outcome in outcomes:
        if outcome.error:
            _complain(outcome.error)
    return exit_status(outcomes)


@cli.command()
@click.argument("case")
@click.option("--language", type=click.Choice(["python", "r"]), required=True)
@click.option(
    "--arithmetic",
    metavar="NAME",
    default="native",
    show_default=True,
    help="native, strict or, in Python, exact.",
)
@click.option("--seed", type=int, help="Replaces the seed of the case's starting weights.")
@click.option("--out", "out_path", metavar="FILE", help="Where to, instead of standard output.")
@bridge_option
def run(
    case: str, language: str, arithmetic: str, seed: int | None, out_path: str | None, bridge: str
) -> int:
    """Run one case and write its trace as JSON."""
    from twinprop.harness import engines
    from twinprop.harness.traces import format_run, write_run

    done = engines.run(case, language, arithmetic, bridge, seed)
    for message in done.messages:
        click.echo(f"{language}: {message}", err=True)
    if out_path:
        write_run(done, out_path)
    else:
        click.echo(format_run(done), nl=False)
    return AGREE


@cli.command()
@click.argument("a")
@click.argument("b")
@click.option("--case", "case_path", metavar="CASE", help="Their case, if it is none of ours.")
@json_option
def compare(a: str, b: str, case_path: str | None, json_path: str | None) -> int:
    """Compare two traces, A and B: verdict and first difference."""
    from twinprop.harness import tables
    from twinprop.harness.compare_files import compare_files
    from twinprop.harness.summary import summarize_comparison

    comparison, sentence = compare_files(a, b, case_path)
    if json_path != "-":
        tables.print_comparison(comparison, sentence, tables.make_console())
    if json_path:
        summary = {"format": 1, **summarize_comparison(comparison), "sentence": sentence}
        write_json(summary, json_path)
    return DIFFER if comparison.verdict == "different" else AGREE


@cli.command()
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
    type=click.Choice(["native", "strict"]),
    default="native",
    show_default=True,
    help="Whose numbers are printed; a page has both.",
)
@click.option("--page", "page_path", metavar="FILE", help="Write a page instead of printing.")
@bridge_option
def walk(
    case: str,
    epochs: tuple[int, ...],
    batch: int,
    step: int | None,
    arithmetic: str,
    page_path: str | None,
    bridge: str,
) -> int:
    """Show the steps of one epoch, both languages side by side."""
    from twinprop.pictures.walk_run import take_walk

    if page_path:
        from twinprop.harness.files import write_whole
        from twinprop.pictures.walk_page import walk_page

        write_whole(page_path, walk_page(take_walk(case, epochs, batch, bridge)))
        return AGREE
    from twinprop.harness.tables import make_console
    from twinprop.pictures.walk_terminal import print_walk

    taken = take_walk(case, epochs or (1,), batch, bridge)
    for epoch in taken.epochs:
        print_walk(taken, epoch, make_console(), arithmetic, step)
    return AGREE


@cli.command()
@click.option("--out", "folder", metavar="DIR", required=True, help="Where its pages go.")
def lesson(folder: str) -> int:
    """Make the lesson: a small site whose numbers are computed now, in both languages."""
    from twinprop.pictures.lesson import write_lesson

    first, *_ = write_lesson(Path(folder))
    click.echo(f"the lesson begins at {first}")
    return AGREE


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def doctor(as_json: bool) -> int:
    """Say what is installed, and what is missing and how it is installed."""
    from twinprop.harness.doctor import examine_machine, find_missing

    facts = examine_machine()
    missing = find_missing(facts)
    if as_json:
        write_json({"format": 1, **facts, "missing": missing}, "-")
    else:
        from twinprop.harness.tables import make_console, print_facts

        print_facts(facts, make_console())
    for sentence in missing:
        _complain(sentence)
    return BAD_INPUT if missing else AGREE


@cli.group()
def fixtures() -> None:
    """Build or check the expected values of the shared cases."""


folder_argument = click.argument("folder", required=False, metavar="[FOLDER]")


@fixtures.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
def build(paths: tuple[str, ...]) -> int:
    """Compute exact values and strict digests of cases.

    A folder stands for all cases in it, no PATH for the project's own cases, which takes many
    minutes. Building twice changes no byte.
    """
    from twinprop.harness.fixtures import build_fixtures

    for place in map(Path, paths or [_cases_folder(None)]):
        cases = [place] if place.is_file() else sorted(_cases_folder(str(place)).glob("*.json"))
        for path, changed in build_fixtures(cases):
            click.echo(f"{'changed' if changed else 'as it was'}  {path.name}")
    return AGREE


@fixtures.command()
@folder_argument
def lint(folder: str | None) -> int:
    """Check all cases of FOLDER: schema, names, expected values and their digests."""
    from twinprop.harness.fixtures import lint_fixtures

    found = lint_fixtures(_cases_folder(folder))
    for sentence in found:
        _complain(sentence)
    return BAD_INPUT if found else AGREE


@cli.command()
@click.argument("file")
@click.option(
    "--case",
    "case",
    default="article-4-3-1",
    show_default=True,
    metavar="CASE",
    help="A case file, or the id of one of the project's own.",
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="NAME=QUANTITY",
    help="What a variable holds, such as wh=W1; may be given often.",
)
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(1, 86400),
    default=60.0,
    show_default=True,
    help="Seconds that it may run.",
)
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(256),
    default=2048,
    show_default=True,
    help="MB of memory that it may use.",
)
@click.option(
    "--printed",
    "printed_kb",
    type=click.IntRange(1),
    default=1024,
    show_default=True,
    help="KB that it may print.",
)
@click.option(
    "--file-size",
    "file_mb",
    type=click.IntRange(1),
    default=64,
    show_default=True,
    help="MB of the largest file that it may write.",
)
@json_option
def check(
    file: str,
    case: str,
    maps: tuple[str, ...],
    seconds: float,
    memory_mb: int,
    printed_kb: int,
    file_mb: int,
    json_path: str | None,
) -> int:
    """Say which step of somebody's own FILE (.py or .R) is the first to differ, and why.

    FILE runs in a process of its own with the limits below, in an empty folder; `doctor` says what
    else protects this machine.
    """
    from twinprop.check.answer import exit_status, format_answer
    from twinprop.check.run import check_file, read_maps
    from twinprop.check.sandbox import Limits
    from twinprop.harness.case_paths import default_cases

    path = Path(case) if Path(case).exists() else default_cases() / f"{case}.json"
    limits = Limits(seconds, memory_mb, printed_kb, file_mb)
    answer = check_file(file, path, read_maps(maps), limits)
    if json_path != "-":
        click.echo(format_answer(answer), nl=False)
    if json_path:
        write_json(answer, json_path)
    return exit_status(answer)


for command in (record, reproduce, sweep, digits, activations, grid):
    cli.add_command(command)


def _cases_folder(folder: str | None) -> Path:
    """The folder of cases that is meant; one without any is refused."""
    from twinprop.harness.case_paths import default_cases

    path = Path(folder) if folder else default_cases()
    if not any(path.glob("*.json")):
        raise InputError(f"{path} holds no case (no .json file); give a folder of cases")
    return path


def main(args: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit status.

    Parameters
    ----------
    args : list of str or None
        The arguments, by default those of the process.
    """
    sys.exit(run_command_line(args))


def run_command_line(args: list[str] | None = None) -> int:
    """Run the command line; every error is one sentence on standard error.

    Parameters
    ----------
    args : list of str or None
        The arguments, by default those of the process.

    Returns
    -------
    int
        The exit status.
    """
    try:
        status = cli.main(args=args, prog_name="twinprop", standalone_mode=False)
        sys.stdout.flush()
        return int(status or AGREE)
    except (InputError, MissingPart, EngineError) as error:
        return _complain(str(error))
    except click.ClickException as error:
        return _complain(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has seen enough, as `head` does (click makes of it an exit with
        # status 1, which here means a difference): leave without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return AGREE
    except MemoryError:
        return _complain("there is not enough memory for this")
    except Exception as error:
        if os.environ.get("TWINPROP_TRACEBACK"):
            raise
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        return _complain(f"an error in twinprop itself, {what} (TWINPROP_TRACEBACK=1 shows where)")


def _complain(sentence: str) -> int:
    one_line = " ".join(sentence.split())
    click.echo(f"twinprop: {one_line}", err=True)
    return BAD_INPUT


if __name__ == "__main__":
    main()
