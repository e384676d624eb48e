"""What long work has done so far, as parts: files of parquet that pandas and R open.

A part is written whole or not at all, and its name is its key: the kind of networks, the seed, the
first number and how many, and a digest of the code that made it. So work that was killed goes on
where it was, loses at most the part it was at, and counts nothing twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from twinprop.engines.workers import digest_files
from twinprop.ground.errors import InputError
from twinprop.ground.files import fill_whole, make_folder
from twinprop.ground.folders import find_upwards

SIZE = 50  # networks in a part
# The floors whose code decides what comes out; in R the files have them as prefix.
_FLOORS = ("arithmetic", "formulas", "network", "cases")
_FILES = ("comparing/comparison.py", "comparing/rounding.py", "comparing/student.py")


class Part(NamedTuple):
    """The key of a part: `size` networks from `first` on, of calibrate or of another `study`."""

    kind: str
    seed: int
    first: int
    code: str
    size: int = SIZE
    study: str = ""

    @property
    def name(self) -> str:
        """That of its file."""
        size = "" if self.size == SIZE else f"-{self.size}"
        return f"{self.study}{self.kind}-{self.seed}-{self.first}{size}-{self.code}.parquet"

    @property
    def indices(self) -> range:
        """The numbers of its networks."""
        return range(self.first, self.first + self.size)


@cache
def digest_code() -> str:
    """A digest of the code that decides what comes out: Python's, and R's in a checkout."""
    package = Path(__file__).resolve().parents[1]
    files = [path for floor in _FLOORS for path in (package / floor).rglob("*.py")]
    files += [package / name for name in _FILES]
    r = find_upwards("r/R", package)
    files += [path for floor in _FLOORS for path in r.glob(f"{floor}_*.R")] if r else []
    return digest_files(files)


def plan_parts(kinds: Sequence[str], seed: int, networks: int, size: int = SIZE) -> list[Part]:
    """The parts that networks are divided into, of the present code.

    Parameters
    ----------
    kinds : list of str
        Of random networks.
    seed : int
        Of all of them.
    networks : int
        How many of each kind, at least; the last part is whole, too.
    size : int
        Networks in a part.

    Returns
    -------
    list of Part
        The kinds in turn, so that all get on alike.
    """
    code = digest_code()
    starts = range(0, networks, size)
    return [Part(kind, seed, first, code, size) for first in starts for kind in kinds]


def parts_left(parts: Sequence[Part], folder: Path) -> list[Part]:
    """Those that are still to be done."""
    make_folder(folder)
    return [part for part in parts if not (folder / part.name).is_file()]


def write_part(part: Part, rows: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Write what was found, a row for each network and quantity, whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    key = {"kind": part.kind, "seed": part.seed, "code": part.code}
    table = pa.Table.from_pylist([{**key, **row} for row in rows])
    fill_whole(folder / part.name, lambda path: pq.write_table(table, path))


def format_rows(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as a CSV, with the names of the first as its head; numbers as Python writes them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for i, row in enumerate(rows):
        writer.writerows([row, row.values()] if i == 0 else [row.values()])
    return text.getvalue()


def read_parts(parts: Sequence[Part], folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of parts, in their order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for part in parts:
        path = folder / part.name
        try:
            rows = pq.ParquetFile(path).read().to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                f"{path} is damaged ({str(error).partition(chr(10))[0][:90]}); remove it, and it "
                "is computed anew"
            ) from error
        if {row.get("index") for row in rows} != set(part.indices):
            raise InputError(f"{path} has not the networks of its name; remove it")
        yield from rows
