"""Two inputs, the environment and the answer in one zip, for somebody else to repeat."""

from __future__ import annotations

import json
import os
import shlex
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from twinprop.comparing.anything import Answer
from twinprop.comparing.formats.reading import files_of
from twinprop.ground.files import fill_whole

# The earliest that zip has: the same inputs and answer make the same file.
_TIME = (1980, 1, 1, 0, 0, 0)


def write_bundle(
    path: str | os.PathLike[str],
    inputs: tuple[Path, Path],
    options: list[str],
    answer: Answer,
    environment: Mapping[str, Any],
) -> None:
    """Pack a comparison.

    Parameters
    ----------
    path : path
        The zip, written whole or not at all.
    inputs : tuple of Path
        What was compared.
    options : list of str
        Those of the command.
    answer : Answer
        What came out.
    environment : dict
        Facts of this machine.
    """
    places = ["a" + _ending(inputs[0]), "b" + _ending(inputs[1])]
    command = shlex.join(["twinprop", "compare", *places, *options])
    said = [answer.sentence, *answer.notes, *(f"{k}: {v}" for k, v in answer.causes.items())]

    def fill(temporary: str) -> None:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
            _write(packed, "README.txt", f"Unpack, then run:\n\n{command}\n")
            _write(packed, "answer.txt", "\n".join(said) + "\n")
            _write(packed, "environment.json", json.dumps(environment, indent=1) + "\n")
            for source, place in zip(inputs, places, strict=True):
                for file, name in _files(source, place):
                    _write(packed, name, file.read_bytes())

    fill_whole(path, fill)


def _ending(path: Path) -> str:
    """The ending with that before .gz, which tells the format."""
    packed = path.suffix.lower() == ".gz"
    return ("".join(path.suffixes[-2:]) if packed else path.suffix) if path.is_file() else ""


def _files(source: Path, place: str) -> Iterator[tuple[Path, str]]:
    if source.is_file():
        yield source, place
        return
    for file in files_of(source):
        yield file, f"{place}/{file.relative_to(source).as_posix()}"


def _write(packed: zipfile.ZipFile, name: str, content: str | bytes) -> None:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(info, content)
