"""parquet, by pyarrow: columns by their names, nulls as NA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from twinprop.comparing.formats.values import (
    Values,
    add_once,
    check_size,
    plain_array,
    texts_of,
    with_na,
)
from twinprop.ground.errors import InputError, quote_value


def read_parquet(path: Path) -> Values:
    """The columns of a parquet file; categories are texts, with their levels."""
    arrays: dict[str, NDArray[Any]] = {}
    notes: list[str] = []
    levels: dict[str, tuple[str, ...]] = {}
    try:
        # Memory mapped and without the schema that pandas or R left in it, which is theirs alone.
        file = pq.ParquetFile(path, memory_map=True)
        check_size(file.metadata.num_rows * max(1, file.metadata.num_columns), str(path))
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} is damaged or no parquet file ({_first_line(error)})") from error
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name in arrays:
            raise InputError(f"{path} has the column {quote_value(name)} twice; keep one")
        if name == "__index_level_0__":
            notes.append("the index of pandas is left out")
            continue
        array, known = _convert(column.combine_chunks(), name, str(path))
        more, note = (
            ({name: array}, "") if array.dtype.kind == "O" else plain_array(array, name, str(path))
        )
        add_once(arrays, more, str(path))
        levels.update({name: known} if known else {})
        notes += [note] if note else []
    return Values(arrays, tuple(notes), levels, (tuple(arrays),), knows_na=True)


def _convert(column: Any, name: str, path: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    known: tuple[str, ...] = ()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        words = column.dictionary.to_pylist()
        known = tuple(words) if all(isinstance(word, str) for word in words) else ()
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return texts_of(column.to_pylist()), known
    if pa.types.is_decimal(kind):
        column = pc.cast(column, pa.float64(), safe=False)
    elif not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_temporal(kind)
    ):
        raise InputError(f"{path}: {quote_value(name)} holds {kind}; wanted numbers or texts")
    missing = np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=bool)
    if missing.any() and not pa.types.is_temporal(kind):
        column = column.fill_null(False if pa.types.is_boolean(kind) else 0)
        return with_na(column.to_numpy(zero_copy_only=False), missing), known
    return column.to_numpy(zero_copy_only=False), known


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:90]
