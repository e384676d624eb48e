"""What many tests need.

`r` is R itself, started once, with the R half of the package:

    r.call("sigmoid", z)                      a function
    r.call("strict.exp", x)                   a function of a list of functions
    r.call("draw_network", 4, [3, 1], seed=1) arguments by name

Arrays, numbers, texts, None, lists and dicts go over; matrices come back as two-dimensional
arrays, vectors of one element as numbers, named lists as dicts, and what has no counterpart (a
generator, say) as an object that can be given to the next call. `r.evaluate("runif(3)")` gives
the value of an expression of R itself, to compare with base R.

Where R, rpy2 or the R package is absent these tests fail, and are not skipped.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from twinprop.engines import r_session
from twinprop.ground.errors import InputError, MissingPart

sys.path.insert(0, str(Path(__file__).parent))  # gradients, helpers
# A run in the background ignores these signals, and what it starts would inherit that; the tests of
# interrupts mean them as a terminal gives them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
TESTS = Path(__file__).resolve().parent
REPOSITORY = TESTS.parent


# What lies higher runs both languages; of what is below, a test that asks for R says so by `r`.
QUICK = ("ground", "arithmetic", "formulas", "network", "cases", "comparing")


# A test of these takes long: begun last it would be waited for alone.
LONG = ("test_r_package.py", "test_both_judges.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what make test-quick leaves out, so that no test has to say it itself."""
    items.sort(key=lambda item: item.path.name not in LONG)
    for item in items:
        floor = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if floor not in QUICK or "r" in getattr(item, "fixturenames", ()):
            item.add_marker("whole")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured: what they gave to record_property("measured", ...)."""
    reports = [
        report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)
    ]
    measured = [
        text for report in reports for name, text in report.user_properties if name == "measured"
    ]
    if measured:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(str(text) for text in measured))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_fixtures() -> Path:
    """The folder of cases and data that both languages read."""
    return REPOSITORY / "shared_fixtures"


@pytest.fixture(scope="session")
def case_path(shared_fixtures: Path) -> Callable[[str], Path]:
    """The file of a case, by its id."""
    return lambda name: shared_fixtures / "cases" / f"{name}.json"


@pytest.fixture(scope="session")
def r() -> SimpleNamespace:
    """R in this process: call a function of the package, or evaluate an expression."""
    # Fails here, in one sentence that names `make setup`, and not inside some test.
    missing = ""
    try:
        r_session.find_function("run_case")
    except MissingPart as error:
        missing = str(error)
    if missing:
        pytest.fail(missing, pytrace=False)

    def evaluate(expression: str) -> Any:
        return r_session.from_r(r_session.start_r().evalr(expression))

    return SimpleNamespace(call=r_session.call_r, evaluate=evaluate)


@pytest.fixture(scope="session")
def refused(r: SimpleNamespace) -> Callable[[Callable[[], object], str], str]:
    """Check that both languages refuse a call, and return the sentence, which is the same."""

    def sentence(call: Callable[[], object], code: str) -> str:
        with pytest.raises(InputError) as caught:
            call()
        said = r.evaluate(
            f"local({{ library(twinprop)\n tryCatch({{ {code}; 'no error' }}, "
            f"twinprop_input_error = conditionMessage) }})"
        )
        assert said == str(caught.value)
        return said

    return sentence


@pytest.fixture(scope="session")
def made_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder that the first of all processes of this run of pytest makes, and the others use."""
    own = tmp_path_factory.getbasetemp()
    base = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, made = base / name, base / f"{name}.made"
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                folder.mkdir(exist_ok=True)
                fill(folder)
                made.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def built(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A folder with the source archive, the wheel, and `installed`: what pip makes of the wheel."""

    def build(folder: Path) -> None:
        kept = shutil.ignore_patterns("*.egg-info", "__pycache__", "build")
        shutil.copytree(REPOSITORY / "python", folder / "source", ignore=kept, symlinks=False)
        both = "import setuptools.build_meta as b; b.build_sdist('..'); b.build_wheel('..')"
        command = [sys.executable, "-c", both]
        subprocess.run(command, cwd=folder / "source", check=True, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        plain = ["--no-deps", "--no-index", "--target", folder / "installed"]
        subprocess.run([*pip, *plain, wheel], check=True)

    return made_once("built", build)


@pytest.fixture(scope="session")
def lesson(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A folder with `site`, the pages that the command writes in a minute, and what it `said`."""
    from helpers import twinprop

    def write(folder: Path) -> None:
        done = twinprop("lesson", "--out", folder / "site")
        assert done.returncode == 0, done.stderr
        (folder / "said").write_text(done.stdout)

    return made_once("lesson", write)


def write_xor(path: Path, epochs: int, learning_rate: float = 2.0, **parts: Any) -> Path:
    """The case xor-2-2-1 with another plan and other parts; first and last epoch are recorded."""
    case = REPOSITORY / "shared_fixtures" / "cases" / "xor-2-2-1.json"
    document = json.loads(case.read_text(encoding="utf-8")) | parts
    document["training"].update(epochs=epochs, record=[1, epochs])
    document["training"]["optimizer"]["learning_rate"] = learning_rate
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def hostile_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case whose title would do harm on a page that did not escape it."""
    title = "<script>alert(1)</script></title>'\"&"
    return write_xor(tmp_path_factory.mktemp("hostile") / "hostile.json", 10, title=title)


@pytest.fixture(scope="session")
def overflow_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case whose training goes beyond the largest float64."""
    folder = tmp_path_factory.mktemp("overflow") / "cases"
    folder.mkdir()
    layers = [{"units": n, "activation": "identity"} for n in (2, 1)]
    return write_xor(folder / "overflow.json", 200, 1e5, id="overflow", layers=layers)
