"""Two files or folders of numbers, from anywhere: compare."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twinprop.cli.places import check_place
from twinprop.cli.shared import (
    is_on_github,
    json_option,
    report_options,
    write_json,
    write_reports,
)
from twinprop.ground.errors import InputError, quote_value
from twinprop.ground.exit_status import AGREE, DIFFER

if TYPE_CHECKING:  # --help loads nothing that is slow
    from twinprop.comparing.anything import Answer


def _one_pair(words: tuple[str, ...]) -> dict[str, str]:
    """The names of --map A=B; a name may hold a =, if only one way to split it is left."""
    pairs = {}
    for word in words:
        ours, _, theirs = word.partition("=")
        if not ours or not theirs:
            raise InputError(f"--map is {quote_value(word)}; wanted A=B, a name of each file")
        if ours in pairs:
            raise InputError(f"--map names {quote_value(ours)} twice; keep one")
        pairs[ours] = theirs
    return pairs


class _Tolerance(click.FloatRange):
    """A number from 0 on, without NaN and infinity."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number of an option."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


@click.command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--case",
    "case_path",
    metavar="CASE",
    help="The case of two traces, a file or an id, if it is none of ours.",
)
@click.option(
    "--map", "pairs", metavar="X=Y", multiple=True, help="What A calls X is called Y in B."
)
@click.option("--order", metavar="X,Y,...", help="Names that come first, in this order.")
@click.option("--rtol", type=_Tolerance(0), help="Allow this part of B's value.")
@click.option("--atol", type=_Tolerance(0), help="Allow this, whatever the value.")
@click.option(
    "--bundle",
    metavar="FILE.zip",
    callback=check_place,
    help="Pack both inputs, the environment and the answer, for somebody else to repeat.",
)
@report_options
@json_option
def compare(
    a: str,
    b: str,
    case_path: str | None,
    pairs: tuple[str, ...],
    order: str | None,
    rtol: float | None,
    atol: float | None,
    bundle: str | None,
    junit: str | None,
    markdown: str | None,
    json_path: str | None,
) -> int:
    """Compare two files or folders of numbers, A and B: verdict, first difference, and why.

    npy, npz, csv, tsv, txt, parquet, json ({"name": nested lists}, or rows), jsonl, rds, RData,
    safetensors, h5, mat, and the traces that run writes. Names are matched; B is the reference.
    """
    from twinprop.comparing.files import compare_places
    from twinprop.comparing.precision import Given
    from twinprop.pictures.terminal import tables

    given = None if rtol is None and atol is None else Given(rtol or 0.0, atol or 0.0)
    names = order.split(",") if order else []
    answer = compare_places(a, b, case_path, _one_pair(pairs), names, given)
    if json_path != "-":
        tables.print_answer(answer, tables.make_console(), (a, b))
    if json_path:
        write_json(_summarize(answer), json_path)
    if junit or markdown or is_on_github():
        from twinprop.studies.ci_reports import rows_of

        said: Any = {"quiet": json_path == "-", "said": answer.sentence, "file": a}
        write_reports("compare", rows_of(answer), junit, markdown, **said)
    if bundle:
        _pack(bundle, a, b, _options(case_path, pairs, order, rtol, atol), answer)
    return DIFFER if answer.comparison.verdict == "different" else AGREE


def _pack(bundle: str, a: str, b: str, options: list[str], answer: Answer) -> None:
    from twinprop.comparing.bundle import write_bundle
    from twinprop.engines.doctor import examine_machine

    write_bundle(bundle, (Path(a), Path(b)), options, answer, examine_machine())
    click.echo(f"{bundle} has both inputs, the environment and the answer.", err=True)


def _summarize(answer: Answer) -> dict[str, Any]:
    from twinprop.studies.summary import summarize_comparison

    return {
        "format": 1,
        **summarize_comparison(answer.comparison),
        "causes": dict(answer.causes),
        "notes": list(answer.notes),
        "sentence": answer.sentence,
    }


def _options(
    case_path: str | None,
    pairs: tuple[str, ...],
    order: str | None,
    rtol: float | None,
    atol: float | None,
) -> list[str]:
    """The options of a command that says the same again; the case is known by its id."""
    single = {"--case": case_path, "--order": order, "--rtol": rtol, "--atol": atol}
    words = [word for pair in pairs for word in ("--map", pair)]
    for name, value in single.items():
        words += [] if value is None else [name, str(value)]
    return words
