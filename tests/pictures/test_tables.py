import io
from pathlib import Path

import numpy as np
import pytest
from helpers import with_runs
from rich.console import Console

from twinprop.cases.traces import Run
from twinprop.comparing.anything import Answer
from twinprop.comparing.comparison import compare_traces
from twinprop.comparing.distances import Truth
from twinprop.comparing.reference import Reference
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.pictures.terminal.tables import (
    format_count,
    format_number,
    make_console,
    print_answer,
    print_facts,
    print_verify,
)
from twinprop.studies.verify import Outcome, pair_runs, verify_case


def reference_with_truth(path):
    """The table of tolerances, and one exact value."""
    return Reference(tolerance_bound, Truth({"1/W1": np.full((2, 3), 2.0)}, 0, "recorded"), {})


def make_outcome(name="article-4-3-1", native=2**-51, strict=0.0):
    def runner(document, language, arithmetic, engine):
        size = {"native": native, "strict": strict}[arithmetic] * (language == "r")
        return Run(name, language, arithmetic, {"1/W1": np.full((2, 3), 2.0 + size)}, 0.5)

    return with_runs(runner, verify_case, Path(f"{name}.json"), reference=reference_with_truth)


def printed(print_it, *args):
    file = io.StringIO()
    print_it(*args, make_console(file))
    return file.getvalue()


def test_each_case_is_one_line_with_both_distances():
    text = printed(print_verify, [make_outcome(), make_outcome("xor-2-2-1", native=0.0)])
    above, headings, *rows = text.splitlines()
    to_truth = 2 * "abs to truth " + 2 * "ULP to truth "
    assert " ".join(above.split()) == f"apart apart {to_truth}seconds seconds"
    assert headings.split() == ["case", "native", "strict", "abs", "ULP", *["python", "r"] * 3]
    assert [row.split() for row in rows[:2]] == [
        ["article-4-3-1", "rounding", "identical", "4.4e-16", "1", "0", "4.4e-16", "0", "1",
         "1.00", "1.00"],
        ["xor-2-2-1", "identical", "identical", "0", "0", "0", "0", "0", "0", "1.00", "1.00"],
    ]  # fmt: skip
    assert rows[2:] == [
        "",
        "article-4-3-1, native: Normal: the largest difference relative to its bound, 1 ULP in "
        "1/W1[0,0], is less than a thousandth of what rounding explains here.",
        "2 cases. native: 1 identical, 1 rounding; strict: 2 identical.",
    ]


def test_an_overflow_is_told_of_identical_results_too():
    outcomes = [make_outcome(), make_outcome("xor-2-2-1", native=0.0)]
    for run in outcomes[1].pairs["native"].runs.values():
        run.trace["1/W1"][0, 0] = np.inf
    runs = outcomes[1].pairs["native"].runs
    outcomes[1].pairs["native"] = pair_runs(runs["python"], runs["r"], reference_with_truth(None))
    told = "Identical: the only quantity has the same bits. From 1/W1 on values are infinite or NaN"
    assert f"xor-2-2-1, native: {told}" in printed(print_verify, outcomes)


def test_a_distance_that_is_unknown_is_said_to_be():
    def runner(document, language, arithmetic, engine):
        return Run("a", language, arithmetic, {"1/z1": np.ones((1, 2))})

    outcome = with_runs(runner, verify_case, Path("a.json"))
    lines = printed(print_verify, [outcome]).splitlines()
    assert lines[2].split()[5:9] == ["?"] * 4
    assert "a: the distance to the truth is unknown: none are given." in lines


def test_cases_that_differ_are_spoken_of_and_the_others_not():
    outcomes = [make_outcome(), make_outcome("xor-2-2-1", native=1.0, strict=1.0)]
    sentences = [line for line in printed(print_verify, outcomes).splitlines() if ": " in line]
    assert [sentence.partition(": ")[0] for sentence in sentences] == [
        "xor-2-2-1, native",
        "xor-2-2-1, strict",
        "2 cases. native",
    ]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_table_fits_a_terminal_and_loses_nothing(width):
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    name = "a-case-with-a-name-that-is-rather-long-for-eighty-columns"
    print_verify([make_outcome(name)], console)
    table = file.getvalue().partition("\n\n")[0].splitlines()
    assert max(len(line) for line in table) <= width
    assert "".join(line.split(" ")[0] for line in table[2:]) == name
    assert "rounding" in table[2]
    assert "identical" in table[2]


