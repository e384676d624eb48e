"""Mistakes in copies of the twins' own source: the comparison sees them, and where they begin."""

from __future__ import annotations

from twins import CHANGES, run_python, run_r_copies

from twinprop.comparing.compare_files import compare_files


def test_the_comparison_names_what_a_mistake_in_the_package_changes_first(
    tmp_path, shared_fixtures
):
    case = shared_fixtures / "cases" / "article-4-3-1-mean.json"
    changes = [None, *CHANGES[::8], CHANGES[-1]]
    in_python = []
    for i, change in enumerate(changes):
        folder = tmp_path / f"python-{i}"
        folder.mkdir()
        in_python.append(run_python(change, case, folder))
    in_r = run_r_copies(changes, case, tmp_path / "r")
    right = in_python[0]
    assert compare_files(in_r[0], right, case)[0].verdict in ("identical", "rounding")
    for change, *wrong in zip(changes[1:], in_python[1:], in_r[1:], strict=True):
        for trace in wrong:
            compared = compare_files(trace, right, case)[0]
            assert compared.verdict == "different"
            assert compared.first.name == f"1/{change.first}"
