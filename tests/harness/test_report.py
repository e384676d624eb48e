import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import image

from twinprop.errors import InputError
from twinprop.harness.comparison import compare_traces
from twinprop.harness.plots import draw_differences, gather_differences
from twinprop.harness.report import write_report
from twinprop.harness.traces import Run
from twinprop.harness.verify import verify_case


def make_table(epochs, size):
    names = [f"{epoch}/{kind}1" for epoch in epochs for kind in "Wb"]
    a = {name: np.ones((2, 3)) for name in names}
    b = {name: np.ones((2, 3)) + size * k for k, name in enumerate(names)}
    return compare_traces(a, b).table()


def make_outcome(folder, name):
    (folder / f"{name}.json").write_text("{}")

    def runner(path, language, arithmetic, bridge):
        return Run(
            name,
            language,
            arithmetic,
            {"0/W1": np.ones((2, 3)), "1/b1": np.ones((1, 3))},
        )

    return verify_case(folder / f"{name}.json", runner=runner)


def test_the_table_of_all_cases_has_case_and_arithmetic_in_front():
    tables = [
        ("xor", "native", make_table([0, 1], 1e-15)),
        ("xor", "strict", make_table([0], 0.0)),
    ]
    gathered = gather_differences(tables)
    assert list(gathered.columns[:3]) == ["case", "arithmetic", "name"]
    assert gathered["arithmetic"].tolist() == ["native"] * 4 + ["strict"] * 2


def test_the_picture_has_a_row_of_panels_for_each_of_the_cases_that_tell_most(tmp_path):
    tables = [(f"case-{i}", "native", make_table([0, 1, 10, 100], i * 1e-15)) for i in range(9)]
    draw_differences(gather_differences(tables), tmp_path / "many.png")
    draw_differences(gather_differences(tables[:1]), tmp_path / "one.png")
    many, one = image.imread(tmp_path / "many.png"), image.imread(tmp_path / "one.png")
    assert many.shape[0] == 6 * one.shape[0]
    assert one.std() > 0.01
    assert matplotlib.get_backend().lower() == "agg"


def test_steps_of_batches_are_drawn_by_their_epoch(tmp_path):
    draw_differences(
        gather_differences([("b", "native", make_table(["0", "1.1", "1.2", "20.1"], 1e-15))]),
        tmp_path / "batches.png",
    )
    assert (tmp_path / "batches.png").stat().st_size > 1000


def test_a_report_is_a_table_and_a_picture(tmp_path):
    write_report([make_outcome(tmp_path, "xor")], tmp_path / "a" / "b")
    table = pd.read_csv(tmp_path / "a" / "b" / "differences.csv")
    assert table["name"].tolist() == ["0/W1", "1/b1"] * 2
    assert sorted(p.name for p in (tmp_path / "a" / "b").iterdir()) == [
        "difference.png",
        "differences.csv",
    ]


def test_a_report_without_any_case_or_without_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no case could be run"):
        write_report([], tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot make the folder"):
        write_report([make_outcome(tmp_path, "xor")], tmp_path / "file" / "x")
