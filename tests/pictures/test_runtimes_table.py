"""The lesson's table of runtimes."""

import pytest

from twinprop.engines.runtimes import runtime
from twinprop.ground import folders
from twinprop.pictures.lesson.runtimes import compare_runtimes


@pytest.mark.runtimes
def test_every_runtime_has_the_strict_bits_of_python(r, case_path):
    rows = list(compare_runtimes(case_path("xor-2-2-1")))
    assert len(rows) == 5
    for row in rows:
        assert (row.missing, row.strict_differing) == ("", 0), row
    assert rows[0].native_differing == 0 < rows[-1].native_differing


def test_a_runtime_that_is_not_there_is_told_with_how_to_have_it(r, monkeypatch, case_path):
    monkeypatch.setattr(folders, "find_upwards", lambda name, start: None)
    monkeypatch.delenv(runtime.ASSETS_VARIABLE, raising=False)
    runtime.start_runtime.cache_clear()
    rows = list(compare_runtimes(case_path("one-1-1")))
    assert [row.language for row in rows if row.missing] == ["python", "r"]
    assert "make test-runtimes fetches it" in rows[-1].missing
