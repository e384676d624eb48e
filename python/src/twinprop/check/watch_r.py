"""How R is started so that it watches a program: as recorder_start() in R does it."""

from __future__ import annotations

from pathlib import Path

from twinprop.engines.sandbox import GIVEN, RESULT
from twinprop.ground.files import read_bounded

# It stands in the folder of given files, starts there and goes to the program's folder, so that
# the program finds the name of its own file in commandArgs().
START = (
    'TWINPROP_FOLDER=$PWD; export TWINPROP_FOLDER; cd "$0"; name=$1; shift; '
    'exec "$TWINPROP_R" --no-echo --no-restore "--file=$name" --args "$@"'
)


def watch_r(file: Path, largest: int) -> tuple[list[str], dict[str, str], dict[str, str | bytes]]:
    """The command, the variables and the given files that watch a program of R.

    Parameters
    ----------
    file : Path
        The program.
    largest : int
        How many bytes of it are read.

    Returns
    -------
    tuple of list, dict and dict
        As run_sandboxed takes them.
    """
    from twinprop.engines.r_library import find_rscript, r_variables

    text = (read_bounded(file.resolve(), largest) or b"").decode("utf-8", errors="replace")
    statements = text.count("\n") + text.count("\r") + text.count(";") + 2
    starter = "twinprop:::begin_recording()\n" + ".twinprop_next()\n.twinprop\n" * statements
    variables = {
        **r_variables(),
        "TWINPROP_R": str(Path(find_rscript()).with_name("R")),
        "TWINPROP_PROGRAM": file.name,
        "TWINPROP_OUT": RESULT,
    }
    return ["sh", "-c", START, GIVEN, file.name], variables, {file.name: starter}
