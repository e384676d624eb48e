import json
import re

import numpy as np
import pytest

from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.case import read_case, run_case
from twinprop.comparing.comparison import compare_traces
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES
from twinprop.engines.document import Document
from twinprop.ground.errors import EngineError, InputError

EVERY = [("python", "python"), ("r", "rpy2"), ("r", "rscript")]
CASES = ["fixed-2-3-2-2", "one-1-1", "shuffled-6-5-2"]


def assert_same_trace(a, b):
    assert list(a.trace) == list(b.trace)
    for name in a.trace:
        assert a.trace[name].shape == b.trace[name].shape, name
        assert same_bits(a.trace[name], b.trace[name]).all(), name


@pytest.mark.parametrize("arithmetic", ["native", "strict"])
@pytest.mark.parametrize("case", CASES)
def test_both_engines_of_r_give_the_same_bits(r, case_path, case, arithmetic):
    inside = running.run(case_path(case), "r", arithmetic, "rpy2")
    outside = running.run(case_path(case), "r", arithmetic, "rscript")
    assert_same_trace(inside, outside)
    assert inside.environment == outside.environment
    assert (inside.case, inside.language, inside.arithmetic) == (case, "r", arithmetic)


@pytest.mark.parametrize("case", CASES)
def test_python_is_run_as_anybody_would(case_path, case):
    run = running.run(case_path(case), "python", "native")
    expected = run_case(read_case(case_path(case)))
    assert list(run.trace) == list(expected)
    assert all(same_bits(run.trace[name], expected[name]).all() for name in expected)
    assert run.seconds > 0
    assert run.environment["numpy"] == np.__version__


def test_both_languages_compute_the_same_quantities_in_the_same_order(r, case_path):
    python = running.run(case_path("shuffled-6-5-2"), "python", "strict")
    assert_same_trace(python, running.run(case_path("shuffled-6-5-2"), "r", "strict"))


@pytest.mark.parametrize("engine", ["rpy2", "rscript"])
def test_another_seed_gives_other_weights_in_both_languages_alike(r, case_path, engine):
    path = case_path("article-4-3-1-normal")
    document = Document(path, seed=-7)
    python = running.run(document, "python", "native")
    in_r = running.run(document, "r", "native", engine)
    own_seed = running.run(path, "python", "native")
    assert same_bits(python.trace["0/W1"], in_r.trace["0/W1"]).all()
    assert not same_bits(python.trace["0/W1"], own_seed.trace["0/W1"]).any()


@pytest.mark.parametrize(("language", "engine"), EVERY)
def test_wrong_input_is_refused_in_the_same_sentence(r, tmp_path, case_path, language, engine):
    path = tmp_path / "broken.json"
    text = case_path("xor-2-2-1").read_text()
    path.write_text(text.replace('"epochs"', '"epochen"'))
    with pytest.raises(InputError) as error:
        running.run(path, language, "native", engine)
    assert str(error.value).startswith(
        f'{path}: training.epochen is not a known key; did you mean "epochs"?'
    )


def test_a_language_reads_a_document_once(r, tmp_path, case_path):
    path = tmp_path / "xor-2-2-1.json"
    path.write_text(case_path("xor-2-2-1").read_text())
    document = Document(path)
    native = {name: running.run(document, name, "native") for name in LANGUAGES}
    path.unlink()
    for name in LANGUAGES:
        assert_same_trace(native[name], running.run(document, name, "native"))


@pytest.mark.parametrize(("language", "engine"), EVERY)
def test_a_document_without_a_file_is_run_as_if_it_had_one(r, case_path, language, engine):
    values = json.loads(case_path("shuffled-6-5-2").read_text())
    document = Document(case_path("shuffled-6-5-2").with_name("nowhere.json"), values)
    of_file = running.run(case_path("shuffled-6-5-2"), language, "native", engine)
    assert_same_trace(running.run(document, language, "native", engine), of_file)


@pytest.mark.parametrize(("language", "engine"), EVERY)
def test_a_seed_out_of_range_is_wrong_input_on_every_way(r, case_path, language, engine):
    with pytest.raises(InputError, match="seed"):
        running.run(Document(case_path("xor-2-2-1"), seed=10**11), language, "native", engine)


def test_an_r_that_stops_is_named_with_its_case(monkeypatch, case_path):
    monkeypatch.setattr("twinprop.engines.r_process.find_rscript", lambda: "false")
    with pytest.raises(EngineError) as error:
        running.run(case_path("xor-2-2-1"), "r", "native", "rscript")
    assert str(error.value) == "xor-2-2-1, r, native: R stopped with status 1: it said nothing"


@pytest.mark.parametrize(
    ("language", "arithmetic", "engine", "sentence"),
    [
        ("julia", "native", None, 'unknown language "julia"'),
        (
            "python",
            "nativ",
            None,
            'unknown arithmetic of python "nativ"; did you mean "native"?',
        ),
        ("r", "exact", "rpy2", 'unknown arithmetic of r "exact"'),
        ("r", "native", "rpy", 'unknown engine of r "rpy"; did you mean "rpy2"?'),
        ("python", "native", "webr", 'unknown engine of python "webr"'),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(
    r, case_path, language, arithmetic, engine, sentence
):
    with pytest.raises(InputError, match=re.escape(sentence)):
        running.run(case_path("xor-2-2-1"), language, arithmetic, engine)


def test_exact_arithmetic_gives_the_rounded_truth(case_path):
    run = running.run(case_path("fixed-2-3-2-2"), "python", "exact")
    strict = running.run(case_path("fixed-2-3-2-2"), "python", "strict")
    assert list(run.trace) == list(strict.trace)
    assert compare_traces(strict.trace, run.trace).verdict == "rounding"
    assert run.messages == ("proved: every value is the exact one, correctly rounded",)


def test_a_package_that_is_not_installed_says_so():
    assert running.package_version("no-such-package") == "not installed"


def test_a_lack_of_memory_names_the_file_once_and_what_there_is(case_path, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(running, "_run_python", fail)
    wanted = r"^/.*/one-1-1\.json needs more memory than the \d+\.\d GiB there are; use fewer "
    with pytest.raises(InputError, match=wanted):
        running.run(case_path("one-1-1"), "python", "native")
