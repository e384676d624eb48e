"""The case files that are meant on the command line, by a path or by the id of one of our own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from twinprop.ground.errors import InputError, suggest_name
from twinprop.ground.folders import find_upwards

_CASES = "shared_fixtures/cases"
_TRAVELLING = "fixtures/cases"  # in an installed package


def find_case(given: str | os.PathLike[str], wanted: str = "a case's file") -> Path:
    """The file of one case.

    Parameters
    ----------
    given : path or str
        A path, or the id of one of the project's own cases. What exists is a path.
    wanted : str
        What can be given instead, for the sentence that refuses an id.

    Returns
    -------
    Path
        An absent file is left to its reader, an unknown id is refused.
    """
    path = Path(given)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError(f"{given} is a pipe or a device, which is read but once; wanted a file")
    if path.exists() or not re.fullmatch("[a-z0-9-]+", str(given)):
        return path
    try:
        folder = default_cases()
    except InputError:
        raise InputError(
            f"{given} is no file, and a case of that id cannot be looked up: {_CASES} is not found "
            f"from here; work in a checkout of twinprop, or give {wanted}"
        ) from None
    known = {file.stem: file for file in sorted(folder.glob("*.json"))}
    if str(given) not in known:
        hint = suggest_name(str(given), list(known))
        raise InputError(
            f"{given} is neither a file nor a case in {_CASES}{hint} known are the names of its "
            "files"
        )
    return known[str(given)]


def find_cases(paths: Sequence[str | os.PathLike[str]]) -> Iterator[tuple[Path, str | None]]:
    """The case files among files, folders and ids, each once, and what is wrong with one.

    Parameters
    ----------
    paths : list of path or str
        A folder stands for all its JSON files, no path at all for the project's own cases.

    Yields
    ------
    tuple of Path and str or None
        A file and None, or a path and a sentence.
    """
    seen = set()
    for given in paths or [default_cases()]:
        files, error = _files_of(given)
        if error:
            yield Path(given), error
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


def good_cases(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    """As find_cases, where nothing may be wrong.

    Parameters
    ----------
    paths : list of path or str
        As for find_cases.

    Returns
    -------
    list of Path
        The files; the first that is none is refused.
    """
    found = list(find_cases(paths))
    for _, error in found:
        if error:
            raise InputError(error)
    return [path for path, _ in found]


def name_file(path: str | os.PathLike[str], sentence: str) -> str:
    """A sentence about a case, beginning with the path as it was given, folder included."""
    if sentence.startswith(str(path)):
        return sentence
    rest = sentence.removeprefix(Path(path).name)
    return f"{path}{rest}" if rest != sentence else f"{path}: {sentence}"


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let what refuses a case begin with the path as it was given."""
    try:
        yield
    except InputError as error:
        raise InputError(name_file(path, str(error))) from error


def same_id(first: Path, second: Path, case: str) -> str:
    """The sentence that refuses two files of one id."""
    return f'{first} and {second} have the same id, "{case}"; give one of them another'


def default_cases() -> Path:
    """The folder of the project's own cases: the checkout's, or what came with the package."""
    package = Path(__file__).resolve().parent
    found = (
        find_upwards(_CASES, package)
        or find_upwards(_TRAVELLING, package)
        or find_upwards(_CASES, Path.cwd())
    )
    if found is not None:
        return found
    raise InputError(
        f"{_CASES} is not found from here; work in a checkout of twinprop, or name a case or a "
        "folder"
    )


def _files_of(given: str | os.PathLike[str]) -> tuple[list[Path], str | None]:
    """The files that one word of the command line stands for, or what is wrong with it."""
    try:
        path = find_case(given)
    except InputError as error:
        return [], str(error)
    if not path.exists():
        return [], f"{path} does not exist"
    if not path.is_dir():
        return [path], None
    return cases_in(path)
