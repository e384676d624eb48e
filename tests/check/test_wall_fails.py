"""Where a wall cannot be built a program does not run; where the one that asked dies, it ends."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from walls import PYTHON, STANDING, by_python, by_r, processes_with

from twinprop.engines import sandbox
from twinprop.engines.r_library import find_rscript, r_variables
from twinprop.engines.sandbox import LAUNCHER, WALL_VARIABLE, Limits

LONG = {
    "python": "from twinprop.engines.sandbox import Limits, run_sandboxed\n"
    "run_sandboxed(['sh', '-c', {words!r}], {{}}, {{}}, Limits(), trust=True)",
    "r": "twinprop:::run_sandboxed(c('sh', '-c', {words!r}), list(), character(), "
    "twinprop:::default_limits, trust = TRUE)",
}


def start_long(language, words, folder):
    """A process that asks for a program which takes long."""
    code = LONG[language].format(words=words)
    command = [sys.executable, "-c", code]
    if language == "r":
        command = [find_rscript(), "--vanilla", "-e", code]
    return subprocess.Popen(
        command,
        env={**os.environ, **r_variables(), "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def inside_of(words):
    """The program itself, when all before it have become it."""
    return processes_with(f"sh\0-c\0{words}\0".encode(), begin=True)


def wait_until(reached, seconds=20):
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("language", ["python", "r"])
@pytest.mark.parametrize("wall", [*STANDING, "none"])
def test_it_ends_with_the_process_that_asked(tmp_path, monkeypatch, wall, language, number):
    monkeypatch.setenv(WALL_VARIABLE, wall)
    words = f"(setsid sleep 77; : twinprop_{os.getpid()}_{wall}_{language}_{number}) & sleep 78; :"
    with start_long(language, words, tmp_path) as process:
        wait_until(lambda: inside_of(words))
        process.send_signal(number)
        # Only its death counts, not that somebody takes note of it.
        wait_until(lambda: not processes_with(words.encode()))
    wait_until(lambda: not [path for path in tmp_path.glob("**/given") if path.is_dir()])


@pytest.mark.parametrize("wall", STANDING)
def test_it_ends_with_what_watches_it(tmp_path, monkeypatch, wall):
    monkeypatch.setenv(WALL_VARIABLE, wall)
    words = f"sleep 79; : twinprop_{os.getpid()}_{wall}"
    with start_long("python", words, tmp_path) as process:
        wait_until(lambda: inside_of(words))
        for pid in processes_with(f"{LAUNCHER}\0run\0{wall}\0{tmp_path}".encode()):
            with contextlib.suppress(ProcessLookupError):  # it ends when another of them does
                os.kill(int(pid), signal.SIGKILL)
        wait_until(lambda: not processes_with(words.encode()))
        process.wait(20)


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A function that puts a tool of one's own before one of the system."""
    folder = tmp_path / "tools"
    folder.mkdir()

    def put(name, text):
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}\n".replace("REAL", shutil.which(name) or "none"))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    yield put
    sandbox.why_not.cache_clear()


@pytest.fixture(params=["python", "r"])
def ask(request, r):
    """A function that runs a harmless program which is not trusted, by either language."""

    def run():
        command = [*PYTHON, "print('ran')"]
        sandbox.why_not.cache_clear()
        if request.param == "python":
            return by_python(command, Limits())
        r.evaluate("rm(list = ls(twinprop:::wall_cache), envir = twinprop:::wall_cache)")
        said = by_r(r.evaluate, command, Limits())
        r.evaluate("rm(list = ls(twinprop:::wall_cache), envir = twinprop:::wall_cache)")
        return said

    return run


def test_a_mount_that_cannot_be_made_read_only_is_refused(tools, ask, monkeypatch):
    monkeypatch.setenv(WALL_VARIABLE, "unshare")
    tools("mount", 'case "$*" in *remount*" /sys") exit 32 ;; esac\nexec REAL "$@"')
    assert ask().error.startswith("no wall can be built here")
    assert "cannot be made read-only: /sys" in ask().error


COVERED = """
exec REAL --user --map-root-user --mount sh -c '
  mount -n -t tmpfs tmpfs {place} && mkdir -p {place}/over/below &&
    mount -n -t tmpfs tmpfs {place}/over/below && mount -n -t tmpfs tmpfs {place}/over &&
    mkdir {place}/over/below && exec REAL "$@"' sh "$@"
"""


def test_a_mount_that_another_covers_is_passed_over(tools, ask, monkeypatch, tmp_path):
    monkeypatch.setenv(WALL_VARIABLE, "unshare")
    place = tmp_path / "mounts"
    place.mkdir()
    tools("unshare", COVERED.format(place=place))
    assert (ask().error, ask().wall) == (None, "unshare")


@pytest.mark.parametrize("tool", ["mount", "setpriv"])
def test_a_step_that_fails_is_refused(tools, ask, monkeypatch, tool):
    monkeypatch.setenv(WALL_VARIABLE, "unshare")
    tools(tool, "echo this one fails; exit 1")
    assert "this one fails" in ask().error


def test_a_slow_wall_stands_all_the_same(tools, ask, monkeypatch):
    monkeypatch.setenv(WALL_VARIABLE, "unshare")
    tools("unshare", 'sleep 1\nexec REAL "$@"')
    assert (ask().error, ask().wall) == (None, "unshare")


def test_a_wall_that_never_stands_is_refused(tools, ask, monkeypatch, r):
    monkeypatch.setenv(WALL_VARIABLE, "unshare")
    monkeypatch.setattr(sandbox, "_PROBE_SECONDS", 1)
    r.evaluate("utils::assignInNamespace('probe_seconds', 1, 'twinprop')")
    tools("unshare", "exec sleep 30")
    try:
        assert "user namespaces: not built in 1 seconds" in ask().error
    finally:
        r.evaluate("utils::assignInNamespace('probe_seconds', 60, 'twinprop')")


def test_another_wall_serves_where_the_first_one_fails(tools, ask, monkeypatch):
    monkeypatch.delenv(WALL_VARIABLE, raising=False)
    tools("bwrap", "exit 1")
    if "unshare" in STANDING:
        assert ask().wall == "unshare"
    tools("unshare", "exit 1")
    assert "bubblewrap: status 1; user namespaces: status 1" in ask().error


def test_a_name_of_no_wall_is_refused(ask, monkeypatch):
    monkeypatch.setenv(WALL_VARIABLE, "brick")
    assert ask().error.startswith("unknown TWINPROP_WALL")


def test_an_interrupt_ends_it_at_once(tmp_path):
    words = f"sleep 76; : twinprop_{os.getpid()}_interrupt"
    with start_long("python", words, tmp_path) as process:
        wait_until(lambda: inside_of(words))
        process.send_signal(signal.SIGINT)
        process.wait(10)
    assert processes_with(words.encode()) == []
    assert list(tmp_path.iterdir()) == []


def test_where_the_machine_is_too_busy_to_end_it_its_time_was_over_all_the_same(monkeypatch):
    monkeypatch.setattr(sandbox, "_GRACE_SECONDS", -19)
    ended = sandbox.run_sandboxed(["sleep", "30"], {}, {}, Limits(seconds=20), trust=True)
    assert ended.reason == "time"
