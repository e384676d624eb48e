"""Each format, both ways, with values that a careless reader loses; and bad input."""

import gzip
import os
import pickle
import time
import zipfile

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import safetensors.numpy
import scipy.io
from comparing.planted import NA

from twinprop.comparing.formats import is_na, read_values
from twinprop.comparing.formats import values as values_module
from twinprop.comparing.formats.reading import READERS
from twinprop.ground.errors import InputError

# 17 digits, minus zero, NaN, infinities, a subnormal, and a decimal that R's own reader misreads.
CARELESS = np.array(
    [0.1, 1 / 3, -0.0, np.nan, np.inf, -np.inf, 5e-324, 1e-310, 2.0**53, 0.839396101051679]
)
ARRAYS = {
    "größe": CARELESS,
    "m": np.array([[1.5, 3.0, 5.0], [2.0, 4.0, 6.0]]),
    "e": np.empty((0, 3)),
    "large": np.array([2**53 + 1, -(2**53) - 1, 7]),
    "single": np.float32([[0.1], [np.pi]]),
    "truth": np.array([True, False]),
}


def write_json(path, arrays):
    import json

    def plain(value):
        if isinstance(value, list):
            return [plain(each) for each in value]
        return str(value) if isinstance(value, float) and not np.isfinite(value) else value

    entries = {
        name: {"shape": list(a.shape), "values": plain(a.ravel().tolist())}
        for name, a in arrays.items()
    }
    path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")


