"""Somebody's program run and watched behind the wall: its recording, sources and end."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from twinprop.check.align.recording import Graph
from twinprop.check.ended import describe_end
from twinprop.check.explain.answer import escape, shorten
from twinprop.check.received import read_received
from twinprop.engines.sandbox import GIVEN, RESULT, Ended, Limits, run_sandboxed
from twinprop.ground.errors import InputError
from twinprop.ground.files import check_beginning, read_bounded

LANGUAGES = {".py": "python", ".ipynb": "python", ".r": "r", ".rmd": "r", ".qmd": "r"}
LARGEST_PROGRAM = 16_000_000  # a notebook has its pictures in it
MANY_PROGRAMS = 40  # in one folder: they are no modules of one another
DRAWS = "twinprop-draws.txt"  # beside what else is given
REPORTS = (".rmd", ".qmd")
CHUNK_OF_R = rb"^[\t >]*(?:`{3,}|~{3,})\s*\{[rR](?:[ ,}]|$)"
RECORDER = Path(__file__).with_name("record")


class Watched(NamedTuple):
    """A program after it ran: what was recorded (or nothing), its files' texts, how it ended."""

    graph: Graph | None
    sources: list[str]
    ended: Ended


def watch_program(
    file: Path,
    arguments: Sequence[str] = (),
    python: str | None = None,
    limits: Limits | None = None,
    trust: bool = False,
    draws: str = "",
) -> Watched:
    """Run a program as its language would, and look on.

    Parameters
    ----------
    file : Path
        A program of Python or R, a notebook, or a report with chunks of code.
    arguments : sequence of str
        Its own arguments.
    python : str or None
        The interpreter that has the packages that it needs.
    limits : Limits or None
        What it may use.
    trust : bool
        Whether it may run where no wall can be built.
    draws : str
        What its calls of random generators are to give, a call on each line; nothing for its own.

    Returns
    -------
    Watched
        The recording and what belongs to it.
    """
    language = language_of(file)
    check_program(file)
    if language == "python":
        command, variables = _watch_python(file.name, python)
        given: dict[str, str | bytes] = {}
    else:
        from twinprop.check.watch_r import watch_r

        command, variables, given = watch_r(file, LARGEST_PROGRAM)
    command = [*command, *arguments]
    if draws:
        given[DRAWS] = draws
        variables["TWINPROP_DRAWS"] = f"{GIVEN}/{DRAWS}"
    file = Path(os.path.abspath(file))  # a link stays where it is, and so does what is beside it
    with _beside(file) as beside:
        ended = run_sandboxed(command, given, variables, limits or Limits(), beside, trust)
    if ended.reason == "small":
        raise InputError(describe_end(ended, file.name, limits or Limits()))
    graph = read_received(ended.result, file.name)
    names = [file.name] if graph is None else graph.header["files"]
    return Watched(graph, [read_source(file, name) for name in names], ended)


def language_of(file: Path) -> str:
    """The language of a file, by its ending."""
    language = LANGUAGES.get(file.suffix.lower())
    if language is None:
        known = ".py, .ipynb, .R, .Rmd and .qmd"
        raise InputError(f"{file.name} is no program that check reads; it reads {known}")
    return language


def check_program(file: Path) -> None:
    """Refuse what cannot be a program."""
    try:
        size = file.stat().st_size
        data = read_bounded(file.resolve(), LARGEST_PROGRAM + 1)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    if data is None:
        raise InputError(f"cannot read {file}: it is no file, or may not be read")
    if size > LARGEST_PROGRAM:
        raise InputError(f"{file.name} has {size} bytes; wanted a program of at most 16 MB")
    if not data.strip():
        raise InputError(f"{file.name} is empty; wanted a program that trains a network")
    check_beginning(data, file.name, "a program")
    if b"\0" in data:
        raise InputError(f"{file.name} is not a text: it has a zero byte")
    if file.suffix.lower() == ".ipynb":
        _check_notebook(file.name, data)
    if file.suffix.lower() in REPORTS and not re.search(CHUNK_OF_R, data, re.MULTILINE):
        raise InputError(
            f"{file.name} has no chunk of R, which is what is run of a report; put code of Python "
            "into a .py or .ipynb"
        )
    if re.search(rb"^[ \t\f]*#.*?coding[:=]", b"\n".join(data.split(b"\n")[:2]), re.MULTILINE):
        return  # it says itself in which encoding it is
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{file.name} is not in UTF-8: line {line} has the byte {data[error.start]:#04x}; "
            "save it as UTF-8"
        ) from None


