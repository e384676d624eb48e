import hashlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.traces import (
    Run,
    digest,
    format_run,
    parse_run,
    read_run,
)
from twinprop.ground.errors import InputError

HEAD = {"case": "xor", "language": "r", "arithmetic": "native"}


def entry(**changes):
    return {"name": "1/z1", "shape": [1, 2], "values": [[1, 2.5]], **changes}


def document(*entries, **changes):
    return {**HEAD, "trace": list(entries) or [entry()], **changes}


@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=2), elements=st.floats()))
def test_every_double_comes_back_with_the_same_bits(array):
    run = Run("xor", "python", "native", {"1/z1": array, "1/loss": np.array(-0.0)})
    back = parse_run(json.loads(format_run(run)), "test")
    assert back.trace["1/z1"].shape == array.shape
    assert same_bits(back.trace["1/z1"], array).all()
    assert np.signbit(back.trace["1/loss"])


def test_a_run_comes_back_from_its_file(tmp_path):
    run = Run(
        "xor",
        "r",
        "strict",
        {"1/z1": np.ones((2, 3))},
        1.25,
        {"r": "4.2.2"},
        ("hello",),
    )
    (tmp_path / "trace.json").write_text(format_run(run))
    back = read_run(tmp_path / "trace.json")
    np.testing.assert_array_equal(back.trace["1/z1"], np.ones((2, 3)))
    assert (back.seconds, back.environment, back.messages) == (
        1.25,
        {"r": "4.2.2"},
        ("hello",),
    )


def test_an_array_without_elements_keeps_its_shape():
    run = Run("xor", "r", "native", {"1/z1": np.empty((0, 3)), "1/a1": np.empty((2, 0))})
    back = parse_run(json.loads(format_run(run)), "test")
    assert [array.shape for array in back.trace.values()] == [(0, 3), (2, 0)]


def test_infinities_and_nan_are_texts():
    values = np.array([[np.inf, -np.inf, np.nan, 0.1]])
    text = format_run(Run("xor", "r", "native", {"1/z1": values}))
    assert '"values": [["inf", "-inf", "nan", 0.1]]' in text


def test_the_digest_is_that_of_the_little_endian_bytes_row_by_row():
    array = np.array([[1.0, 2.0], [-0.0, 1e-310]])
    by_hand = hashlib.sha256(struct.pack("<4d", 1.0, 2.0, -0.0, 1e-310)).hexdigest()
    assert digest(array) == by_hand
    assert digest(np.asfortranarray(array)) == by_hand
    assert digest(np.array([[1.0, 2.0], [0.0, 1e-310]])) != by_hand


def test_all_nan_have_one_digest():
    payload = np.array([0x7FF8000000000001, -1], dtype=np.int64).view(np.float64)
    assert digest(payload) == digest([np.nan, np.nan])
    assert same_bits(payload, [np.nan, np.nan]).all()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "f.json is an empty list; wanted an object with case, "),
        ({"case": "xor"}, "f.json: language is missing; add it"),
        (document(extra=1), "f.json: extra is not a known key; known are case, language"),
        (document(case=3), "f.json: case is 3; wanted lower-case letters, digits and hyphens"),
        (document(case="../xor"), 'f.json: case is "../xor"; wanted lower-case letters, digits'),
        (document(case="x" * 101), "; wanted lower-case letters, digits and hyphens"),
        (
            document(language="julia"),
            'language is "julia", which is not known; known are python, r',
        ),
        (
            document(arithmetic="Strict"),
            'arithmetic is "Strict", which is not known; did you mean "strict"? known are native, ',
        ),
        (document(seconds="long"), 'f.json: seconds is "long"; wanted a finite number'),
        (document(seconds=-1), "f.json: seconds is -1; wanted a number of at least 0"),
        (document(environment=[]), "f.json: environment is an empty list; wanted an object"),
        (document(messages="none"), 'f.json: messages is "none"; wanted a list of texts'),
        (document(trace={}), "f.json: trace is an object; wanted a list with at least one element"),
        (document(trace=[]), "f.json: trace is an empty list; wanted a list with at least one"),
        (document({"shape": []}), "f.json: trace[0].name is missing; add it"),
        (
            document(entry(), entry()),
            'f.json: trace[1].name is "1/z1", as of another entry; wanted each name once',
        ),
        (document({"name": "1/z1", "shape": []}), "f.json: trace[0].values is missing; add it"),
        (document(entry(shape=[2, 1])), "f.json: 1/z1.values is 1 x 2; wanted 2 x 1, its shape"),
        (document(entry(shape=2)), "f.json: 1/z1.shape is 2; wanted a list of whole numbers"),
        (document(entry(shape=[1.0, 2])), "f.json: 1/z1.shape[0] is 1.0; wanted a whole number"),
        (
            document(entry(name="\x1b[31m")),
            'f.json: trace[0].name is "?[31m"; wanted a text without control characters',
        ),
        (document(entry(shape=[1, -1])), "f.json: 1/z1.shape[1] is -1; wanted a whole number"),
        (
            document(entry(values=[[1, 2], [3]])),
            "f.json: 1/z1.values is ragged; wanted rows of one length",
        ),
        (
            document(entry(values=[[1, "x"]])),
            'f.json: 1/z1.values hold "x"; wanted finite numbers, "inf", "-inf" or "nan"',
        ),
        (document(entry(values=[[1, True]])), "f.json: 1/z1.values hold true; wanted finite"),
        (document(entry(values=[[1, None]])), "f.json: 1/z1.values hold null; wanted finite"),
        (document(entry(digest="00")), "f.json: 1/z1.values do not match their digest"),
    ],
)
def test_a_document_that_is_no_trace_is_refused_by_name(wrong, sentence):
    with pytest.raises(InputError) as error:
        parse_run(wrong, "f.json")
    assert sentence in str(error.value)


def test_a_number_too_large_for_a_double_is_not_taken_for_infinity(tmp_path):
    text = json.dumps(document(entry(values=[[1, 2.5]]))).replace("2.5", "1e999")
    (tmp_path / "f.json").write_text(text)
    with pytest.raises(InputError, match=r"f\.json: line 1, column \d+ is 1e999, beyond"):
        read_run(tmp_path / "f.json")