def write_hdf5(path, arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


WRITERS = {
    "npz": lambda path, arrays: np.savez(path, **arrays),
    "json": write_json,
    "safetensors": lambda path, arrays: safetensors.numpy.save_file(arrays, path),
    "h5": write_hdf5,
    "mat": lambda path, arrays: scipy.io.savemat(path, arrays, oned_as="column"),
}


def same(a, b):
    kind = np.uint64 if a.dtype == np.float64 else a.dtype
    number = np.nan_to_num(a, nan=-1.0, posinf=9, neginf=-9) if a.dtype.kind == "f" else a
    other = np.nan_to_num(b, nan=-1.0, posinf=9, neginf=-9) if a.dtype.kind == "f" else b
    return a.shape == b.shape and np.array_equal(
        np.ascontiguousarray(number).view(kind), np.ascontiguousarray(other).view(kind)
    )


@pytest.mark.parametrize("ending", WRITERS)
def test_what_a_careless_reader_loses_is_kept(ending, tmp_path):
    path = tmp_path / f"x.{ending}"
    # MATLAB has neither names beyond ASCII nor vectors.
    arrays = {name.replace("größe", "size"): a for name, a in ARRAYS.items()}
    arrays = arrays if ending == "mat" else ARRAYS
    WRITERS[ending](path, arrays)
    found = read_values(path).arrays
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        read = found[name].reshape(array.shape) if ending == "mat" else found[name]
        expected = array.astype(read.dtype) if array.dtype.kind == "b" else array
        if ending == "json" and name == "single":
            expected = array.astype(np.float64)
        assert same(expected, read), name


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet"])
def test_tables_keep_digits_missing_values_and_names(ending, tmp_path):
    path = tmp_path / f"x.{ending}"
    table = pd.DataFrame({"größe": CARELESS[:4], "large": [2**53 + 1, 1, 2, 3], "t": list("abcd")})
    if ending == "parquet":
        columns = {name: pa.array(table[name].to_numpy()) for name in ("größe", "large")}
        columns |= {"t": pa.array(["a", None, "c", "d"]), "n": pa.array([1.5, None, np.nan, 2.0])}
        pq.write_table(pa.table(columns), path)
    else:
        cell = "," if ending == "csv" else "\t"
        rows = ["größe,large,t,n", f"0.1,{2**53 + 1},a,1.5", "0.33333333333333331,1,NA,NA"]
        rows += ["-0.0,2,c,NaN", "nan,3,d,2.0"]
        path.write_text("\n".join(rows).replace(",", cell) + "\n", encoding="utf-8")
    values = read_values(path)
    assert same(CARELESS[:4], values.arrays["größe"])
    assert values.arrays["large"].tolist() == [2**53 + 1, 1, 2, 3]
    assert values.arrays["t"].tolist() == ["a", None, "c", "d"]
    assert is_na(values.arrays["n"]).tolist() == [False, True, False, False]
    assert values.tables == (("größe", "large", "t", "n"),)
    assert values.knows_na


def test_minus_zero_among_whole_numbers_of_a_table_keeps_its_sign(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n-0,1\n2,3\n")
    assert np.signbit(read_values(tmp_path / "x.csv").arrays["a"][0])


def test_an_npy_file_is_read_as_it_is(tmp_path):
    for order in ("C", "F"):
        np.save(tmp_path / "x.npy", np.array(ARRAYS["m"], order=order))
        assert same(ARRAYS["m"], read_values(tmp_path / "x.npy").arrays["values"])


@pytest.mark.parametrize("ending", ["json", "rds", "npz", "safetensors", "h5", "csv"])
def test_what_r_writes_is_read_with_the_same_bits(ending, r, tmp_path):
    path = str(tmp_path / f"x.{ending}")
    r.evaluate(
        "local({ x <- c(0.1, 1 / 3, -0, NaN, Inf, -Inf, 5e-324, 1e-310, 2^53)\n"
        "x <- c(x, 0x1.adc55364d0519p-1)\n"
        f'twinprop::write_values(list("gr\\u00f6\\u00dfe" = x), "{path}") }})'
    )
    assert same(CARELESS, read_values(path).arrays["größe"])


@pytest.mark.parametrize("ending", ["npz", "json", "safetensors", "h5"])
def test_r_reads_what_python_writes_with_the_same_bits(ending, r, tmp_path):
    path = tmp_path / f"x.{ending}"
    arrays = {name: ARRAYS[name] for name in ("größe", "m", "e")}
    WRITERS[ending](path, arrays)
    found = r.evaluate(f'twinprop::read_values("{path}")')
    for name, array in arrays.items():
        assert same(array, found[name]), name


def test_r_and_python_set_na_apart_from_nan(r, tmp_path):
    for ending in ("json", "rds", "csv"):
        path = tmp_path / f"x.{ending}"
        r.evaluate(f'twinprop::write_values(list(x = c(NA, NaN, 1)), "{path}")')
        values = read_values(path)
        assert values.knows_na
        assert is_na(values.arrays["x"]).tolist() == [True, False, False]
    assert is_na(np.array([NA, np.nan])).tolist() == [True, False]


def test_factors_tables_and_lists_of_r_are_read(r, tmp_path):
    path = tmp_path / "x.rds"
    r.evaluate(
        f'saveRDS(list(f = factor(c("lo", "hi"), c("lo", "hi")), d = data.frame(x = 1:2), '
        f'day = as.Date("2020-01-01"), z = 1i, s = 1:10, l = c(TRUE, NA)), "{path}")'
    )
    values = read_values(path)
    assert list(values.arrays) == ["f", "d/x", "day", "z.real", "z.imag", "s", "l"]
    assert values.levels == {"f": ("lo", "hi")}
    assert "day holds dates: compared as days since 1970" in values.notes
    assert "z is complex: compared as z.real and z.imag" in values.notes
    assert values.arrays["s"].tolist() == list(range(1, 11))


def refusal(path):
    with pytest.raises(InputError) as caught:
        read_values(path)
    return str(caught.value)


class Trap:
    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was read')",)


def test_a_pickle_is_refused_unread_whatever_it_is_called(tmp_path):
    for name in ("x.pkl", "x.joblib", "x.npy", "x.csv"):
        (tmp_path / name).write_bytes(pickle.dumps(Trap()))
        assert "may hold code, so it is not read" in refusal(tmp_path / name)


def test_arrays_of_objects_are_refused_unread(tmp_path):
    np.savez(tmp_path / "x.npz", x=np.array([Trap()], dtype=object))
    assert "which may hold code, so it is not read" in refusal(tmp_path / "x.npz")


@pytest.mark.parametrize("code", ["function() 1", "quote(stop())", "lm(dist ~ speed, cars)"])
def test_an_rds_with_code_is_refused_unread(code, r, tmp_path):
    r.evaluate(f'saveRDS({code}, "{tmp_path}/x.rds")')
    assert "holds code or an environment of R" in refusal(tmp_path / "x.rds")


def test_bombs_are_refused_before_they_are_unpacked(tmp_path, monkeypatch, r):
    monkeypatch.setattr(values_module, "present_memory", lambda: 2.0**24)
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros(2**21))
    (tmp_path / "x.rds").write_bytes(gzip.compress(b"X\n" + bytes(2**25)))
    pq.write_table(pa.table({"x": np.zeros(2**21)}), tmp_path / "x.parquet")
    scipy.io.savemat(tmp_path / "x.mat", {"x": np.zeros(2**21)}, do_compression=True)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", data=np.zeros(2**21), compression="gzip")
    r.evaluate(f'saveRDS(1:1e15, "{tmp_path}/long.rds")')
    for name in ("x.npz", "x.rds", "x.parquet", "x.mat", "x.h5", "long.rds"):
        assert (tmp_path / name).stat().st_size < 2**20
        assert "more than half of the memory" in refusal(tmp_path / name), name


def test_names_that_meet_twice_are_refused(tmp_path):
    (tmp_path / "x.csv").write_text("a,a\n1,2\n")
    assert 'has the column "a" twice' in refusal(tmp_path / "x.csv")
    (tmp_path / "x.json").write_text('{"a": [1], "a": [2]}')
    assert 'has the key "a" twice' in refusal(tmp_path / "x.json")
    np.save(tmp_path / "a.npy", np.zeros(2))
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as packed:
        packed.write(tmp_path / "a.npy", "a.npy")
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.write(tmp_path / "a.npy", "a.npy")
    assert 'has the name "a" twice' in refusal(tmp_path / "x.npz")
    (tmp_path / "both").mkdir()
    for ending in ("npy", "csv"):
        path = tmp_path / "both" / f"a.{ending}"
        np.save(path, np.zeros((2, 2))) if ending == "npy" else np.savetxt(
            path, np.zeros((2, 2)), delimiter=","
        )
    assert 'has the name "a" twice' in refusal(tmp_path / "both")


@pytest.mark.parametrize("ending", [*WRITERS, "npy", "parquet", "rds"])
def test_half_a_file_is_refused(ending, tmp_path, r):
    path = tmp_path / f"x.{ending}"
    arrays = {"x": np.arange(1000.0), "y": np.arange(500.0)}
    if ending in WRITERS:
        WRITERS[ending](path, arrays)
    elif ending == "npy":
        np.save(path, arrays["x"])
    elif ending == "parquet":
        pq.write_table(pa.table({"x": arrays["x"]}), path)
    else:
        r.evaluate(f'saveRDS(list(x = as.double(1:1000)), "{path}")')
    whole = path.read_bytes()
    for share in (0.02, 0.5, 0.97):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert str(path) in refusal(path)


@pytest.mark.parametrize("ending", READERS)
def test_neither_a_pipe_nor_a_device_is_opened(ending, r, tmp_path):
    known_to_r = r.evaluate("names(twinprop:::value_readers)")
    os.mkfifo(tmp_path / f"pipe{ending}")
    (tmp_path / f"device{ending}").symlink_to("/dev/zero")
    for path in (tmp_path / f"pipe{ending}", tmp_path / f"device{ending}"):
        sentence = f"{path} is a pipe or a device; wanted a file of numbers"
        assert refusal(path) == sentence
        if ending[1:] in known_to_r:
            code = f"tryCatch(twinprop::read_values('{path}'), error = conditionMessage)"
            assert r.evaluate(code) == sentence


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbfa,b\r\n1,2", b"a\0b", b"\0" * 4096, b"\xff" * 99]
)
def test_what_is_another_kind_of_file_than_its_ending_says_is_one_sentence(
    ending, content, tmp_path
):
    path = tmp_path / f"x{ending}"
    path.write_bytes(content)
    if content[3:4] == b"a" and ending in (".csv", ".tsv", ".txt", ".dat"):
        assert read_values(path).arrays
        return
    said = refusal(path)
    assert said.startswith(str(path))
    assert "hold code" not in said


