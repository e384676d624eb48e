"""Mistakes planted in a script, what `check` says of them, and exercises that it judges."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from twinprop.check.exercise import describe_case
from twinprop.check.program import Plan, check_program
from twinprop.ground.errors import InputError
from twinprop.ground.files import write_whole

LANGUAGES = {"python": ".py", "r": ".R"}
EPOCHS, FEWER = "5000", "100"  # of the scripts, and of the laboratory, which is to answer soon


class Change(NamedTuple):
    """A right piece of a script and what stands in its place, by language."""

    title: str
    python: tuple[str, str]
    r: tuple[str, str]


class Judged(NamedTuple):
    """A changed script: the line that was changed, and what check says of it."""

    language: str
    before: str
    after: str
    answer: dict[str, Any]


class Exercise(NamedTuple):
    """A script with a gap: what is missing, and what check says with and without it."""

    title: str
    file: str
    language: str
    solution: str
    unsolved: dict[str, Any]
    solved: dict[str, Any]


MISTAKES = (
    Change(
        "The sign is wrong",
        ("    wout += lr *", "    wout -= lr *"),
        ("  wout <- wout + crossprod", "  wout <- wout - crossprod"),
    ),
    Change(
        "The learning rate is there twice",
        ("d_output = E * slope_output_layer", "d_output = E * slope_output_layer * lr"),
        ("d_output <- E * slope_output_layer", "d_output <- E * slope_output_layer * lr"),
    ),
    Change(
        "The derivative is taken of the weighted input",
        ("derivatives_sigmoid(output)", "derivatives_sigmoid(output_layer_input)"),
        ("derivatives_sigmoid(output)", "derivatives_sigmoid(output_layer_input)"),
    ),
    Change(
        "The derivative is left out",
        ("d_output = E * slope_output_layer", "d_output = E"),
        ("d_output <- E * slope_output_layer", "d_output <- E"),
    ),
    Change(
        "The bias runs down the columns",
        ("X @ wh + bh", "X @ wh + bh.T"),
        ('sweep(X %*% wh, 2, bh, "+")', "X %*% wh + bh"),
    ),
    Change(
        "The bias is never updated",
        ("    bh += lr * d_hiddenlayer.sum(axis=0, keepdims=True)\n", ""),
        ("  bh <- bh + colSums(d_hiddenlayer) * lr\n", ""),
    ),
    Change(
        "The sign in the exponent is wrong",
        ("np.exp(-v)", "np.exp(v)"),
        ("exp(-v)", "exp(v)"),
    ),
    Change(
        "The squared error itself is sent back",
        ("E = y - output", "E = (y - output) ** 2"),
        ("E <- Y - output", "E <- (Y - output)^2"),
    ),
)

EXERCISES = (
    Change(
        "Apply the activation of the hidden layer",
        ("= sigmoid(hidden_layer_input)", "= hidden_layer_input  # what is missing here?"),
        ("<- sigmoid(hidden_layer_input)", "<- hidden_layer_input # what is missing here?"),
    ),
    Change(
        "Compute delta at the output",
        ("d_output = E * slope_output_layer", "d_output = 0 * E  # write the formula"),
        ("d_output <- E * slope_output_layer", "d_output <- 0 * E # write the formula"),
    ),
    Change(
        "Send the error back to the hidden layer",
        ("= d_output @ wout.T", "= 0 * hiddenlayer_activations  # write the formula"),
        ("<- d_output %*% t(wout)", "<- 0 * hidden_layer_activations # write the formula"),
    ),
    Change(
        "Update the bias of the hidden layer",
        ("bh += lr * d_hiddenlayer.sum(axis=0, keepdims=True)", "bh = bh  # write the update"),
        ("bh <- bh + colSums(d_hiddenlayer) * lr", "bh <- bh # write the update"),
    ),
)


def judge_mistakes(folder: Path, case: Path) -> list[tuple[str, list[Judged]]]:
    """Every mistake in every language that has a script, and what check says.

    Parameters
    ----------
    folder : Path
        Holds the right scripts, article.py and article.R.
    case : Path
        The case that they are judged by.

    Returns
    -------
    list of tuple
        Title and judged scripts.
    """
    return [
        (
            change.title,
            [
                Judged(
                    language, *_changed_line(folder, language, text), judge(text, language, case)
                )
                for language, _, text in changed_scripts(change, folder)
            ],
        )
        for change in MISTAKES
    ]


def _changed_line(folder: Path, language: str, text: str) -> tuple[str, str]:
    """The line of the right script that a mistake changes, and what stands there afterwards."""
    right = (folder / f"article{LANGUAGES[language]}").read_text(encoding="utf-8").splitlines()
    changed = text.splitlines()
    line = next(n for n, old in enumerate(right) if n >= len(changed) or changed[n] != old)
    kept = len(changed) == len(right)
    return right[line].strip(), changed[line].strip() if kept else ""


def write_exercises(scripts: Path, case: Path, folder: Path) -> Iterator[Exercise]:
    """Write each exercise as a file, and judge it before and after it is solved.

    Parameters
    ----------
    scripts : Path
        The folder of the right scripts.
    case : Path
        The case that they are judged by.
    folder : Path
        Where the exercises go.

    Yields
    ------
    Exercise
        One for each language.
    """
    for number, change in enumerate(EXERCISES, start=1):
        for language, (old, _), text in changed_scripts(change, scripts):
            file = folder / f"exercise-{number}{LANGUAGES[language]}"
            write_whole(file, text)
            right = (scripts / f"article{LANGUAGES[language]}").read_text(encoding="utf-8")
            yield Exercise(
                change.title,
                file.name,
                language,
                next(line.strip() for line in right.splitlines() if old in line),
                judge(text, language, case),
                judge(right, language, case),
            )


def changed_scripts(change: Change, folder: Path) -> Iterator[tuple[str, tuple[str, str], str]]:
    """The scripts with a change in them: language, what was changed into what, and the text."""
    for language, pair in zip(LANGUAGES, (change.python, change.r), strict=True):
        file = folder / f"article{LANGUAGES[language]}"
        if not file.exists():
            continue
        right = file.read_text(encoding="utf-8")
        if right.count(pair[0]) != 1:
            raise InputError(f"{file.name} has {pair[0]!r} {right.count(pair[0])} times; wanted 1")
        yield language, pair, right.replace(*pair)


@cache
def judge(text: str, language: str, case: Path) -> dict[str, Any]:
    """What check says of a script."""
    with tempfile.TemporaryDirectory(prefix="twinprop-") as folder:
        path = Path(folder) / f"yours{LANGUAGES[language]}"
        path.write_text(text, encoding="utf-8")
        return check_program(path, Plan(trust=True, exercise=describe_case(case)))


def list_programs(scripts: Path) -> list[dict[str, str]]:
    """The programs of the laboratory: the article's, then each with a fault, then each with a gap.

    Parameters
    ----------
    scripts : Path
        The folder of the right scripts.

    Returns
    -------
    list of dict
        Keys id, title, python and r.
    """
    right = {language: (scripts / f"article{ending}").read_text("utf-8")
             for language, ending in LANGUAGES.items()}  # fmt: skip
    found = [{"id": "article", "title": "", **right}]
    for kind, changes in (("fault", MISTAKES), ("gap", EXERCISES)):
        for number, change in enumerate(changes, start=1):
            changed = {language: text for language, _, text in changed_scripts(change, scripts)}
            found.append({"id": f"{kind}-{number}", "title": change.title, **changed})
    return [
        {**one, **{language: one[language].replace(EPOCHS, FEWER) for language in LANGUAGES}}
        for one in found
    ]
