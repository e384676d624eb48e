"""The lesson: a small site whose numbers and code all come from running the project."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from twinprop.arithmetic.ulp import ulp_distance
from twinprop.cases.case import read_case
from twinprop.cases.paths import default_cases
from twinprop.check.exercise import describe_case
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.ground.errors import InputError
from twinprop.ground.files import make_folder, write_whole
from twinprop.network.layers import Network
from twinprop.network.plot import layer_sizes, plot_network
from twinprop.network.training import recorded_network
from twinprop.pictures.activation_plot import activation_values
from twinprop.pictures.figures import Picture, drawing, named
from twinprop.pictures.laboratory.assets import Assets
from twinprop.pictures.laboratory.page import laboratory_values
from twinprop.pictures.lesson.chinese import in_chinese
from twinprop.pictures.lesson.demos import ARRAYS, NUMBERS, run_demo
from twinprop.pictures.lesson.figures import draw_activation, draw_descent
from twinprop.pictures.lesson.machines import compare_settings
from twinprop.pictures.lesson.mistakes import (
    judge_mistakes,
    list_programs,
    write_exercises,
)
from twinprop.pictures.lesson.numbers import find_disagreements
from twinprop.pictures.lesson.questions import QUESTIONS, TESTED_WITH
from twinprop.pictures.lesson.runtimes import compare_runtimes
from twinprop.pictures.pages import render_page
from twinprop.pictures.report.data import case_data, digest_of_trace
from twinprop.pictures.report.figures import draw_courses
from twinprop.pictures.sources import twin_function
from twinprop.pictures.walk.page import walk_values
from twinprop.pictures.walk.run import take_walk
from twinprop.studies.verify import verify_case

CASE = "article-4-3-1"
RATES = (0.05, 0.5, 5.0, 20.0)
EPOCHS = 40

# The functions that are shown side by side, and what differs between their two forms.
FUNCTIONS = {
    "sigmoid": "The arithmetic is an argument: Python asks a module for its function, R a list.",
    "sigmoid_grad": "Cell by cell, the same in both languages.",
    "squared_error": "R's last expression is its value; Python returns it.",
    "squared_error_grad": "The article's error has the other sign.",
    "forward": "Python's lists grow; R makes lists of full length first, since growing them copies "
    "them. The list of activations begins with the samples, so in R, which counts from one, the "
    "activation of a layer stands one place further on.",
    "backward": "Both go from the last layer to the first. Python's range ends before its end and "
    "counts from nought; R's sequence includes both ends.",
    "softmax": "A column for the largest of each row: numpy stretches it over the columns. R "
    "refuses two matrices of different shape, so the column becomes a vector, which it recycles "
    "down each column: just what is wanted here, and what is wrong for a bias.",
    "dropout_mask": "The numbers are drawn one after the other and fill the matrix row by row; R "
    "must be told so, for its own order is column by column.",
    "momentum": "R's velocities begin as single noughts, which take the shape of the gradient that "
    "is added to them; Python begins with matrices of noughts.",
    "gradient_descent": "A new list in Python, the same list changed in R: R copies it on the "
    "first change, so the caller's stays as it was in both.",
    "accuracy": "The first of equal outputs wins in both languages.",
}


class Page(NamedTuple):
    """One page of the site."""

    file: str
    title: str
    make: Callable[[Path], dict[str, Any]]


def write_lesson(folder: Path, laboratory: bool = False) -> list[Path]:
    """Write all pages of the lesson.

    Parameters
    ----------
    folder : Path
        It is made if it does not exist.
    laboratory : bool
        Whether the laboratory is among them, which is the last.

    Returns
    -------
    list of Path
        The files, the first page first.
    """
    _scripts()  # where they are absent that is said before the work
    if laboratory:
        Assets()  # so is what the laboratory is made of
    make_folder(folder)
    pages = (*PAGES, LABORATORY) if laboratory else PAGES
    return [write_page(page, pages, folder) for page in pages]


def write_page(page: Page, pages: Sequence[Page], folder: Path) -> Path:
    """Write one page of the lesson, which names the others, in English and in Chinese."""
    template = f"lesson_{Path(page.file).stem}.html.j2"
    text = render_page(template, page=page, pages=pages, inline=inline_code, **page.make(folder))
    write_whole(folder / page.file, text)
    if page is not LABORATORY:  # which has both languages in it
        write_whole(folder / chinese_file(page), in_chinese(text))
    return folder / page.file


def chinese_file(page: Page) -> str:
    """The name of a page's file in Chinese."""
    return f"{Path(page.file).stem}.zh.html"


