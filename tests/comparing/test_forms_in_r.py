"""R reads files in the forms that people have as Python does."""

import gzip

import numpy as np
import pandas as pd
import pytest

from twinprop.comparing.formats import is_na, read_values
from twinprop.engines.r_functions import RFunctions
from twinprop.ground.errors import EngineError, InputError

pytestmark = pytest.mark.whole

X = np.random.default_rng(4).normal(size=(5, 3))
FRAME = pd.DataFrame(X, columns=["p", "q", "r"])
COMMAS = FRAME.to_csv(index=False)
BLANKS = COMMAS.replace(",", "  ")
SEMICOLONS = COMMAS.replace(",", ";").replace(".", ",")
NAMED_ROWS = '"p" "q"\n"1" 1.5 2.5\n"2" 3.5 NA\n'
FORMS = {
    "commas": ("x.csv", COMMAS),
    "semicolons": ("x.csv", SEMICOLONS),
    "tabs in csv": ("x.csv", COMMAS.replace(",", "\t")),
    "blanks in csv": ("x.csv", '"p" "q"\n1.5 2.5\n3.5 4.5\n'),
    "commas in tsv": ("x.tsv", COMMAS),
    "blanks": ("x.txt", BLANKS),
    "tabs with decimal commas": ("x.txt", COMMAS.replace(",", "\t").replace(".", ",")),
    "names of rows": ("x.txt", NAMED_ROWS),
    "names of rows in tsv": ("x.tsv", "p\tq\nu\t1\t2\nv\t3\t4\n"),
    "no names": ("x.txt", BLANKS.partition("\n")[2]),
    "a matrix of pandas": ("x.csv", pd.DataFrame(X).to_csv(index=False)),
    "an index of pandas": ("x.csv", FRAME.to_csv()),
    "an index read again": ("x.csv", FRAME.to_csv().replace(",p", "Unnamed: 0,p", 1)),
    "blanks after commas": ("x.csv", "a, b\n1, 2\n3, 4.5\n"),
    "rows in json": ("x.json", FRAME.to_json(orient="records")),
    "columns in json": ("x.json", FRAME.to_json()),
    "split in json": ("x.json", FRAME.to_json(orient="split")),
    "gaps in rows": ("x.json", '[{"a": 1.5, "b": "u"}, {"b": "v"}]'),
    "rows on lines": ("x.jsonl", '{"e": 1, "l": 0.5}\n{"e": 2, "l": 0.25}\n'),
    "notes": ("x.jsonl", '{"name": "z", "shape": [2], "values": [1.5, -0.0]}\n'),
    "objects in objects": ("x.json", '{"one": {"W": [[1, 2], [3, 4]], "b": [0.5]}, "n": "mlp"}'),
    "layers": ("x.json", '{"coefs": [[[1, 2]], [[3], [4]]], "l": [{"W": [1.5]}, {"W": [2.5]}]}'),
    "no json": ("x.json", '{"NaN": [NaN, -Infinity, 1], "r": ["NA", "Inf", 2], "t": ["NaN", "u"]}'),
    "gzip": ("x.csv.gz", gzip.compress(COMMAS.encode())),
    "json in gzip": ("x.json.gz", gzip.compress(b'{"x": [1.5]}')),
}
REFUSED = {
    "a comma too many": ("x.csv", "a,b\n1,2,\n3,4,\n"),
    "no table": ("x.txt", "all is well\n"),
    "ragged": ("x.json", '{"x": [[1, 2], 3]}'),
    "a workbook": ("x.xlsx", "PK"),
    "a packed rds": ("x.rds.gz", "X"),
    "damaged lines": ("x.jsonl", '{"a": 1}\n{"a"\n'),
}


@pytest.fixture(scope="module")
def read_in_r(r):
    return RFunctions("twinprop").read_values


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("form", FORMS)
def test_both_languages_read_the_same_from_a_file(form, read_in_r, tmp_path):
    path = write(tmp_path, *FORMS[form])
    ours, theirs = read_values(path).arrays, read_in_r(str(path))
    assert list(ours) == list(theirs)
    for name, array in ours.items():
        if array.dtype.kind == "O":
            assert array.ravel().tolist() == np.ravel(np.array(theirs[name], dtype=object)).tolist()
            continue
        found = np.asarray(theirs[name])
        assert np.array_equal(found.reshape(array.shape), array, equal_nan=True)
        if array.dtype == np.float64 and found.dtype == np.float64:
            assert np.array_equal(is_na(found.reshape(array.shape)), is_na(array))


@pytest.mark.parametrize("form", REFUSED)
def test_both_languages_refuse_the_same(form, read_in_r, tmp_path):
    path = write(tmp_path, *REFUSED[form])
    with pytest.raises(InputError):
        read_values(path)
    with pytest.raises((EngineError, RuntimeError, ValueError), match=r"x[.]"):
        read_in_r(str(path))


def test_what_save_wrote_is_read_and_code_in_it_refused(r, read_in_r, tmp_path):
    path = tmp_path / "x.RData"
    r.evaluate(
        f'local({{ d <- data.frame(p = c(1.5, NA)); k <- 1:3; save(d, k, file = "{path}") }})'
    )
    assert list(read_in_r(str(path))) == ["d/p", "k"] == list(read_values(path).arrays)
    r.evaluate(f'local({{ f <- function() 1; save(f, file = "{path}") }})')
    with pytest.raises((EngineError, RuntimeError, ValueError), match="holds code"):
        read_in_r(str(path))
