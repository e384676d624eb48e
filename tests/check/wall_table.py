"""What each attack gets behind each wall, as root and as an ordinary user: a table in Markdown.

    .venv/bin/python tests/check/wall_table.py

Root's half of the table and the user's are both printed where root runs it; each attack is harmless
if a wall falls. The tests of test_wall.py hold what the table tells.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from walls import STANDING, by_python, processes_with

from twinprop.engines.sandbox import WALL_VARIABLE, Limits

# One that every user may run, unlike that of somebody's home folder.
INTERPRETER = shutil.which("python3", path=os.defpath) or sys.executable
LIMITS = Limits(seconds=8, memory_mb=512, disk_mb=16, file_mb=8, printed_kb=64, result_mb=1)
NOBODY = 65534


class Attack(NamedTuple):
    """What is tried, and a program that says what it got."""

    title: str
    code: str


def trying(title: str, code: str) -> Attack:
    """An attack that says "done", or the reason of the system for refusing it."""
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    ended = "except OSError as error:\n    print(error.strerror)\n"
    return Attack(title, f"import os, socket\ntry:\n{lines}    print('done')\n{ended}")


FORK = "import os, time\nfor i in range({n}):\n    if os.fork() == 0:\n        {inside}\n"
LEAVE = (
    "import subprocess\n"
    "subprocess.Popen(['sh', '-c', 'sleep 30; : {mark}'], {how})\nprint('{mark}')"
)
ATTACKS = (
    trying("empty your file", "open({canary!r}, 'w').close()"),
    trying("make a file beside yours", "open({canary!r} + '2', 'w').close()"),
    trying("give your file to everybody", "os.chmod({canary!r}, 0o777)"),
    trying("reach the network", "socket.create_connection(('127.0.0.1', {port}), 3)"),
    trying("end another process", "os.kill({pid}, 9)"),
    Attack("read your environment", "import os\nprint(os.environ.get('MY_SECRET', 'nothing'))"),
    trying("set the kernel", "os.close(os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY))"),
    trying("make a device", "os.mknod('memory', 0o20666, os.makedev(1, 1))\nopen('memory', 'rb')"),
    trying("plant a link among its results", "os.symlink({canary!r}, {folder} + '/status.new')"),
    Attack("leave a process, marked", LEAVE.replace("{how}", "start_new_session=True")),
    Attack("leave one without a mark", LEAVE.replace("{how}", "start_new_session=True, env={{}}")),
    Attack("loop, ignoring signals", "import signal\nsignal.signal(15, 1)\nwhile True: pass"),
    Attack("end itself", "import os\nos.kill(os.getpid(), 9)"),
    Attack("end its whole group", "import os\nos.killpg(0, 9)"),
    Attack("1 GB in one process", "x = bytearray(2**30)"),
    Attack(
        "800 MB in four",
        FORK.format(n=4, inside="x = bytearray(200 * 2**20); time.sleep(9)") + "time.sleep(9)",
    ),
    Attack("100 processes", FORK.format(n=100, inside="time.sleep(9)") + "time.sleep(9)"),
    trying(
        "48 MB of files",
        "for i in range(12): open(str(i), 'wb').write(bytes(2**22))\nimport time; time.sleep(2)",
    ),
    trying("a file of 9 MB", "open('big', 'wb').write(bytes(9 * 2**20))"),
    trying("100,000 empty files", "for i in range(10**5): open(str(i), 'w').close()"),
    Attack("print without end", "import os\nfor i in range(500): os.write(1, b'x' * 2**20)"),
    Attack("record without end", "import os\nfor i in range(500): os.write(3, b'x' * 2**20)"),
)


def what_it_got(attack: Attack, wall: str) -> str:
    """One cell of the table."""
    os.environ[WALL_VARIABLE], os.environ["MY_SECRET"] = wall, "your secret"
    mark = f"twinprop_table_{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        subprocess.Popen(["sleep", "60"]) as other,
        tempfile.TemporaryDirectory() as folder,
    ):
        canary = Path(folder) / "canary"
        canary.write_text("here")
        code = attack.code.format(
            canary=str(canary),
            port=server.getsockname()[1],
            pid=other.pid,
            mark=mark,
            folder="os.path.dirname(os.path.dirname(os.environ['HOME']))",
        )
        ended = by_python([INTERPRETER, "-I", "-S", "-c", code], LIMITS, trust=True)
        other.kill()
    left = processes_with(mark.encode())
    for pid in left:
        os.kill(int(pid), signal.SIGKILL)
    if ended.error or ended.reason:
        return ended.error or f"ended: {ended.reason}"
    if mark in ended.printed:
        return "it stays" if left else "it ends"
    said = ended.printed.strip().splitlines()
    return said[-1] if said and ended.status <= 128 else f"status {ended.status}"


def rows() -> dict[str, dict[str, str]]:
    """What each attack got behind each wall that stands for this user, and behind none."""
    walls = [*STANDING, "none"]
    return {one.title: {wall: what_it_got(one, wall) for wall in walls} for one in ATTACKS}


def rows_of_user() -> dict[str, dict[str, str]]:
    """The same as an ordinary user, whom root becomes in another process."""
    words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    with tempfile.TemporaryDirectory() as home:
        shutil.chown(home, NOBODY, NOBODY)
        done = subprocess.run(
            [*words, sys.executable, __file__, "--json"],
            env={**os.environ, "HOME": home, "TMPDIR": home},
            cwd="/",
            check=True,
            capture_output=True,
        )
    return dict(json.loads(done.stdout))


def format_table(by_user: dict[str, dict[str, dict[str, str]]]) -> str:
    """Both halves side by side."""
    names = [(user, wall) for user, found in by_user.items() for wall in next(iter(found.values()))]
    head = ["what is tried", *(f"{user}, {wall}" for user, wall in names)]
    lines = [head, ["---"] * len(head)]
    for attack in ATTACKS:
        lines.append([attack.title, *(by_user[user][attack.title][wall] for user, wall in names)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    if "--json" in sys.argv:
        print(json.dumps(rows()))
    elif os.getuid() == 0:
        print(format_table({"root": rows(), "a user": rows_of_user()}))
    else:
        print(format_table({"a user": rows()}))
