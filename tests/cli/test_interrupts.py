"""An interrupt ends every part quietly: while modules load, and the processes that help, too."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from twinprop.ground.exit_status import INTERRUPTED

# The place of modules does not matter; the first that is looked for by this name is interrupted.
AT_IMPORT = """
import os, signal, sys
import twinprop_command

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
sys.argv = ["twinprop", "walk", "one-1-1", "--step", "1"]
signal.signal(signal.SIGINT, {handler})
twinprop_command.main()
"""

HELPERS = """
import os, signal, sys, time
from twinprop.engines.processes import start_processes

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with start_processes(2) as executor:
            _ = [executor.submit(time.sleep, 60) for _ in range(8)]
            time.sleep({seconds})
            # This process is slow to act, as in the middle of a call of R.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.killpg(0, signal.SIGINT)
            time.sleep(1)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        sys.exit(130)
"""


def run(program, *arguments):
    return subprocess.run(
        [sys.executable, *arguments, program],
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "name",
    [
        "twinprop",
        "numpy",
        "twinprop.formulas.losses",
        "click",
        "rich.console",
        "twinprop.pictures.walk.run",
    ],
)
def test_an_interrupt_while_modules_load(name):
    done = run(AT_IMPORT.format(name=name, handler="signal.default_int_handler"), "-c")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (INTERRUPTED, "", "")


def test_an_interrupt_that_is_to_be_ignored_is(r):
    done = run(AT_IMPORT.format(name="numpy", handler="signal.SIG_IGN"), "-c")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_command_begins_there():
    command = Path(sys.executable).with_name("twinprop")
    assert "from twinprop_command import main" in command.read_text()


def at_work(group):
    """The states of the processes of a group; what has ended may wait to be taken note of, as Z."""
    states = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, number = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            states += [state] if number == str(group) and state != "Z" else []
    return states


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3, 1.5])
def test_helping_processes_end_without_a_word_however_far_they_are(tmp_path, seconds):
    program = tmp_path / "program.py"
    program.write_text(HELPERS.format(seconds=seconds))
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, program], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        _, said = process.communicate(timeout=50)
    assert (process.returncode, said) == (INTERRUPTED, "")
    while at_work(process.pid):
        assert time.monotonic() - started < 30
        time.sleep(0.1)


COMMANDS = {
    "sweep": ["sweep", "--networks", "400"],
    "verify": ["verify", "--engine", "rpy2"],
    "verify by another R": ["verify", "--engine", "rscript"],
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_signal_to_the_command_leaves_nothing_running(r, tmp_path, name, number):
    mark = f"TWINPROP_TEST_MARK={tmp_path}".encode()

    def marked():
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes()
        return found

    command = [sys.executable, "-m", "twinprop_command", *COMMANDS[name]]
    variables = {"TMPDIR": str(tmp_path), "TWINPROP_TEST_MARK": str(tmp_path)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    helping = b"--args" if "another R" in name else b"--multiprocessing-fork"
    with subprocess.Popen(command, env={**os.environ, **variables}, **quiet) as process:
        try:
            wait_until(lambda: any(helping in line for line in marked().values()), 60)
            time.sleep(0.5)
            process.send_signal(number)
            process.wait(30)
        finally:
            process.kill()
    wait_until(lambda: not marked(), 20)


def wait_until(reached, seconds):
    started = time.monotonic()
    while not reached():
        assert time.monotonic() - started < seconds
        time.sleep(0.1)


AT_START_OF_R = """
import os, signal, sys, threading, time
from rpy2.rinterface_lib import embedded
from twinprop.engines.r_session import start_r

signal.signal(signal.SIGINT, signal.default_int_handler)
# Does not hold interrupts back, as those of BLAS do not.
threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
begin = embedded._initr

def interrupted(**named):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
    return begin(**named)

embedded._initr = interrupted
try:
    start_r()
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_an_interrupt_while_r_starts_waits_until_r_can_end_in_order(r, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = run(AT_START_OF_R, "-c")
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "", "")
    assert list(tmp_path.iterdir()) == []
