"""An exercise asks for one network: a program is compared with it by what it was seen to be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twinprop.ground.files import check_path, read_json


def describe_case(path: Path) -> dict[str, Any]:
    """The network of a case, in the form in which an answer describes one.

    Parameters
    ----------
    path : Path
        The case's file.

    Returns
    -------
    dict
        Keys inputs, layers, loss and training.
    """
    from twinprop.cases.case import parse_case  # slow to load, and most programs have no case

    check_path(path)
    where = f"{path.name}:"
    document = read_json(path, where)
    inputs = parse_case(document, where, path).data.x.shape[1]
    training = document.get("training") or {}
    return {
        "inputs": inputs,
        "layers": [
            {"units": layer["units"], "activation": layer.get("activation", "sigmoid")}
            for layer in document["layers"]
        ],
        "loss": dict(document["loss"]),
        "training": {
            "optimizer": training.get("optimizer"),
            "batch": training.get("batch_size"),
        },
    }


def compare_with_exercise(answer: dict[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with what the program's network has otherwise than the exercise asks.

    A program that is right, but of another network, is no answer to the exercise.

    Parameters
    ----------
    answer : dict
        As judge_recording gives it.
    asked : dict
        The network that is asked for.

    Returns
    -------
    dict
        The answer, with the key `exercise`: a list of sentences, empty where all is as asked.
    """
    network = answer.get("network")
    if not network:
        return {**answer, "exercise": None}
    found = [*_layers(network, asked), *_loss(network, asked), *_training(network, asked)]
    answer = {**answer, "exercise": found}
    if found and answer["verdict"] == "right":
        answer["verdict"] = "different"
        answer["sentence"] = f"Right for its own network, but not the exercise's: {found[0]}"
        answer["first"] = {"name": "network", "line": None}
    return answer


def _layers(network: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    yours, wanted = (_sizes(n) for n in (network, asked))
    if yours != wanted and None not in (yours[0], wanted[0]):
        return [f"it asks for {_dashes(wanted)} units, this is {_dashes(yours)}."]
    if len(network["layers"]) != len(asked["layers"]):
        return [f"it asks for {len(asked['layers'])} layers, this has {len(network['layers'])}."]
    return [
        f"it asks for {b['activation']} in layer {k}, this has {a['activation']}."
        for k, (a, b) in enumerate(zip(network["layers"], asked["layers"], strict=True), 1)
        if a["activation"] != b["activation"]
    ]


def _sizes(network: Mapping[str, Any]) -> list[Any]:
    return [network.get("inputs"), *(layer["units"] for layer in network["layers"])]


def _dashes(sizes: list[Any]) -> str:
    return "-".join(str(n) for n in sizes)


def _loss(network: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    yours, wanted = network.get("loss") or {}, asked.get("loss") or {}
    found = []
    if yours.get("name") and wanted.get("name") and yours["name"] != wanted["name"]:
        found.append(f"it asks for the loss {_words(wanted['name'])}, this has "
                     f"{_words(yours['name'])}.")  # fmt: skip
    elif yours.get("reduction") and yours["reduction"] != wanted.get("reduction", "sum"):
        found.append(f"it asks for the {wanted.get('reduction', 'sum')} over the samples, this has "
                     f"the {yours['reduction']}.")  # fmt: skip
    return found


def _training(network: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    yours, wanted = network.get("training") or {}, asked.get("training") or {}
    a, b = yours.get("optimizer") or {}, wanted.get("optimizer") or {}
    if not a or not b:
        return []
    if a.get("name") != b.get("name"):
        return [f"it asks for {_words(b.get('name'))}, this has {_words(a.get('name'))}."]
    return [
        f"it asks for the {_words(key)} {b[key]:g}, this has {a[key]:g}{_why(a[key], b[key])}."
        for key in b
        if key != "name" and _is_other(a.get(key), b[key])
    ]


def _why(yours: float, wanted: float) -> str:
    squared = not _is_other(yours, wanted**2)
    return ", which is its square, as if it were there twice" if squared else ""


def _is_other(yours: Any, wanted: Any) -> bool:
    numbers = isinstance(yours, (int, float)) and isinstance(wanted, (int, float))
    return numbers and abs(yours - wanted) > 1e-6 * abs(wanted)


def _words(name: Any) -> str:
    return str(name).replace("_", " ")
