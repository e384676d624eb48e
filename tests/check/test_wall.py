"""Somebody's program does no harm, whatever it tries. Each canary here is harmless if a wall falls.

Every test runs once for each wall that stands here and each language that starts a program. What a
wall keeps out gets through without one, where only a trusted program runs: that is tested, too, so
that each of these tests can fail.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from walls import PYTHON, STANDING, by_python, by_r, processes_with

from twinprop.engines.r_library import find_rscript, r_variables
from twinprop.engines.sandbox import WALL_VARIABLE, Limits

QUICK = Limits(seconds=20, memory_mb=512, disk_mb=16, file_mb=8, printed_kb=64, result_mb=1)


@pytest.fixture(params=["python", "r"])
def language(request):
    """Which of the two starts the program."""
    return request.param


@pytest.fixture(params=[*STANDING, "none"])
def wall(request, monkeypatch):
    """Each wall that stands on this machine, and none."""
    monkeypatch.setenv(WALL_VARIABLE, request.param)
    return request.param


@pytest.fixture
def start(r, language):
    """A function that runs a program in Python, by either language."""

    def run(code, limits=QUICK, trust=True, **options):
        command = [*PYTHON, code] if isinstance(code, str) else code
        if language == "python":
            return by_python(command, limits, trust=trust, **options)
        return by_r(r.evaluate, command, limits, trust=trust, **options)

    return run


@pytest.fixture
def attack(start, wall):
    """What a program printed that ran to its end."""

    def run(code, **options):
        ended = start(code, **options)
        assert (ended.error, ended.status, ended.reason) == (None, 0, None), ended
        assert ended.wall == wall
        return ended.printed.strip()

    return run


HARM = """
import os
canary = {canary!r}
def remove_it(): os.remove(canary)
def overwrite_it(): open(canary, "w").close()
def append_to_it(): open(canary, "a").write("x")
def rename_it(): os.rename(canary, canary + "2")
def link_to_it(): os.link(canary, "mine"); open("mine", "w").close()
def open_it_up(): os.chmod(canary, 0o777)
def write_beside_it(): open(canary + "3", "w").close()
def mount_anew(): os.system("mount -o remount,rw / 2>/dev/null"); remove_it()
def mount_in_a_namespace(): os.system("unshare -Urm sh -c 'mount -n -o remount,bind,rw /; "
    "rm -f " + canary + "' 2>/dev/null"); os.stat(canary)
def from_the_start(): os.remove("/proc/1/root" + canary)
for harm in (append_to_it, overwrite_it, rename_it, link_to_it, open_it_up, write_beside_it,
             mount_anew, mount_in_a_namespace, from_the_start, remove_it):
    try:
        harm()
    except OSError:
        pass
"""


@pytest.mark.parametrize("where", ["in a folder", "in /dev/shm"])
def test_a_file_outside_its_folder_stays_as_it_is(attack, tmp_path, wall, where):
    with tempfile.TemporaryDirectory(
        dir=tmp_path if where == "in a folder" else "/dev/shm"
    ) as made:
        canary = Path(made) / "canary"
        canary.write_text("here")
        canary.chmod(0o644)
        attack(HARM.format(canary=str(canary)))
        if wall == "none":
            assert not canary.exists()
            return
        assert [path.name for path in Path(made).iterdir()] == ["canary"]
        assert canary.read_text() == "here"
        assert canary.stat().st_mode & 0o777 == 0o644


CONNECT = """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), 3).sendall(b"out")
    print("reached")
except OSError:
    print("out of reach")
