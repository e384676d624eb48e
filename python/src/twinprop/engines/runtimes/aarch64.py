"""Another processor: both languages built for aarch64, whose programs QEMU runs.

It has other vector registers, other fused operations, another libm and a long double of 113 bits.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from twinprop.ground.errors import MissingPart
from twinprop.ground.folders import find_own_folder

FOLDER_NAME = ".aarch64"
FOLDER_VARIABLE = "TWINPROP_AARCH64"
HOW_TO_INSTALL = "make test-aarch64 fetches it"
_QEMU = "qemu-aarch64-static"
_JOBS = Path(__file__).resolve().parents[1] / "jobs.py"


def find_machine() -> Path:
    """The folder of the other processor's programs: TWINPROP_AARCH64 or the checkout's own.

    Returns
    -------
    Path
        With root, a Debian of which nothing was run, and numpy.
    """
    found = find_own_folder(FOLDER_VARIABLE, FOLDER_NAME)
    if found is None:
        raise MissingPart(f"the programs for aarch64 are not installed; {HOW_TO_INSTALL}")
    return found


def command_of_python(source: str) -> list[str]:
    """Python for aarch64, waiting for jobs.

    Parameters
    ----------
    source : str
        The folder with the package.

    Returns
    -------
    list of str
        Program and arguments.
    """
    machine = find_machine()
    python = _program(machine, "usr/bin/python3.11")
    return [*_qemu(machine), python, "-I", str(_JOBS), source, str(machine / "numpy")]


def command_of_r(library: str) -> list[str]:
    """R for aarch64, waiting for jobs; without the shell script that usually starts it.

    Parameters
    ----------
    library : str
        The library that has the R package.

    Returns
    -------
    list of str
        Program and arguments.
    """
    machine = find_machine()
    home, shared = machine / "root/usr/lib/R", machine / "root/usr/lib/aarch64-linux-gnu"
    libraries = [home / "lib", shared / "blas", shared / "lapack"]
    variables = {
        "R_HOME": str(home),
        "R_LIBS": "",
        "R_LIBS_SITE": str(home / "site-library"),
        "LC_ALL": "C.UTF-8",
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
    }
    given = [word for name, value in variables.items() for word in ("-E", f"{name}={value}")]
    options = ["--vanilla", "--no-echo", f"--file={_JOBS.with_suffix('.R')}", "--args", library]
    return [*_qemu(machine), *given, _program(machine, "usr/lib/R/bin/exec/R"), *options]


def version_of(package: str) -> str:
    """The version of one of the other processor's packages.

    Parameters
    ----------
    package : str
        Debian's name of it.

    Returns
    -------
    str
        Such as "3.11.2".
    """
    status = _program(find_machine(), "var/lib/dpkg/status")
    found = re.search(
        rf"^Package: {re.escape(package)}\n(?:.+\n)*?Version: ([\d.]+)",
        Path(status).read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return found[1] if found else "unknown"


def _qemu(machine: Path) -> list[str]:
    found = shutil.which(_QEMU)
    if found is None:
        raise MissingPart(f"{_QEMU} is missing; {HOW_TO_INSTALL}")
    return [found, "-L", str(machine / "root")]


def _program(machine: Path, name: str) -> str:
    path = machine / "root" / name
    if not path.exists():
        raise MissingPart(f"{path} is missing; {HOW_TO_INSTALL}")
    return str(path)
