"""Anybody's own program is judged, alone or among a class: check."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twinprop.cli.check_class import check_class, write_results
from twinprop.cli.places import check_place, ready_folder
from twinprop.cli.shared import (
    complain,
    json_option,
    scheduler_option,
    time_option,
    write_json,
    write_text,
)
from twinprop.ground.errors import InputError

if TYPE_CHECKING:
    from twinprop.check.program import Plan


class WithArguments(click.Command):
    """A command whose words after -- are handed on to the program that is checked."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take them off before click sees them."""
        at = args.index("--") if "--" in args else len(args)
        ctx.meta["arguments"] = tuple(args[at + 1 :])
        return super().parse_args(ctx, args[:at])


def place_option(name: str, help: str) -> Callable[[Any], Any]:
    """An option that names a file to write, refused at once where that cannot be."""
    return click.option(name, metavar="FILE", callback=check_place, help=help)


@click.command(cls=WithArguments, context_settings={"ignore_unknown_options": False})
@click.argument("paths", metavar="FILE... [-- ARGS]", nargs=-1, required=True)
@click.option(
    "--case",
    metavar="CASE",
    help="The network that an exercise asks for: its file, or the id of one of the project's own.",
)
@click.option(
    "--like", metavar="PROGRAM", help="The network that an exercise asks for: a right program."
)
@click.option("--python", metavar="PATH", help="The interpreter that has the program's packages.")
@time_option("Seconds that it may run.")
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
@click.option("--trust", is_flag=True, help="Run it also where no wall can be built.")
@click.option(
    "--hide-values", is_flag=True, help="Say where to look, without the right values; for learners."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="How many programs of a class are judged at once.",
)
@scheduler_option
@place_option("--case-out", "Write the problem as it was understood as a case, for `run`.")
@place_option("--csv", "Write a table with one line for each program.")
@click.option(
    "--report",
    "report_path",
    metavar="DIR",
    help="Write pages that show each line with its mark and the values behind it.",
)
@place_option("--junit", "Write the results in the format of JUnit.")
@click.option(
    "--gradescope",
    metavar="PLACE",
    help="Write results.json for Gradescope; of a class, a folder with one for each program.",
)
@click.option(
    "--prairielearn",
    metavar="PLACE",
    help="Write results.json for PrairieLearn; of a class, a folder with one for each program.",
)
@json_option
def check(paths: tuple[str, ...], json_path: str | None, **options: Any) -> int:
    """Say whether programs are right, and if not, on which line it begins.

    FILE is anybody's program (.py, .ipynb, .R, .Rmd, .qmd), which trains a network with its own
    data; it runs as it is, unchanged, in a process of its own with the limits below. A folder is a
    class: what was done when it was stopped is not done again, where results are written; a cluster
    has to have it at the same place.
    """  # fmt: skip
    from dataclasses import replace

    from twinprop.check.program import Plan, find_programs
    from twinprop.engines.sandbox import Limits

    names = ("seconds", "memory_mb", "printed_kb", "file_mb")
    limits = Limits(**{name: options[name] for name in names})
    plan = Plan(
        click.get_current_context().meta["arguments"], options["python"], limits, options["trust"]
    )
    exercise = find_exercise(options["case"], options["like"], plan)
    pages = ready_folder(options["report_path"]) if options["report_path"] else None
    plan = replace(plan, exercise=exercise, lines=pages is not None)
    files = find_programs(paths)
    if options["case_out"] and (len(files) > 1 or Path(paths[0]).is_dir()):
        raise click.UsageError("--case-out writes the problem of one program; name one.")
    if len(files) == 1 and not Path(paths[0]).is_dir():
        return check_one(files[0], plan, options, json_path)
    return check_class(files, plan, options, json_path)


def find_exercise(case: str | None, like: str | None, plan: Plan) -> dict[str, Any] | None:
    """The network that is asked for, by a case or by a right program."""
    from twinprop.check.exercise import describe_case
    from twinprop.check.program import check_program

    if case and like:
        raise click.UsageError("--case and --like both say what is asked for; give one of them.")
    if case:
        from twinprop.cases.paths import find_case

        return describe_case(find_case(case, "--case FILE"))
    if like:
        answer = check_program(Path(like), plan)
        if answer["verdict"] != "right":
            raise InputError(
                f"--like {like}: wanted a program that is right; of this one check says: "
                f"{answer['sentence']}"
            )
        return dict(answer["network"])
    return None


def check_one(file: Path, plan: Plan, options: dict[str, Any], json_path: str | None) -> int:
    """One program: the whole answer."""
    from twinprop.check.explain.answer import exit_status, format_answer
    from twinprop.check.explain.evidence import Evidence
    from twinprop.check.program import judge_watched, watch
    from twinprop.check.results import hide_values

    began = time.monotonic()
    watched = watch(file, plan)
    evidence = Evidence()
    answer = judge_watched(watched, file.name, plan, evidence)
    answer["seconds"] = round(time.monotonic() - began, 3)
    if answer["cause"] and not options["hide_values"]:
        from twinprop.check.corrected import find_corrected

        corrected = find_corrected(file, plan, watched, evidence, answer)
        answer["cause"]["corrected"] = corrected
    shown = hide_values(answer) if options["hide_values"] else answer
    lines = shown.pop("lines", None)
    write_results([shown], options, alone=True)
    if options["report_path"]:
        from twinprop.pictures.check.page import answer_page

        page = answer_page({**shown, "lines": lines})
        write_text(page, str(Path(options["report_path"], "index.html")))
    if json_path != "-" and (answer["network"] or answer["verdict"] != "not followed"):
        click.echo(format_answer(shown), nl=False)
    if json_path:
        write_json(shown, json_path)
    if answer["verdict"] == "not followed":
        complain(answer["sentence"])
    elif options["case_out"]:
        from twinprop.check.as_case import case_of_program

        assert watched.graph is not None
        write_json(case_of_program(watched.graph, evidence, answer), options["case_out"])
    return exit_status(answer)
