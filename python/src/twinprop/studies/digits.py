"""Handwritten digits at full width: 784-50-100-10, trained in Python, judged in both languages."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import Array, get_arithmetic
from twinprop.cases.models import read_model, write_model
from twinprop.engines.r_session import call_r
from twinprop.formulas.data import apply_scaling, fit_scaling, one_hot, split_rows
from twinprop.formulas.metrics import (
    classification_report,
    confusion_matrix,
    format_report,
    predicted_class,
)
from twinprop.ground.files import fill_whole
from twinprop.network.layers import Network, draw_network
from twinprop.network.passes import predict_batches
from twinprop.network.plan import new_plan
from twinprop.network.training import train
from twinprop.studies.digits_csv import CLASSES, PIXELS, read_digits

UNITS = [50, 100, CLASSES]
ACTIVATIONS = ["sigmoid", "sigmoid", "softmax"]
HELD_OUT, SPLIT_SEED = 0.3, 42
START_SEED, SHUFFLE_SEED = 1, 2
BATCH = 100


@dataclass(frozen=True)
class Digits:
    """What the run found: figures of each language on the held-out images, and the seconds."""

    images: int
    held_out: int
    epochs: int
    accuracy: dict[str, float]
    report: dict[str, Any]
    confusion: Any
    different: int
    seconds: dict[str, float] = field(default_factory=dict)


def run_digits(
    path: str | os.PathLike[str],
    model: str | os.PathLike[str],
    epochs: int = 10,
    arithmetic: str = "native",
    on_epoch: Callable[[int], object] | None = None,
) -> Digits:
    """Read images, train on 70 % of them, and classify the others in both languages.

    Columns are scaled to 0 to 1 by the images to learn from. The network is written to a file,
    which both languages read; they classify 100 images at a time.

    Parameters
    ----------
    path : path
        The CSV file, see read_digits.
    model : path
        The file of the trained network, JSON.
    epochs : int
        How often all images are used.
    arithmetic : str
        "native" or "strict", for training and classification.
    on_epoch : function or None
        Called with the number of each epoch when it is done.

    Returns
    -------
    Digits
        What was found.
    """
    clock = _Clock()
    pixels, labels = read_digits(path)
    clock.lap("read")
    x, y, x_held, target = _prepare(pixels, labels)
    images = len(pixels)
    del pixels
    clock.lap("prepare")
    write_model(train_digits(x, y, epochs, arithmetic, on_epoch), model)
    del x
    clock.lap("train")
    output = predict_batches(read_model(model), x_held, BATCH, get_arithmetic(arithmetic))
    ours = predicted_class(output)
    clock.lap("python")
    theirs = predicted_class(
        call_r("predict_of_model", str(Path(model).resolve()), x_held, BATCH, arithmetic)
    )
    clock.lap("r")
    return Digits(
        images=images,
        held_out=len(target),
        epochs=epochs,
        accuracy={
            language: float(np.mean(found == target))
            for language, found in [("python", ours), ("r", theirs)]
        },
        report=classification_report(ours, target, CLASSES),
        confusion=confusion_matrix(ours, target, CLASSES),
        different=int(np.count_nonzero(ours != theirs)),
        seconds=clock.laps,
    )


def _prepare(pixels: Any, labels: Any) -> tuple[Array, Array, Array, Any]:
    """Samples and targets to learn from, samples held out, and their classes."""
    rows, held = split_rows(len(pixels), HELD_OUT, SPLIT_SEED)
    scaling = fit_scaling(pixels[rows])
    return (
        apply_scaling(scaling, pixels[rows]),
        one_hot(labels[rows], CLASSES),
        apply_scaling(scaling, pixels[held]),
        labels[held].astype(np.intp),
    )


def train_digits(
    x: Array,
    y: Array,
    epochs: int,
    arithmetic: str = "native",
    on_epoch: Callable[[int], object] | None = None,
) -> Network:
    """The trained 784-50-100-10 network: cross-entropy, adam, batches of 100."""
    network = draw_network(PIXELS, UNITS, ACTIVATIONS, "glorot", START_SEED)
    plan = new_plan(
        "cross_entropy",
        "mean",
        "adam",
        epochs=epochs,
        batch_size=BATCH,
        shuffle_seed=SHUFFLE_SEED,
        record=[],
    )
    return train(network, x, y, plan, get_arithmetic(arithmetic), on_epoch).network


def describe_digits(found: Digits) -> str:
    """The figures of a run as text.

    Parameters
    ----------
    found : Digits
        Of run_digits.

    Returns
    -------
    str
        Accuracy, seconds, classification report, and how many classes differ.
    """
    rates = ", ".join(f"{share:.4f} by {name}" for name, share in found.accuracy.items())
    laps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.seconds.items())
    return "\n".join(
        [
            f"{found.images} images, {found.held_out} held out, {found.epochs} epochs ({laps})",
            f"accuracy {rates}",
            "",
            format_report(found.report),
            f"predicted classes that differ between the languages: {found.different}",
        ]
    )


def summarize_digits(found: Digits) -> dict[str, Any]:
    """The figures of a run for JSON.

    Parameters
    ----------
    found : Digits
        Of run_digits.

    Returns
    -------
    dict
        As the fields of Digits.
    """
    return {**vars(found), "confusion": found.confusion.tolist()}


def draw_confusion(confusion: Any, path: str | os.PathLike[str]) -> None:
    """A picture of a confusion matrix, as PNG.

    Parameters
    ----------
    confusion : (classes, classes) int
        Of confusion_matrix.
    path : path
        The picture.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    axes = figure.add_subplot()
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    for (row, column), count in np.ndenumerate(confusion):
        color = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=color, fontsize=8)
    axes.set(xlabel="predicted class", ylabel="true class", title="Held-out images")
    axes.set_xticks(range(len(confusion)))
    axes.set_yticks(range(len(confusion)))
    figure.colorbar(image, label="share of the true class")
    fill_whole(path, lambda temporary: figure.savefig(temporary, dpi=120, format="png"))


class _Clock:
    """Seconds between calls, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._last = now - self._last, now
