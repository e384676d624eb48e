"""What all commands share: options, and results and complaints in one form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from twinprop.errors import InputError
from twinprop.harness.engines import ARITHMETICS, BRIDGES


def check_place(_: click.Context, __: click.Parameter, path: str | None) -> str | None:
    """Refuse a file that cannot be written, before hours of work and not after them."""
    if path is not None:
        place = Path(path).absolute()
        if place.is_dir():
            raise InputError(f"cannot write {path}: it is a folder; name a file in it")
        if not place.parent.is_dir():
            raise InputError(f"cannot write {path}: its folder is absent; make it first")
    return path


bridge_option = click.option(
    "--bridge",
    type=click.Choice(BRIDGES),
    default=BRIDGES[0],
    show_default=True,
    help="How R is reached: in this process, or by Rscript.",
)
arithmetic_option = click.option(
    "--arithmetic", type=click.Choice(ARITHMETICS["r"]), default="native", show_default=True
)
json_option = click.option(
    "--json",
    "json_path",
    metavar="FILE",
    callback=check_place,
    help="Write what the table shows; - is standard output.",
)


def write_json(document: dict[str, Any], path: str) -> None:
    """Write a result as JSON to a file, or, if that is "-", to standard output."""
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if path == "-":
        click.echo(text, nl=False)
    else:
        from twinprop.files import write_whole

        write_whole(path, text)


def complain(sentence: str) -> None:
    """Say on standard error, in one line, what is wrong."""
    click.echo(f"twinprop: {' '.join(sentence.split())}", err=True)