@pytest.mark.parametrize("name", ["xor-2-2-1", "a-name-of-forty-letters-and-some-more-too"])
@pytest.mark.parametrize("width", [36, 40, 60, 80])
def test_a_narrow_terminal_keeps_the_case_and_the_verdicts(width, name):
    file = io.StringIO()
    console = Console(
        file=file, width=width, highlight=False, force_terminal=True, color_system=None
    )
    print_verify([make_outcome(name)], console)
    table = file.getvalue().partition("\n\n")[0].splitlines()
    assert max(len(line) for line in table) <= width
    assert table[1].split()[:3] == ["case", "native", "strict"]
    cells = [line.split(" ")[0] for line in table[2:]]
    assert "".join(cells) == name
    assert all(len(cell) >= 9 for cell in cells[:-1])
    assert table[2].split()[1:3] == ["rounding", "identical"]
    assert width < 60 or "abs" in table[1]
    assert ("r" in table[1].split()) == (width == 80)
    assert "…" not in file.getvalue()


def test_where_not_even_the_verdicts_fit_no_cell_is_cut():
    file = io.StringIO()
    console = Console(file=file, width=20, force_terminal=True, color_system=None)
    print_verify([make_outcome()], console)
    assert "\narticle-4-3-1 rounding identical\n" in file.getvalue()


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_a_comparison_keeps_names_and_verdicts_whole(width):
    a = {"100/slope2": np.ones((2, 3)), "100/loss": np.array(1.0)}
    b = {"100/slope2": np.full((2, 3), 1.5), "100/loss": np.array(1.5)}
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    print_answer(Answer(compare_traces(a, b), "Not normal."), console)
    lines = file.getvalue().splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["quantity", "100/slope2", "100/loss"]
    assert all(line.endswith("different") for line in lines[1:3])
    assert ("elements" in lines[0]) == (width >= 60)
    assert ("at" in lines[0].split()) == (width >= 80)


def test_refused_files_are_counted_beside_the_cases():
    refused = [Outcome(Path(name), None, {}, "bad") for name in ("x.json", "y.json")]
    text = printed(print_verify, [make_outcome(), *refused])
    assert text.splitlines()[-1] == (
        "1 case, 2 more refused. native: 1 rounding; strict: 1 identical."
    )


def test_the_accuracy_on_held_out_rows_is_printed():
    def runner(document, language, arithmetic, engine):
        return Run("digits", language, arithmetic, {"held_out/accuracy": np.array(0.947)})

    text = printed(print_verify, [with_runs(runner, verify_case, Path("digits.json"))])
    sentence = (
        "digits: of the held-out rows 94.7 % by python, 94.7 % by r are classified correctly."
    )
    assert sentence in text.splitlines()


def test_nothing_is_printed_where_nothing_could_be_run():
    assert printed(print_verify, [Outcome(Path("x"), None, {}, "bad")]) == ""


def test_a_comparison_lists_what_differs_and_what_is_missing():
    a = {"1/z1": np.ones((2, 3)), "1/loss": np.array(1.0), "1/a1": np.ones(1)}
    b = {"1/z1": np.ones((2, 3)), "1/loss": np.array(1.5), "1/e1": np.ones(1)}
    text = printed(print_answer, Answer(compare_traces(a, b), "Not normal."))
    lines = [line.split() for line in text.splitlines()]
    assert lines[1] == ["1/loss", "1", "5.0e-01", "2.3e+15", "different"]
    assert text.splitlines()[3:] == [
        "missing in the first: 1/e1",
        "missing in the second: 1/a1",
        "Not normal.",
    ]


def test_of_many_missing_quantities_the_first_are_named_and_the_others_counted():
    b = {f"{epoch}/loss": np.array(1.0) for epoch in range(118)}
    comparison = compare_traces({"0/loss": np.array(1.0)}, b)
    answer = Answer(comparison, "")
    text = printed(lambda *given: print_answer(*given, ("[a].json", "b.json")), answer)
    names = "1/loss, 2/loss, 3/loss, 4/loss, 5/loss, 6/loss"
    assert text.splitlines()[0] == f"missing in [a].json: {names} and 111 more"


def test_facts_are_in_groups():
    text = printed(print_facts, {"r": {"version": "4.2.2", "blas": "x"}, "bridge": {"mode": "API"}})
    assert text.splitlines() == [
        "r       version  4.2.2",
        "        blas     x",
        "bridge  mode     API",
    ]


def test_numbers_are_short():
    assert [format_number(x) for x in (0.0, 1.234e-16, np.inf)] == [
        "0",
        "1.2e-16",
        "inf",
    ]
    assert [format_count(x) for x in (0.0, 12.0, 123456.0, 2.0**60)] == [
        "0",
        "12",
        "123456",
        "1.2e+18",
    ]
