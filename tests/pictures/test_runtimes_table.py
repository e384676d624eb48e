"""The lesson's table of runtimes."""

import pytest

from twinprop.engines.runtimes import aarch64, runtime
from twinprop.ground import folders
from twinprop.pictures.lesson.runtimes import RECORDED_NUMBERS, RECORDED_ON, compare_runtimes


@pytest.mark.runtimes
def test_every_runtime_has_the_strict_bits_of_python(r, case_path):
    rows = list(compare_runtimes(case_path("xor-2-2-1")))[:5]
    for row in rows:
        assert (row.missing, row.strict_differing) == ("", 0), row
    assert rows[0].native_differing == 0 < rows[-1].native_differing


def test_a_runtime_that_is_not_there_is_told_with_how_to_have_it(r, monkeypatch, case_path):
    monkeypatch.setattr(folders, "find_upwards", lambda name, start: None)
    monkeypatch.delenv(runtime.ASSETS_VARIABLE, raising=False)
    runtime.start_runtime.cache_clear()
    rows = list(compare_runtimes(case_path("one-1-1")))
    assert [row.language for row in rows if row.missing] == ["python", "r"] * 2
    assert "make test-runtimes fetches it" in rows[4].missing
    assert "make test-aarch64 fetches it" in rows[5].missing


def test_the_other_processor_was_recorded_for_machines_that_cannot_run_it(
    r, monkeypatch, case_path
):
    monkeypatch.setattr(folders, "find_upwards", lambda name, start: None)
    monkeypatch.delenv(aarch64.FOLDER_VARIABLE, raising=False)
    runtime.start_runtime.cache_clear()
    *_, python, by_r = compare_runtimes(case_path("article-4-3-1"))
    assert (python.missing, by_r.missing) == ("", "")
    assert python.recorded == by_r.recorded == RECORDED_ON
    assert python.strict_differing == by_r.strict_differing == 0 < by_r.native_differing


@pytest.mark.slow
@pytest.mark.aarch64
def test_the_other_processor_gives_the_strict_bits_and_what_was_recorded(r, case_path):
    *_, python, by_r = compare_runtimes(case_path("article-4-3-1"))
    assert (python.recorded, by_r.recorded) == ("", "")
    assert (python.numbers, python.strict_differing, by_r.strict_differing) == (
        RECORDED_NUMBERS, 0, 0
    )  # fmt: skip
