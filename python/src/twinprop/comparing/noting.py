"""Numbers of a running program written down, and taken from another program; twin of noting in R.

This file needs nothing but Python: import it from twinprop, or copy it beside your program. The
notes go to the folder notes_python, or to the one that TWINPROP_NOTES names; `twinprop compare
notes_python notes_r` reads both. What `feed` takes comes from the folder that TWINPROP_FEED names.
"""

import os
import re
import sys
from typing import Any

_BAD_NAME = re.compile('["\\\\\x00-\x1f\x7f-\x9f]')
_NUMBER = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf"), "null": float("nan")}
# Of this process: the open file of notes, how often each name came, and what the other one noted.
_state: dict[str, Any] = {"file": None, "counts": {}, "fed": {}, "other": None}


def note(name: str, value: Any, **at: Any) -> Any:
    """Write a number or an array down under a name.

    A name that comes again is numbered, z1#2, z1#3, so nothing need be said in a loop.

    Parameters
    ----------
    name : str
        What both programs call it.
    value : array_like
        Numbers or truth values, of any shape.
    **at : object
        Where it was, such as epoch = 3, which goes before the name.

    Returns
    -------
    array_like
        The value.
    """
    shape, numbers = _plain(name, value)
    _write(_numbered(_whole_name(name, at), "counts"), shape, numbers)
    return value


def feed(name: str, value: Any, **at: Any) -> Any:
    """The other program's value under a name if there is one, else the own; noted in either case.

    So the two may start from the same random numbers, whoever drew them.

    Parameters
    ----------
    name : str
        What both programs call it.
    value : array_like
        What this program would go on with.
    **at : object
        As for note.

    Returns
    -------
    array_like
        In the type and shape of the value.
    """
    shape, numbers = _plain(name, value)
    whole = _numbered(_whole_name(name, at), "fed")
    other = _other_notes().get(whole)
    if other is not None:
        if [n for n in other[0] if n != 1] != [n for n in shape if n != 1]:
            raise ValueError(f"{whole} is {other[0]} in the other program, {shape} here")
        numbers = other[1]
        value = _like(value, shape, numbers)
    _write(_numbered(_whole_name(name, at), "counts"), shape, numbers)
    return value


def _whole_name(name: str, at: dict[str, Any]) -> str:
    whole = "/".join([*(f"{key}={where}" for key, where in at.items()), str(name)])
    if not whole or _BAD_NAME.search(whole):
        wanted = "a name without quotes and backslashes"
        raise ValueError(f"a note is called {whole!r}; wanted {wanted}")
    return whole


def _numbered(name: str, kind: str) -> str:
    counts: dict[str, int] = _state[kind]
    counts[name] = counts.get(name, 0) + 1
    return name if counts[name] == 1 else f"{name}#{counts[name]}"


def _plain(name: str, value: Any) -> tuple[list[int], list[float]]:
    """Shape and numbers, row by row, of an array, nested lists or a number."""
    shape = list(value.shape) if hasattr(value, "shape") else None
    for method in ("to_numpy", "tolist"):
        value = getattr(value, method)() if hasattr(value, method) else value
    found: list[int] = []
    level = [value]
    while level and isinstance(level[0], (list, tuple)):
        found.append(len(level[0]))
        if any(not isinstance(one, (list, tuple)) or len(one) != found[-1] for one in level):
            raise ValueError(f"{name} is ragged; wanted rows of one length")
        level = [one for row in level for one in row]
    try:
        return shape or found, [float(one) for one in level]
    except (TypeError, ValueError):
        raise ValueError(f"{name} holds {level[0]!r} or the like; wanted numbers") from None


def _write(name: str, shape: list[int], numbers: list[float]) -> None:
    if _state["file"] is None:
        folder = os.environ.get("TWINPROP_NOTES") or "notes_python"
        os.makedirs(folder, exist_ok=True)
        # Open as long as the process runs.
        path = os.path.join(folder, "notes.jsonl")
        _state["file"] = open(path, "w", encoding="utf-8")  # noqa: SIM115
    values = ", ".join(_format(one) for one in numbers)
    line = f'{{"name": "{name}", "shape": {shape}, "values": [{values}]}}\n'
    _state["file"].write(line)
    _state["file"].flush()


def _format(number: float) -> str:
    text = format(number, ".17g")
    if text in ("nan", "inf", "-inf"):
        return f'"{text}"'
    return "-0.0" if text == "-0" else text


def _other_notes() -> dict[str, tuple[list[int], list[float]]]:
    """Shape and numbers of each of the other program's notes, read once."""
    if _state["other"] is None:
        folder = os.environ.get("TWINPROP_FEED")
        _state["other"] = {}
        if folder:
            path = os.path.join(folder, "notes.jsonl")
            if not os.path.exists(path):
                raise ValueError(f"TWINPROP_FEED is {folder}, which has no notes.jsonl")
            with open(path, encoding="utf-8") as file:
                _state["other"] = dict(map(_read, file))
    found: dict[str, tuple[list[int], list[float]]] = _state["other"]
    return found


def _read(line: str) -> tuple[str, tuple[list[int], list[float]]]:
    found = re.fullmatch(r'\{"name": "([^"]*)", "shape": \[(.*)\], "values": \[(.*)\]\}\n', line)
    if found is None:
        raise ValueError(f"the other program's notes are damaged or not whole: {line[:40]!r}")
    shape = [int(n) for n in found[2].split(",") if n.strip()]
    words = [word.strip().strip('"') for word in found[3].split(",") if word.strip()]
    return found[1], (shape, [_NUMBER[word] if word in _NUMBER else float(word) for word in words])


def _like(value: Any, shape: list[int], numbers: list[float]) -> Any:
    """Numbers in the type of a value: an array of numpy, nested lists, or a number."""
    if hasattr(value, "dtype") and hasattr(value, "__array__") and "numpy" in sys.modules:
        numpy = sys.modules["numpy"]
        return numpy.asarray(numbers, dtype=value.dtype).reshape(shape)
    nested: list[Any] = list(numbers)
    for size in reversed(shape[1:]):
        nested = [nested[i : i + size] for i in range(0, len(nested), size)]
    return nested if shape else nested[0]
