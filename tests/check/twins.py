"""Mistakes planted in the twins' own source, in copies of the package that run a case."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from twinprop.engines.r_library import find_rscript, r_variables

PYTHON = Path(__file__).resolve().parents[2] / "python" / "src" / "twinprop"
R = Path(__file__).resolve().parents[2] / "r" / "R"


class Change(NamedTuple):
    """A text in a twin and what stands there then, in Python and in R."""

    id: str
    first: str
    stem: str
    python: tuple[str, str]
    r: tuple[str, str]


def _in_both(id: str, first: str, stem: str, old: str, new: str) -> Change:
    """A change whose text is the same in both but for the arrow, brackets and points."""

    def in_r(text: str) -> str:
        text = text.replace("i + 1]", "i + 1L]").replace("arithmetic.", "arithmetic$")
        text = text.replace("layer.w", "layer$w").replace("f.", "f$").replace(" = ", " <- ")
        return re.sub(r"(?<!\[)\[(i[^\]]*)\](?!\])", r"[[\1]]", text)

    return Change(id, first, stem, (old, new), (in_r(old), in_r(new)))


DELTA = "delta_i = e_i * slope_i"
SLOPE = "slope_i = f.grad(z[i], a[i + 1], arithmetic)"
PRODUCT = "weights[i] = arithmetic.crossprod(fed[i], delta_i)"
SUMS = "biases[i] = arithmetic.column_sums(delta_i)"
BACK = "arithmetic.tcrossprod(delta_i, layer.weights)"
VALUE = "a_i = f.value(z_i, arithmetic)"
BIAS = (
    "arithmetic.add_bias(arithmetic.matmul(fed[i], layer.weights), layer.bias)",
    "arithmetic$add_bias(arithmetic$matmul(fed_i, layer$weights), layer$bias)",
)
PRODUCT_OF_X = (
    "arithmetic.matmul(fed[i], layer.weights)",
    "arithmetic$matmul(fed_i, layer$weights)",
)
STEP = ("p - learning_rate * dp for", "parameters[[i]] - learning_rate * gradients[[i]]")

CHANGES = [
    _in_both("slope_left_out", "delta2", "network.passes", DELTA, "delta_i = e_i"),
    _in_both("delta_added", "delta2", "network.passes", DELTA, "delta_i = e_i + slope_i"),
    _in_both("delta_divided", "delta2", "network.passes", DELTA, "delta_i = e_i / slope_i"),
    _in_both("slope_of_z", "slope2", "network.passes", SLOPE, SLOPE.replace("a[i + 1]", "z[i]")),
    _in_both("slope_of_sigmoid_of_a", "slope2", "network.passes", SLOPE,
             SLOPE.replace("a[i + 1]", "f.value(a[i + 1], arithmetic)")),
    _in_both("gradient_of_error", "dW2", "network.passes", PRODUCT,
             PRODUCT.replace("delta_i", "e_i")),
    _in_both("wrong_sign", "dW2", "network.passes", PRODUCT, PRODUCT.replace("arith", "-arith")),
    _in_both("gradient_of_error", "db2", "network.passes", SUMS, SUMS.replace("delta_i", "e_i")),
    Change("gradient_of_first_sample", "db2", "network.passes", (SUMS, "biases[i] = delta_i[:1]"),
           ("arithmetic$column_sums(delta_i)", "delta_i[1L, , drop = FALSE]")),
    Change("bias_gradient_total", "", "network.passes",
           (SUMS, "biases[i] = delta_i.sum() + 0 * layer.bias"),
           ("arithmetic$column_sums(delta_i)", "sum(delta_i) + 0 * layer$bias")),
    _in_both("error_without_delta", "e1", "network.passes", BACK, BACK.replace("delta_i", "e_i")),
    _in_both("wrong_sign", "e1", "network.passes", "e_i = " + BACK, "e_i = -" + BACK),
    Change("bias_left_out", "z1", "network.passes",
           (BIAS[0], PRODUCT_OF_X[0]), (BIAS[1], PRODUCT_OF_X[1])),
    Change("bias_subtracted", "z1", "network.passes",
           (BIAS[0], BIAS[0].replace("layer.bias", "-layer.bias")),
           (BIAS[1], BIAS[1].replace("layer$bias", "-layer$bias"))),
    Change("bias_filled_by_column", "z1", "network.passes",
           (BIAS[0],
            PRODUCT_OF_X[0] + " + np.resize(layer.bias, (layer.bias.shape[1], len(x))).T"),
           (BIAS[1],
            PRODUCT_OF_X[1] + " + rep_len(layer$bias, nrow(x) * ncol(layer$weights))")),
    Change("activation_left_out", "a1", "network.passes", (VALUE, "a_i = z_i"),
           ("a_i <- f$value(z_i, arithmetic)", "a_i <- z_i")),
    Change("sigmoid_twice", "a1", "network.passes",
           (VALUE, "a_i = f.value(f.value(z_i, arithmetic), arithmetic)"),
           ("f$value(z_i, arithmetic)", "f$value(f$value(z_i, arithmetic), arithmetic)")),
    Change("learning_rate_left_out", "W2", "formulas.optimizers", (STEP[0], "p - dp for"),
           (STEP[1], "parameters[[i]] - gradients[[i]]")),
    Change("wrong_sign", "W2", "formulas.optimizers", (STEP[0], STEP[0].replace("-", "+")),
           (STEP[1], STEP[1].replace("-", "+"))),
    Change("learning_rate_twice", "W2", "formulas.optimizers",
           (STEP[0], "p - learning_rate**2 * dp for"),
           (STEP[1], "parameters[[i]] - learning_rate^2 * gradients[[i]]")),
    Change("replaced_by_step", "W2", "formulas.optimizers", (STEP[0], "-learning_rate * dp for"),
           (STEP[1], "-learning_rate * gradients[[i]]")),
    Change("never_updated", "b2", "network.training",
           ("layer.weights, layer.bias = weights, bias", "layer.weights = weights"),
           ("network[[i]]$bias <- parameters[[depth + i]]", "parameters[[depth + i]]")),
    Change("error_doubled", "e2", "formulas.losses",
        ("reduce_samples(a - y,", "reduce_samples(2 * (a - y),"),
        ("reduce_samples(a - y,", "reduce_samples(2 * (a - y),"),
    ),
]  # fmt: skip


def source_of(language: str, stem: str, change: Change | None = None) -> str:
    """The text of a twin, with a change where it belongs to that file."""
    path = PYTHON / f"{stem.replace('.', '/')}.py"
    if language == "r":
        path = R / f"{stem.replace('.', '_')}.R"
    text = path.read_text(encoding="utf-8")
    if change is None or change.stem != stem:
        return text
    old, new = change.python if language == "python" else change.r
    assert old in text, f"{path.name} has no longer {old!r}"
    return text.replace(old, new, 1)


def run_python(change: Change | None, case: Path, folder: Path) -> Path:
    """The trace of a case by a copy of the Python package with a change in it."""
    package, out = folder / "twinprop", folder / "trace.json"
    shutil.copytree(PYTHON, package, ignore=shutil.ignore_patterns("__pycache__"))
    if change is not None:
        path = package / f"{change.stem.replace('.', '/')}.py"
        path.write_text(source_of("python", change.stem, change))
    command = [sys.executable, "-m", "twinprop.cli.main", "run", str(case)]
    command += ["--language", "python", "--out", str(out)]
    variables = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, check=True, env=variables, cwd=folder, capture_output=True)
    return out


R_SCRIPT = """
jobs <- jsonlite::read_json(commandArgs(TRUE)[[1L]])
for (job in jobs) {
  inside <- new.env()
  for (file in list.files(job$folder, full.names = TRUE)) sys.source(file, inside)
  inside$write_run(inside$report_run(inside$read_case(job$case), "native"), job$out)
}
"""


def run_r_copies(changes: list[Change | None], case: Path, folder: Path) -> list[Path]:
    """The traces of a case by copies of the R package, each with a change in it."""
    jobs = []
    for i, change in enumerate(changes):
        copy = folder / str(i)
        copy.mkdir(parents=True)
        for path in R.glob("*.R"):
            stem = (
                change.stem if change and path.stem == change.stem.replace(".", "_") else path.stem
            )
            (copy / path.name).write_text(source_of("r", stem, change), encoding="utf-8")
        jobs.append({"folder": str(copy), "case": str(case), "out": str(folder / f"{i}.json")})
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    (folder / "run.R").write_text(R_SCRIPT, encoding="utf-8")
    command = [find_rscript(), "--vanilla", str(folder / "run.R"), str(folder / "jobs.json")]
    variables = {**os.environ, **r_variables()}
    subprocess.run(command, check=True, env=variables, stdout=subprocess.DEVNULL)
    return [Path(job["out"]) for job in jobs]