"""


def test_the_network_is_out_of_reach(attack, wall):
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = attack(CONNECT.format(port=server.getsockname()[1]))
    assert said == ("reached" if wall == "none" else "out of reach")


def test_sockets_without_a_file_are_out_of_reach(attack, wall):
    name = f"\0twinprop-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        code = CONNECT.replace('socket.create_connection(("127.0.0.1", {port}), 3)', "connect()")
        begin = (
            f"import socket\ndef connect():\n    s = socket.socket(socket.AF_UNIX)\n"
            f"    s.connect({name!r})\n    return s\n"
        )
        said = attack(begin + code)
    assert said == ("reached" if wall == "none" else "out of reach")


def test_no_other_process_is_seen_or_ended(attack, wall):
    with subprocess.Popen(["sleep", "60"]) as canary:
        said = attack(
            f"""
import glob, os
print(len(glob.glob('/proc/[0-9]*')) < 10)
for pid in ({canary.pid}, -1) if {wall != "none"} else ({canary.pid},):
    try:
        os.kill(pid, 9)
    except OSError:
        pass
"""
        )
        time.sleep(0.2)
        alive = canary.poll() is None
        canary.kill()
    assert (said, alive) == (("False", False) if wall == "none" else ("True", True))


def test_ending_its_whole_group_ends_nobody_else(start, wall):
    ended = start("import os\nos.killpg(0, 9)")
    assert (ended.status, ended.reason) == (137, None)


def test_the_first_process_inside_cannot_be_ended_nor_used(start, wall):
    if wall == "none":
        return  # it has none of its own
    code = """
import ctypes, os
os.kill(1, 9)
print("goes on")
if {uses}:
    print(ctypes.CDLL(None).ptrace(16, 1, 0, 0))
"""
    # That of bubblewrap has no rights that the program has not; that of unshare has.
    ended = start([sys.executable, "-I", "-c", code.format(uses=wall == "unshare")])
    assert (ended.status, ended.printed.split("\n")[0]) == (0, "goes on")
    assert wall == "bwrap" or ended.printed.strip().endswith("-1")


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGSEGV, 139),
        (signal.SIGABRT, 134),
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        (signal.SIGKILL, 137),
    ],
)
def test_a_signal_to_itself_is_told_alike_behind_each_wall(start, wall, number, status):
    code = (
        f"import os, signal\nsignal.signal({number}, 0) if {number} != 9 else 0\n"
        f"os.kill(os.getpid(), {number})"
    )
    ended = start(code)
    assert (ended.status, ended.reason) == (status, None)


def test_the_process_is_not_the_first_of_its_own(attack):
    assert int(attack("import os\nprint(os.getpid())")) > 1


def test_interrupts_are_not_ignored(attack):
    code = "import signal\nprint(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    assert attack(code) == "True"


START = """
import os, subprocess
for clean in ({{}}, dict(os.environ)):
    for i in range(2):
        subprocess.Popen(["sh", "-c", "sleep 45; : {name}"], start_new_session={alone}, env=clean)
"""


def test_processes_that_it_starts_are_gone_afterwards(attack, language, wall):
    name = f"twinprop_test_{os.getpid()}_{language}_{wall}"
    # Without a wall what has left its group and cleared its environment would survive.
    code = START.format(name=name, alone=wall != "none")
    attack(code)
    assert processes_with(name.encode()) == []
    attack(code.replace("({}, dict(os.environ))", "(dict(os.environ),)").replace("False", "True"))
    assert processes_with(name.encode()) == []


def test_the_callers_environment_is_out_of_sight(attack, monkeypatch):
    monkeypatch.setenv("MY_SECRET", "do not tell")
    assert attack("import os\nprint(os.environ.get('MY_SECRET'), os.listdir('.'))") == "None []"


def test_what_chooses_the_routines_of_a_blas_goes_along(attack, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert attack("import os\nprint(os.environ.get('OPENBLAS_CORETYPE'))") == "Haswell"


@pytest.mark.parametrize("place", [".", "/dev/shm", "tmp"])
def test_the_disk_in_total_is_bounded(start, wall, place):
    if wall == "none" and place == "/dev/shm":
        return  # that of the machine
    code = f"""
