"""The case files that are meant by paths on the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from twinprop.errors import InputError
from twinprop.harness.r_library import find_upwards


def find_cases(paths: Sequence[str | os.PathLike[str]]) -> Iterator[tuple[Path, str | None]]:
    """The case files among files and folders, each once, and what is wrong with a path.

    Parameters
    ----------
    paths : list of path
        A folder stands for all its JSON files, no path at all for the project's own cases.

    Yields
    ------
    tuple of Path and str or None
        A file and None, or a path and a sentence.
    """
    seen = set()
    for path in [Path(path) for path in paths] or [default_cases()]:
        if path.is_dir():
            files, error = cases_in(path)
            if error:
                yield path, error
        elif path.exists():
            files = [path]
        else:
            files = []
            yield path, f"{path} does not exist"
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, None


def cases_in(folder: Path) -> tuple[list[Path], str | None]:
    """The JSON files of a folder in order, or what is wrong with it."""
    try:
        names = os.listdir(folder)
    except OSError as error:
        return [], f"cannot look into the folder {folder}: {error.strerror}"
    files = [folder / name for name in sorted(names) if name.endswith(".json")]
    return files, None if files else f"{folder} holds no case (no .json file)"


def default_cases() -> Path:
    """The folder of the project's own cases, found from the package or the working folder."""
    for start in (Path(__file__).resolve().parent, Path.cwd()):
        found = find_upwards("shared_fixtures/cases", start)
        if found is not None:
            return found
    raise InputError("shared_fixtures/cases is not found from here; name a case or a folder")
