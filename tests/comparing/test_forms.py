"""Files in the forms that people have: as R, pandas, numpy and Python's json leave them."""

import gzip
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from twinprop.comparing.bundle import write_bundle
from twinprop.comparing.files import compare_places
from twinprop.comparing.formats import is_na, read_values
from twinprop.comparing.formats import values as values_module
from twinprop.ground.errors import InputError

X = np.random.default_rng(4).normal(size=(12, 3))
FRAME = pd.DataFrame(X, columns=["p", "q", "r"])


@pytest.fixture
def read(tmp_path):
    """Write a text under a name and read it."""

    def from_text(name, text):
        content = text.encode() if isinstance(text, str) else text
        (tmp_path / name).write_bytes(content)
        return read_values(tmp_path / name)

    return from_text


def rows(separator, point="."):
    lines = (separator.join(map(repr, row)).replace(".", point) for row in X.tolist())
    return "\n".join(lines) + "\n"


def columns(values):
    return np.column_stack(list(values.arrays.values()))


@pytest.mark.parametrize(
    ("name", "head", "separator", "point"),
    [
        ("x.csv", "p;q;r\n", ";", ","),
        ("x.csv", '"p"\t"q"\t"r"\n', "\t", "."),
        ("x.csv", '"p" "q" "r"\n', " ", "."),
        ("x.tsv", "p,q,r\n", ",", "."),
        ("x.txt", "p q r\n", "   ", "."),
        ("x.txt", "# made by hand\n# p q r\n", " ", "."),
        ("x.dat", "p;q;r\n", ";", "."),
        ("x.txt", "p\tq\tr\n", "\t", ","),
    ],
)
def test_what_parts_the_cells_is_found(read, name, head, separator, point):
    values = read(name, head + rows(separator, point))
    assert list(values.arrays) == ["p", "q", "r"]
    assert np.array_equal(columns(values), X)


def test_a_table_without_names_is_a_matrix(read, tmp_path):
    assert np.array_equal(read("x.txt", rows("  ")).arrays["values"], X)
    np.savetxt(tmp_path / "y.txt", X)
    assert np.array_equal(read_values(tmp_path / "y.txt").arrays["values"], X)


def test_names_of_rows_without_a_name_above_them_are_left_out(read):
    lines = [f'"{i}" {row}' for i, row in enumerate(rows(" ").splitlines(), start=1)]
    values = read("x.txt", "\n".join(['"p" "q" "r"', *lines]) + "\n")
    assert list(values.arrays) == ["p", "q", "r"]
    assert np.array_equal(columns(values), X)
    # A comma too many at the end of a row is no name of a row.
    with pytest.raises(InputError, match="row 2 has 3 cells; wanted 2"):
        read("x.csv", "a,b\n1,2,\n3,4,\n")


def test_what_pandas_writes_for_columns_and_rows_without_names(read):
    values = read("x.csv", pd.DataFrame(X).to_csv(index=False))
    assert np.array_equal(columns(values), X)
    assert "its first row, 0 to 2, is taken for names of columns" in values.notes
    again = FRAME.to_csv().replace(",p", "Unnamed: 0,p", 1)
    assert list(read("x.csv", again).arrays) == ["p", "q", "r"]
    assert read("x.csv", "0\n1.5\n2.5\n").arrays["0"].tolist() == [1.5, 2.5]
    assert read("x.csv", "0\n1\n2\n").arrays["values"].ravel().tolist() == [0, 1, 2]


def test_texts_that_gzip_packed_are_read_and_bombs_refused(read, monkeypatch):
    packed = gzip.compress(FRAME.to_csv(index=False).encode())
    assert np.array_equal(columns(read("x.csv.gz", packed)), X)
    assert read("x.json.gz", gzip.compress(b'{"x": [1.5]}')).arrays["x"].tolist() == [1.5]
    with pytest.raises(InputError, match="damaged or not whole"):
        read("x.csv.gz", packed[:60])
    monkeypatch.setattr(values_module, "present_memory", lambda: 2.0**24)
    with pytest.raises(InputError, match="more than half of the memory"):
        read("x.csv.gz", gzip.compress(b"1\n" * 2**23))


def test_a_text_that_is_no_table_of_numbers_is_refused(read):
    for text in ("all is well\n", "step one done\nstep two done\n"):
        with pytest.raises(InputError, match="is no table of numbers"):
            read("x.txt", text)


@pytest.mark.parametrize("orient", ["records", "columns", "list", "split"])
def test_tables_in_json_are_read_as_pandas_writes_them(read, orient):
    if orient == "list":
        text = json.dumps(FRAME.to_dict("list"))
    else:
        text = FRAME.to_json(orient=orient, double_precision=15)
    values = read("x.json", text)
    assert list(values.arrays) == ["p", "q", "r"]
    assert np.allclose(columns(values), X, rtol=0, atol=1e-14)


