"""np.tensordot as the product that it is: of two matrices, or else as einsum."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from . import moves

# Of two matrices, by the axis of each that is summed over.
PRODUCTS = {(1, 0): "np.matmul", (0, 0): "crossprod", (1, 1): "tcrossprod"}


def contraction(shapes: Sequence[tuple[int, ...]], axes: Any) -> tuple[str, list[Any]]:
    """The operation, and what it is given before its two operands.

    Parameters
    ----------
    shapes : two tuples of int
        Of the operands.
    axes : int or two sequences of int
        As np.tensordot takes them.

    Returns
    -------
    str, list
        "np.einsum" with its letters, where it is no product of matrices.
    """
    ranks = [len(shape) for shape in shapes]
    pairs = _pair_axes(ranks, axes)
    if len(pairs) == 1 and max(ranks) <= 2:
        # A vector stands for a row before a matrix, and for a column behind it.
        over = (1 if ranks[0] == 1 else pairs[0][0], 0 if ranks[1] == 1 else pairs[0][1])
        if over in PRODUCTS and (ranks == [2, 2] or over == (1, 0)):
            return PRODUCTS[over], []
    names = iter(string.ascii_letters)
    left = [next(names) for _ in shapes[0]]
    right = [next(names) for _ in shapes[1]]
    for i, k in pairs:
        right[k] = left[i]
    summed = {left[i] for i, _ in pairs}
    after = [c for c in (*left, *right) if c not in summed]
    return "np.einsum", [[f"{''.join(left)},{''.join(right)}->{''.join(after)}"]]


def _pair_axes(ranks: Sequence[int], axes: Any) -> list[tuple[int, int]]:
    """The axes that are summed over, as pairs that count from the first."""
    if moves.numpy().ndim(axes) == 0:
        return [(ranks[0] - int(axes) + i, i) for i in range(int(axes))]
    ours, theirs = (moves.numpy().atleast_1d(a).tolist() for a in axes)
    return [(i % ranks[0], k % ranks[1]) for i, k in zip(ours, theirs, strict=True)]
