"""The proof of `twinprop check`: mistakes planted, and right programs, in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from plants import PLAN_PLANTS, PLANTS, SOFTMAX_PLANTS
from plants.base import Plant
from plants.optimizers import RIGHT, batch_changes, changes
from plants.softmax import SOFTMAX_VARIANTS
from scripts import STYLES, write_script
from twins import CHANGES, CHECKED, functions_file
from variants import VARIANTS

from twinprop.cases.case import read_case
from twinprop.check.child import record_job
from twinprop.check.judge import judge_recording
from twinprop.check.problem import Problem, make_job, pose_problem
from twinprop.engines.r_library import find_rscript, r_variables

SAMPLE = 6  # every sixth R script is judged in R too

SHAPES = {
    "4-3-1": {"n": 3, "n0": 4, "n1": 3, "n2": 1, "mean": False, "lr": 0.1},
    "5-4-2-mean": {"n": 6, "n0": 5, "n1": 4, "n2": 2, "mean": True, "lr": 0.6},
    "3-3-3": {"n": 3, "n0": 3, "n1": 3, "n2": 3, "mean": False, "lr": 0.3},
    "7-2-3": {"n": 5, "n0": 7, "n1": 2, "n2": 3, "mean": False, "lr": 0.25},
}

OPTIMIZERS = {
    "gradient_descent": {},
    "momentum": {"momentum": 0.85},
    "rmsprop": {"decay": 0.85, "epsilon": 1e-3},
    "adam": {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
}
_PLAN = {"n": 7, "n0": 5, "n1": 4, "n2": 2, "mean": False, "lr": 0.05}
_SOFTMAX = {"n": 6, "n0": 4, "n1": 5, "n2": 3, "mean": True, "lr": 0.2, "softmax": True}
SOFTMAX = {
    "softmax": {**_SOFTMAX, "optimizer": "gradient_descent"},
    "softmax-sum": {**_SOFTMAX, "n": 5, "n2": 2, "mean": False, "lr": 0.04,
                    "optimizer": "gradient_descent"},
}  # fmt: skip
PLANS = {
    "momentum": {**_PLAN, "optimizer": "momentum"},
    "rmsprop": {**_PLAN, "optimizer": "rmsprop"},
    "adam": {**_PLAN, "optimizer": "adam"},
    "batches": {**_PLAN, "optimizer": "gradient_descent", "batch": 3},
    "adam-batches": {**_PLAN, "optimizer": "adam", "batch": 3, "mean": True},
}


class Trial(NamedTuple):
    """A script and what check should say of it; the id is empty where it is right."""

    id: str
    first: str
    language: str
    style: str
    case: str
    source: str


class Outcome(NamedTuple):
    """What check said, and for a sample of the R scripts what R's own judge said of them."""

    trial: Trial
    verdict: str
    first: str
    cause: str
    stop: str
    both: tuple[str, str] = ("", "")


