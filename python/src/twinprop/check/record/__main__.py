"""`python FOLDER OUT PROGRAM [ARGS]`: watch a program; nothing of this is left on its path."""

import importlib.util
import os
import sys


def main() -> None:
    """Load the recorder under a name of its own, and run the program."""
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p) != folder]
    spec = importlib.util.spec_from_file_location(
        "_twinprop_record",
        os.path.join(folder, "__init__.py"),
        submodule_search_locations=[folder],
    )
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules["_twinprop_record"] = module
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    run = importlib.import_module("_twinprop_record.run")
    out, program = sys.argv[1], sys.argv[2]
    sys.argv[:] = sys.argv[2:]
    with open(out, "wb") as stream:
        status = run.Watch(program, stream).run()
    sys.exit(status)


main()
