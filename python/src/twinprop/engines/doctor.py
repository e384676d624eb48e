"""What is installed on this machine, and what is missing."""

from __future__ import annotations

import ctypes
import locale
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from twinprop.arithmetic import get_arithmetic
from twinprop.engines.installing import how_to_install
from twinprop.engines.r_library import find_r_library, find_rscript, r_variables
from twinprop.engines.running import numpy_blas, package_version
from twinprop.engines.runtimes.runtime import runtime_facts
from twinprop.engines.sandbox import protections
from twinprop.ground.errors import InputError, MissingPart

ABSENT = "not installed"
STRICT = "strict arithmetic"
R_PACKAGES = ("twinprop", "jsonlite", "digest")
# Versions are facts: numpy and click are never missing, for without them nothing here runs.
PYTHON_PACKAGES = (
    "numpy",
    "pandas",
    "matplotlib",
    "rpy2",
    "rpy2-rinterface",
    "click",
    "rich",
    "jsonschema",
    "jinja2",
    "python-flint",
)
_THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_SECONDS = 60.0  # for R or rpy2 to answer
_FUNCTION_FORMS = ("scipy_{}64_", "{}64_", "scipy_{}", "{}")


def examine_machine() -> dict[str, dict[str, str]]:
    """Everything that a result may depend on, as named facts in groups.

    Returns
    -------
    dict of dict
        Groups "machine", "python", "r", "bridge", "runtimes" (the languages as WebAssembly) and
        "check" (what protects from somebody's code).
    """
    return {
        "machine": machine_facts(),
        "python": _python_facts(),
        "r": _r_facts(),
        "bridge": _bridge_facts(),
        "runtimes": runtime_facts(),
        "check": protections(),
    }


def find_missing(facts: dict[str, dict[str, str]]) -> list[str]:
    """What the work needs and does not have, each with the command that installs it.

    Parameters
    ----------
    facts : dict of dict
        Of examine_machine.

    Returns
    -------
    list of str
        One sentence for each part.
    """
    missing = []
    for group, language in (("python", "Python"), ("r", "R")):
        for name, value in facts[group].items():
            if value.startswith(ABSENT):
                part = "R" if name == "version" else f"the {language} package {name}"
                how = how_to_install("R" if part == "R" else name, language)
                missing.append(f"{part} is {ABSENT}; {how}")
            elif name == STRICT and value != "works":
                missing.append(f"strict arithmetic of {language}: {value}")
    if facts["bridge"]["rpy2 mode"].startswith("none"):
        reason = facts["bridge"]["rpy2 mode"]
        how = how_to_install("rpy2", "Python")
        missing.append(f"rpy2 cannot load R: {reason}; {how}, --engine rscript does without")
    return missing


def machine_facts() -> dict[str, str]:
    """System, processor, C library and where this process believes to be."""
    return {
        "system": _system_name(),
        "processor": _processor_name(),
        "cores": str(os.cpu_count()),
        "C library": " ".join(platform.libc_ver()) or "unknown",
        "locale": locale.setlocale(locale.LC_CTYPE),
        "time zone": os.environ.get("TZ") or time.tzname[0],
    }


def _system_name() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.platform()}"
    except OSError:
        return platform.platform()


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _python_facts() -> dict[str, str]:
    facts = {"version": platform.python_version()}
    facts["twinprop"] = str(Path(__file__).resolve().parents[1])
    facts[STRICT] = _strict_fact()
    facts.update({name: package_version(name) for name in PYTHON_PACKAGES})
    facts["BLAS"] = numpy_blas()
    facts.update(_openblas_facts(Path(np.__file__).parent))
    facts["SIMD"] = " ".join(_simd_features())
    return facts


def _strict_fact() -> str:
    try:
        get_arithmetic("strict")
    except InputError as error:
        return str(error)
    return "works"


def _simd_features() -> list[str]:
    """The processor features that numpy uses now; NPY_DISABLE_CPU_FEATURES takes some away."""
    config = cast(dict[str, Any], np.show_config(mode="dicts"))
    features = config.get("SIMD Extensions", {})
    return [*features.get("baseline", []), *features.get("found", [])]


def _openblas_facts(numpy_folder: Path) -> dict[str, str]:
    """Core type and threads, as the OpenBLAS that numpy brought along says itself."""
    set_by = [f"{name}={os.environ[name]}" for name in _THREAD_VARIABLES if name in os.environ]
    folders = (numpy_folder.parent / "numpy.libs", numpy_folder / ".dylibs")
    found = [file for folder in folders for file in sorted(folder.glob("*openblas*"))]
    if not found:
        return {"BLAS threads": ", ".join(set_by) or "unknown"}
    library = ctypes.CDLL(str(found[0]))
    threads = _library_function(library, "openblas_get_num_threads", ctypes.c_int)
    core = _library_function(library, "openblas_get_corename", ctypes.c_char_p)
    return {
        "BLAS core": core().decode() if core else "unknown",
        "BLAS threads": ", ".join([str(threads()) if threads else "unknown", *set_by]),
    }


def _library_function(library: ctypes.CDLL, name: str, result: Any) -> Callable[[], Any] | None:
    for form in _FUNCTION_FORMS:
        function = getattr(library, form.format(name), None)
        if function is not None:
            function.restype = result
            return function
    return None


def _r_facts() -> dict[str, str]:
    try:
        command = [find_rscript(), "--vanilla", str(Path(__file__).with_name("doctor.R"))]
    except MissingPart:
        return {"version": ABSENT}
    said = _run([*command, *R_PACKAGES])
    if said is None:
        return {"version": f"{ABSENT} properly: {command[0]} does not answer"}
    lines = said.stdout.decode("utf-8", errors="replace").splitlines()
    facts = {name: value for name, _, value in (line.partition("\t") for line in lines) if name}
    if "version" not in facts:
        return {"version": f"{ABSENT} properly: {command[0]} does not run"}
    library = find_r_library()
    return {**facts, "library": str(library) if library else "that of R alone"}


def _bridge_facts() -> dict[str, str]:
    """Whether rpy2 loads, found out in another process: a failing library would end this one."""
    code = "from rpy2.rinterface_lib import openrlib as o; print(o.cffi_mode.name)"
    said = _run([sys.executable, "-c", code])
    if said is None:
        return {"rpy2 mode": "none (it does not answer)"}
    if said.returncode == 0:
        return {"rpy2 mode": said.stdout.decode().strip()}
    lines = said.stderr.decode("utf-8", errors="replace").strip().splitlines() or [
        "it ends at once"
    ]
    return {"rpy2 mode": f"none ({lines[-1].strip()})"}


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes] | None:
    """What a command says with the variables of R, or None where it does not end."""
    try:
        return subprocess.run(
            command,
            env={**os.environ, **r_variables()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
