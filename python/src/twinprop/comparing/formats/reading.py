"""A file or a folder of numbers, by the ending of its name."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from twinprop.comparing.formats.apart import try_apart
from twinprop.comparing.formats.packed import ending_of
from twinprop.comparing.formats.values import ONLY, Values, add_once
from twinprop.engines.installing import how_to_install
from twinprop.ground.errors import InputError, MissingPart

# The ending, and the module and function that read it. Modules are loaded when they are needed.
READERS = {
    ".npy": ("arrays", "read_npy"),
    ".npz": ("arrays", "read_npz"),
    ".csv": ("tables", "read_table"),
    ".tsv": ("tables", "read_table"),
    ".txt": ("tables", "read_table"),
    ".dat": ("tables", "read_table"),
    ".parquet": ("parquet", "read_parquet"),
    ".json": ("documents", "read_document"),
    ".jsonl": ("documents", "read_lines"),
    ".rds": ("rds", "read_rds"),
    ".rdata": ("rds", "read_rds"),
    ".rda": ("rds", "read_rds"),
    ".safetensors": ("tensors", "read_safetensors"),
    ".h5": ("hdf5", "read_hdf5"),
    ".hdf5": ("hdf5", "read_hdf5"),
    ".mat": ("matlab", "read_mat"),
}
# Damaged ones bring their libraries down, and this process with them.
BREAK_OFF = (".h5", ".hdf5", ".mat")
MOST_FILES = 100_000
PACKED = (".csv", ".tsv", ".txt", ".dat", ".json", ".jsonl")  # read from .gz as well
# These hold programs, not only data.
CODE = (".pkl", ".pickle", ".joblib", ".pt", ".pth")
CODE_BEGINS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
# What people have and no reader here reads, with the way out.
_WAYS = {
    ".xlsx": "save the sheet as csv", ".xls": "save the sheet as csv",
    ".ods": "save the sheet as csv", ".feather": "save it as parquet",
    ".arrow": "save it as parquet", ".dta": "save it as csv", ".sav": "save it as csv",
    ".ipynb": "save its numbers as npz or json", ".log": "save its numbers as csv or json",
    ".keras": "save its weights as h5 or npz", ".zip": "unpack it into a folder",
}  # fmt: skip


def read_values(path: str | os.PathLike[str]) -> Values:
    """The named arrays of a file, or of all files of a folder.

    Parameters
    ----------
    path : path
        npy, npz, csv, tsv, txt, parquet, json, jsonl, rds, RData, safetensors, h5 or mat; or a
        folder of such. Texts may be packed by gzip.

    Returns
    -------
    Values
        In the order of the file; those of a folder in the order of their names.

    Raises
    ------
    InputError
        Where the file is damaged, holds code, or would not fit into the memory.
    """
    place = Path(path)
    if place.is_dir():
        return _read_folder(place)
    module, function = READERS[_known_ending(place)]
    if place.exists() and not place.is_file():
        raise InputError(f"{place} is a pipe or a device; wanted a file of numbers")
    try:
        with open(place, "rb") as file:
            begin = file.read(2)
    except OSError as error:
        raise InputError(f"{place} cannot be read ({error.strerror})") from error
    if begin in CODE_BEGINS:
        raise InputError(f"{place} {_HOLDS_CODE}")
    module = f"twinprop.comparing.formats.{module}"
    try:
        reader = getattr(import_module(module), function)
    except ImportError as error:
        package = str(error.name).partition(".")[0]
        raise MissingPart(
            f"{package} is not installed, which reads {ending_of(place)}; "
            f"{how_to_install(package, 'Python')}"
        ) from error
    if ending_of(place) in BREAK_OFF:
        try_apart(module, function, place)
    values: Values = reader(place)
    if not values.arrays:
        raise InputError(f"{place} holds no array; wanted numbers or texts with names")
    return values


_HOLDS_CODE = (
    "may hold code, so it is not read; save the numbers alone, as npz or json, of PyTorch as "
    "safetensors"
)


def is_readable(place: Path) -> bool:
    """Whether the ending of a name is one that is read."""
    ending = ending_of(place)
    return ending in (PACKED if place.suffix.lower() == ".gz" else READERS)


def _known_ending(place: Path) -> str:
    ending = ending_of(place)
    if ending in CODE:
        raise InputError(f"{place} {_HOLDS_CODE}")
    if ending in _WAYS:
        raise InputError(f"{place} is not read; {_WAYS[ending]}")
    if not is_readable(place):
        known = ", ".join(READERS)
        raise InputError(f"{place} ends in {ending or 'nothing'}; endings that are read: {known}")
    return ending


def files_of(folder: Path) -> list[Path]:
    """The files of a folder that can be read, in the order of their names.

    Those below it belong to it; links and names that begin with a dot are left out.
    """
    found: list[Path] = []
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen += len(names) + len(folders)
        if seen > MOST_FILES:
            raise InputError(f"{folder} holds more than {MOST_FILES} files; name a part of it")
        found += [Path(place, name) for name in names if not name.startswith(".")]
    readable = (place for place in found if is_readable(place))
    kept = [place for place in readable if place.is_file() and not place.is_symlink()]
    return sorted(kept, key=lambda place: place.relative_to(folder).parts)


def _read_folder(folder: Path) -> Values:
    """All files of a folder: an array is called by its file, and by its own name if it has one."""
    arrays: dict[str, NDArray[Any]] = {}
    notes: list[str] = []
    levels: dict[str, tuple[str, ...]] = {}
    tables: list[tuple[str, ...]] = []
    knows_na = True
    files = files_of(folder)
    if not files:
        raise InputError(f"{folder} holds no file that is read; endings: {', '.join(READERS)}")
    for place in files:
        values = read_values(place)
        stem = place.relative_to(folder).as_posix().removesuffix(".gz").rpartition(".")[0]
        # A folder with a single file, such as one of notes, has the names of that file.
        names = {
            name: stem if name == ONLY else name if len(files) == 1 else f"{stem}/{name}"
            for name in values.arrays
        }
        add_once(arrays, {names[n]: array for n, array in values.arrays.items()}, str(folder))
        notes += [f"{stem}: {note}" for note in values.notes]
        levels.update({names[name]: each for name, each in values.levels.items()})
        tables += [tuple(names[name] for name in table) for table in values.tables]
        knows_na = knows_na and values.knows_na
    return Values(arrays, tuple(notes), levels, tuple(tables), knows_na)
