"""A recording as bytes: one line of JSON, then the numbers."""

from __future__ import annotations

import array
import json
import sys
import time
from typing import Any

from .graph import Graph, count
from .kinds import ARRAY, kind_of
from .sites import Site


def write_recording(
    graph: Graph, sites: list[Site], programs: list[Any], head: dict[str, Any]
) -> bytes:
    """The whole recording.

    Parameters
    ----------
    graph : Graph
        The nodes.
    sites : list of Site
        Of which only those that nodes and names have are written.
    programs : list of Program
        For the lines and columns that a person sees.
    head : dict
        What else stands in the header.

    Returns
    -------
    bytes
        As recording.md describes them.
    """
    used: dict[int, int] = {-1: -1}
    shown, draws = head.pop("printed"), head.pop("draws")
    own = (*(p[0] for p in shown), *(d["site"] for d in draws))
    for s in [*graph.site, *(s for _, _, s in graph.names), *(s for _, s in graph.shared), *own]:
        used.setdefault(s, len(used) - 1)
    block, at, move = _block(graph)
    header = {
        "schema": "twinprop.recording",
        "version": 1,
        "language": "python",
        **head,
        "sites": _sites([sites[s] for s in used if s >= 0], programs),
        "nodes": {
            "op": graph.op,
            "site": [used[s] for s in graph.site],
            "args": graph.args,
            "kw": {str(n): kw for n, kw in graph.kw.items()},
            "shape": graph.shape,
            "at": at,
            "move": move,
        },
        "names": [[n, text, used[s]] for n, text, s in graph.names],
        "shared": [[n, used[s]] for n, s in graph.shared],
        "printed": [[used[s], values, n] for s, values, n in shown],
        "draws": [{**d, "site": used[d["site"]]} for d in draws],
    }
    return _section(header, block)


def write_end(
    status: str, message: Any, seconds: float, final: list[tuple[str, int, Any]]
) -> bytes:
    """What follows the recording when the program has ended.

    Parameters
    ----------
    status : str
        "ok", "error" or "exit".
    message : dict or None
        What ended it.
    seconds : float
        How long it ran.
    final : list of tuple
        Name, site and value of what its variables hold at the end.

    Returns
    -------
    bytes
        A header and a block of its own.
    """
    numbers: array.array[float] = array.array("d")
    shapes = []
    for _, _, value in final:
        if kind_of(value) == ARRAY:
            shapes.append(list(value.shape))
            _append(numbers, value.ravel())
        else:
            shapes.append([])
            numbers.append(float(value))
    names = [name for name, _, _ in final]
    header = {
        "status": status,
        "message": message,
        "seconds": seconds,
        "processor": round(time.process_time(), 3),
        "names": names,
        "shape": shapes,
    }
    return _section(header, _bytes(numbers))


def _section(header: dict[str, Any], block: bytes) -> bytes:
    header = {**header, "block": len(block) // 8}
    try:
        line = json.dumps(header, separators=(",", ":"), allow_nan=False)
    except ValueError:  # JSON has no infinity: among literals and printed numbers it is null
        finite = json.loads(json.dumps(header), parse_constant=lambda _: None)
        line = json.dumps(finite, separators=(",", ":"))
    return line.encode("utf-8") + b"\n" + block


def _bytes(numbers: array.array[float]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _sites(sites: list[Site], programs: list[Any]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        key: [] for key in ("file", "line", "column", "end_line", "end_column")
    }
    cells = any(p.places is not None for p in programs)
    if cells:
        columns["cell"] = []
    for site in sites:
        program = programs[site.file]
        line, cell = program.place(site.line)
        columns["file"].append(site.file)
        columns["line"].append(line)
        columns["column"].append(program.column(site.line, site.column))
        columns["end_line"].append(program.place(site.end_line)[0])
        columns["end_column"].append(program.column(site.end_line, site.end_column))
        if cells:
            columns["cell"].append(cell)
    return columns


def _block(graph: Graph) -> tuple[bytes, list[int], list[int]]:
    numbers = array.array("d")
    at, move = [], []
    for n, value in enumerate(graph.values):
        if value is None or not count(graph.shape[n]):
            at.append(-1)
        else:
            at.append(len(numbers))
            _append(numbers, value)
        moved = graph.moves.get(n)
        move.append(-1 if moved is None else len(numbers))
        if moved is not None:
            _append(numbers, moved)
    return _bytes(numbers), at, move


def _append(numbers: array.array[float], value: Any) -> None:
    if isinstance(value, (float, int)):
        numbers.append(value)
    elif isinstance(value, (list, range)):
        numbers.extend(value)
    else:
        numbers.frombytes(value.astype("d").tobytes())