def inline_code(text: str) -> Markup:
    """A sentence in which what stands between backticks is code."""
    parts = re.split(r"`([^`]*)`", text)
    pieces = [Markup("{}").format(part) for part in parts]
    pieces[1::2] = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
    return Markup("").join(pieces)


def _case_path() -> Path:
    return default_cases() / f"{CASE}.json"


def _idea(folder: Path) -> dict[str, Any]:
    case = read_case(_case_path())
    outcome = verify_case(_case_path())
    native, strict = outcome.pairs["native"], outcome.pairs["strict"]
    runs = native.runs
    depth = len(case.network)
    last = max(int(name.split("/")[0]) for name in runs["python"].trace)
    output = f"{last}/a{depth}"
    trained = recorded_network(case.network, runs["python"].trace, str(last))
    return {
        "case": case,
        "epochs": last,
        "outputs": [
            [float(value) for value in row]
            for row in np.column_stack(
                [case.data.y, runs["python"].trace[output], runs["r"].trace[output]]
            )
        ],
        "apart": float(ulp_distance(runs["python"].trace[output], runs["r"].trace[output]).max()),
        "sentence": native.sentence,
        "strict_sentence": strict.sentence,
        "digests": {name: digest_of_trace(run) for name, run in strict.runs.items()},
        "picture": _network_picture(trained),
        "identical": native.verdict == "identical",
        "course": draw_courses(case_data(outcome)),
    }


def _network_picture(network: Network) -> Picture:
    with drawing("network", 5.2, 3.4) as (figure, finished):
        axes = plot_network(network, figure.add_axes((0.02, 0.02, 0.96, 0.96)))
        axes.set_title("")
    sizes = "-".join(str(size) for size in layer_sizes(network))
    text = f"The trained {sizes} network; the wider a line, the larger the weight."
    return Picture(named(finished[0], text), text)


def _steps(folder: Path) -> dict[str, Any]:
    return walk_values(take_walk(_case_path()))


def _sources(folder: Path) -> dict[str, Any]:
    return {
        "functions": [(name, twin_function(name), note) for name, note in FUNCTIONS.items()],
        "demos": [run_demo(demo) for demo in ARRAYS],
    }


def _activations(folder: Path) -> dict[str, Any]:
    curves = activation_values()
    return {
        "activations": [
            (
                name,
                draw_activation(name, curves[name]),
                twin_function(found.value.__name__),
                twin_function(found.grad.__name__),
            )
            for name, found in ACTIVATIONS.items()
        ]
    }


def _descent(folder: Path) -> dict[str, Any]:
    return {
        "pictures": [draw_descent(rate, EPOCHS) for rate in RATES],
        "source": twin_function("gradient_descent"),
    }


def _disagree(folder: Path) -> dict[str, Any]:
    return {
        "rows": list(find_disagreements()),
        "settings": list(compare_settings()),
        "runtimes": list(compare_runtimes(_case_path())),
        "demos": [run_demo(demo) for demo in NUMBERS],
        "format_share": lambda row: f"{100 * row.differing / row.numbers:.2g} %",
    }


def _questions(folder: Path) -> dict[str, Any]:
    tested = ", ".join(f"{name} {version}" for name, version in TESTED_WITH.items())
    return {"demos": [run_demo(demo) for demo in QUESTIONS], "tested": tested}


def _mistakes(folder: Path) -> dict[str, Any]:
    return {"mistakes": judge_mistakes(_scripts(), _case_path())}


def _exercises(folder: Path) -> dict[str, Any]:
    return {"exercises": list(write_exercises(_scripts(), _case_path(), folder))}


def _laboratory(folder: Path) -> dict[str, Any]:
    asked = describe_case(_case_path())
    return laboratory_values(folder, {"programs": list_programs(_scripts()), "asked": asked})


def _scripts() -> Path:
    """The folder of the right scripts, which do not travel with the package."""
    folder = default_cases().parent / "scripts"
    if not folder.is_dir():
        raise InputError(
            "the lesson plants its mistakes in shared_fixtures/scripts, which is not found from "
            "here; work in a checkout of twinprop"
        )
    return folder


PAGES = (
    Page("index.html", "The idea", _idea),
    Page("steps.html", "The steps", _steps),
    Page("sources.html", "Side by side", _sources),
    Page("activations.html", "Activations", _activations),
    Page("descent.html", "Downhill", _descent),
    Page("disagree.html", "Why they disagree", _disagree),
    Page("questions.html", "Questions", _questions),
    Page("mistakes.html", "Mistakes", _mistakes),
    Page("exercises.html", "Exercises", _exercises),
)
LABORATORY = Page("laboratory.html", "Laboratory", _laboratory)
