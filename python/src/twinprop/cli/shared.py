"""What all commands share: options, and results and complaints in one form."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from twinprop.cli.places import check_place
from twinprop.engines.choices import ABOUT_ENGINES, ARITHMETICS, ENGINES, USUAL, Engines
from twinprop.ground.errors import InputError, visible_bytes

if TYPE_CHECKING:  # --help loads nothing that is slow
    from twinprop.studies.ci_reports import Row


class Seconds(click.FloatRange):
    """A range of seconds, without NaN and infinity."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The seconds of an option."""
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return seconds


def time_option(help: str) -> Callable[[Any], Any]:
    """How long somebody's program may run."""
    return click.option(
        "--time",
        "seconds",
        type=Seconds(1, 86400),
        default=60.0,
        show_default=True,
        help=help,
    )


def take_engines(
    context: click.Context, parameter: click.Parameter, names: tuple[str, ...]
) -> Engines:
    """Who runs each language: the usual engines, but for those that were named."""
    chosen: dict[str, str] = {}
    for name in names:
        language = next(one for one, known in ENGINES.items() if name in known)
        if chosen.setdefault(language, name) != name:
            raise InputError(
                f"--engine {chosen[language]} and {name} both run {language}; name one"
            )
    return {**USUAL, **chosen}


def engine_option(*names: str) -> Callable[[Any], Any]:
    """Who runs the languages, of the engines that serve there."""
    return click.option(
        "--engine",
        "engines",
        type=click.Choice(names),
        multiple=True,
        callback=take_engines,
        help="; ".join(f"{name}: {ABOUT_ENGINES[name]}" for name in names)
        + ". By default python and rpy2.",
    )


arithmetic_option = click.option(
    "--arithmetic", type=click.Choice(ARITHMETICS["r"]), default="native", show_default=True
)
scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    envvar="DASK_SCHEDULER_ADDRESS",
    show_envvar=True,
    help="Of a cluster of dask that does the work, or its scheduler file; else processes of this "
    "machine do.",
)
parts_option = click.option(
    "--parts",
    metavar="DIR",
    help="Keep there what is done, as files of parquet; what is there is not done again.",
)
processes_option = click.option(
    "--processes", type=click.IntRange(1), help="How many at once.  [default: one for each core]"
)
json_option = click.option(
    "--json",
    "json_path",
    metavar="FILE",
    callback=check_place,
    help="Write what the table shows; - is standard output. Numbers that JSON has not are the "
    "texts inf, -inf and nan.",
)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What machines that build read."""
    for option in (
        click.option(
            "--markdown",
            metavar="FILE",
            callback=check_place,
            help="Write a table in Markdown, such as for $GITHUB_STEP_SUMMARY.",
        ),
        click.option(
            "--junit", metavar="FILE", callback=check_place, help="Write a test suite in XML."
        ),
    ):
        command = option(command)
    return command


def is_on_github() -> bool:
    """Whether this is a step of a workflow of GitHub, whose output is looked through for marks."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def write_reports(
    command: str,
    rows: Sequence[Row],
    junit: str | None,
    markdown: str | None,
    *,
    quiet: bool,
    changes: Sequence[tuple[str, str, str]] = (),
    said: str = "",
    file: str | None = None,
) -> None:
    """Write what report_options asks for, and mark the files on GitHub's machines.

    Parameters
    ----------
    command : str
        Of twinprop, that found the rows.
    rows : list of Row
        Files, cases or arrays.
    junit, markdown : str or None
        Where to.
    quiet : bool
        Whether standard output holds JSON, where no marks may stand.
    changes : list of tuple
        What is another in the environment.
    said : str
        The whole in a sentence.
    file : str or None
        Where the marks stand, if not at the files that the rows name.
    """
    from twinprop.studies.ci_reports import format_junit, format_markdown, format_marks

    if is_on_github() and not quiet:
        for line in format_marks(rows, command, file):
            click.echo(line)
    if junit:
        write_text(format_junit(rows, command), junit)
    if markdown:
        write_text(format_markdown(rows, command, changes, said), markdown)


def write_json(document: dict[str, Any], path: str) -> None:
    """Write a result as JSON, as write_text."""
    from twinprop.cases.traces import plain_values

    text = json.dumps(plain_values(document), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(text + "\n", path)


def write_text(text: str, path: str) -> None:
    """Write a text in UTF-8 to a file, or, if that is "-", to standard output."""
    text = visible_bytes(text)
    if path == "-":
        click.echo(text.encode("utf-8"), nl=False)
    else:
        from twinprop.ground.files import write_whole

        write_whole(path, text)


def complain(sentence: str) -> None:
    """Say on standard error, in one line, what is wrong."""
    shown = re.sub("[\x00-\x1f\x7f-\x9f]", "?", visible_bytes(" ".join(sentence.split())))
    click.echo(f"twinprop: {shown}", err=True)