import os, time
place = os.environ["TMPDIR"] if {place!r} == "tmp" else {place!r}
written = 0
try:
    for i in range(12):
        with open(f"{{place}}/{{i}}", "wb") as file:
            for _ in range(4):
                written += file.write(bytes(2**20))
        time.sleep(0.1)
except OSError as error:
    print(written <= 16 * 2**20, error.errno)
"""
    ended = start(code)
    if wall == "none":
        assert ended.reason == "disk"
    else:
        assert (ended.status, ended.reason, ended.printed.strip()) == (0, None, "True 28")


def test_a_file_that_grows_too_large_ends_it_or_fails(start, wall):
    code = "import signal\n{}with open('big', 'wb') as file:\n    file.write(bytes(9 * 2**20))"
    ended = start(code.format(""))
    assert "File too large" in ended.printed
    ended = start(code.format("signal.signal(signal.SIGXFSZ, 0)\n"))
    assert (ended.status, ended.reason) == (128 + signal.SIGXFSZ, None)


def test_the_number_of_files_is_bounded(start, wall):
    if wall == "none":
        return  # those of a trusted one are its own concern
    code = """
try:
    for i in range(10**6):
        open(f"file{i}", "w").close()
except OSError as error:
    print(i < 65536, error.errno)
"""
    ended = start(code)
    if wall == "bwrap":
        assert ended.reason == "files"
    else:
        assert (ended.status, ended.reason, ended.printed.strip()) == (0, None, "True 28")


def test_processes_are_limited(start, wall):
    code = """
import os, time
for i in range(100):
    if os.fork() == 0:
        time.sleep(15)
        os._exit(0)
time.sleep(15)
"""
    began = time.monotonic()
    assert start(code).reason == "processes"
    assert time.monotonic() - began < 10


def test_a_bomb_of_processes_ends_in_time(start, wall):
    limits = QUICK._replace(seconds=4)
    began = time.monotonic()
    if wall == "none" and os.getuid() != 0:
        return  # it would take all that the user may have, and needs trust to run
    start(["sh", "-c", "b() { b | b & }; b; sleep 5"], limits)
    assert time.monotonic() - began < 15


def test_the_memory_of_all_processes_together_is_limited(start, wall):
    code = """
import os, time
for i in range(4):
    if os.fork() == 0:
        x = bytearray(200 * 2**20)
        time.sleep(15)
        os._exit(0)
time.sleep(15)
"""
    assert start(code).reason == "memory"


def test_memory_that_processes_share_counts_once(attack):
    code = """
import os, time
x = bytearray(200 * 2**20)
for i in range(4):
    if os.fork() == 0:
        time.sleep(1)
        os._exit(0)
time.sleep(1)
print("done")
"""
    assert attack(code) == "done"


def test_too_much_memory_of_one_process_fails_inside_it(start, wall):
    ended = start("x = bytearray(2**30)")
    assert (ended.status, ended.reason) == (1, None)
    assert "MemoryError" in ended.printed


def test_text_without_end_is_cut(start, wall):
    ended = start("import os\nfor i in range(1000): os.write(1, b'x' * 2**20)")
    assert ended.reason == "printed"
    assert len(ended.printed) == 2**16


def test_a_result_without_end_is_cut(start, wall):
    code = "import os\nfor i in range(1000): os.write(3, b'x' * 2**20)"
    ended = start(code)
    assert ended.reason == "result"


def test_the_result_is_read_however_it_is_written(start, wall):
    ended = start("with open('/dev/fd/3', 'wb') as out:\n    out.write(b'1' * 10**5)")
    assert (ended.status, ended.result) == (0, b"1" * 10**5)


def test_an_endless_loop_is_ended_even_where_it_ignores_signals(start, wall):
    code = "import signal\nfor n in (1, 2, 15): signal.signal(n, 1)\nwhile True: pass"
    began = time.monotonic()
    ended = start(code, QUICK._replace(seconds=1.5))
    assert (ended.status, ended.reason) == (137, "time")
    assert 1.4 < time.monotonic() - began < 8


def test_a_program_that_closes_its_output_runs_on(attack):
    assert attack("import os, time\nprint('a', flush=True)\nos.close(1)\ntime.sleep(1)") == "a"


PLANT = """
import os
folder = os.path.dirname(os.path.dirname(os.environ["HOME"]))
for name in ("status", "printed", "result", "reason", "out.json", "status.txt", "stop"):
    for place in (folder, os.path.dirname(os.environ["HOME"]), "."):
        for make in (lambda path: os.symlink({canary!r}, path), os.mkfifo):
            try:
                if os.path.lexists(os.path.join(place, name)):
                    os.remove(os.path.join(place, name))
                make(os.path.join(place, name))
            except OSError:
                pass
