"""The limits of a cgroup of version 2: written where the kernel reads them, and its word believed.

The files of version 2 stand in here for a kernel that has no version 1, so what is tested is what
the launcher writes and reads; that the kernel keeps to it is tested where the tests of the wall
run on such a machine.
"""

import shlex
import subprocess

import pytest

from twinprop.engines.sandbox import LAUNCHER, Limits

FILES = ("memory.max", "memory.swap.max", "pids.max", "cgroup.procs")
# This process is in mine.scope; beside it is a folder as the kernel would have filled it.
BEGIN = """
mount -n -t tmpfs tmpfs /sys/fs/cgroup
group=/sys/fs/cgroup/user.slice/{job}
mkdir -p "$group"
for file in {files}; do : >"$group/$file"; done
printf 'oom 0\\noom_kill {killed}\\n' >"$group/memory.events"
echo 0::/user.slice/mine.scope >/sys/fs/cgroup/own
sh -c 'mount -n --bind /sys/fs/cgroup/own /proc/$$/cgroup && echo $$ && exec sh "$@"' sh \\
  {launcher} {stage} none {folder} '' $$ 50 {memory} 8 16 {processes} 1000 1000 sleep 30
cd "$group"
head -n 1 {files}
"""


@pytest.fixture
def launched(tmp_path):
    """A function that goes through a stage of the launcher, and what is printed in the end."""

    def run(stage, killed=0):
        script = BEGIN.format(
            job=tmp_path.name,
            files=" ".join(FILES),
            killed=killed,
            launcher=shlex.quote(str(LAUNCHER)),
            stage=stage,
            folder=shlex.quote(str(tmp_path)),
            memory=Limits().memory_mb,
            processes=Limits().processes,
        )
        command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-euc", script]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.split()

    return run


def test_limits_are_written_to_a_group_beside_its_own(launched):
    number, *said = launched("enter_cgroups")
    wanted = dict(zip(FILES, ("2048M", "0", str(64 * 4 + 5), number), strict=True))
    assert said == [word for name in FILES for word in ("==>", name, "<==", wanted[name])]


def test_what_the_kernel_ended_for_its_memory_is_told(launched, tmp_path):
    launched("run", killed=1)
    assert (tmp_path / "status").read_text() == "137 memory\n"
