"""The table of formats: what a careless reader loses goes both ways between the languages."""

import h5py
import numpy as np
import pytest
import safetensors.numpy

from twinprop.comparing.formats import is_na, read_values
from twinprop.comparing.formats.documents import format_document
from twinprop.comparing.formats.values import NA

pytestmark = pytest.mark.whole

# 17 digits, minus zero, infinities, subnormals, the last whole number before the gaps, a decimal
# that R's own reader misreads; then NaN and NA.
NUMBERS = [0.1, 1 / 3, -0.0, np.inf, -np.inf, 5e-324, 1e-310, 2.0**53, 0.839396101051679]
SPECIAL = np.array([*NUMBERS, np.nan, NA])
PLAIN = SPECIAL[:-1]  # of the formats that have no NA
MATRIX = np.array([[1.5, -0.0, 5.0], [2.0, 1 / 3, 6.0]])
IN_R = (
    "c(0.1, 1 / 3, -0, Inf, -Inf, 4.9406564584124654e-324, 1e-310, 2^53, 0x1.adc55364d0519p-1, "
    "NaN{})"
)
BEYOND = np.array([2**53 + 1, -(2**53) - 1, 7])


def cells(column):
    """As R and pandas write them."""
    missing = is_na(column)
    return ["NA" if gone else repr(float(x)) for gone, x in zip(missing, column, strict=True)]


def write_table(path, arrays):
    separator = "\t" if path.suffix == ".tsv" else ","
    rows = zip(*map(cells, arrays.values()), strict=True)
    lines = [separator.join(arrays), *map(separator.join, rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_hdf5(path, arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


WRITERS = {
    "json": lambda path, arrays: path.write_text(format_document(arrays), encoding="utf-8"),
    "csv": write_table,
    "tsv": write_table,
    "npz": lambda path, arrays: np.savez(path, **arrays),
    "npy": lambda path, arrays: np.save(path, *arrays.values()),
    "safetensors": lambda path, arrays: safetensors.numpy.save_file(arrays, path),
    "h5": write_hdf5,
}
WITH_NA = ("json", "rds", "csv", "tsv")
TABLES = ("csv", "tsv")


def contents(ending):
    """What is written in a format: a table has columns of one length, npy a single array."""
    numbers = SPECIAL if ending in WITH_NA else PLAIN
    if ending == "npy":
        return {"values": MATRIX}
    if ending in TABLES:
        return {"größe": numbers, "β 2": numbers[::-1].copy()}
    return {"größe": numbers, "m": MATRIX, "none": np.empty(0), "0 x 3": np.empty((0, 3))}


def are_same(found, wanted):
    """Same shape, same bits; of NaN, that NA is NA and no other is."""
    found = np.asarray(found, dtype=float).reshape(np.shape(wanted) if np.size(wanted) else -1)
    if np.size(wanted) == 0:
        return found.size == 0
    with np.errstate(invalid="ignore"):
        numbers = [np.where(np.isnan(x), 0.0, x).view(np.uint64) for x in (found, wanted)]
    return (
        np.array_equal(*numbers)
        and np.array_equal(np.isnan(found), np.isnan(wanted))
        and np.array_equal(is_na(found), is_na(wanted))
    )


@pytest.mark.parametrize("ending", [*WRITERS, "rds"])
def test_r_writes_and_python_reads(ending, r, tmp_path):
    path = tmp_path / f"x.{ending}"
    wanted = contents(ending)
    numbers = IN_R.format(", NA" if ending in WITH_NA else "")
    matrix = "matrix(c(1.5, 2, -0, 1 / 3, 5, 6), 2)"
    if ending == "npy":
        value = f"list(values = {matrix})"
    elif ending in TABLES:
        value = f"list('gr\\u00f6\\u00dfe' = {numbers}, '\\u03b2 2' = rev({numbers}))"
    else:
        value = (
            f"list('gr\\u00f6\\u00dfe' = {numbers}, m = {matrix}, none = double(0), "
            "'0 x 3' = matrix(0, 0, 3))"
        )
    r.evaluate(f"twinprop::write_values({value}, '{path}')")
    found = read_values(path)
    assert set(found.arrays) == set(wanted)
    for name, array in wanted.items():
        assert are_same(found.arrays[name], array), name
    if "0 x 3" in wanted:
        assert found.arrays["0 x 3"].shape == (0, 3)
    assert found.knows_na == (ending in WITH_NA)


@pytest.mark.parametrize("ending", WRITERS)
def test_python_writes_and_r_reads(ending, r, tmp_path):
    path = tmp_path / f"x.{ending}"
    wanted = contents(ending)
    WRITERS[ending](path, wanted)
    found = r.evaluate(f"twinprop::read_values('{path}')")
    assert set(found) == set(wanted)
    for name, array in wanted.items():
        assert are_same(found[name], array), name
    if "0 x 3" in wanted:
        shape = r.evaluate(f"dim(twinprop::read_values('{path}')[['0 x 3']])")
        assert np.asarray(shape).tolist() == [0, 3]


@pytest.mark.parametrize("ending", WRITERS)
def test_whole_numbers_beyond_2_53_are_kept_in_python_and_said_to_be_lost_in_r(ending, r, tmp_path):
    path = tmp_path / f"x.{ending}"
    if ending in TABLES:
        path.write_text("n\n" + "".join(f"{n}\n" for n in BEYOND.tolist()))
    else:
        WRITERS[ending](path, {"n": BEYOND})
    (array,) = read_values(path).arrays.values()
    assert array.ravel().tolist() == BEYOND.tolist()
    said = r.evaluate(f"tryCatch(twinprop::read_values('{path}'), error = conditionMessage)")
    assert said == (
        f"{path} holds whole numbers beyond 2^53, which a double of R has not; compare it in Python"
    )


def test_a_float_that_json_writes_without_a_point_is_read(r, tmp_path):
    (tmp_path / "x.json").write_text('{"9007199254740993": [10000000000000000, 1e16]}')
    found = r.evaluate(f"twinprop::read_values('{tmp_path}/x.json')")
    assert np.asarray(found["9007199254740993"]).tolist() == [1e16, 1e16]
