"""Both halves of the project as archives, for the workers of the laboratory."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import twinprop

# What of the packages a browser does not need: cases, and pages that explain functions.
_LEFT_OUT = {"__pycache__", "fixtures", "templates", "web", "help", "html"}
_ENDINGS = {".py", ".json", ".txt"}


def pack_python() -> bytes:
    """The package of Python as a zip, in which the same files are always the same bytes."""
    root = Path(twinprop.__file__).parent
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in _files(root):
            if path.suffix in _ENDINGS:
                archive.writestr(zipfile.ZipInfo(f"{root.name}/{name}"), path.read_bytes())
    return packed.getvalue()


def pack_r(library: Path, script: bytes) -> bytes:
    """The installed package of R, and the script that the page starts with, as a tar.gz.

    Parameters
    ----------
    library : Path
        The library that has the package.
    script : bytes
        The text of laboratory.R.

    Returns
    -------
    bytes
        The archive.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, name in _files(library / "twinprop"):
            _add(archive, f"twinprop/{name}", path.read_bytes())
        _add(archive, "laboratory.R", script)
    return gzip.compress(plain.getvalue(), mtime=0)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not _LEFT_OUT.intersection(name.parts):
            yield path, name.as_posix()
