"""Traces from files: the case is found, judged by rounding, and bad input is one sentence."""

import numpy as np
import pytest

from twinprop.cases import paths
from twinprop.cases.traces import Run, format_run
from twinprop.comparing import compare_files as module
from twinprop.comparing.compare_files import compare_files
from twinprop.engines import running
from twinprop.engines.document import Document
from twinprop.ground.errors import InputError


@pytest.fixture
def traces(case_path, tmp_path):
    """A function that runs a case twice, native and strict, and writes both traces."""

    def write(name, seed=None, change=lambda trace: trace):
        paths = []
        for arithmetic in ("native", "strict"):
            run = running.run(Document(case_path(name), seed=seed), "python", arithmetic)
            trace = change(dict(run.trace)) if arithmetic == "native" else run.trace
            paths.append(tmp_path / f"{arithmetic}.json")
            paths[-1].write_text(format_run(Run(run.case, "python", arithmetic, trace)))
        return paths

    return write


def test_the_case_is_found_by_its_id_and_rounding_decides(traces):
    comparison, sentence = compare_files(*traces("batches-6-5-2"))
    assert comparison.verdict == "rounding"
    assert sentence.startswith("Normal: the largest difference relative to its bound, ")
    assert sentence.endswith("what rounding explains here.")


def test_a_run_from_another_seed_is_judged_from_its_own_start(traces):
    comparison, _ = compare_files(*traces("wide-7-40-3", seed=77))
    assert comparison.verdict == "rounding"


def test_a_small_error_is_different_and_both_values_are_named(traces):
    def change(trace):
        trace["2/db1"] = trace["2/db1"] * np.where(np.arange(40) == 3, 1 + 1e-10, 1)
        return trace

    comparison, sentence = compare_files(*traces("wide-7-40-3", change=change))
    assert comparison.verdict == "different"
    assert sentence.startswith("Not normal: first at 2/db1, layer 1, column 3: native ")


def test_fewer_recorded_epochs_are_compared_as_far_as_they_go(traces):
    def change(trace):
        return {name: array for name, array in trace.items() if not name.startswith("100/")}

    comparison, sentence = compare_files(*traces("wide-7-40-3", change=change))
    assert comparison.verdict == "different"
    assert sentence.startswith("Not normal: 100/z1 and ")
    assert sentence.endswith("more missing in native.")


def test_an_unknown_case_is_judged_by_the_table_or_by_the_case_that_is_named(
    traces, case_path, tmp_path, monkeypatch
):
    a, b = traces("one-column-1-4-1")
    monkeypatch.setattr(module, "default_cases", lambda: tmp_path)
    assert compare_files(a, b)[1].endswith(
        "of what the tolerances allow, the case being unknown (--case names it)."
    )
    _, sentence = compare_files(a, b, case_path("one-column-1-4-1"))
    assert sentence.endswith("of what rounding explains here.")
    assert compare_files(a, b, "one-column-1-4-1")[1] == sentence
    with pytest.raises(InputError, match="is the case one-1-1, the traces are of one-column-1-4-1"):
        compare_files(a, b, case_path("one-1-1"))


def test_without_the_cases_the_table_decides(traces, monkeypatch):
    a, b = traces("one-column-1-4-1")
    monkeypatch.setattr(paths, "find_upwards", lambda name, start: None)
    assert compare_files(a, b)[1].endswith(
        "of what the tolerances allow, the case being unknown (--case names it)."
    )


def test_traces_of_other_shapes_than_the_case_are_refused(tmp_path):
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for i, path in enumerate(paths):
        run = Run("one-1-1", "r", "native", {"1/z1": np.full((2, 3), 1.0 + i)})
        path.write_text(format_run(run))
    with pytest.raises(InputError, match=r"1/z1 is 2 x 3; in the case one-1-1 it is 1 x 1"):
        compare_files(*paths)


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (np.ones((2, 3)), "0/W1 is 2 x 3 in both traces; in the case one-1-1 it is 1 x 1"),
        (np.full((1, 1), np.nan), "0/W1 is not finite in both traces; no case starts so"),
    ],
)
def test_a_start_that_the_case_cannot_have_is_refused_where_both_have_it(
    traces, tmp_path, start, sentence
):
    native, strict = traces("one-1-1", change=lambda trace: {**trace, "0/W1": start})
    assert compare_files(native, strict)[0].verdict == "different"
    run = module.read_run(strict)
    other = tmp_path / "other.json"
    other.write_text(format_run(Run("one-1-1", "r", "strict", {**run.trace, "0/W1": start})))
    with pytest.raises(InputError, match=sentence):
        compare_files(native, other)


def test_of_a_quantity_that_the_case_has_not_the_tolerances_are_named(traces, tmp_path):
    def change(trace):
        return {"0/W1": trace["0/W1"], "1/x1": np.array(1.0)}

    native, _ = traces("one-1-1", change=change)
    run = module.read_run(native)
    other = tmp_path / "other.json"
    for value, verdict in ((1 + 2**-50, "rounding"), (2.0, "different")):
        trace = {**run.trace, "1/x1": np.array(value)}
        other.write_text(format_run(Run("one-1-1", "r", "native", trace)))
        comparison, sentence = compare_files(native, other)
        assert comparison.verdict == verdict
        assert sentence.endswith("what the tolerances allow, the case having no such quantity.")


def test_two_strict_traces_must_have_the_same_bits(traces, tmp_path):
    _, strict = traces("one-1-1")
    run = module.read_run(strict)
    other = {**run.trace, "100/W1": np.nextafter(run.trace["100/W1"], 9)}
    (tmp_path / "other.json").write_text(format_run(Run("one-1-1", "r", "strict", other)))
    comparison, sentence = compare_files(strict, tmp_path / "other.json")
    assert comparison.first.name == "100/W1"
    assert sentence.endswith("2.22e-16 apart (1 ULP), where only the same bits will do.")
