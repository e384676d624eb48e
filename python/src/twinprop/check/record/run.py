"""Run a program as `python FILE ARGS` would, watched, and write its recording."""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import os
import platform
import sys
import time
import types
from typing import Any

from .draws import Draws, read_draws
from .hooks import Recorder
from .limits import ENOUGH, MOST_VALUES, MOST_WRITTEN_EARLY, Enough
from .programs import Program, read_program
from .sites import Site, loops_of
from .statements import Statements
from .write import write_end, write_recording

LARGEST_MODULE = 1_000_000
HERE = os.path.dirname(os.path.abspath(__file__))


class Watch:
    """One program that is watched."""

    def __init__(self, path: str, out: Any, enough: Enough = ENOUGH):
        self.path, self.out = os.path.abspath(path), out
        self.folder = os.path.dirname(self.path)
        self.sites: list[Site] = []
        self.names: list[str] = []
        self.programs: list[Program] = []
        given = os.environ.pop("TWINPROP_DRAWS", "")
        draws = Draws(read_draws(given) if given else {})
        self.recorder = Recorder(self.sites, set(), draws, enough)
        self.began = time.monotonic()
        self.written = False
        self.recorder.when_over = self.write
        self.recorder.when_due = self.write_so_far
        self.main = types.ModuleType("__main__")

    def compile(self, data: bytes, path: str) -> Any:
        """The code of a file of the program, with hooks in it."""
        program = read_program(data, path)
        self.programs.append(program)
        self.names.append(os.path.relpath(path, self.folder))
        tree = ast.parse(program.text, path)
        self.recorder.loops[path] = loops_of(tree)
        rewriter = Statements(self.sites, len(self.names) - 1)
        tree.body = rewriter.block(tree.body)
        self.recorder.files.add(path)
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)

    def run(self) -> Any:
        """Run it; its exit status, or None where it ended as it should."""
        self.main.__dict__.update(__file__=self.path, __builtins__=builtins)
        sys.modules["__main__"] = self.main
        sys.path.insert(0, self.folder)
        sys.meta_path.insert(0, Finder(self))
        status, message, code = "ok", None, None
        os.register_at_fork(after_in_child=self.leave)
        try:
            with open(self.path, "rb") as file:
                program = self.compile(file.read(), self.path)
            self.recorder.start()
            sys.setrecursionlimit(sys.getrecursionlimit() + 60)  # the hooks' own calls
            exec(program, self.main.__dict__)
        except SystemExit as error:
            status, message, code = "exit", self.message(error), error.code
        except BaseException as error:
            status, message, code = "error", self.message(error), 1
            self.recorder.stop()
            self.show(error)
        self.recorder.stop()
        self.write_end(status, message)
        return code

    def message(self, error: BaseException) -> dict[str, Any]:
        """What ended the program, and on which line of its own."""
        text = f"{type(error).__name__}: {error}"[:2000]
        file, line, column = 0, None, None
        if isinstance(error, SyntaxError) and error.filename == self.path:
            line, column = error.lineno, error.offset
            text = f"{type(error).__name__}: {error.msg}"
        trace = error.__traceback__
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name in self.recorder.files:
                file = self.names.index(os.path.relpath(name, self.folder))
                line = trace.tb_lineno
            trace = trace.tb_next
        if line is not None and file < len(self.programs):
            line = self.programs[file].place(line)[0]
        return {"file": file, "line": line, "column": column, "text": text}

    def show(self, error: BaseException) -> None:
        """Print an error as Python does, without the lines of the recorder."""
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            error.with_traceback(_without_recorder(error, self.recorder.files))
            error = error.__cause__ or error.__context__  # type: ignore[assignment]
        value = sys.exc_info()[1]
        if value is not None:
            sys.excepthook(type(value), value, value.__traceback__)

    def write(self) -> None:
        """Write what was watched; the program may go on for long, or never end."""
        recorder = self.recorder
        if self.written:
            return  # what was watched after that is written when the program has ended
        self.written = True
        is_cut = recorder.steps.enough or recorder.trains_again()
        self.send(self.recording(recorder.graph.full or ("steps" if is_cut else None)))
        if not recorder.may_return():
            recorder.graph.forget_values()

    def write_so_far(self) -> None:
        """Write what was watched until now, if it is not much; all of it is written once more."""
        if MOST_VALUES - self.recorder.graph.room <= MOST_WRITTEN_EARLY:
            self.send(self.recording("time"))

    def recording(self, cut: str | None) -> bytes:
        """What was watched, and why it was not watched to the end."""
        recorder = self.recorder
        head = {
            "runtime": platform.python_version(),
            "files": self.names or [os.path.basename(self.path)],
            "status": "running",
            "message": None,
            "cut": cut,
            "fault": recorder.fault,
            "random": recorder.random,
            "draws": recorder.draws.made,
            "printed": recorder.printed,
            "used": recorder.used,
            "seconds": round(time.monotonic() - self.began, 3),
        }
        return write_recording(recorder.graph, self.sites, self.programs, head)

    def write_end(self, status: str, message: dict[str, Any] | None) -> None:
        """Write how the program ended, and what its parameters are then."""
        if not self.recorder.began:
            self.write()  # it could not even be compiled
        if self.recorder.trains_again():
            self.written = False
            self.write()
        final = self.recorder.places.final(self.main.__dict__)
        seconds = round(time.monotonic() - self.began, 3)
        self.send(write_end(status, message, seconds, final))

    def send(self, data: bytes) -> None:
        """Hand bytes on; whoever reads them may be gone."""
        try:
            if self.out is not None:
                self.out.write(data)
                self.out.flush()
        except (OSError, ValueError):
            self.out = None

    def leave(self) -> None:
        """A copy of the process is not watched."""
        self.out = None
        self.recorder.when_over = self.recorder.when_due = None
        self.recorder.stop()


def _without_recorder(error: BaseException, own: set[str]) -> Any:
    """A traceback in which no line is the recorder's; where it read the source, none after it."""
    kept = []
    trace = error.__traceback__
    while trace is not None:
        if os.path.dirname(trace.tb_frame.f_code.co_filename) != HERE:
            kept.append(trace)
        trace = trace.tb_next
    while isinstance(error, SyntaxError) and kept:
        if kept[-1].tb_frame.f_code.co_filename in own:
            break
        kept.pop()
    new = None
    for part in reversed(kept):
        new = types.TracebackType(new, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return new


class Finder:
    """Modules that lie beside the program are watched too."""

    def __init__(self, watch: Watch):
        self.watch = watch

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The place of a module, with a loader that puts hooks into it."""
        try:
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        except Exception:
            return None
        origin = getattr(spec, "origin", None) or ""
        inside = origin.startswith(self.watch.folder + os.sep) and origin.endswith(".py")
        if spec is None or not inside or "site-packages" in origin:
            return None
        if os.path.getsize(origin) > LARGEST_MODULE:
            return None
        spec.loader = Loader(name, origin)
        spec.loader.watch = self.watch
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    """Reads a module of the program."""

    watch: Watch

    def get_code(self, name: str) -> Any:
        """Its code, never from a cache."""
        path = self.get_filename(name)
        return self.watch.compile(self.get_data(path), path)
