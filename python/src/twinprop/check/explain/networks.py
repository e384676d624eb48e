"""The answer to a program that trains several networks: each is judged, the worst decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from twinprop.check.align.networks import Training
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS

WORST = ("different", "not followed", "right")
FEWEST_NUMBERS = 4  # of a network without layers
FEWEST_STEPS = 3
OF_A_NETWORK = ("verdict", "sentence", "network", "seen", "first", "cause", "steps")


def main_training(graph: Graph, trainings: Sequence[Training]) -> int:
    """The training of most numbers, and of those that with most steps."""

    def size(k: int) -> tuple[int, int]:
        steps = trainings[k].steps
        moved = [sum(count(graph.shape[n]) for n in step.first.values()) for step in steps]
        return max(moved, default=0), len(steps)

    return max(range(len(trainings)), key=size)


def is_followed(answer: Mapping[str, Any], main: Mapping[str, Any]) -> bool:
    """Whether it is a network beside the main one: not any sum that is updated from itself.

    Beside a network of layers a few numbers that are moved, such as a sum of errors, are none.
    """
    if not answer["network"] or answer["verdict"] == "not followed":
        return False
    whole = answer["network"]["layers"] or answer["seen"]["parameters"] >= FEWEST_NUMBERS
    return bool(whole or not (main["network"] or {}).get("layers"))


def describe_left_out(graph: Graph, training: Training) -> str | None:
    """That a network beside the main one is not judged; None where it is no network.

    It is one where a matrix is updated step after step and multiplied, as weights are.
    """
    steps = training.steps
    if len(steps) < FEWEST_STEPS:
        return None
    for n in steps[1].first.values():
        weights = len(graph.shape[n]) == 2 and min(graph.shape[n]) > 1
        users = [u for u in graph.users()[n] if graph.op[u] in PRODUCTS and graph.op[u] != "mul"]
        if weights and users:
            line = graph.line(steps[1].updates[-1].u)
            return f"What line {line} trains could not be followed: it is not judged."
    return None


def join_answers(answers: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], int]:
    """One answer for several networks, and the number of the one whose first difference it has."""
    verdicts = [answer["verdict"] for answer in answers]
    worst = min(range(len(answers)), key=lambda k: WORST.index(verdicts[k]))
    counts = [f"{verdicts.count(v)} {v}" for v in WORST[::-1] if v in verdicts]
    what = kind_of_training(answers)
    said = f"{len(answers)} {what}s are seen: {', '.join(counts)}."
    if verdicts[worst] != "right":
        said = f"{said} {what.capitalize()} {worst + 1}: {answers[worst]['sentence']}"
    return {
        **answers[worst],
        "sentence": said,
        "remarks": [remark for answer in answers for remark in answer["remarks"]],
        "networks": [{key: deepcopy(answer[key]) for key in OF_A_NETWORK} for answer in answers],
    }, worst


def kind_of_training(answers: Sequence[Mapping[str, Any]]) -> str:
    """What several answers are of: networks, or trainings where one may be trained twice."""
    shapes = [(a["network"]["inputs"], a["network"]["layers"]) for a in answers if a["network"]]
    same = any(shape in shapes[:k] for k, shape in enumerate(shapes))
    return "training" if same else "network"