def test_a_text_of_r_in_an_unknown_encoding_is_told(r, tmp_path):
    path = tmp_path / "x.rds"
    r.evaluate(f"saveRDS(list(x = 1, t = 'ab'), '{path}', compress = FALSE)")
    path.write_bytes(path.read_bytes().replace(b"ab", b"a\xe9"))
    assert "a text neither in UTF-8 nor marked as latin-1" in refusal(path)


def test_a_damaged_shape_is_told(r, tmp_path):
    r.evaluate(f"saveRDS(matrix(0, 5, 7), '{tmp_path}/x.rds', compress = FALSE)")
    np.save(tmp_path / "x.npy", np.zeros((5, 7)))
    for name, old, new in (
        ("x.rds", b"\0\0\0\5\0\0\0\7", b"\0\0\0\6\0\0\0\7"),
        ("x.npy", b"(5, 7)", b"((5, 7"),
    ):
        path = tmp_path / name
        whole = path.read_bytes()
        assert whole.count(old) == 1
        path.write_bytes(whole.replace(old, new))
        assert "is damaged or not whole" in refusal(path)


@pytest.mark.parametrize("marks", [1, 2])
def test_marks_of_byte_order_belong_to_no_name(marks, tmp_path):
    texts = {"csv": "x,y\n1,2\n", "json": '{"x": 1, "y": 2}',
             "jsonl": '{"x": 1, "y": 2}\n'}  # fmt: skip
    for ending, text in texts.items():
        path = tmp_path / f"x.{ending}"
        path.write_text("\ufeff" * marks + text, encoding="utf-8")
        assert list(read_values(path).arrays) == ["x", "y"]