def _check_notebook(name: str, data: bytes) -> None:
    """Refuse what is no notebook, which the recorder would only stumble over."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(f"{name} is damaged: a notebook is JSON; save it anew") from None
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise InputError(f"{name} is no notebook of format 4: it has no list of cells")
    language = _language_of_notebook(document.get("metadata"))
    if not re.match("i?python", language, re.IGNORECASE):
        raise InputError(
            f"{name} is a notebook of {shorten(escape(language))}; check reads those of Python: "
            "save its code as a program (jupyter nbconvert --to script)"
        )


def _language_of_notebook(metadata: Any) -> str:
    """The language that a notebook says it is in; Python where it says none."""
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        said = metadata.get(part) if isinstance(metadata, dict) else None
        language = said.get(key) if isinstance(said, dict) else None
        if isinstance(language, str) and language:
            return language
    return "python"


def find_interpreter(python: str) -> str:
    """The path of the interpreter that is named, which must be able to run the recorder."""
    found = shutil.which(os.path.expanduser(python))
    if found is None:
        raise InputError(f"--python {python}: no such program; wanted an interpreter of Python")
    code = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
    try:
        asked = subprocess.run(
            [found, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, timeout=30,
            check=False, text=True, errors="replace",
        )  # fmt: skip
        version = asked.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        version = ""
    if re.fullmatch(r"\d+\.\d+", version) is None:
        raise InputError(f"--python {python} is no interpreter of Python; wanted one, from 3.8 on")
    if tuple(int(n) for n in version.split(".")) < (3, 8):
        raise InputError(f"--python {python} is Python {version}; wanted Python 3.8 or later")
    return found


def _watch_python(name: str, python: str | None) -> tuple[list[str], dict[str, str]]:
    """The command that watches a program of Python, and its variables."""
    interpreter = sys.executable if python is None else find_interpreter(python)
    variables = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUSERBASE": site.getuserbase(),
        "MPLBACKEND": "Agg",
    }
    return [os.path.abspath(interpreter), str(RECORDER), RESULT, name], variables


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """The folder of what lies beside a program: its own, but not a whole class's programs."""
    programs = {p for p in file.parent.iterdir() if p.suffix.lower() in LANGUAGES}
    if len(programs) <= MANY_PROGRAMS:
        yield file.parent
        return
    text = file.read_text(encoding="utf-8", errors="replace")
    with tempfile.TemporaryDirectory(prefix="twinprop-") as made:
        for entry in file.parent.iterdir():
            if entry not in programs or (entry != file and uses(text, entry)):
                (Path(made) / entry.name).symlink_to(entry)
        shutil.copyfile(file, Path(made) / file.name)
        yield Path(made)


def uses(text: str, module: Path) -> bool:
    """Whether a program's text imports or sources a file."""
    if module.stem not in text:
        return False  # at once: of a class all are asked for each
    name = re.escape(module.stem)
    python = rf"^\s*(?:from\s+\.?{name}\s+import|import\s+(?:[\w., ]*\b)?{name}\b)"
    r = rf"source\(\s*[\"'](?:[^\"']*/)?{re.escape(module.name)}[\"']"
    return re.search(python, text, re.MULTILINE) is not None or re.search(r, text) is not None


def read_source(file: Path, name: str) -> str:
    """The text of one of the program's files; the name comes from the program, so it is data."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return ""
    place = file.resolve() if name == file.name else file.parent / path
    data = read_bounded(place, LARGEST_PROGRAM) or b""
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if path.suffix == ".ipynb":
        return "\n".join(_without_json(line) for line in text.split("\n"))
    return text


def _without_json(line: str) -> str:
    """The program's line in a line of a notebook, which is a text of JSON."""
    inner = line.strip().rstrip(",")
    if not (inner.startswith('"') and inner.endswith('"')):
        return line
    try:
        return str(json.loads(inner)).rstrip("\n")
    except ValueError:
        return line
