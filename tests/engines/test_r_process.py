import signal
import sys
import time

import pytest

from twinprop.engines.document import Document
from twinprop.engines.r_process import run_command, run_in_process
from twinprop.ground.errors import EngineError


def test_what_a_command_says_on_standard_error_comes_back_with_its_status():
    command = [sys.executable, "-c", "import sys; sys.stderr.write('é'); sys.exit(3)"]
    assert run_command(command) == (3, "é")


def test_a_command_that_is_interrupted_is_ended_with_all_that_it_started(tmp_path):
    mark = tmp_path / "still-running"
    command = ["sh", "-c", f"(sleep 1; touch '{mark}') & sleep 30"]
    started = time.monotonic()
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            run_command(command)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - started < 10
    time.sleep(1.5)
    assert not mark.exists()


def test_r_that_stops_without_a_word_of_its_own_is_reported(monkeypatch, case_path):
    monkeypatch.setattr("twinprop.engines.r_process.find_rscript", lambda: "false")
    with pytest.raises(EngineError, match=r"^R stopped with status 1: it said nothing$"):
        run_in_process(Document(case_path("xor-2-2-1")), "native")