def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text('"' + "x" * 200_000)
    assert "is no table (field larger than field limit" in refusal(tmp_path / "x.csv")


def test_a_table_of_ten_thousand_columns_is_read_in_seconds(tmp_path):
    names = [f"c{i}" for i in range(10_000)]
    rows = [",".join(cells) for cells in (names, ["a", "-0"] * 5000, ["b", "1"] * 5000)]
    (tmp_path / "x.csv").write_text("# made\n" * 100_000 + "\n".join(rows) + "\n")
    began = time.monotonic()
    arrays = read_values(tmp_path / "x.csv").arrays
    assert time.monotonic() - began < 60
    assert list(arrays) == names
    assert arrays["c8"].tolist() == ["a", "b"]
    assert np.signbit(arrays["c9"]).tolist() == [True, False]


def test_half_a_table_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("a,b,c\n1,2,3\n4,5\n")
    assert "row 3 has 2 cells; wanted 3" in refusal(tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text('a,b\n"1,x",2\n"4\n')
    assert "row 3 has 1 cell; wanted 2" in refusal(tmp_path / "x.csv")


def test_dates_and_complex_numbers_are_said(tmp_path):
    np.savez(tmp_path / "x.npz", z=np.array([1 + 2j]), d=np.array(["2020-01-01"], "M8[D]"))
    values = read_values(tmp_path / "x.npz")
    assert list(values.arrays) == ["z.real", "z.imag", "d"]
    assert "z is complex: compared as z.real and z.imag" in values.notes
    assert "d holds dates: compared as seconds since 1970 in UTC" in values.notes


def test_links_out_of_an_hdf5_file_are_not_followed(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["away"] = h5py.ExternalLink("/etc/other.h5", "/x")
    assert "is a link; wanted data" in refusal(tmp_path / "x.h5")


def test_what_is_no_file_of_numbers_is_one_sentence(tmp_path):
    (tmp_path / "x.json").write_text('{"x": [[1, 2], 3]}')
    assert "is ragged; wanted rows of one length" in refusal(tmp_path / "x.json")
    (tmp_path / "x.json").write_text('{"x": [1, "a"]}')
    assert "among numbers; wanted one kind in an array" in refusal(tmp_path / "x.json")
    (tmp_path / "x.out").write_text("1")
    assert "ends in .out; endings that are read: .npy" in refusal(tmp_path / "x.out")
    assert refusal(tmp_path / "x.xlsx").endswith("x.xlsx is not read; save the sheet as csv")
    assert "cannot be read (No such file" in refusal(tmp_path / "none.csv")
    (tmp_path / "x.csv").write_bytes(b"a\n\xff\n")
    assert "not a text in UTF-8" in refusal(tmp_path / "x.csv")


@pytest.mark.parametrize("ending", ["csv", "txt", "json", "jsonl"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_text_in_utf_16_is_called_that(tmp_path, ending, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    (tmp_path / f"x.{ending}").write_bytes(f"{mark}[1, 2]\n".encode(encoding))
    said = refusal(tmp_path / f"x.{ending}")
    assert "is in UTF-16" in said
    assert said.endswith("saved as UTF-8")
