"""A program and its port in the other language, or in the same: port."""

from __future__ import annotations

from pathlib import Path

import click

from twinprop.cli.shared import json_option, time_option, write_json


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--python", metavar="PATH", help="The interpreter that has their packages.")
@time_option("Seconds that each may run.")
@click.option("--trust", is_flag=True, help="Run them also where no wall can be built.")
@json_option
def port(
    a: str, b: str, python: str | None, seconds: float, trust: bool, json_path: str | None
) -> int:
    """Say whether program B is a right port of program A, and if not, where they first differ.

    Both run as they are, each in its own folder; B is given what A draws. Named are the first pair
    of quantities that differs and each further one, with the line in both programs.
    """
    from twinprop.check.port import port as compare_programs
    from twinprop.check.port.answer import exit_status, format_answer
    from twinprop.check.program import Plan
    from twinprop.engines.sandbox import Limits

    plan = Plan((), python, Limits(seconds=seconds), trust)
    answer = compare_programs(Path(a), Path(b), plan)
    if json_path != "-":
        click.echo(format_answer(answer), nl=False)
    if json_path:
        write_json(answer, json_path)
    return exit_status(answer)
