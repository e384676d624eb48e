"""Derivatives of what runs along an array: cumulated sums, differences, convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph

Parts = list[tuple[int, Any]]


def _axis_of(graph: Graph, n: int, usual: int | None) -> int | None:
    """The axis that a call names, or that it takes if it names none."""
    axis = graph.kw.get(n, {}).get("axis")
    if isinstance(axis, list) and axis and isinstance(axis[0], int | float):
        return int(axis[0])
    return usual


def pull_cumsum(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    """The derivative of y[k] = z[0] + ... + z[k] is the sum of all from k on."""
    from_node, y = graph.args[n][0], graph.value(n)
    if not isinstance(from_node, int) or y is None:
        return None
    g = np.asarray(g, dtype=np.float64).reshape(np.shape(y))
    axis = _axis_of(graph, n, None)
    axis = 0 if axis is None else axis
    if g.ndim != np.ndim(values[0]) and g.ndim != 1:
        return None
    summed = np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)
    return [(from_node, summed.reshape(graph.shape[from_node]))]


def pull_diff(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    """y[k] = z[k + 1] - z[k], along the last axis in numpy and down the columns in R."""
    from_node, z = graph.args[n][0], np.asarray(values[0])
    if not isinstance(from_node, int) or z.ndim == 0:
        return None
    axis = _axis_of(graph, n, 0 if graph.header["language"] == "r" else -1)
    y = graph.value(n)
    shape = list(z.shape)
    shape[axis or 0] -= 1
    if y is None or list(np.shape(y)) != shape:
        return None  # differences of differences, or over several places
    g = np.asarray(g, dtype=np.float64).reshape(shape)
    none = np.zeros([1 if k == (axis or 0) % z.ndim else s for k, s in enumerate(shape)])
    before = np.concatenate([none, g], axis=axis or 0)
    after = np.concatenate([g, none], axis=axis or 0)
    return [(from_node, before - after)]


def pull_convolve(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    """y = sum of a[i] v[k - i], the whole of it, its middle, or where both lie over one another."""
    a, v, y = (np.asarray(x, dtype=np.float64) for x in (*values[:2], graph.value(n)))
    if a.ndim != 1 or v.ndim != 1 or not a.size or not v.size:
        return None
    turned = graph.spelled[n].endswith("correlate")
    factor = v[::-1] if turned else v
    whole = np.convolve(a, factor)
    starts = {
        whole.size: 0,
        max(a.size, v.size): (min(a.size, v.size) - 1) // 2,
        abs(a.size - v.size) + 1: min(a.size, v.size) - 1,
    }
    start = starts.get(y.size)
    if start is None or not np.allclose(whole[start : start + y.size], y, 1e-12):
        return None
    wide = np.zeros(whole.size)
    wide[start : start + y.size] = np.ravel(g)
    da = np.correlate(wide, factor, "valid")
    dv = np.correlate(wide, a, "valid")
    pairs = zip(graph.args[n][:2], (da, dv[::-1] if turned else dv), strict=True)
    return [(node, d) for node, d in pairs if isinstance(node, int)]
