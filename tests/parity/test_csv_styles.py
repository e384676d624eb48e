"""CSV files as people and programs write them: both languages read the same numbers."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest

from twinprop.cases.case import read_case
from twinprop.ground.errors import InputError

X = [[0.5, -3.0], [2.0, 0.125], [4.25, 8.0]]
KINDS = ["rose", "tulip", "rose"]


@pytest.fixture
def read(r, tmp_path):
    """A function that reads a table in both languages, and checks that they agree."""

    def read_both(content, units=1, **options):
        (tmp_path / "table.csv").write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
        case = {
            "format": 1,
            "id": "styles",
            "title": "A table",
            "source": "made up",
            "layers": [{"units": units, "activation": "sigmoid"}],
            "loss": {"name": "squared_error"},
            "data": {"csv": "table.csv", "target": "kind", **options},
            "initial": {"distribution": "zeros", "seed": 1},
        }
        path = tmp_path / "styles.json"
        path.write_text(json.dumps(case))
        ours, theirs = read_case(path).data, r.call("read_case", str(path))["data"]
        assert ours.x.tobytes() == np.ascontiguousarray(theirs["x"]).tobytes()
        assert ours.y.tolist() == theirs["y"].tolist()
        return ours

    return read_both


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("p,q,kind\n0.5,-3,1\n2,0.125,0\n4.25,8,1\n", {}),
        ('"p","q","kind"\n"0.5","-3","1"\n"2","0.125","0"\n"4.25","8","1"\n', {}),
        (" p , q ,kind\n 0.5 ,-3, 1\n2, 0.125 ,0\n4.25,8,1\n", {}),
        ("p,q,kind\n+.5,-3.,1\n002,1.25e-1,0\n4.25,+8,1\n", {}),
        ("\np,q,kind\n\n0.5,-3,1\n2,0.125,0\n\n4.25,8,1\n\n\n", {}),
        ("\ufeff\ufeffp,q,kind\r\n0.5,-3,1\r\n2,0.125,0\r\n4.25,8,1", {}),
        ("p;q;kind\n0.5;-3;1\n2;0.125;0\n4.25;8;1\n", {"separator": ";"}),
        ("p;q;kind\n0,5;-3;1\n2;0,125;0\n4,25;8;1\n", {"separator": ";", "decimal": ","}),
        ('p,q,kind\n"0,5",-3,1\n2,"0,125",0\n"4,25",8,1\n', {"decimal": ","}),
        ("p\tq\tkind\n0.5\t-3\t1\n2\t0.125\t0\n4.25\t8\t1\n", {"separator": "\t"}),
        ("p|q|kind\n0.5|-3|1\n2|0.125|0\n4.25|8|1\n", {"separator": "|"}),
        ('"",p,q,kind\n"a",0.5,-3,1\n"b",2,0.125,0\n"c",4.25,8,1\n', {}),
        (",p,q,kind\n7,0.5,-3,1\n8,2,0.125,0\n9,4.25,8,1\n", {}),
        ('"p","q","kind"\n"7",0.5,-3,1\n"8",2,0.125,0\n"9",4.25,8,1\n', {}),
        ("p,q,kind\n1,0.5,-3,1\n2,2,0.125,0\n3,4.25,8,1\n", {}),
        ("p,q,kind\nann,0.5,-3,1\nbob,2,0.125,0\neve,4.25,8,1\n", {}),
        ("name,p,q,kind\nann,0.5,-3,1\nbob,2,0.125,0\n,4.25,8,1\n", {"features": ["p", "q"]}),
        (
            "p,q,kind\n0.5,-3,1\nNA,1,1\n2,0.125,0\n1,?,0\n1,1,\n1,nan,0\n4.25,8,1\n-,1,1\n",
            {"missing": "drop"},
        ),
        (
            "note,p,q,kind\n,0.5,-3,1\n,2,0.125,0\nso,4.25,8,1\n",
            {"missing": "drop", "features": ["p", "q"]},
        ),
        ('"a ""p"" b",q,kind\n0.5,-3,1\n2,0.125,0\n4.25,8,1\n', {"features": ['a "p" b', "q"]}),
    ],
)
def test_the_same_numbers_are_read_however_they_are_written(text, options, read):
    data = read(text, **options)
    assert data.x.tolist() == X
    assert data.y.tolist() == [[1], [0], [1]]


TEXTS = 'p,kind\n0.5,rose\n2, tulip\n4.25,"rose"\n'


@pytest.mark.parametrize(
    ("classes", "y"),
    [
        (["rose", "tulip"], [[1, 0], [0, 1], [1, 0]]),
        (["tulip", "rose"], [[0, 1], [1, 0], [0, 1]]),
        (["aster", "rose", "tulip"], [[0, 1, 0], [0, 0, 1], [0, 1, 0]]),
    ],
)
def test_texts_become_classes_in_the_order_that_is_stated(classes, y, read):
    assert read(TEXTS, units=len(classes), classes=classes).y.tolist() == y


def test_numbers_can_be_taken_as_texts(read):
    found = read("p,kind\n1,1\n2,2\n3,2\n", units=2, classes=["1", "2"])
    assert found.y.tolist() == [[1, 0], [0, 1], [0, 1]]


def test_a_class_may_be_called_as_what_is_missing_elsewhere(read):
    text = "p,kind\n1,NA\n,none\n3,none\n4,\n"
    found = read(text, units=2, classes=["NA", "none"], missing="drop")
    assert (found.x.tolist(), found.y.tolist()) == ([[1], [3]], [[1, 0], [0, 1]])


def test_rows_are_counted_without_those_that_are_left_out(read):
    text = "p,kind\nNA,0\n1,0\n2,1\nNA,1\n3,1\n"
    found = read(text, missing="drop", rows=[0, 1], held_out=[2, 2])
    assert (found.x.tolist(), found.held_out_x.tolist()) == ([[1], [2]], [[3]])


@pytest.mark.parametrize("index", [True, False])
def test_what_pandas_writes_is_read(index, read):
    frame = pd.DataFrame({"p": [0.5, 2, 4.25], "q": [-3, 0.125, 8], "kind": KINDS})
    found = read(frame.to_csv(index=index), units=2, classes=["rose", "tulip"])
    assert found.x.tolist() == X


@pytest.mark.parametrize(
    ("call", "options"),
    [
        ("write.csv(frame)", {}),
        ("write.csv(frame, row.names = FALSE)", {}),
        ("write.csv2(frame)", {"separator": ";", "decimal": ","}),
        ("write.table(frame, sep = ',')", {}),
        ("write.table(frame, sep = '\\t', quote = FALSE)", {"separator": "\t"}),
    ],
)
def test_what_r_writes_is_read(call, options, r, read):
    frame = "frame <- data.frame(p = c(0.5, 2, 4.25), q = c(-3, 0.125, 8), kind = c(1, 0, 1))"
    written = r.evaluate(f"local({{ {frame}; utils::capture.output(utils::{call}) }})")
    assert read("\n".join([*written, ""]), **options).x.tolist() == X


def test_other_whole_numbers_up_to_2_53_are_read(read):
    assert read("p,kind\n9007199254740992,0\n-9007199254740992,1\n").x.tolist() == [
        [2.0**53],
        [-(2.0**53)],
    ]


def test_compressed_files_are_told_and_not_guessed(read):
    with pytest.raises(InputError, match="is compressed by gzip; wanted a CSV file, unpacked"):
        read(gzip.compress(b"p,kind\n1,0\n"))


def test_labels_for_more_memory_than_there_is_are_refused(read, monkeypatch):
    monkeypatch.setattr("twinprop.ground.memory.present_memory", lambda: 1e6)
    with pytest.raises(InputError, match=r"of 3 rows and 1000000 columns needs 0\.0 GiB"):
        read("p,kind\n1,0\n2,1\n3,1\n", classes=1000000)
