import json
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from twinprop.arithmetic.ulp import same_bits
from twinprop.engines import r_session
from twinprop.engines.r_session import call_guarded, start_r, to_r
from twinprop.ground.errors import EngineError, InputError, MissingPart


@pytest.mark.parametrize(
    "value",
    [
        np.array([[1.0, -0.0, np.nan], [np.inf, 5e-324, -1.5]]),
        np.array([1.5, 2.5]),
        np.empty((0, 3)),
        np.array([[True, False]]),
        np.array([[1, 2], [3, -4], [5, 6]]),
    ],
)
def test_arrays_go_over_and_come_back_with_the_same_bits_and_shape(r, value):
    back = r.call("force", value)
    assert back.shape == value.shape
    assert back.dtype == value.dtype
    assert same_bits(back.astype(float), value.astype(float)).all()


@pytest.mark.parametrize(
    "value", [None, "tree é", 2.5, 7, True, {"a": 1.0, "b": [1.0, "x"]}, 12345678901.0]
)
def test_other_values_come_back_as_they_were(r, value):
    assert r.call("force", value) == value


def test_a_row_major_array_arrives_with_its_rows(r):
    a = np.arange(6.0).reshape(2, 3)
    for view in (a, np.asfortranarray(a), a[:, ::-1][:, ::-1]):
        np.testing.assert_array_equal(r.call("t", view), a.T)


def test_a_whole_number_too_large_for_r_is_not_cut(r):
    assert r.call("force", 2**40) == 2**40


def test_arguments_go_by_name_and_functions_may_be_in_lists(r):
    np.testing.assert_array_equal(r.call("rep", 3, times=2), [3, 3])
    assert r.call("native.sqrt", np.array([[4.0]])).tolist() == [[2.0]]


def test_what_has_no_counterpart_can_be_given_to_the_next_call(r):
    generator = r.call("new_generator", 1)
    np.testing.assert_array_equal(
        r.call("random_uniform", generator, 3), r.evaluate("{set.seed(1); runif(3)}")
    )


def test_what_r_says_is_kept_and_not_printed(r, capfd):
    value, messages = call_guarded("warning", "mind the step")
    assert value == "mind the step"
    assert messages == ("mind the step",)
    r.call("print", "to nobody")
    assert capfd.readouterr() == ("", "")


def test_an_error_of_r_arrives_with_its_message(r, capfd):
    with pytest.raises(EngineError, match=r"^the bridge is out$"):
        r.call("stop", "the bridge is out")
    with pytest.raises(InputError, match=r"^the rows are ragged$"):
        r.call("input_error", "the rows are ", "ragged")
    with pytest.raises(InputError, match="the R package twinprop has no not_there"):
        r.call("not_there")
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_is_still_the_callers_and_ends_a_call_of_r(r):
    told = []
    before = signal.signal(signal.SIGINT, lambda *_: told.append("caller"))
    timer = threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT])
    endless = r.evaluate("function() { i <- 0; repeat i <- i + 1 }")
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            r.call("do.call", endless, [])
        signal.raise_signal(signal.SIGINT)
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)
    assert told == ["caller"]
    assert r.call("sqrt", 4.0) == 2


def test_values_of_r_pass_through(r):
    vector = to_r(np.array([1.0, 2.0]))
    assert to_r(vector) is vector
    assert start_r() is start_r()


PROBE = """
import json, os
before = dict(os.environ)
from twinprop.engines.r_session import call_r
from twinprop.engines import running
run = running.run("c ä/x'.json", "r", "native")
changed = sorted(k for k in before if os.environ.get(k) != before[k])
print(json.dumps([run.case, call_r("format", 0.5), changed]))
"""


@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "C.UTF-8"])
def test_r_does_not_mind_locale_time_zone_folder_or_profile(tmp_path, case_path, locale):
    (tmp_path / "c ä").mkdir()
    (tmp_path / "c ä" / "x'.json").write_bytes(case_path("xor-2-2-1").read_bytes())
    (tmp_path / ".Rprofile").write_text('cat("hello from the profile\\n"); options(OutDec = ",")\n')
    said = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": locale, "TZ": "Mars/Olympus", "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(said.stdout) == ["xor-2-2-1", "0.5", []]
    assert said.stderr == ""


def test_matrices_come_back_without_a_reference_to_none_too_few(r):
    r.evaluate("matrix(1:6, 2)")
    before = sys.getrefcount(None)
    for _ in range(200):
        r.evaluate("matrix(1:6, 2)")
    assert sys.getrefcount(None) > before - 100


def test_an_interrupt_while_r_starts_is_raised_when_it_has_started():
    reached = []

    def start():
        with r_session._interrupts_held_back():
            signal.raise_signal(signal.SIGINT)
            signal.signal(signal.SIGINT, lambda *_: None)  # as R does
            reached.append("the end")

    # Where the tests run in the background, the shell lets interrupts be ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            start()
        assert reached == ["the end"]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_an_interrupted_call_of_r_stops_with_is_the_interrupt(r):
    def call():
        with r_session._interruptible():
            signal.raise_signal(signal.SIGINT)
            raise MissingPart("the package was not loaded to its end")

    with pytest.raises(KeyboardInterrupt):
        call()


MEMORY = """
import sys
from twinprop.engines import running
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 2**20
for count in (10, 40):
    for _ in range(count):
        running.run(sys.argv[1], "r", "native")
    print(resident())
"""


def test_many_cases_over_the_bridge_do_not_make_the_process_grow(tmp_path, case_path):
    # A trace of 2.4 MB, so that what is kept of 40 of them would be seen.
    document = json.loads(case_path("xor-2-2-1").read_text())
    document["layers"][0]["units"] = 150
    document["data"] = {
        "x": [[i % 2, i % 3] for i in range(200)],
        "y": [[i % 2] for i in range(200)],
    }
    document["initial"] = {"distribution": "zeros", "seed": 1}
    document["training"].update(epochs=2, record=[1, 2])
    path = tmp_path / "wide.json"
    path.write_text(json.dumps(document))
    said = subprocess.run(
        [sys.executable, "-c", MEMORY, path], capture_output=True, check=True, text=True
    )
    before, after = map(float, said.stdout.split())
    assert after - before < 40
