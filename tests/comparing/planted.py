"""Pairs of arrays with one cause planted in each, and the words that name it."""

import numpy as np

NA = np.array(0x7FF00000000007A2, dtype=np.uint64).view(np.float64)[()]


def _standardised():
    draw = np.random.default_rng(7)
    train, test = draw.normal(5, 2, (50, 3)), draw.normal(6, 3, (20, 3))
    own, others = ((test - each.mean(axis=0)) / each.std(axis=0, ddof=1) for each in (test, train))
    return own, others


def _with_gaps(x, value):
    gaps = x.copy()
    gaps[3, 1] = gaps[17, 0] = value
    return gaps


def planted_causes():
    """The name of each plant with theirs, the reference and a part of the right words."""
    draw = np.random.default_rng(1)
    n = 20
    x = draw.normal(size=(n, 3))
    positive = np.abs(x) + 0.1
    hot = np.eye(3)[draw.integers(0, 3, 40)]
    codes = draw.integers(0, 3, 60)
    six = np.array([float(f"{value:.6g}") for value in x.ravel()]).reshape(x.shape)
    own, others = _standardised()
    share = 1 / (1 + np.exp(-x))
    return {
        "transposed": (x.T, x, "A is B transposed"),
        "filled by column": (x.ravel().reshape(x.shape, order="F"), x, "A is filled column by"),
        "another shape": (x.reshape(15, 4), x, "the same order, in another shape"),
        "rows in another order": (x[draw.permutation(n)], x, "rows in another order"),
        "rows reversed": (x[::-1], x, "rows in the reverse order"),
        "columns in another order": (x[:, [2, 0, 1]], x, "A has B's columns 2, 0, 1"),
        "one-hot of other levels": (hot[:, [1, 2, 0]], hot, "levels in another order"),
        "levels renumbered": (np.array([2, 0, 1])[codes], codes, "what B calls 0 is 2, 1 is 0"),
        "first column dropped": (hot[:, 1:], hot, "a one-hot with its first column dropped in A"),
        "sign": (-x, x, "the sign is the other one everywhere"),
        "sign of a column": (x * [1, -1, 1], x, "the sign of column 1"),
        "twice": (2 * x, x, "a constant factor, 2:"),
        "half": (x / 2, x, "a constant factor, 1/2:"),
        "sum for mean": (x * n, x, "n = 20: a sum for a mean"),
        "mean for sum": (x / n, x, "1/n, n = 20"),
        "n - 1 for n": (positive * n / (n - 1), positive, "n/(n - 1), n = 20"),
        "n for n - 1": (positive * (n - 1) / n, positive, "(n - 1)/n, n = 20"),
        "sd by n": (x * np.sqrt(n / (n - 1)), x, "sqrt(n/(n - 1)), n = 20"),
        "sd by n - 1": (x * np.sqrt((n - 1) / n), x, "sqrt((n - 1)/n), n = 20"),
        "log2 for ln": (np.log2(positive), np.log(positive), "log2 for ln"),
        "log10 for ln": (np.log10(positive), np.log(positive), "log10 for ln"),
        "degrees": (np.degrees(x), x, "degrees for radians"),
        "per cent": (100 * x, x, "per cent for shares"),
        "another factor": (3.7 * x, x, "a constant factor, 3.7"),
        "offset of one": (np.arange(1, 20), np.arange(19), "counted from 1 and from 0"),
        "a constant added": (x + 273.15, x, "a constant is added, 273.15"),
        "float32": (x.astype(np.float32).astype(float), x, "float32 somewhere"),
        "computed in float32": (
            np.log(positive.astype(np.float32)).astype(float),
            np.log(positive),
            "A holds float32 numbers",
        ),
        "decimals": (x.round(4), x, "rounded to 4 decimals"),
        "digits": (six, x, "rounded to 6 digits"),
        "whole numbers": (np.rint(10 * x), 10 * x, "rounded to whole numbers"),
        "one index off": (x[1:], x[:-1], "one index off"),
        "one row more": (x[1:], x, "B has one row more, the first"),
        "rows left out": (np.delete(x, [3, 11], axis=0), x, "A lacks B's rows 3, 11; all others"),
        "rows with gaps left out": (
            np.delete(x, [3, 17], axis=0),
            _with_gaps(x, np.nan),
            "A lacks B's rows 3, 17, which are those with missing values",
        ),
        "one column in another unit": (x * [1, 10, 1], x, "in column 1 alone: a constant factor"),
        "logits": (share, x, "A is the sigmoid of B: probabilities and their logits"),
        "a logarithm": (np.log(positive), positive, "B is the exponential of A"),
        "the other class": (1 - share, share, "A is 1 - B: the share of the other class"),
        "a variance": (positive**2, positive, "A is the square of B"),
        "centred": (x - x.mean(axis=0), x, "A is B less the means of its columns"),
        "shares of rows": (
            positive / positive.sum(axis=1, keepdims=True),
            positive,
            "A is B as shares of the sum of each row",
        ),
        "from 0 to 1": (
            (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)),
            x,
            "A is B scaled from 0 to 1",
        ),
        "running sums": (x.cumsum(axis=0), x, "A is the running sum of B"),
        "without signs": (np.abs(x), x, "A is B without signs"),
        "a one-hot for codes": (np.eye(3)[codes], codes, "A is a one-hot of B, a column for each"),
        "other codes": (np.where(codes > 0, 1, -1), np.minimum(codes, 1), "levels coded otherwise"),
        "one class of two": (
            share[:, 1],
            np.stack([1 - share[:, 1], share[:, 1]], 1),
            "column 1 of B",
        ),
        "axes of the same components": (
            (x * [1, -1, 1]).T,
            x,
            "A is B transposed, and the sign of column 1 is the other one",
        ),
        "n of no array": (
            positive[:4, 0] * np.sqrt(150 / 149),
            positive[:4, 0],
            "sqrt(n/(n - 1)), n = 150",
        ),
        "NA for NaN": (_with_gaps(x, NA), _with_gaps(x, np.nan), "A has NA where B has NaN"),
        "NA for 0": (_with_gaps(x, NA), _with_gaps(x, 0.0), "A has NA where B has 0"),
        "the other set's mean": (own, others, "A is standardised with its own mean"),
    }
