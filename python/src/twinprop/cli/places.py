"""Where results go: refused before the work where they could not be written after it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from twinprop.ground.errors import InputError, refuse


def check_place(_: click.Context, __: click.Parameter, path: str | None) -> str | None:
    """Refuse a file that cannot be written; "-" is standard output, whatever it was called."""
    if path is None or path == "-":
        return path
    if _is_standard_output(path):
        return "-"
    if path == "":
        refuse("the file to write", '""', "a path")
    # By functions that take what cannot be looked at for absent.
    if os.path.isdir(path):
        raise InputError(f"cannot write {path}: it is a folder; name a file in it")
    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe or a device is written to as it is; opening it now would disturb its reader.
        if not os.access(path, os.W_OK):
            raise InputError(f"cannot write {path}: Permission denied")
        return path
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise InputError(f"cannot write {path}: its folder is absent; make it first")
    _try_folder(folder, path)
    return path


def ready_folder(path: str) -> Path:
    """A folder that files can be written into; it is made if it is not there."""
    from twinprop.ground.files import make_folder

    folder = make_folder(path)
    _try_folder(folder, path)
    return folder


def _is_standard_output(path: str) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(1))
    except OSError:
        return False


def _try_folder(folder: str | Path, path: str) -> None:
    # Rights say too little: root has them all on a file system that is read-only.
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}; name another place") from error
