"""What lies beside somebody's program, laid out for it in a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

LARGEST_COPY = 2**20
ALL_COPIES = 64 * 2**20
ENTRIES = 2000
DEPTH = 4
LEFT_OUT = ("__pycache__", "node_modules", "venv")


def lay_out(source: Path, target: Path) -> None:
    """Make a folder like another: small files as copies, what is large or no file as links.

    So a program can read all that is beside it, and can write over what it wrote there before,
    while the original stays as it is. Hidden files and folders of installed packages are left out.

    Parameters
    ----------
    source : Path
        The program's own folder.
    target : Path
        The folder to make.
    """
    target.mkdir()
    copied = 0
    for number, (name, size) in enumerate(_entries(os.path.realpath(source), "", DEPTH)):
        if number >= ENTRIES:
            break
        original, made = os.path.join(os.path.realpath(source), name), target / name
        if size is None:
            made.mkdir()
        elif 0 <= size <= LARGEST_COPY and copied + size <= ALL_COPIES:
            copied += size
            shutil.copyfile(original, made, follow_symlinks=False)
        else:
            made.symlink_to(original)


def _entries(root: str, below: str, depth: int) -> Iterator[tuple[str, int | None]]:
    """Names in a folder, each folder before what is in it, with sizes.

    A folder has the size None; what is no plain file, or cannot be read, -1.
    """
    try:
        found = sorted(os.scandir(os.path.join(root, below)), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        name = os.path.join(below, entry.name)
        if entry.name.startswith(".") or entry.name in LEFT_OUT:
            continue
        if entry.is_dir(follow_symlinks=False) and depth > 1:
            yield name, None
            yield from _entries(root, name, depth - 1)
        elif entry.is_file(follow_symlinks=False) and os.access(entry.path, os.R_OK):
            yield name, entry.stat(follow_symlinks=False).st_size
        else:
            yield name, -1
