"""Programs behind each wall, started by either language."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from twinprop.engines import sandbox
from twinprop.engines.sandbox import Limits
from twinprop.ground.errors import InputError

# Those that have to stand are named by a variable; otherwise it is those that this machine builds.
CHOSEN = os.environ.get("TWINPROP_TEST_WALLS", "").split()
STANDING = CHOSEN or [wall for wall in sandbox.WALLS if sandbox.why_not(wall) is None]
PYTHON = [sys.executable, "-I", "-S", "-c"]


def by_python(command: list[str], limits: Limits, **options: Any) -> SimpleNamespace:
    """Run a command by twinprop's Python."""
    options.setdefault("variables", {})
    try:
        ended = sandbox.run_sandboxed(command, {}, limits=limits, **options)
    except InputError as error:
        return SimpleNamespace(error=str(error))
    return SimpleNamespace(error=None, **ended._asdict())


EXPRESSION = """local({{
  given <- jsonlite::fromJSON({text}, simplifyVector = FALSE)
  said <- tryCatch(
    twinprop:::run_sandboxed(
      unlist(given$command), list(), as.character(unlist(given$variables)), given$limits,
      given$beside, given$trust
    ),
    twinprop_input_error = function(error) list(error = conditionMessage(error))
  )
  if (is.null(said$error)) {{
    said$result <- rawToChar(said$result)
    said$printed <- paste(said$printed, collapse = "\\n")
  }}
  as.character(jsonlite::toJSON(said, auto_unbox = TRUE, null = "null"))
}})"""


def by_r(evaluate: Callable[[str], Any], command: list[str], limits: Limits, **options: Any) -> Any:
    """Run a command by twinprop's R."""
    variables = [f"{name}={value}" for name, value in options.get("variables", {}).items()]
    given = {
        "command": command,
        "limits": limits._asdict(),
        "variables": variables,
        "beside": str(options["beside"]) if options.get("beside") else None,
        "trust": options.get("trust", False),
    }
    said = json.loads(evaluate(EXPRESSION.format(text=json.dumps(json.dumps(given)))))
    said.setdefault("error", None)
    said.setdefault("reason", None)
    if said["error"] is None:
        said["result"] = said["result"].encode()
    return SimpleNamespace(**said)


def processes_with(words: bytes, begin: bool = False) -> list[str]:
    """The processes whose command line has these words, or begins so; none that has ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
            if line.startswith(words) if begin else words in line:
                found.append(entry.name)
        except OSError:
            continue
    return found