def write_cases(folder: Path) -> dict[str, Problem]:
    """The cases of the proof, with a target that is one-hot."""
    problems = {}
    for name, shape in {**SHAPES, **PLANS, **SOFTMAX}.items():
        optimizer = str(shape.get("optimizer", "gradient_descent"))
        n, n0, n1, n2 = (int(shape[k]) for k in ("n", "n0", "n1", "n2"))
        last = "softmax" if "softmax" in shape else "sigmoid"
        loss = "cross_entropy" if "softmax" in shape else "squared_error"
        x = [[((i * 13 + j * 7 + i * j * 3) % 17) / 8 - 0.9 for j in range(n0)] for i in range(n)]
        y = [[int(j == (i + i // 2) % max(n2, 2)) for j in range(n2)] for i in range(n)]
        document = {
            "format": 1, "id": f"proof-{name}", "title": name, "source": "made by machine",
            "layers": [
                {"units": n1, "activation": "sigmoid"}, {"units": n2, "activation": last}
            ],
            "loss": {"name": loss, "reduction": "mean" if shape["mean"] else "sum"},
            "data": {"x": x, "y": y},
            "initial": {"distribution": "uniform", "low": -1, "high": 1, "seed": 3},
            "training": {
                "optimizer": {
                    "name": optimizer, "learning_rate": shape["lr"], **OPTIMIZERS[optimizer],
                },
                "epochs": 12, "record": [1, 2, 7, 12],
                **({"batch_size": shape["batch"]} if "batch" in shape else {}),
            },
        }  # fmt: skip
        path = folder / f"{name}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        problems[name] = pose_problem(read_case(path))
    return problems


def list_mistakes(languages: Iterable[str]) -> Iterator[Trial]:
    """Every mistake, in both styles, in every case in which it shows."""
    for plants, shapes in ((PLANTS, SHAPES), (PLAN_PLANTS, PLANS), (SOFTMAX_PLANTS, SOFTMAX)):
        for i, plant in enumerate(plants):
            for language in languages:
                for j, (case, shape) in enumerate(shapes.items()):
                    if _shows(plant, shape, language):
                        style = list(STYLES)[(i + j) % 2]
                        source = write_script(language, style, shape, getattr(plant, language))
                        yield Trial(plant.id, plant.first, language, style, case, source)


def _shows(plant: Plant, shape: dict[str, Any], language: str) -> bool:
    facts = {"batch": 0, **shape, "python": language == "python"}
    if facts["batch"] and "batch" not in plant.needs:
        return False
    return not plant.needs or bool(eval(plant.needs, {}, facts))


def list_variants(languages: Iterable[str]) -> Iterator[Trial]:
    """Every right program, in both styles, in every case."""
    for language in languages:
        for name, pair in VARIANTS.items():
            for style in STYLES:
                for case, shape in SHAPES.items():
                    source = write_script(language, style, shape, pair[language == "r"])
                    yield Trial("", name, language, style, case, source)
        for case, shape in SOFTMAX.items():
            for pair in SOFTMAX_VARIANTS.values():
                for style in STYLES:
                    source = write_script(language, style, shape, pair[language == "r"])
                    yield Trial("", "softmax", language, style, case, source)
        for case, shape in PLANS.items():
            optimizer = str(shape["optimizer"])
            change = (
                batch_changes(language, optimizer)
                if "batch" in shape
                else changes(language, optimizer, RIGHT[optimizer], {})
            )
            for style in STYLES:
                source = write_script(language, style, shape, change)
                yield Trial("", "plain", language, style, case, source)


def list_twins(languages: Iterable[str]) -> Iterator[Trial]:
    """Files with the twins' own functions: right, and with each mistake in them."""
    for language in languages:
        for case in ("4-3-1", "5-4-2-mean"):
            for change in [None, *CHANGES]:
                if change is None or change.stem in CHECKED:
                    name, first = (change.id, change.first) if change else ("", "twins")
                    yield Trial(name, first, language, "twins", case,
                                functions_file(language, change))  # fmt: skip


def run_trials(trials: list[Trial], problems: dict[str, Problem], folder: Path) -> list[Outcome]:
    """Check every script, those of each language in one process: they are our own."""
    jobs = [make_job(problems[t.case], t.source, f"their.{t.language}", {}) for t in trials]
    recordings: list[Any] = [None] * len(trials)
    python = [i for i, t in enumerate(trials) if t.language == "python"]
    quiet = partial(np.seterr, all="ignore")  # numbers without bound are what some are about
    with ProcessPoolExecutor(1, initializer=quiet) as pool:
        for i, recording in zip(
            python, pool.map(record_job, [jobs[i] for i in python]), strict=True
        ):
            recordings[i] = json.loads(json.dumps(recording))
    r = [i for i, t in enumerate(trials) if t.language == "r"]
    for i, recording in zip(r, record_r_jobs([jobs[i] for i in r]), strict=True):
        recordings[i] = recording
    said = judge_in_r(
        [trials[i] for i in r[::SAMPLE]], [recordings[i] for i in r[::SAMPLE]], folder
    )
    in_r = dict(zip(r[::SAMPLE], said, strict=True))
    posed = [problems[t.case] for t in trials]
    with ProcessPoolExecutor(2) as pool:
        outcomes = list(pool.map(_judge, trials, posed, recordings, chunksize=20))
    return [
        o._replace(both=(o.both[0], in_r[i])) if i in in_r else o._replace(both=("", ""))
        for i, o in enumerate(outcomes)
    ]


def judge_in_r(trials: list[Trial], recordings: list[Any], folder: Path) -> list[str]:
    """What the judge of the R package says of recordings, a line for each."""
    if not trials:
        return []
    pairs = [{"case": t.case, "recording": r} for t, r in zip(trials, recordings, strict=True)]
    given, out = folder / "recordings.json", folder / "judged.txt"
    given.write_text(json.dumps(pairs), encoding="utf-8")
    script = Path(__file__).with_name("judge.R")
    run_r([str(script), str(folder), str(given), str(out)])
    return out.read_text(encoding="utf-8").splitlines()


def run_r(arguments: list[str]) -> None:
    """Run Rscript with the project's library."""
    command = [find_rscript(), "--vanilla", *arguments]
    variables = {**os.environ, **r_variables()}
    subprocess.run(command, check=True, env=variables, stdout=subprocess.DEVNULL)


def record_r_jobs(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Recordings of R scripts, all in one process of R."""
    if not jobs:
        return []
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("jobs.json", "recordings.json")]
        Path(paths[0]).write_text(json.dumps(jobs), encoding="utf-8")
        run_r(["-e", "twinprop:::main_check_child()", *paths])
        return json.loads(Path(paths[1]).read_text(encoding="utf-8"))


def _judge(trial: Trial, problem: Problem, recording: dict[str, Any]) -> Outcome:
    judgement = judge_recording(problem, recording, {})
    first = judgement.first
    stop = recording["stop"]["message"] if recording["stop"] else ""
    where = f"{first.step}/{first.quantity}" if first else ""
    cause = first.cause.id if first and first.cause else ""
    others = " ".join(o.cause.id for o in judgement.others if o.cause)
    said = "|".join([judgement.verdict, where, cause, others])
    return Outcome(trial, judgement.verdict, where, cause, stop, (said, ""))


def is_found(outcome: Outcome) -> bool:
    """Whether a mistake was noticed."""
    return outcome.verdict in ("different", "stopped")


def is_first_right(outcome: Outcome) -> bool:
    """Whether the first quantity is the one in which the mistake is."""
    wanted = outcome.trial.first
    _, _, found = outcome.first.partition("/")
    if "/" in wanted:
        return outcome.first == wanted
    return not wanted or found == wanted


def is_cause_right(outcome: Outcome) -> bool:
    """Whether the cause named is the one planted."""
    return outcome.cause == outcome.trial.id


def main(languages: list[str]) -> int:
    """Run the proof and print its figures; the status is 0 where all is as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        problems = write_cases(Path(folder))
        twins = run_trials(list(list_twins(languages)), problems, Path(folder))
        mistakes = run_trials(list(list_mistakes(languages)), problems, Path(folder))
        right = run_trials(list(list_variants(languages)), problems, Path(folder))
    in_twins = [o for o in twins if o.trial.id]
    mistakes += in_twins
    right += [o for o in twins if not o.trial.id]
    missed = [o for o in mistakes if not is_found(o)]
    other_first = [o for o in mistakes if not is_first_right(o)]
    other_cause = [o for o in mistakes if not is_cause_right(o)]
    wrong = [o for o in right if o.verdict != "right"]
    twice = [o for o in mistakes + right if o.both[0]]
    unlike = [o for o in twice if o.both[0] != o.both[1]]
    n = len(mistakes)
    print(f"mistakes of the catalogue planted: {len({o.trial.id for o in mistakes})}")
    print(f"scripts with a mistake: {n}")
    print(f"  of them in the twins' own source: {len(in_twins)}")
    print(f"  found:                {n - len(missed)} of {n}")
    print(f"  first quantity right: {n - len(other_first)} of {n}")
    print(f"  cause right:          {n - len(other_cause)} of {n}")
    print(f"right scripts: {len(right)}, called wrong: {len(wrong)}")
    alike = len(twice) - len(unlike)
    print(f"R scripts judged in both languages: {len(twice)}, judged alike: {alike}")
    for o in unlike:
        print(f"unlike         {o.trial.case:11}{o.trial.id:25}Python {o.both[0]}, R {o.both[1]}")
    for title, outcomes in (("missed", missed), ("first quantity", other_first),
                            ("cause", other_cause), ("called wrong", wrong)):  # fmt: skip
        for o in outcomes:
            t = o.trial
            where = f"{title:15}{t.language:7}{t.case:11}{t.style:9}{t.id:25}"
            print(f"{where}wanted {t.first or '-':18}"
                  f"{o.verdict} {o.first} {o.cause} {o.stop[:60]}")  # fmt: skip
    return int(bool(missed or wrong or unlike))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["python", "r"]))
