"""Files and folders that are looked for upwards, such as those of a checkout."""

from __future__ import annotations

from pathlib import Path


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
