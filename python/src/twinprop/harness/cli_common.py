"""What all commands share: options, exit status, results as JSON."""

from __future__ import annotations

import json
from typing import Any

import click

AGREE, DIFFER, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

bridge_option = click.option(
    "--bridge",
    type=click.Choice(["rpy2", "process"]),
    default="rpy2",
    show_default=True,
    help="How R is reached: in this process, or by Rscript.",
)
json_option = click.option(
    "--json", "json_path", metavar="FILE", help="Write what the table shows; - is standard output."
)


def write_json(document: dict[str, Any], path: str) -> None:
    """Write a result as JSON to a file, or, if that is "-", to standard output."""
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if path == "-":
        click.echo(text, nl=False)
    else:
        from twinprop.files import write_whole

        write_whole(path, text)
