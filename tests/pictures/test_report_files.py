import numpy as np
import pandas as pd
import pytest
from helpers import with_runs

from twinprop.cases.traces import Run
from twinprop.ground.errors import InputError
from twinprop.pictures.report.files import write_report
from twinprop.studies.verify import verify_case


def make_outcome(folder, name):
    (folder / f"{name}.json").write_text("{}")

    def runner(document, language, arithmetic, engine):
        return Run(
            name,
            language,
            arithmetic,
            {"0/W1": np.ones((2, 3)), "1/b1": np.ones((1, 3))},
        )

    return with_runs(runner, verify_case, folder / f"{name}.json")


def test_a_report_is_a_page_and_a_table_with_case_and_arithmetic_in_front(tmp_path):
    write_report([make_outcome(tmp_path, "xor")], tmp_path / "a" / "b")
    assert sorted(p.name for p in (tmp_path / "a" / "b").iterdir()) == [
        "differences.csv",
        "index.html",
    ]
    table = pd.read_csv(tmp_path / "a" / "b" / "differences.csv")
    assert list(table.columns[:6]) == ["case", "arithmetic", "name", "step", "kind", "layer"]
    assert table["name"].tolist() == ["0/W1", "1/b1"] * 2
    assert table["arithmetic"].tolist() == ["native"] * 2 + ["strict"] * 2


def test_a_report_without_any_case_or_without_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no case could be run"):
        write_report([], tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot make the folder"):
        write_report([make_outcome(tmp_path, "xor")], tmp_path / "file" / "x")


def test_a_report_on_chaos_and_on_an_overflow_leaves_out_what_cannot_be_drawn(
    r, case_path, overflow_case, tmp_path
):
    outcomes = [verify_case(case_path("chaotic-20-16-4")), verify_case(overflow_case)]
    write_report(outcomes, tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "from epoch 100 on rounding is amplified" in page
    assert "From 200/z1 on values are infinite or NaN" in page
