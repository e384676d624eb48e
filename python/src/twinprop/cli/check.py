"""Somebody's own program is compared with a case: check."""

from __future__ import annotations

import click

from twinprop.cli.shared import Seconds, json_option, write_json


@click.command()
@click.argument("file")
@click.option(
    "--case",
    "case",
    default="article-4-3-1",
    show_default=True,
    metavar="CASE",
    help="Its file, or the id of one of the project's own: squared error, or a cross-entropy after "
    "softmax or sigmoid; no dropout, no penalty.",
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
    type=Seconds(1, 86400),
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
@click.option(
    "--trust",
    is_flag=True,
    help="Run it even where no wall can be built: you wrote it, or trust it.",
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
    trust: bool,
    json_path: str | None,
) -> int:
    """Say which step of a FILE (.py, .R) first differs, and why.

    FILE is somebody's own program. It runs behind a wall, with the limits below: without network,
    and unable to write but in a folder of its own. Where no wall can be built it does not run,
    unless --trust is given; `doctor` says what holds on this machine. It can read what you can
    read, and it can forge its own recording, so that what is wrong looks right.
    """
    from twinprop.cases.paths import find_case
    from twinprop.check.answer import exit_status, format_answer
    from twinprop.check.run import check_file, read_maps
    from twinprop.engines.sandbox import Limits

    path = find_case(case, "--case FILE")
    limits = Limits(seconds, memory_mb, printed_kb, file_mb)
    answer = check_file(file, path, read_maps(maps), limits, trust)
    if json_path != "-":
        click.echo(format_answer(answer), nl=False)
    if json_path:
        write_json(answer, json_path)
    return exit_status(answer)
