"""What compare writes for machines that build: JUnit, Markdown, marks of GitHub."""

from xml.etree import ElementTree

import numpy as np
import pytest
from helpers import twinprop

from twinprop.studies.ci_reports import MOST_MARKS, MOST_ROWS, Row, format_markdown, format_marks

X = np.random.default_rng(1).normal(size=(20, 3))


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """The folder with two files and the reports of their comparison, and what was printed."""
    folder = tmp_path_factory.mktemp("reports")
    spoilt = np.where(np.arange(20) == 7, np.nan, X[:, 0])
    a = {"x": X, "n": np.float64(1), "same": X[0], "gap": X[:, 0], "near": X, "turned": X, "a": X}
    b = {"x": 2 * X, "n": np.float64(3), "same": X[0], "gap": spoilt, "near": X * (1 + 2e-16)}
    np.savez(folder / "a.npz", **a)
    np.savez(folder / "b.npz", **b, turned=X.T, b=X)
    words = ["--junit", "report.xml", "--markdown", "summary.md"]
    done = twinprop("compare", "a.npz", "b.npz", *words, cwd=folder, GITHUB_ACTIONS="true")
    assert done.returncode == 1, done.stderr
    return folder, done


def test_each_array_is_a_test_that_says_why_it_fails(reported):
    suite = ElementTree.parse(reported[0] / "report.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (
        "twinprop compare", "8", "6",
    )  # fmt: skip
    said = {case.get("name"): case[0].text for case in suite}
    assert said["x"].startswith("different: Not normal: first at x, row 0, column 0: A ")
    assert said["n"] == "different: At most 2 apart."
    assert said["same"] == "identical: The same bits."
    assert said["gap"].startswith("different: Other values at [7], which no rounding explains.")
    assert said["near"].endswith(" That is normal.")
    wanted = "different: 20 x 3 in A, 3 x 20 in B. Likely cause: A is B transposed."
    assert said["turned"] == wanted
    assert (said["b"], said["a"]) == ("different: Missing in A.", "different: Missing in B.")


def test_the_summary_begins_with_the_sentence(reported):
    lines = (reported[0] / "summary.md").read_text().splitlines()
    assert lines[0] == "### twinprop compare: 6 of 8 differ"
    assert lines[2].startswith("Not normal: first at x, ")
    assert "| same | identical | The same bits. |" in lines


def test_github_marks_the_first_file(reported):
    marks = [line for line in reported[1].stdout.splitlines() if line.startswith("::")]
    assert len(marks) == 6
    assert marks[0].startswith("::error file=a.npz,title=twinprop compare::x: Not normal: ")


def test_json_on_standard_output_has_no_marks_in_it(reported):
    words = ["compare", "a.npz", "b.npz", "--json", "-"]
    done = twinprop(*words, cwd=reported[0], GITHUB_ACTIONS="true")
    assert "::error" not in done.stdout


def test_of_many_rows_those_that_differ_are_shown_and_the_rest_counted():
    rows = [Row(f"a{i}", "different" if i % 100 == 0 else "identical", "") for i in range(5000)]
    shown = format_markdown(rows, "compare").splitlines()
    assert shown[4] == "| a0 | different |  |"
    assert shown[-1] == "| and 4950 more | | |"
    many = [Row(str(i), "different", "") for i in range(MOST_ROWS + 1)]
    assert len(format_markdown(many, "compare").splitlines()) == MOST_ROWS + 5
    marks = format_marks(many, "compare")
    assert len(marks) == MOST_MARKS + 1
    assert marks[-1] == "::notice title=twinprop compare::191 more differ"


def test_text_of_files_is_harmless_in_a_report():
    row = Row("a|b<c>`\n", "different", "x%0A\n::error::y")
    assert "| a\\|b&lt;c>\\` | different | x%0A ::error::y |" in format_markdown([row], "compare")
    assert format_marks([row], "compare") == [
        "::error file=a|b<c>`%0A,title=twinprop compare::x%250A%0A::error::y"
    ]
