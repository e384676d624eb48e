"""What came back from a watched program: a recording, and how the program ended, as one."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, make_graph
from twinprop.check.align.restored import take_restored
from twinprop.ground.errors import InputError

LONGEST_HEADER = 64 * 1024 * 1024
BROKEN = "The recording of {} was cut off or changed on its way; run check again."


def read_received(data: bytes, name: str) -> Graph | None:
    """The graph of a recording that a watched program sent.

    The program may be ended at any time, and could have written the bytes itself: they are data.

    Parameters
    ----------
    data : bytes
        A header and a block; then, if the program came to its end, all once more (with what was
        watched later), the same for what was known at the end, or both.
    name : str
        Of the program, for the error.

    Returns
    -------
    Graph or None
        None where nothing was sent.
    """
    if not data:
        return None
    try:
        header, block, at = _take_section(data, 0)
        if header.get("status") == "running":
            header["status"] = "killed"
            while at < len(data):
                try:
                    end, numbers, at = _take_section(data, at)
                except ValueError:
                    break
                if "nodes" not in end:
                    block = _join(header, block, end, numbers)
                    break
                header, block = end, numbers
                if header.get("status") != "running":
                    break
                header["status"] = "killed"
        graph = make_graph(header, np.require(block, requirements="A"))  # quick to reckon with
        take_restored(graph)
        return graph
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        raise InputError(BROKEN.format(name)) from None


def _take_section(data: bytes, at: int) -> tuple[dict[str, Any], np.ndarray, int]:
    """One header with its block, not copied, and where the next one begins."""
    length = data.find(b"\n", at, at + LONGEST_HEADER)
    if length < 0:
        raise ValueError("no header")
    header = json.loads(data[at:length])
    begin = length + 1
    left = len(data) - begin
    size = 8 * int(header["block"]) if "block" in header else left
    if not 0 <= size <= left or size % 8:
        raise ValueError("the block is cut off")
    return header, np.frombuffer(data, "<f8", size // 8, begin), begin + size


def _join(
    header: dict[str, Any], block: np.ndarray, end: dict[str, Any], numbers: np.ndarray
) -> np.ndarray:
    """The recording with the values at the end as nodes, and how it ended."""
    header |= {key: end[key] for key in ("status", "message", "seconds", "processor")}
    nodes, at = header["nodes"], len(block)
    for name, shape in zip(end["names"], end["shape"], strict=True):
        header["names"].append([len(nodes["op"]), name, -1])
        for key, value in (("op", "final"), ("site", -1), ("args", []), ("shape", shape)):
            nodes[key].append(value)
        nodes["at"].append(at)
        nodes["move"].append(-1)
        at += math.prod(shape)
    return np.concatenate([block, numbers]) if len(numbers) else block