def test_what_a_row_of_a_table_in_json_has_not_is_missing(read):
    values = read("x.json", '[{"a": 1.5, "b": "u"}, {"b": "v"}]')
    assert is_na(values.arrays["a"]).tolist() == [False, True]
    assert values.arrays["b"].tolist() == ["u", "v"]
    lines = read("x.jsonl", '{"epoch": 1, "loss": 0.5}\n{"epoch": 2, "loss": 0.25}\n')
    assert lines.arrays["loss"].tolist() == [0.5, 0.25]
    assert lines.tables == (("epoch", "loss"),)


def test_objects_in_objects_and_layers_of_other_shapes_are_read(read):
    text = '{"one": {"W": [[1, 2], [3, 4]], "b": [0.5]}, "coefs": [[[1, 2]], [[3], [4]]]}'
    values = read("x.json", text)
    assert [*values.arrays] == ["one/W", "one/b", "coefs/0", "coefs/1"]
    assert values.arrays["coefs/1"].shape == (2, 1)
    values = read("x.json", '{"layers": [{"W": [1.5]}, {"W": [2.5]}], "history": [{"l": 1}]}')
    assert [*values.arrays] == ["layers/0/W", "layers/1/W", "history/l"]


def test_numbers_that_json_has_not_are_read_as_they_are_written(read):
    values = read(
        "x.json", '{"NaN": [NaN, -Infinity, 1], "r": ["NA", "Inf", 2], "t": ["NaN", "u"]}'
    )
    assert np.isnan(values.arrays["NaN"][0])
    assert values.arrays["NaN"][1] == -np.inf
    assert is_na(values.arrays["r"]).tolist() == [True, False, False]
    assert values.arrays["t"].tolist() == ["NaN", "u"]


def test_records_of_numpy_are_columns(tmp_path):
    np.save(tmp_path / "x.npy", np.array([(1.5, 2), (2.5, 3)], dtype=[("x", "f8"), ("n", "i4")]))
    values = read_values(tmp_path / "x.npy")
    assert values.arrays["x"].tolist() == [1.5, 2.5]
    assert values.tables == (("x", "n"),)


@pytest.mark.whole
def test_what_save_of_r_wrote_is_read_as_data_alone(r, tmp_path):
    path = tmp_path / "x.RData"
    r.evaluate(
        f'local({{ d <- data.frame(p = c(1.5, NA)); k <- 1:3; save(d, k, file = "{path}") }})'
    )
    values = read_values(path)
    assert [*values.arrays] == ["d/p", "k"]
    assert is_na(values.arrays["d/p"]).tolist() == [False, True]
    r.evaluate(f'local({{ f <- function() 1; save(f, file = "{path}") }})')
    with pytest.raises(InputError, match="holds code or an environment of R"):
        read_values(path)
    r.evaluate(f'saveRDS(structure(c(4.9e-324, NA), class = "integer64"), "{tmp_path}/x.rds")')
    assert read_values(tmp_path / "x.rds").arrays["values"][0] == 1


def test_names_that_only_a_folder_or_a_count_sets_apart_are_matched(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"d": FRAME.to_dict("list")}))
    FRAME.to_csv(tmp_path / "b.csv", index=False)
    found = compare_places(tmp_path / "a.json", tmp_path / "b.csv")
    assert found.comparison.verdict == "identical"
    assert "the names of A stand in d, which is left out" in found.notes
    pd.DataFrame(X).to_csv(tmp_path / "a.csv", index=False)
    FRAME.set_axis(["V1", "V2", "V3"], axis=1).to_csv(tmp_path / "b.csv", index=False)
    found = compare_places(tmp_path / "a.csv", tmp_path / "b.csv")
    assert found.comparison.verdict == "identical"


def test_arrays_of_other_names_are_found_by_their_numbers_or_sizes(tmp_path):
    np.savez(tmp_path / "a.npz", W1=X, b1=X[0], W2=X[:2, :2])
    np.savez(tmp_path / "b.npz", fc1=X.T, bias=X[1], fc2=X[:2, :2])
    found = compare_places(tmp_path / "a.npz", tmp_path / "b.npz")
    assert (
        "perhaps W1 in A is fc1 in B, which has its numbers transposed: --map W1=fc1" in found.notes
    )
    assert "perhaps b1 in A is bias in B, which alone is of its size: --map b1=bias" in found.notes
    assert "(all of these: --map W1=fc1 --map b1=bias --map W2=fc2)" in found.sentence


def test_a_bundle_keeps_the_ending_that_tells_the_format(tmp_path):
    for name in ("a.csv.gz", "b.csv.gz"):
        (tmp_path / name).write_bytes(gzip.compress(FRAME.to_csv(index=False).encode()))
    inputs = (tmp_path / "a.csv.gz", tmp_path / "b.csv.gz")
    write_bundle(tmp_path / "both.zip", inputs, [], compare_places(*inputs), {})
    with zipfile.ZipFile(tmp_path / "both.zip") as packed:
        packed.extractall(tmp_path / "again")
    again = (tmp_path / "again" / f"{side}.csv.gz" for side in "ab")
    assert compare_places(*again).comparison.verdict == "identical"
