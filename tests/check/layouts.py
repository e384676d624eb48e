"""The styles in which one network is written: where its quantities live, what holds its lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

WEIGHTS = ("W1", "b1", "W2", "b2")
WAY_ON = ("z1", "a1", "z2", "a2")
GRADIENTS = ("dW2", "db2", "dW1", "db1")
OTHERS = ("loss", "e2", "slope2", "slope1", "delta2", "e1", "delta1")
QUANTITIES = (*WEIGHTS, *WAY_ON, *GRADIENTS, *OTHERS)


class Parts(NamedTuple):
    """A program in pieces: what comes before training, the loop, and the lines of each slot."""

    head: str
    starts: str
    more: str
    turns: str
    loop: list[str]
    slots: dict[str, list[str]]
    names: dict[str, str]

    @property
    def body(self) -> list[str]:
        """The lines of one step."""
        return [line for lines in self.slots.values() for line in lines]

    def of(self, *slots: str) -> list[str]:
        """The lines of some slots, in their order."""
        return [x for key, lines in self.slots.items() if key.split()[0] in slots for x in lines]


@dataclass
class Layout:
    """A style: the names it begins from, where quantities live, and how lines are arranged."""

    write: Callable[[Parts], str]
    names: str = "numbered"
    homes: dict[str, str] = field(default_factory=dict)  # quantity to a pattern with {}
    arrow: str = ""
    whole: bool = True  # whether it takes changes of the order and of the loop

    def rename(self, names: dict[str, str]) -> dict[str, str]:
        """The names, where this style keeps them."""
        return {k: self.homes.get(k, "{}").replace("{}", v) for k, v in names.items()}


def indent(lines: list[str], by: int = 4) -> list[str]:
    """Lines further to the right."""
    return [" " * by + line if line else line for line in lines]


def lines_of(text: str) -> list[str]:
    """The lines of a text, without the empty one at its end."""
    return text.rstrip("\n").split("\n") if text else []


def join(*groups: list[str]) -> str:
    """A program of groups of lines."""
    return "\n".join(line for group in groups for line in group) + "\n"


# Python


def steps_python(parts: Parts, body: list[str]) -> list[str]:
    """The loop over epochs, and over samples or batches within."""
    inner = [*parts.loop, *indent(body)] if parts.loop else body
    return [f"for turn in {parts.turns}:", *indent(inner)]


def straight_python(parts: Parts) -> str:
    """One statement after another."""
    before = lines_of(parts.head + parts.starts + parts.more)
    return join(before, [""], steps_python(parts, parts.body))


def with_store(*stores: str) -> Callable[[Parts], str]:
    """Dictionaries, lists or a namespace that hold the quantities."""

    def write(parts: Parts) -> str:
        before = [*lines_of(parts.head), *stores, *lines_of(parts.starts + parts.more)]
        return join(before, [""], steps_python(parts, parts.body))

    return write


def class_python(parts: Parts) -> str:
    """A class whose method makes a step."""
    starts = indent(lines_of(parts.starts), 8)
    x, y = parts.names["X"], parts.names["y"]
    fit = indent(steps_python(parts, parts.body), 8)
    return join(
        lines_of(parts.head),
        ["", "class Network:", "    def __init__(self):", *starts, ""],
        [f"    def fit(self, {x}, {y}):", *fit, "", "net = Network()", f"net.fit({x}, {y})"],
    )


def globals_python(parts: Parts) -> str:
    """A function that changes global variables."""
    moved = ", ".join(parts.names[w] for w in WEIGHTS)
    return join(
        lines_of(parts.head + parts.starts + parts.more),
        ["", "def step(turn):", f"    global {moved}", *indent(parts.body), ""],
        [f"for turn in {parts.turns}:", "    step(turn)"],
    )


def functions_python(parts: Parts) -> str:
    """Functions for the way on, the way back and the update, whose values are handed on."""
    names = parts.names
    weights, on, back = (", ".join(names[k] for k in keys) for keys in (WEIGHTS, WAY_ON, GRADIENTS))
    x, y = names["X"], names["y"]
    return join(
        lines_of(parts.head + parts.starts + parts.more),
        ["", f"def forward({x}, {weights}):", *indent(parts.of(*WAY_ON)), f"    return {on}"],
        ["", f"def backward({x}, {y}, {on}, {weights}):"],
        [*indent(parts.of(*OTHERS, *GRADIENTS)), f"    return {back}"],
        [
            "",
            f"def update({weights}, {back}):",
            *indent(parts.of(*WEIGHTS)),
            f"    return {weights}",
        ],
        ["", f"for turn in {parts.turns}:", f"    {on} = forward({x}, {weights})"],
        [f"    {back} = backward({x}, {y}, {on}, {weights})"],
        [f"    {weights} = update({weights}, {back})"],
    )


def while_python(parts: Parts) -> str:
    """A loop with a counter."""
    before = lines_of(parts.head + parts.starts + parts.more)
    epochs = parts.names["epochs"]
    return join(before, ["turn = 0", f"while turn < {epochs}:"], indent([*parts.body, "turn += 1"]))


def main_python(parts: Parts) -> str:
    """Everything in a function main."""
    functions, _, data = parts.head.partition("\n\n" + parts.names["X"])
    inside = lines_of(parts.names["X"] + data + parts.starts + parts.more)
    steps = steps_python(parts, parts.body)
    return join(
        lines_of(functions),
        ["", "def main():", *indent([*inside, *steps])],
        ["", 'if __name__ == "__main__":', "    main()"],
    )


def notebook(parts: Parts) -> str:
    """Cells of a notebook, a line of the file for each line of the program."""
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
         "source": [line + "\n" for line in lines]}
        for lines in (
            lines_of(parts.head + parts.starts + parts.more), steps_python(parts, parts.body)
        )
    ]  # fmt: skip
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1)


# R


def steps_r(parts: Parts, body: list[str]) -> list[str]:
    """The loop over epochs, and over samples or batches within."""
    inner = [*parts.loop, *body, "}"] if parts.loop else body
    return [f"for (turn in {parts.turns}) {{", *indent(inner), "}"]


def straight_r(parts: Parts) -> str:
    """One statement after another."""
    before = lines_of(parts.head + parts.starts + parts.more)
    return join(before, [""], steps_r(parts, parts.body))


def store_r(*stores: str) -> Callable[[Parts], str]:
    """A list or an environment that holds the quantities."""

    def write(parts: Parts) -> str:
        before = [*lines_of(parts.head), *stores, *lines_of(parts.starts + parts.more)]
        return join(before, [""], steps_r(parts, parts.body))

    return write


def superassignment_r(parts: Parts) -> str:
    """A function that changes variables outside of it."""
    return join(
        lines_of(parts.head + parts.starts + parts.more),
        ["", "step <- function(turn) {", *indent(parts.body), "  invisible()", "}"],
        [f"for (turn in {parts.turns}) step(turn)"],
    )


def closure_r(parts: Parts) -> str:
    """A network that is a list of functions with a state of their own."""
    return join(
        lines_of(parts.head),
        ["", "new_network <- function() {", *indent(lines_of(parts.starts + parts.more))],
        ["    step <- function(turn) {", *indent(parts.body, 8), "        invisible()", "    }"],
        ["    list(step = step)", "}", "net <- new_network()"],
        [f"for (turn in {parts.turns}) net$step(turn)"],
    )


def functions_r(parts: Parts) -> str:
    """Functions for the way on, the way back and the update, which give lists."""
    names = parts.names

    def give(keys: tuple[str, ...]) -> str:
        return "list(" + ", ".join(f"{names[k]} = {names[k]}" for k in keys) + ")"

    weights, on, back = (", ".join(names[k] for k in keys) for keys in (WEIGHTS, WAY_ON, GRADIENTS))
    x, y = names["X"], names["y"]
    take = [f"{names[k]} <- f${names[k]}" for k in WAY_ON]
    take_back = [f"{names[k]} <- g${names[k]}" for k in GRADIENTS]
    take_new = [f"{names[k]} <- p${names[k]}" for k in WEIGHTS]
    return join(
        lines_of(parts.head + parts.starts + parts.more),
        [f"forward <- function({x}, {weights}) {{", *indent(parts.of(*WAY_ON)), give(WAY_ON), "}"],
        [f"backward <- function({x}, {y}, {on}, {weights}) {{"],
        [*indent(parts.of(*OTHERS, *GRADIENTS)), give(GRADIENTS), "}"],
        [f"update <- function({weights}, {back}) {{", *indent(parts.of(*WEIGHTS)), give(WEIGHTS)],
        ["}", f"for (turn in {parts.turns}) {{", f"    f <- forward({x}, {weights})"],
        [*indent(take), f"    g <- backward({x}, {y}, {on}, {weights})", *indent(take_back)],
        [f"    p <- update({weights}, {back})", *indent(take_new), "}"],
    )


def repeat_r(parts: Parts) -> str:
    """A loop that ends by break."""
    before = lines_of(parts.head + parts.starts + parts.more)
    inner = [*parts.body, f"if (turn == {parts.names['epochs']}) break", "turn <- turn + 1"]
    return join(before, ["turn <- 1", "repeat {", *indent(inner), "}"])


def reference_class_r(parts: Parts) -> str:
    """A reference class with a method."""
    fields = ", ".join(f'{parts.names[w]} = "matrix"' for w in WEIGHTS)
    starts = re.sub(r"^(\w+) <- ", r"\1 <<- ", parts.starts, flags=re.MULTILINE)
    return join(
        lines_of(parts.head),
        [f'Network <- setRefClass("Network", fields = list({fields}), methods = list('],
        ["  initialize = function(...) {", *indent(lines_of(starts)), "  },"],
        ["  step = function(turn) {", *indent(parts.body), "    invisible()", "  }", "))"],
        ["net <- Network$new()", f"for (turn in {parts.turns}) net$step(turn)"],
    )


def rmarkdown(parts: Parts) -> str:
    """A report with two chunks."""
    return join(
        ["# A network", "", "```{r}", *lines_of(parts.head + parts.starts + parts.more), "```"],
        ["", "It is trained here.", "", "```{r}", *steps_r(parts, parts.body), "```"],
    )


def _homes(pattern: str, *groups: tuple[str, ...]) -> dict[str, str]:
    return {k: pattern for group in groups for k in group}


_LAYERS = {"W1": "W[0]", "b1": "b[0]", "W2": "W[1]", "b2": "b[1]"}
_R_LAYERS = {"W1": "W[[1]]", "b1": "b[[1]]", "W2": "W[[2]]", "b2": "b[[2]]"}
LAYOUTS: dict[str, dict[str, Layout]] = {
    "python": {
        "article": Layout(straight_python, "article"),
        "numbered": Layout(straight_python),
        "class": Layout(class_python, homes=_homes("self.{}", QUANTITIES), whole=False),
        "weights of a class": Layout(
            class_python, "article", _homes("self.{}", WEIGHTS), whole=False
        ),
        "dictionaries": Layout(
            with_store("p, cache, grads = {}, {}, {}"),
            homes=_homes('p["{}"]', WEIGHTS)
            | _homes('cache["{}"]', WAY_ON)
            | _homes('grads["{}"]', GRADIENTS),
        ),
        "lists of layers": Layout(with_store("W, b = [None, None], [None, None]"), homes=_LAYERS),
        "a namespace": Layout(
            with_store("from types import SimpleNamespace", "net = SimpleNamespace()"),
            homes=_homes("net.{}", WEIGHTS, WAY_ON),
        ),
        "globals": Layout(globals_python, "article", whole=False),
        "functions": Layout(functions_python, whole=False),
        "while": Layout(while_python, "article", whole=False),
        "main": Layout(main_python),
        "notebook": Layout(notebook, "article"),
    },
    "r": {
        "article": Layout(straight_r, "article"),
        "numbered": Layout(straight_r),
        "a list": Layout(store_r("net <- list()"), homes=_homes("net${}", WEIGHTS, WAY_ON)),
        "an environment": Layout(
            store_r("net <- new.env()"), "article", _homes("net${}", WEIGHTS, GRADIENTS)
        ),
        "named entries": Layout(store_r("p <- list()"), homes=_homes('p[["{}"]]', WEIGHTS)),
        "lists of layers": Layout(
            store_r("W <- vector('list', 2)", "b <- vector('list', 2)"), homes=_R_LAYERS
        ),
        "superassignment": Layout(superassignment_r, "article", arrow="<<-", whole=False),
        "closure": Layout(closure_r, arrow="<<-", whole=False),
        "functions": Layout(functions_r, whole=False),
        "repeat": Layout(repeat_r, "article", whole=False),
        "reference class": Layout(reference_class_r, arrow="<<-", whole=False),
        "Rmd": Layout(rmarkdown, "article"),
    },
}
SUFFIXES = {"notebook": ".ipynb", "Rmd": ".Rmd"}
