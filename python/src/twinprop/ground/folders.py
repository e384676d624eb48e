"""Files and folders that are looked for upwards, such as those of a checkout."""

from __future__ import annotations

import os
from pathlib import Path

from twinprop.ground.errors import InputError


def find_upwards(name: str, start: Path) -> Path | None:
    """The nearest file or folder of a name, in a folder or in one of those above it.

    Parameters
    ----------
    name : str
        What to look for.
    start : Path
        The folder to begin with.

    Returns
    -------
    Path or None
        Its place.
    """
    for folder in (start, *start.parents):
        if (folder / name).exists():
            return folder / name
    return None


def find_own_folder(variable: str, name: str) -> Path | None:
    """The folder that an environment variable names, or the checkout's own of that name.

    Parameters
    ----------
    variable : str
        Of the environment.
    name : str
        The folder that set-up makes in a checkout.

    Returns
    -------
    Path or None
        None where there is neither.
    """
    given = os.environ.get(variable)
    if not given:
        return find_upwards(name, Path(__file__).resolve().parent)
    if not Path(given).is_dir():
        raise InputError(f"{variable} is {given}, which is no folder")
    return Path(given).resolve()
