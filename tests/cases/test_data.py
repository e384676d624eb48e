import json

import numpy as np
import pytest

from twinprop.cases.case import read_case
from twinprop.cases.data import read_data

TABLE = '"p",label, q\n0.5,0,1\n2,1,-3e0\n4.25,2,8\n-1,1,0\n'


@pytest.fixture
def read(tmp_path):
    def read_table(text=TABLE, **options):
        (tmp_path / "table.csv").write_bytes(text.encode())
        value = {"csv": "table.csv", "target": "label"} | options
        return read_data(value, "case.json: data", tmp_path / "case.json")

    return read_table


def test_the_target_is_one_column_and_the_others_are_the_features(read):
    data = read()
    assert data.x.tolist() == [[0.5, 1.0], [2.0, -3.0], [4.25, 8.0], [-1.0, 0.0]]
    assert data.y.tolist() == [[0], [1], [2], [1]]
    assert data.held_out_x is None
    assert data.held_out_y is None


def test_scale_divides_the_features_alone(read):
    data = read(scale=4)
    assert data.x.tolist() == [[0.125, 0.25], [0.5, -0.75], [1.0625, 2.0], [-0.25, 0.0]]
    assert data.y.tolist() == [[0], [1], [2], [1]]


def test_classes_make_one_hot_rows(read):
    assert read(classes=4).y.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]


def test_rows_are_counted_from_zero_and_both_ends_are_included(read):
    data = read(rows=[0, 1], held_out=[2, 3])
    assert data.x.tolist() == [[0.5, 1.0], [2.0, -3.0]]
    assert data.held_out_x.tolist() == [[4.25, 8.0], [-1.0, 0.0]]
    assert data.held_out_y.tolist() == [[2], [1]]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_may_end_as_on_any_system(read, end):
    np.testing.assert_array_equal(read(TABLE.replace("\n", end)).x, read().x)


def test_the_last_line_needs_no_end(read):
    np.testing.assert_array_equal(read(TABLE.rstrip("\n")).x, read().x)


def test_cells_are_read_as_the_nearest_doubles(read):
    cells = ["0.839396101051679", "5e-324", "1.7976931348623157e308", "-0.0", "-0"]
    data = read("label,p\n" + "".join(f"0,{cell}\n" for cell in cells))
    assert data.x.ravel().tobytes() == np.array([float(cell) for cell in cells]).tobytes()


def test_a_case_in_the_folder_cases_takes_its_data_from_the_folder_above(tmp_path, shared_fixtures):
    for folder in ("cases", "data"):
        (tmp_path / folder).mkdir()
    good = json.loads((shared_fixtures / "bad_cases" / "table.json").read_text())
    (tmp_path / "cases" / "table.json").write_text(json.dumps(good))
    (tmp_path / "data" / "table.csv").write_text("label,p,q\n0,1,2\n1,3,4\n2,5,6\n")
    assert read_case(tmp_path / "cases" / "table.json").data.x.tolist() == [
        [0.5, 1.0],
        [1.5, 2.0],
        [2.5, 3.0],
    ]
