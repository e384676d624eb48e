"""Both languages as WebAssembly and for aarch64: the bits that were recorded."""

import json

import pytest

from twinprop.cases.paths import find_cases
from twinprop.cases.traces import digest
from twinprop.comparing.comparison import compare_traces
from twinprop.comparing.reference import read_reference
from twinprop.comparing.tolerances import no_difference
from twinprop.engines import running
from twinprop.engines.document import Document
from twinprop.engines.runtimes import aarch64, runtime
from twinprop.engines.runtimes.runtime import RUNTIMES, find_assets, start_runtime
from twinprop.ground import folders
from twinprop.ground.errors import EngineError, InputError, MissingPart

RUNTIMES_AND_MARKS = [
    pytest.param(name, marks=[pytest.mark.slow, pytest.mark.aarch64] if "aarch64" in name else [])
    for name in RUNTIMES
]
NAMES = pytest.mark.parametrize("name", RUNTIMES_AND_MARKS)
CASES = [path.stem for path, _ in find_cases([])]


def run_by(name, document, arithmetic):
    return running.run(document, RUNTIMES[name].language, arithmetic, name)


def check_case(name, case, case_path, shared_fixtures):
    """Strict bits are the recorded ones; native results differ by what rounding explains."""
    document = Document(case_path(case))
    expected = json.loads((shared_fixtures / "expected" / f"{case}.json").read_text())
    strict = run_by(name, document, "strict")
    assert {quantity: digest(values) for quantity, values in strict.trace.items()} == {
        quantity["name"]: quantity["strict"] for quantity in expected["quantities"]
    }
    native, usual = run_by(name, document, "native"), running.run(document, "python", "native")
    compared = compare_traces(usual.trace, native.trace, read_reference(document).bound)
    assert compared.verdict != "different", compared.first


@pytest.mark.runtimes
@NAMES
def test_the_article_s_network_has_the_same_bits_on_each_runtime(name, case_path, shared_fixtures):
    check_case(name, "article-4-3-1", case_path, shared_fixtures)


@pytest.mark.slow
@pytest.mark.runtimes
@NAMES
@pytest.mark.parametrize("case", CASES)
def test_every_case_has_the_same_bits_on_each_runtime(name, case, case_path, shared_fixtures):
    check_case(name, case, case_path, shared_fixtures)


@pytest.mark.runtimes
@NAMES
def test_a_case_without_a_file_another_seed_and_wrong_input_are_as_elsewhere(name, case_path):
    values = json.loads(case_path("article-4-3-1-normal").read_text())
    document = Document(case_path("article-4-3-1").with_name("nowhere.json"), values, seed=-7)
    usual = running.run(document, "python", "strict")
    found = run_by(name, document, "strict")
    assert compare_traces(usual.trace, found.trace, no_difference).verdict == "identical"
    values["training"]["epochen"] = 1
    with pytest.raises(InputError, match=r"training\.epochen is not a known key"):
        run_by(name, Document("nowhere.json", values), "strict")


@pytest.mark.runtimes
@NAMES
def test_a_runtime_that_is_ended_is_named_and_started_anew(name, case_path):
    document = Document(case_path("one-1-1"))
    worker = start_runtime(name)
    worker.process.kill()
    with pytest.raises(EngineError, match=f"{name} ended with status"):
        run_by(name, document, "strict")
    assert run_by(name, document, "strict").case == "one-1-1"


def test_without_what_they_are_made_of_it_is_said_how_to_have_it(monkeypatch, tmp_path, case_path):
    monkeypatch.setattr(folders, "find_upwards", lambda name, start: None)
    monkeypatch.delenv(runtime.ASSETS_VARIABLE, raising=False)
    start_runtime.cache_clear()
    with pytest.raises(MissingPart, match="runtimes are not installed; make test-runtimes"):
        run_by("webr", Document(case_path("one-1-1")), "strict")
    start_runtime.cache_clear()
    monkeypatch.delenv(aarch64.FOLDER_VARIABLE, raising=False)
    with pytest.raises(MissingPart, match="aarch64 are not installed; make test-aarch64 fetches"):
        run_by("python-aarch64", Document(case_path("one-1-1")), "strict")
    monkeypatch.setenv(aarch64.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(MissingPart, match=r"(python3\.11|qemu-aarch64-static) is missing"):
        run_by("python-aarch64", Document(case_path("one-1-1")), "strict")
    monkeypatch.setenv(runtime.ASSETS_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(InputError, match="which is no folder"):
        find_assets()
    monkeypatch.setenv(runtime.ASSETS_VARIABLE, str(tmp_path))
    with pytest.raises(MissingPart, match="node is missing"):
        run_by("pyodide", Document(case_path("one-1-1")), "strict")
