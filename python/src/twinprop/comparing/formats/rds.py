"""rds, parsed by rdata: vectors, matrices, lists, factors and tables, but nothing that can run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import rdata.parser as parser
from numpy.typing import NDArray

from twinprop.comparing.formats.packed import unpack
from twinprop.comparing.formats.values import (
    ONLY,
    Values,
    add_once,
    check_size,
    plain_array,
    texts_of,
    with_na,
)
from twinprop.ground.errors import InputError, quote_value

_Kind = parser.RObjectType
_NUMBERS = {_Kind.REAL, _Kind.INT, _Kind.LGL, _Kind.CPLX}
_DATA = _NUMBERS | {
    _Kind.STR, _Kind.VEC, _Kind.NILVALUE, _Kind.NIL, _Kind.CHAR, _Kind.SYM, _Kind.LIST,
    _Kind.REF, _Kind.ATTRLIST, _Kind.RAW,
}  # fmt: skip
# What belongs to environments and code alone, of which rdata does not know all kinds.
_NO_DATA = re.compile("(24[0-9]|25[0-3]) is not a valid RObjectType")
# How a file of save() begins, which holds what an rds file holds, by names.
_SAVED = b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n"


def read_rds(path: Path) -> Values:
    """The arrays of a file of saveRDS or save; those of a list or a table by their names."""
    data = unpack(path, 2)
    data = data[5:] if data[:5] in _SAVED else data
    if data[:2] not in (b"X\n", b"A\n", b"B\n"):
        raise InputError(f"{path} is no file of R, or not whole")
    constructors = {
        name: _bounded(make, str(path)) for name, make in parser._parser.DEFAULT_ALTREP_MAP.items()
    }
    try:
        parsed = parser.parse_data(data, altrep_constructor_dict=constructors, extension=".rds")
        return _values_of(parsed.object, str(path))
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is damaged, or holds a text neither in UTF-8 nor marked as latin-1; enc2utf8 "
            "in R makes it UTF-8"
        ) from error
    except Exception as error:  # of rdata, which has no class of its own for damaged files
        if _NO_DATA.match(str(error)):
            raise InputError(_holds_code(str(path))) from error
        raise InputError(f"{path} is damaged or not whole ({str(error)[:90]})") from error


def _holds_code(place: str) -> str:
    return (
        f"{place} holds code or an environment of R, so it is not read; save the numbers alone: "
        "saveRDS(list(coef = coef(fit)), file)"
    )


def _values_of(whole: Any, path: str) -> Values:
    """All arrays of an object of R."""
    arrays: dict[str, NDArray[Any]] = {}
    notes: list[str] = []
    levels: dict[str, tuple[str, ...]] = {}
    tables = []
    for name, item, is_column in _walk(whole, "", path):
        called = name or ONLY
        array, known, note = _convert(item, called, path)
        more, changed = (
            ({called: array}, "") if array.dtype.kind == "O" else plain_array(array, called, path)
        )
        add_once(arrays, more, path)
        levels.update({called: known} if known else {})
        notes += [each for each in (note, changed) if each]
        tables += [called] if is_column else []
    return Values(arrays, tuple(notes), levels, (tuple(tables),) if tables else (), knows_na=True)


def _bounded(make: Any, path: str) -> Any:
    """A constructor of R's compact sequences that refuses one of too many numbers."""

    def construct(state: Any) -> Any:
        count = getattr(getattr(state, "value", None), "data", None)
        if make.__name__.startswith("compact") and count is not None:
            check_size(float(np.asarray(state.value).ravel()[0]), path)
        return make(state)

    return construct


def _attributes(item: Any) -> dict[str, Any]:
    found = {}
    pair = item.attributes
    while pair is not None and pair.info.type in (_Kind.LIST, _Kind.ATTRLIST):
        tag = pair.tag
        if tag.info.type is _Kind.REF:
            tag = tag.referenced_object
        found[tag.value.value.decode("utf-8")] = pair.value[0]
        pair = pair.value[1]
    return found


def _text(item: Any) -> str | None:
    if item.value is None:
        return None
    return str(item.value.decode("latin-1" if item.info.gp & 4 else "utf-8"))


def _texts(item: Any) -> list[str | None]:
    return [_text(one) for one in item.value]


def _walk(item: Any, name: str, path: str, column: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """The vectors in an object, with their names."""
    kind = item.info.type
    place = f"{path}: {quote_value(name)}" if name else path
    if kind not in _DATA:
        raise InputError(_holds_code(place))
    attributes = _attributes(item)
    for value in attributes.values():
        # A pointer of data.table points nowhere after it was written.
        if value.info.type not in _DATA and value.info.type is not _Kind.EXTPTR:
            raise InputError(
                f"{place} has code or an environment of R in its attributes, so it is not read; "
                "save the numbers alone"
            )
    if kind is _Kind.LIST:
        yield from _walk_saved(item, name, path)
        return
    if kind is not _Kind.VEC:
        if kind in _NUMBERS or kind is _Kind.STR:
            yield name, item, column
        elif kind not in (_Kind.NILVALUE, _Kind.NIL):
            raise InputError(f"{place} holds {kind.name.lower()}; wanted numbers or texts")
        return
    names = _texts(attributes["names"]) if "names" in attributes else []
    is_table = "class" in attributes and "data.frame" in _texts(attributes["class"])
    for i, part in enumerate(item.value):
        own = (names[i] if i < len(names) else None) or str(i + 1)
        yield from _walk(part, f"{name}/{own}" if name else own, path, is_table)


def _walk_saved(item: Any, name: str, path: str) -> Iterator[tuple[str, Any, bool]]:
    """The objects of a file of save(), a chain of pairs with their names."""
    while item.info.type is _Kind.LIST:
        tag = item.tag
        if tag is not None and tag.info.type is _Kind.REF:
            tag = tag.referenced_object
        own = tag.value.value.decode("utf-8") if tag is not None else "1"
        yield from _walk(item.value[0], f"{name}/{own}" if name else own, path)
        item = item.value[1]


def _convert(item: Any, name: str, path: str) -> tuple[NDArray[Any], tuple[str, ...], str]:
    attributes = _attributes(item)
    shape = tuple(np.asarray(attributes["dim"].value).tolist()) if "dim" in attributes else None
    classes = _texts(attributes["class"]) if "class" in attributes else []
    known: tuple[str, ...] = ()
    note = ""
    if "factor" in classes:
        known = tuple(str(level) for level in _texts(attributes["levels"]))
        codes = np.ma.filled(item.value, 0)
        if codes.size and not (codes.min() >= 0 and codes.max() <= len(known)):
            raise InputError(f"{path}: {quote_value(name)} has codes without a level")
        array = texts_of(None if code == 0 else known[code - 1] for code in codes)
    elif item.info.type is _Kind.STR:
        array = texts_of(_texts(item))
    else:
        array = with_na(np.ma.getdata(item.value), np.ma.getmaskarray(item.value))
        if isinstance(item.value, np.ndarray) and item.info.type is _Kind.REAL:
            array = np.asarray(item.value, dtype=np.float64)
        if "integer64" in classes:  # of the package bit64: whole numbers in the bits of doubles
            array = np.ascontiguousarray(array).view(np.int64)
    for kind, unit in (("Date", "days since 1970"), ("POSIXct", "seconds since 1970 in UTC")):
        note = f"{name} holds dates: compared as {unit}" if kind in classes else note
    return array if shape is None else array.reshape(shape, order="F"), known, note
