"""The judges of both languages say the same of a recording, whichever language recorded it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_all_samples import FAULTS as DIVIDED_WRONGLY
from test_all_samples import RIGHT as DIVIDED
from test_beside_the_way import FAULTS as BESIDE_WRONGLY
from test_beside_the_way import RIGHT as BESIDE
from test_careful import RIGHT as CAREFUL
from test_comparisons import FAULTS as COMPARED
from test_described import SAID, UNUSED
from test_early_stops import FAULTS as STOPPED
from test_early_stops import RIGHT as TO_THE_END
from test_errors_at_the_output import FAULTS as AT_OUTPUT
from test_folds import RIGHT as FOLDS
from test_gated import RIGHT as DECIDED
from test_gated import WRONG as DECIDED_WRONGLY
from test_guards import FAULTS, RIGHT
from test_halves import FAULTS as HALVES
from test_histories import FAULTS as HISTORIES
from test_histories import RIGHT as KEPT
from test_lengths import RIGHT as LIMITED
from test_lengths import WRONG as LIMITED_WRONGLY
from test_losses import CHANCE, NOISE
from test_losses import RIGHT as LOSSES
from test_lost_past import RIGHT as PAST_KEPT
from test_lost_past import WRONG as PAST_LOST
from test_minimised import RIGHT as MINIMISED
from test_minimised import WRONG as MINIMISED_WRONGLY
from test_networks import program as two_networks
from test_never_moved import FAULTS as STILL
from test_nudged import RIGHT as NUDGED
from test_nudged import WRONG as NUDGED_WRONGLY
from test_numbers import FAULTS as NUMBERS
from test_numbers import LOSSES as NUMBER_LOSSES
from test_numbers import program as numbers
from test_odd_rule import FAULTS as ODD
from test_one_number import ADAM as MIXED
from test_one_number import ERRORS, OTHERS, TARGETS
from test_one_number import program as one_number
from test_operations import FAULTS as OPERATIONS_WRONGLY
from test_operations import RIGHT as OPERATIONS
from test_ordinary import FAULTS as ORDINARY
from test_ordinary import OWN_RULE
from test_overwritten import FAULTS as REPLACED
from test_own_function import FAULTS as OWN_FUNCTION_WRONGLY
from test_own_function import RIGHT as OWN_FUNCTION
from test_own_loss import FAULTS as UNLIKE_LOSS
from test_own_loss import RIGHT as OWN_LOSS
from test_own_slopes import FAULTS as SLOPES
from test_penalties import RIGHT as PENALISED
from test_penalties import WRONG as PENALISED_WRONGLY
from test_perceptrons import RIGHT as PERCEPTRONS
from test_perceptrons import WRONG as JUMPS
from test_piled import RIGHT as SET_BACK
from test_piled import WRONG as PILED
from test_piled import change as pile_up
from test_references import KEPT as KEPT_BESIDE
from test_references import LOST as LOST_BESIDE
from test_remarks import NOTED
from test_renamed import OTHER_INPUT, OWN_OUTPUT
from test_renamed import WRONG as RENAMED
from test_rules_gone_wrong import OTHERS as OTHER_RULES
from test_rules_gone_wrong import RIGHT as RULES_KEPT
from test_rules_gone_wrong import WRONG as RULES_GONE_WRONG
from test_scaled import DOWN
from test_scaled import FAULTS as SCALED_WRONGLY
from test_scaled import RIGHT as SCALED
from test_scales import FAULTS as SCALES
from test_scales import MANY
from test_signs import RIGHT as SIGNED
from test_signs import WRONG as SIGNED_WRONGLY
from test_styles import MISTAKES
from test_training import FAULTS as TRAININGS
from test_turned import RIGHT as TURNED
from test_turned import WRONG as UNTURNED
from test_weighed import FAULTS as WEIGHED_WRONGLY
from test_weighed import RIGHT as WEIGHED
from test_where_it_goes_back import FAULTS as BACK_WRONGLY
from test_where_it_goes_back import RIGHT as BACK
from test_where_made import FAULTS as MADE
from test_where_made import PROGRAMS
from test_whole_numbers import FAULTS as WHOLE
from test_zero_inputs import FAULTS as ZERO

from twinprop.check.corrected import lines_to_try
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.judge import judge_recording
from twinprop.check.watch import watch_program
from twinprop.engines.r_library import find_rscript, r_variables

# Rules and losses that no style has: what is changed in the program of test_guards.
RULES = {
    "adam": (
        "past[k] = 0.8 * past[k] - 0.2 * gradients[k]\n            w += past[k]",
        "past[k] = 0.9 * past[k] + 0.1 * gradients[k]\n"
        "            seen[k] = 0.99 * seen[k] + 0.01 * gradients[k] ** 2\n"
        "            w -= 0.01 * past[k] / (np.sqrt(seen[k]) + 1e-8)",
    ),
    "cut_off": (
        "past[k] = 0.8 * past[k] - 0.2 * gradients[k]",
        "past[k] = -0.2 * np.clip(gradients[k], -0.01, 0.01)",
    ),
}
PARTS = 4
JUDGE = """
named <- commandArgs(TRUE)
for (file in readLines(named[[1L]])) {
  graph <- twinprop:::read_recording_file(paste0(file, ".recording"), file)
  sources <- lapply(jsonlite::read_json(paste0(file, ".sources")), identity)
  evidence <- new.env()
  answer <- twinprop:::judge_graph(graph, sources, NULL, evidence)
  if (graph$header$language == "r" && length(answer$cause) > 0L) {
    lines <- twinprop:::wrong_lines(answer, answer$first$file, sources[[1L]])
    tried <- twinprop:::lines_to_try(graph, evidence, answer, lines)
    answer$cause["corrected"] <- list(as.list(tried))
  }
  text <- jsonlite::toJSON(answer, auto_unbox = TRUE, null = "null", digits = NA)
  writeLines(text, paste0(file, ".answer"))
}
"""


pytestmark = pytest.mark.usefixtures("run_once")


def programs(language: str, styles: Path) -> dict[str, str]:
    """Programs of our own: right, with a mistake, and with another; by a word and the file."""
    found = {}
    for name, change in MISTAKES.items():
        if name.endswith(".R") == (language == "r"):
            source = (styles / name).read_text(encoding="utf-8")
            found[f"right/{name}"] = source
            found[f"slope/{name}"] = source.replace("(1 - ", "(1 + ")
            if change is not None:
                found[f"other/{name}"] = source.replace(*change)
    suffix = {"python": "py", "r": "R"}[language]
    found[f"noted/their.{suffix}"] = NOTED[suffix]
    if language == "r":
        found["from_one/their.R"] = TARGETS.replace("(kind) - 1", "(kind)")
    for way in ("one after the other", "in turns"):
        found[f"{way.replace(' ', '_')}/their.{suffix}"] = two_networks(suffix, way)
    found |= {name: source for name, source in named_programs() if name.endswith(f".{suffix}")}
    for name, (program, old, new) in SLOPES.items():
        if program.startswith("set") == (language == "r"):
            found[f"{name.replace(' ', '_')}/their.{suffix}"] = program.replace(old, new)
    for name, (program, old, new, *_) in MADE.items():
        if program.endswith(f".{suffix}"):
            own = PROGRAMS[program].replace(old, new)
            found[f"{name.replace(' ', '_')}/their.{suffix}"] = own
    return found | (python_programs() if language == "python" else {})


def named_programs() -> Iterator[tuple[str, str]]:
    """Programs whose tests name their files."""
    said = {name: source for name, (source, _) in SAID.items()}
    whole = {"kept": KEPT | said, "jump": PERCEPTRONS, "nudged": NUDGED, "signed": SIGNED}
    whole |= {"decided": DECIDED | CAREFUL, "set_back": SET_BACK}
    whole |= {"minimised": MINIMISED, "folded": FOLDS, "turned": TURNED}
    whole |= {"weighed": WEIGHED, "beside": KEPT_BESIDE, "back": BACK}
    whole |= {"own_loss": OWN_LOSS, "beside_the_way": BESIDE, "operations": OPERATIONS}
    whole |= {"ruled": RULES_KEPT | OTHER_RULES}
    whole |= {"divided": DIVIDED, "own_function": OWN_FUNCTION, "ends": TO_THE_END}
    whole |= {"limited": LIMITED, "past": PAST_KEPT, "penalised": PENALISED}
    whole["scaled"] = SCALED | {"down.R": DOWN}
    whole["piled"] = {name: pile_up(name) for name in PILED}
    for group, sources in whole.items():
        yield from ((f"{group}/{name}", source) for name, source in sources.items())
    changed = {"mistake": AT_OUTPUT | STILL | ZERO | OTHER_INPUT | OWN_OUTPUT}
    changed |= {"decided_wrongly": DECIDED_WRONGLY, "scaled_wrongly": SCALED_WRONGLY}
    changed |= {"weighed_wrongly": WEIGHED_WRONGLY, "lost_beside": LOST_BESIDE}
    changed |= {"back_wrongly": BACK_WRONGLY, "ruled_wrongly": RULES_GONE_WRONG}
    changed |= {"unlike_loss": UNLIKE_LOSS, "beside_wrongly": BESIDE_WRONGLY}
    changed |= {"minimised_wrongly": MINIMISED_WRONGLY, "unturned": UNTURNED}
    changed |= {"nudged_wrongly": NUDGED_WRONGLY, "signed_wrongly": SIGNED_WRONGLY}
    changed |= {"divided_wrongly": DIVIDED_WRONGLY, "function_wrongly": OWN_FUNCTION_WRONGLY}
    changed |= {"limited_wrongly": LIMITED_WRONGLY, "past_lost": PAST_LOST}
    changed |= {"penalised_wrongly": PENALISED_WRONGLY, "stopped": STOPPED}
    for group, faults in changed.items():
        for name, (source, old, new, *_) in faults.items():
            yield f"{group}/{name}", source.replace(old, new)
    wrong = JUMPS | ODD | REPLACED | RENAMED | OPERATIONS_WRONGLY
    for name, (source, old, new) in wrong.items():
        yield f"wrong_{name}/their.{name.split('.')[-1]}", source.replace(old, new)


def python_programs() -> dict[str, str]:
    """Rules, losses and faults that the styles do not have."""
    found = {}
    found["momentum/their.py"] = RIGHT
    found["unused/their.py"] = UNUSED
    found["a_rule_of_its_own/their.py"] = OWN_RULE
    for name, source in LOSSES.items():
        found[f"loss_{name.replace(' ', '_')}/their.py"] = source
    found["twice_the_error/their.py"] = CHANCE
    found["another_loss/their.py"] = CHANCE.replace("2 * (p - y)", "(p - y)")
    found["noise/their.py"] = NOISE.replace("CHANGE", "x += rng.normal(0, 0.1, x.shape)")
    for name, change in RULES.items():
        made = RIGHT.replace(*change)
        found[f"{name}/their.py"] = made.replace("for epoch", "seen = [0.0] * 4\nfor epoch", 1)
    for name in NUMBER_LOSSES:
        found[f"numbers_{name.replace(' ', '_')}/their.py"] = numbers(name)
    faults = {**FAULTS, **TRAININGS, **ORDINARY, **SCALES, **NUMBERS, **HISTORIES}
    faults |= {**HALVES, **COMPARED, **WHOLE}
    for name, (source, old, new, *_) in faults.items():
        found[f"{name.replace(' ', '_')}/their.py"] = source.replace(old, new)
    for name, (error, _) in {**ERRORS, **OTHERS}.items():
        found[f"error_{name.replace(' ', '_')}/their.py"] = one_number(error, True)
    found["divided_at_two_places/their.py"] = MIXED
    found["many_samples/their.py"] = MANY
    return found


def judge_both(sources: dict[str, str], folder: Path) -> list[tuple[str, Any, Any]]:
    """The names of programs with the answers of both judges to the same recording.

    The corrected line of a program of R is here each one that would be tried.
    """
    answers = []
    files = {name: folder / str(k) / Path(name).name for k, name in enumerate(sources)}
    for name, file in files.items():
        file.parent.mkdir()  # alone, as where another test has run it already
        file.write_text(sources[name], encoding="utf-8")
        watched = watch_program(file, trust=True)
        assert watched.graph is not None, f"{name} was not recorded"
        Path(f"{file}.recording").write_bytes(watched.ended.result)
        Path(f"{file}.sources").write_text(json.dumps(watched.sources))
        evidence = Evidence()
        answer = judge_recording(watched.graph, watched.sources, evidence=evidence)
        if watched.graph.header["language"] == "r" and answer["cause"]:
            lines = watched.sources[0].split("\n")
            answer["cause"]["corrected"] = lines_to_try(watched.graph, evidence, answer, lines)
        answers.append((name, answer))
    (folder / "judge.R").write_text(JUDGE)
    (folder / "list").write_text("".join(f"{file}\n" for file in files.values()))
    command = [find_rscript(), "--vanilla", str(folder / "judge.R"), str(folder / "list")]
    # So many programs are judged in one process that its garbage is a sixth of the time.
    heap = {"R_NSIZE": "6M", "R_VSIZE": "96M"}
    subprocess.run(command, check=True, env={**os.environ, **r_variables(), **heap})
    return [(name, a, json.loads(Path(f"{files[name]}.answer").read_text())) for name, a in answers]


def differences(here: Any, there: Any, at: str = "answer") -> list[str]:
    """Where two answers differ; numbers by more than rounding."""
    if isinstance(here, dict) and isinstance(there, dict):
        keys = [*here, *(k for k in there if k not in here)]
        return [d for k in keys for d in differences(here.get(k), there.get(k), f"{at}.{k}")]
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        pairs = enumerate(zip(here, there, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{at}[{i}]")]
    numbers = isinstance(here, int | float) and isinstance(there, int | float)
    if numbers and abs(here - there) <= 1e-9 * max(abs(here), abs(there)):
        return []
    return [] if here == there else [f"{at}: {here!r} in Python, {there!r} in R"]


# In parts, so that several processes share them.
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["python", "r"])
def test_every_answer_is_alike(language, part, shared_fixtures, tmp_path):
    sources = programs(language, shared_fixtures / "scripts" / "styles")
    answers = judge_both(dict([*sources.items()][part::PARTS]), tmp_path)
    verdicts = {here["verdict"] for _, here, _ in answers}
    assert {"right", "different"} <= verdicts
    found = {name: differences(here, there) for name, here, there in answers}
    assert not {name: d for name, d in found.items() if d}
