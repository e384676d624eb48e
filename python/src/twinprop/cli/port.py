"""A program and its port in the other language, or in the same: port."""

from __future__ import annotations

from pathlib import Path

import click

from twinprop.cli.places import ready_folder
from twinprop.cli.shared import json_option, time_option, write_json, write_text


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--python", metavar="PATH", help="The interpreter that has their packages.")
@time_option("Seconds that each may run.")
@click.option("--trust", is_flag=True, help="Run them also where no wall can be built.")
@click.option(
    "--report",
    "report_path",
    metavar="DIR",
    help="Write a page that shows both programs side by side, with the pairs that differ.",
)
@json_option
def port(
    a: str,
    b: str,
    python: str | None,
    seconds: float,
    trust: bool,
    report_path: str | None,
    json_path: str | None,
) -> int:
    """Say whether program B is a right port of program A, and if not, where they first differ.

    Both run as they are, each in its own folder; B is given what A draws. Named are the first pair
    of quantities that differs and each further one, with the line in both programs.
    """
    from twinprop.check.port import port as compare_programs
    from twinprop.check.port.answer import exit_status, format_answer
    from twinprop.check.program import Plan
    from twinprop.engines.sandbox import Limits

    folder = ready_folder(report_path) if report_path else None
    plan = Plan((), python, Limits(seconds=seconds), trust, lines=folder is not None)
    answer = compare_programs(Path(a), Path(b), plan)
    if folder:
        from twinprop.pictures.check.page import port_page

        write_text(port_page(answer), str(folder / "index.html"))
        del answer["lines"]
    if json_path != "-":
        click.echo(format_answer(answer), nl=False)
    if json_path:
        write_json(answer, json_path)
    return exit_status(answer)
