"""What reproduce and sweep print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from twinprop.comparing.changes import Changes, describe_changes
from twinprop.comparing.comparison import VERDICTS
from twinprop.ground.errors import count_of, shorten_text
from twinprop.pictures.terminal.table_width import make_table, print_trimmed
from twinprop.pictures.terminal.tables import format_number, styled_verdict
from twinprop.studies.ci_reports import SAME_BITS, Row
from twinprop.studies.record_file import RUNS
from twinprop.studies.reproduce import Again, Reproduced
from twinprop.studies.sweep import Swept

# Of a record's verdicts: the same bits on both occasions.
_WORDS = {"identical": "same bits"}
_MOST_NAMED = 10


def print_reproduced(
    results: Sequence[Reproduced], changes: Sequence[tuple[str, str, str]], console: Console
) -> None:
    """Print a line for each recorded case, what differs in it, and what changed around it.

    Parameters
    ----------
    results : list of Reproduced
        Of reproduce_cases.
    changes : list of tuple
        Of changed_facts.
    console : Console
        Where to.
    """
    table = make_table()
    table.add_column("\ncase", overflow="fold")
    for language, arithmetic in RUNS:
        table.add_column(f"{arithmetic}\n{language}", no_wrap=True)
    for result in results:
        cells = [styled_verdict(run.verdict, _WORDS.get(run.verdict)) for run in result.runs]
        table.add_row(result.case, *(cells or [styled_verdict("different", "absent")]))
    print_trimmed(table, console)
    console.print()
    for result in results:
        if result.absent:
            console.print(f"{result.case}: {result.absent}.")
        for run in result.runs:
            if run.verdict == "different":
                console.print(f"{result.case}, {run.arithmetic}, {run.language}: {_changed(run)}.")
    _print_changes(changes, console)
    agree = sum(result.agrees for result in results)
    are = "is" if len(results) == 1 else "are"
    console.print(f"{agree} of {count_of(len(results), 'case')} {are} reproduced.")


def print_files(
    rows: Sequence[Row], changes: Sequence[tuple[str, str, str]], console: Console
) -> None:
    """Print a line for each file of a command's record, and where those that differ begin to.

    Parameters
    ----------
    rows : list of Row
        Of reproduce_command.
    changes : list of tuple
        Of changed_facts.
    console : Console
        Where to.
    """
    table = make_table()
    table.add_column("file", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    for row in rows:
        words = styled_verdict(row.verdict, _WORDS.get(row.verdict))
        table.add_row(shorten_text(row.name), words)
    print_trimmed(table, console)
    console.print()
    for row in rows:
        if row.verdict != "identical" or row.sentence != SAME_BITS:
            console.print(f"{shorten_text(row.name)}: {row.sentence}")
    _print_changes(changes, console)
    same = sum(row.verdict != "different" for row in rows)
    console.print(
        f"{same} of {count_of(len(rows), 'file')} {'is' if same == 1 else 'are'} as then."
    )


def _print_changes(changes: Sequence[tuple[str, str, str]], console: Console) -> None:
    for name, before, now in changes:
        console.print(f"{name}: {before} when recorded, {now} now.")
    if not changes:
        console.print("The environment is as it was recorded.")


def print_sweep(
    families: Sequence[Mapping[str, Any]], wrong: Sequence[Swept], console: Console
) -> None:
    """Print a line for each family of networks, and the networks that are wrong.

    Parameters
    ----------
    families : list of dict
        Of summarize_sweep.
    wrong : list of Swept
        Of find_wrong.
    console : Console
        Where to.
    """
    table = make_table()
    headings = ["networks", "numbers", "strict\ndiffering", *VERDICTS, "largest\nshare"]
    headings += ["found in\n99.9 %", "always\nfound"]
    table.add_column("family")
    for heading in headings:
        table.add_column(heading, justify="right")
    for family in families:
        planted = [family[f"planted_first_{part}"] for part in ("999", "always")]
        table.add_row(
            family["family"],
            *(str(family[key]) for key in ("networks", "numbers", "strict_differing", *VERDICTS)),
            f"{family['largest_share']:.2f}",
            *("?" if error is None else format_number(error) for error in planted),
        )
    print_trimmed(table, console)
    console.print()
    for one in wrong[:_MOST_NAMED]:
        bits = f"{one.strict_differing} strict numbers differ. " if one.strict_differing else ""
        console.print(f"network {one.index}: {bits}{one.sentence}")
    if len(wrong) > _MOST_NAMED:
        console.print(f"{len(wrong) - _MOST_NAMED} more networks differ.")
    console.print(
        "Found is an error of this size in one element of a gradient of the first epoch, over the "
        "largest element of that gradient."
    )


def _changed(run: Again) -> str:
    return describe_changes(Changes(run.changed, run.missing, run.extra))
