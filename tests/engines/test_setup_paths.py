"""Commands of the virtual environment work in a clone whose path the shell would read otherwise."""

import shutil
import subprocess
import sys

from twinprop.engines.r_library import find_rscript, r_variables


def test_commands_find_python_in_a_path_with_signs_of_the_shell(repository, tmp_path):
    folder = tmp_path / 'a $HOME `b" c' / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    (folder / "other").write_bytes(b"\x7fELF\n\0")
    command = folder / "command"
    # As pip writes it for a path that is too long or has a blank.
    command.write_text(
        f"#!/bin/sh\n'''exec' \"{folder}/python\" \"$0\" \"$@\"\n' '''\nprint('ran')\n"
    )
    command.chmod(0o755)
    script = '. .setup/common.sh; . .setup/python.sh; free_commands "$0"'
    subprocess.run(["bash", "-c", script, folder], cwd=repository, check=True)
    (tmp_path / "link").symlink_to(command)
    for path in (command, tmp_path / "link"):
        done = subprocess.run([path], capture_output=True, text=True)
        assert (done.stdout, done.stderr) == ("ran\n", "")
    assert (folder / "other").read_bytes() == b"\x7fELF\n\0"


def test_what_measures_r_finds_its_plain_program_in_a_path_with_spaces(
    repository, case_path, tmp_path
):
    folder = tmp_path / "a b  c"
    folder.mkdir()
    for name in ("speed.R", "plain_training.R"):
        shutil.copyfile(repository / "tests" / "bench" / name, folder / name)
    script, case = folder / "speed.R", case_path("fixed-2-3-2-2")
    done = subprocess.run(
        [find_rscript(), "--vanilla", script, case, "1", "native"],
        env=r_variables(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) >= 0