print("planted")
"""


def test_links_and_pipes_that_it_plants_are_not_followed(attack, tmp_path, wall):
    if wall == "none":
        return  # a trusted one could write there at once
    canary = tmp_path / "canary"
    canary.write_text("here")
    assert attack(PLANT.format(canary=str(canary))) == "planted"
    assert canary.read_text() == "here"


def test_the_machine_itself_cannot_be_set(attack, wall):
    if wall == "none":
        return
    code = """
import os
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches",
             "/sys/kernel/uevent_seqnum", "/sys/fs/cgroup/memory/cgroup.procs"):
    try:
        os.close(os.open(path, os.O_WRONLY))
        print("opened", path)
    except OSError:
        pass
for device in os.listdir("/dev"):
    if os.path.exists("/dev/" + device) and os.stat("/dev/" + device).st_mode & 0o170000 == 0o60000:
        print("disk", device)
try:
    os.mknod("mem", 0o20666, os.makedev(1, 1))
    open("mem", "rb").read(1)
    print("made a device")
except OSError:
    pass
try:
    open("/dev/tty")
    print("terminal")
except OSError:
    pass
"""
    assert attack(code) == ""


def test_a_right_program_may_use_several_processes(start, wall):
    code = """
import multiprocessing
def square(x):
    return x * x
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(3) as pool:
        print(sum(pool.map(square, range(10))))
"""
    ended = start([sys.executable, "-I", "-c", code])
    assert (ended.status, ended.printed.strip()) == (0, "285")


def test_without_a_wall_only_a_trusted_program_runs(start, monkeypatch, language):
    monkeypatch.setenv(WALL_VARIABLE, "none")
    ended = start("print('ran')", trust=False)
    assert ended.error.startswith("no wall can be built here that keeps a program from your files")
    assert "TWINPROP_WALL is none" in ended.error
    assert ended.error.endswith("--trust" if language == "python" else "trust = TRUE")
    assert start("print('ran')", trust=True).printed.strip() == "ran"


@pytest.mark.parametrize("place", ["/dev/shm", "with a space and $HOME", "sh'quote"])
def test_the_wall_stands_wherever_temporary_files_are(monkeypatch, tmp_path, language, wall, place):
    folder = Path(place) if place.startswith("/") else tmp_path / place
    folder.mkdir(exist_ok=True)
    code = f"import os\nprint(os.getcwd().startswith({str(folder)!r}))"
    monkeypatch.setenv("TMPDIR", str(folder))
    if language == "python":
        monkeypatch.setattr(tempfile, "tempdir", None)
        ended = by_python([*PYTHON, code], QUICK, trust=True)
        assert (ended.error, ended.status, ended.printed.strip()) == (None, 0, "True")
        return
    expression = (
        "ended <- twinprop:::run_sandboxed('pwd', list(), character(), twinprop:::default_limits, "
        "trust = TRUE); cat(ended$printed)"
    )
    done = subprocess.run(
        [find_rscript(), "--vanilla", "-e", expression],
        env={**os.environ, **r_variables(), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith(str(folder)), done.stderr
