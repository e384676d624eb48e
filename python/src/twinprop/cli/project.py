"""The project itself: what is installed, and the expected values of its cases."""

from __future__ import annotations

from pathlib import Path

import click

from twinprop.cli.shared import complain, json_option, write_json
from twinprop.ground.errors import InputError
from twinprop.ground.exit_status import AGREE, BAD_INPUT


@click.command()
@json_option
def doctor(json_path: str | None) -> int:
    """Say what is installed, and how to install what is missing."""
    from twinprop.engines.doctor import examine_machine, find_missing
    from twinprop.pictures.terminal.tables import make_console, print_facts

    facts = examine_machine()
    missing = find_missing(facts)
    if json_path != "-":
        print_facts(facts, make_console())
    if json_path:
        write_json({"format": 1, **facts, "missing": missing}, json_path)
    for sentence in missing:
        complain(sentence)
    return BAD_INPUT if missing else AGREE


@click.group()
def fixtures() -> None:
    """Build or check the expected values of the shared cases."""


@fixtures.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
def build(paths: tuple[str, ...]) -> int:
    """Compute exact values and strict digests of cases.

    PATH is a case's file, the id of one of the project's own, or a folder with all cases in it;
    no PATH stands for all of the project's own cases, which takes many minutes. Building twice
    changes no byte.
    """
    from twinprop.cases.paths import good_cases
    from twinprop.comparing.fixtures import build_fixtures

    for path, changed in build_fixtures(good_cases(paths)):
        click.echo(f"{'changed' if changed else 'as it was'}  {path.name}")
    return AGREE


@fixtures.command()
@click.argument("folder", required=False, metavar="[FOLDER]")
def lint(folder: str | None) -> int:
    """Check all cases of FOLDER: schema, names, expected values and their digests."""
    from twinprop.comparing.fixtures import lint_fixtures

    found = lint_fixtures(_cases_folder(folder))
    for sentence in found:
        complain(sentence)
    return BAD_INPUT if found else AGREE


def _cases_folder(folder: str | None) -> Path:
    """The folder of cases that is meant; one without any is refused."""
    from twinprop.cases.paths import cases_in, default_cases

    path = Path(folder) if folder else default_cases()
    _, error = cases_in(path)
    if error:
        raise InputError(f"{error}; give a folder of cases")
    return path
