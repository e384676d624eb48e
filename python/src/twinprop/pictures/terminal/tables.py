"""Results as tables and sentences in the terminal, plain text where they are piped."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from twinprop.comparing.anything import Answer
from twinprop.comparing.comparison import VERDICTS, Quantity
from twinprop.comparing.sentences import list_names
from twinprop.engines.choices import LANGUAGES
from twinprop.ground.errors import UNSEEN, count_of, shorten_text
from twinprop.ground.names import name_element
from twinprop.pictures.terminal.table_width import PIPE_WIDTH, fit_table, make_table, print_trimmed
from twinprop.studies.verify import Outcome, Pair

_STYLES = {"identical": "green", "rounding": "green", "chaotic": "yellow", "different": "bold red"}
_WIDE = 110
_MOST_NAMES = 6  # of missing quantities
_MOST_ROWS = 40  # of a table; all are in --json


def make_console(file: TextIO | None = None) -> Console:
    """A console for standard output: coloured in a terminal, plain and unbroken in a pipe.

    Parameters
    ----------
    file : text file or None
        Another place to write to.

    Returns
    -------
    Console
        Of rich.
    """
    file = file or sys.stdout
    width = None if file.isatty() else PIPE_WIDTH
    return Console(file=file, width=width, highlight=False, emoji=False, markup=False)


def print_verify(outcomes: Sequence[Outcome], console: Console) -> None:
    """Print one line for each case, then what is to be said about them.

    Parameters
    ----------
    outcomes : list of Outcome
        Of verify_cases.
    console : Console
        Where to.
    """
    done = [outcome for outcome in outcomes if outcome.pairs]
    if not done:
        return
    table = _verify_table(done, wide=console.width >= _WIDE)
    # The verdicts stay, the distances go from the right.
    print_trimmed(fit_table(table, console, range(len(table.columns) - 1, 2, -1)), console)
    console.print()
    for outcome in _worth_a_sentence(done):
        for pair in outcome.pairs.values():
            overflows = any(pair.comparison.not_finite)
            if len(done) == 1 or pair.verdict != "identical" or overflows:
                console.print(f"{outcome.case}, {pair.arithmetic}: {pair.sentence}")
    for outcome in done:
        _print_accuracy(outcome, console)
        if outcome.truth and not outcome.truth.values:
            console.print(f"{outcome.case}: the distance to the truth is {outcome.truth.source}.")
    console.print(_count_verdicts(done, len(outcomes) - len(done)))


def print_answer(
    answer: Answer, console: Console, files: tuple[str, str] = ("the first", "the second")
) -> None:
    """Print the quantities that differ, what was said of the reading, causes and the sentence.

    Parameters
    ----------
    answer : Answer
        Of compare_places.
    console : Console
        Where to.
    files : tuple of str
        What the two are called.
    """
    comparison = answer.comparison
    differing = [q for q in comparison.quantities if q.verdict != "identical"]
    if differing:
        # Where a difference is goes first, then how many elements there are.
        table = _differences_table(differing[:_MOST_ROWS])
        print_trimmed(fit_table(table, console, [5, 3, 1, 2, 4]), console)
        if len(differing) > _MOST_ROWS:
            console.print(f"and {len(differing) - _MOST_ROWS} more that differ")
        console.print()
    for file, names in zip(files, (comparison.missing, comparison.extra), strict=True):
        if names:
            shown = list_names([shorten_text(name) for name in names], _MOST_NAMES)
            console.print(f"missing in {file}: {shown}")
    for note in answer.notes:
        console.print(_one_line(note))
    for name, cause in answer.causes.items():
        if cause not in answer.sentence:
            console.print(_one_line(f"{name}: {cause}"))
    console.print(_one_line(answer.sentence))


def _one_line(text: str) -> str:
    """A sentence that holds names or texts of files, harmless to a terminal, and all to be seen."""
    text = re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "?", text)
    return UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _differences_table(quantities: Sequence[Quantity]) -> Table:
    table = make_table(wide=True)
    table.add_column("quantity")
    for heading in ("elements", "largest abs", "at", "largest ULP", "at"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for q in quantities:
        places = [name_element("", at or ()) for at in (q.max_abs_at, q.max_ulp_at)]
        table.add_row(
            shorten_text(q.name),
            str(q.count),
            format_number(q.max_abs),
            places[0],
            format_count(q.max_ulp),
            places[1],
            styled_verdict(q.verdict),
        )
    return table


def print_facts(facts: dict[str, dict[str, str]], console: Console) -> None:
    """Print named facts in groups, two columns.

    Parameters
    ----------
    facts : dict of dict
        Groups of facts, in order.
    console : Console
        Where to.
    """
    table = make_table(wide=True)
    table.show_header = False
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for group, entries in facts.items():
        for position, (name, value) in enumerate(entries.items()):
            table.add_row(group if position == 0 else "", name, value)
    print_trimmed(table, console)


def format_number(value: float) -> str:
    """A difference in two digits."""
    return "0" if value == 0 else f"{value:.1e}"


def format_count(value: float) -> str:
    """A distance in ULP: whole while it is readable."""
    return f"{value:.0f}" if value < 1e6 else f"{value:.1e}"


def _verify_table(outcomes: Sequence[Outcome], wide: bool) -> Table:
    table = make_table(wide)
    table.add_column("\ncase", overflow="fold")
    table.add_column("\nnative", no_wrap=True)
    table.add_column("\nstrict", no_wrap=True)
    headings = ["apart\nabs", "apart\nULP"]
    for measure in ("abs", "ULP") if wide else ("ULP",):
        headings += [f"{measure} to truth\n{language}" for language in LANGUAGES]
    headings += [f"seconds\n{language}" for language in LANGUAGES] if wide else []
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for outcome in outcomes:
        table.add_row(*_verify_row(outcome, wide))
    return table


def _verify_row(outcome: Outcome, wide: bool) -> list[str | Text]:
    """Verdicts; how far the native runs are apart, and each from the truth; seconds of all runs."""
    native = outcome.pairs["native"]
    quantities = native.comparison.quantities
    row: list[str | Text] = [outcome.case or ""]
    row += [styled_verdict(pair.verdict) for pair in outcome.pairs.values()]
    row.append(format_number(max((q.max_abs for q in quantities), default=0.0)))
    row.append(format_count(max((q.max_ulp for q in quantities), default=0.0)))
    distances = [native.truth[language] for language in LANGUAGES]
    row += [format_number(d.max_abs) if d else "?" for d in distances] if wide else []
    row += [format_count(d.max_ulp) if d else "?" for d in distances]
    if wide:
        for language in LANGUAGES:
            row.append(f"{sum(pair.seconds[language] for pair in outcome.pairs.values()):.2f}")
    return row


def _worth_a_sentence(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those chaotic, different or not finite; if none is different, that nearest to its bound."""

    def share(outcome: Outcome) -> float:
        nearest = outcome.pairs["native"].comparison.nearest_bound
        return nearest.share if nearest else 0.0

    def is_plain(pair: Pair) -> bool:
        return pair.verdict in ("identical", "rounding") and not any(pair.comparison.not_finite)

    special = [o for o in outcomes if not all(is_plain(pair) for pair in o.pairs.values())]
    plain = [outcome for outcome in outcomes if outcome not in special]
    agree = all(pair.agrees for outcome in special for pair in outcome.pairs.values())
    return [*special, max(plain, key=share)] if plain and agree else special


def _print_accuracy(outcome: Outcome, console: Console) -> None:
    accuracy = outcome.pairs["native"].accuracy
    if accuracy:
        found = ", ".join(f"{100 * share:.1f} % by {name}" for name, share in accuracy.items())
        console.print(f"{outcome.case}: of the held-out rows {found} are classified correctly.")


def _count_verdicts(outcomes: Sequence[Outcome], refused: int) -> str:
    parts = []
    for arithmetic in outcomes[0].pairs:
        counts = Counter(outcome.pairs[arithmetic].verdict for outcome in outcomes)
        listed = ", ".join(f"{counts[v]} {v}" for v in VERDICTS if counts[v])
        parts.append(f"{arithmetic}: {listed}")
    more = f", {refused} more refused" if refused else ""
    return f"{count_of(len(outcomes), 'case')}{more}. {'; '.join(parts)}."


def styled_verdict(verdict: str, text: str | None = None) -> Text:
    """A verdict in its colour, or another text in it."""
    return Text(text or verdict, style=_STYLES[verdict])
