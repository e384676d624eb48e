"""What the page asks of Python, in the browser: programs are run and judged, two are compared.

R's programs run in a worker of their own, and come here as the recording that R made of them.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from twinprop.cases.traces import parse_run
from twinprop.check.align.recording import Graph
from twinprop.check.as_case import case_of_program
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.judge import judge_recording
from twinprop.check.port.compared import Compared
from twinprop.check.port.handing import plan_draws
from twinprop.check.port.programs import Wanted, follow_port
from twinprop.check.port.training import pair_parameters, read_training
from twinprop.check.program import Plan, judge_watched
from twinprop.check.received import read_received
from twinprop.check.record import limits
from twinprop.check.record.run import Watch
from twinprop.check.record.sites import FLAG, HOOKS
from twinprop.check.results import hide_values
from twinprop.check.watch import Watched
from twinprop.engines.run_case import run_to_file
from twinprop.engines.sandbox import Ended
from twinprop.ground.errors import InputError
from twinprop.pictures.laboratory.steps import (
    Row,
    Seen,
    count_steps,
    find_first,
    rows_of_programs,
    rows_of_runs,
)

FILES = {"python": "program.py", "r": "program.R"}
PLAN = Plan(trust=True, lines=True)
# So that an answer comes soon, so many updates in so many nodes are enough of a training.
ENOUGH = ((13, 400), *limits.ENOUGH)


class Session:
    """Both programs of a page as they ran last, and what is asked about them."""

    def __init__(self) -> None:
        self.watched: dict[str, Watched] = {}
        self.seen: dict[str, Seen] = {}
        self.given = ""  # what R's program was to draw when it ran last
        self.following: Generator[Wanted, Watched, dict[str, Any]] | None = None

    def run_python(self, source: str) -> None:
        """Run a program of Python, and keep its recording."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / FILES["python"]
            path.write_text(source, encoding="utf-8")
            recording, printed = io.BytesIO(), io.StringIO()
            with _as_alone(folder, printed):
                Watch(str(path), recording, ENOUGH).run()
        self.take_recording("python", source, recording.getvalue(), printed.getvalue())

    def take_recording(
        self, language: str, source: str, recording: bytes, printed: str, given: str = ""
    ) -> None:
        """A program ran: this is what was seen of it, and what it was given to draw."""
        if language == "r":
            self.given = given
        graph = read_received(recording, FILES[language])
        ended = Ended(0, None, printed, b"", "browser")
        self.watched[language] = Watched(graph, [source], ended)

    def judge(self, language: str, asked: str) -> str:
        """Check's answer with the lines, as JSON.

        Parameters
        ----------
        language : str
            Whose program.
        asked : str
            The network that an exercise asks for, as JSON, or nothing. In the answer to an exercise
            nothing says what is right.
        """
        evidence = Evidence()
        watched = self.watched[language]
        plan = replace(PLAN, exercise=json.loads(asked)) if asked else PLAN
        try:
            answer = judge_watched(watched, FILES[language], plan, evidence)
        except InputError as error:
            self.seen.pop(language, None)
            return _as_json({"verdict": "not followed", "sentence": str(error)})
        assert watched.graph is not None
        self.seen[language] = Seen(watched.graph, evidence, answer)
        return _as_json(hide_values(answer) if asked else answer)

    def foresee(self) -> str:
        """What R's program is to draw, if it draws as it did when it ran last.

        So one run of it is enough in most cases; compare() says whether it was.
        """
        a, b = (self.watched[name].graph if name in self.watched else None for name in FILES)
        if a is None or b is None:
            return ""
        try:
            mine, theirs = read_training(a), read_training(b)
            pairs = pair_parameters(mine, theirs) if mine and theirs else None
            return plan_draws(mine, theirs, pairs).text() if mine and theirs and pairs else ""
        except InputError:
            return ""

    def compare(self) -> str:
        """Compare both programs.

        Returns
        -------
        str
            JSON: `answer`, that of port; or `draws`, what R's program is to draw in one more run,
            which go_on goes on with.
        """
        names = {"A": FILES["python"], "B": FILES["r"]}
        self.following = follow_port(names, PLAN, Compared(), self._judged)
        next(self.following)
        said = self._send("python")
        if "answer" not in said:
            said = self._send("r")
        if "answer" in said and self.given and self._drew("r"):
            self.following = None  # what was foreseen is not what it draws
            return _as_json({"draws": ""})
        return _as_json(self._send("r") if said.get("draws") == self.given else said)

    def go_on(self) -> str:
        """Go on with R's program as it ran once more; the answer is as that of compare."""
        return _as_json(self._send("r")) if self.following else self.compare()

    def _send(self, language: str) -> dict[str, Any]:
        """Send a run: the answer, or what the next one is to draw."""
        assert self.following is not None
        try:
            wanted = self.following.send(self.watched[language])
        except StopIteration as done:
            return {"answer": done.value}
        except InputError as error:
            return {"answer": {"verdict": "not followed", "sentence": str(error)}}
        return {"draws": wanted.draws}

    def _drew(self, language: str) -> bool:
        graph = self.watched[language].graph
        return graph is not None and bool(graph.header.get("draws"))

    def _judged(self, graph: Graph, sources: Sequence[str]) -> dict[str, Any]:
        """Which network a program trains, as judge() has said already where it could."""
        for seen in self.seen.values():
            if seen.graph is graph:
                return dict(seen.answer)
        return judge_recording(graph, sources)

    def list_steps(self) -> str:
        """The steps of both programs with their values, and where they differ first, as JSON."""
        rows: dict[int, list[Row]] = {}
        if len(self.seen) == len(FILES):
            a, b = self.seen["python"], self.seen["r"]
            rows = {k: rows_of_programs(a, b, k) for k in range(1, count_steps(a, b) + 1)}
        kept = {name: count_steps(self.seen[name]) for name in FILES} if rows else {}
        return _as_json({"rows": rows, "first": find_first(rows), "kept": kept})

    def write_case(self) -> str:
        """The problem of Python's program as a case, as JSON; or `error`, why it is none."""
        seen = self.seen.get("python")
        if seen is None or seen.answer["verdict"] == "not followed":
            return _as_json({"error": "the program of Python could not be followed"})
        try:
            return _as_json(case_of_program(seen.graph, seen.evidence, seen.answer))
        except InputError as error:
            return _as_json({"error": str(error)})

    def run_case(self, case: str, arithmetic: str) -> str:
        """Run a case, which is JSON, by the project's own network; the trace as JSON."""
        with tempfile.TemporaryDirectory() as folder:
            path, out = Path(folder) / "case.json", Path(folder) / "trace.json"
            path.write_text(case, encoding="utf-8")
            run_to_file(str(path), arithmetic, str(out))
            return out.read_text(encoding="utf-8")

    def compare_runs(self, python: str, r: str) -> str:
        """The epochs of a case that both languages ran, as list_steps has steps, as JSON."""
        documents = {"python": json.loads(python), "r": json.loads(r)}
        for document in documents.values():
            if "error" in document:
                return _as_json({"error": document["error"]})
        a, b = (parse_run(documents[name], name).trace for name in documents)
        epochs = sorted({int(name.split("/")[0]) for name in a})
        rows = {epoch: rows_of_runs(a, b, epoch) for epoch in epochs}
        return _as_json({"rows": rows, "first": find_first(rows)})


@contextlib.contextmanager
def _as_alone(folder: str, printed: io.StringIO) -> Iterator[None]:
    """What a program changes in this process is put back, and what it prints is kept."""
    kept = dict(sys.modules), list(sys.path), list(sys.meta_path), os.getcwd(), sys.argv
    os.chdir(folder)
    sys.argv = [FILES["python"]]
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
    finally:
        modules, sys.path[:], sys.meta_path[:], place, sys.argv = kept
        sys.modules["__main__"] = modules["__main__"]
        os.chdir(place)
        for name in (HOOKS, FLAG):
            vars(builtins).pop(name, None)


def _as_json(value: Any) -> str:
    """JSON as browsers read it; check has written out what is no number already or it is null."""
    return json.dumps(_finite(value), ensure_ascii=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
