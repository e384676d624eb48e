"""A case run to a file, by a Python that another process started; twin of r/R/engines_bridge.R."""

from __future__ import annotations

import json

from twinprop.cases.traces import format_run
from twinprop.engines.document import Document
from twinprop.engines.running import run
from twinprop.ground.errors import EngineError, InputError
from twinprop.ground.files import write_whole


def run_to_file(path: str, arithmetic: str, out: str, seed: int | None = None) -> None:
    """Run a case and write its trace, or the sentence of its error, as JSON.

    Parameters
    ----------
    path : str
        The case.
    arithmetic : str
        "native" or "strict".
    out : str
        File to write.
    seed : int or None
        Replaces the case's seed of starting weights.
    """
    try:
        text = format_run(run(Document(path, seed=seed), "python", arithmetic))
    except (InputError, EngineError) as error:
        text = json.dumps({"error": str(error), "is_input_error": isinstance(error, InputError)})
    write_whole(out, text)
