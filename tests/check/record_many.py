"""`python record_many.py RECORDER KIND ORDERS DONE`: records programs, each in a copy of itself.

An order is four lines: the program's folder, its name, the file of its draws (or none), and where
the recording is to be written. A byte is written when that is there.
"""

import importlib
import importlib.util
import os
import sys


def load_watch(folder):
    """What watches a program, by the name that it has in a process of its own."""
    place = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location(
        "_twinprop_record", place, submodule_search_locations=[folder]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["_twinprop_record"] = module
    spec.loader.exec_module(module)
    return importlib.import_module("_twinprop_record.run").Watch


def next_order(orders, done):
    """In a copy of this process, what it is to do; the process itself stays here."""
    with open(orders, encoding="utf-8") as lines:
        while True:
            order = [lines.readline().rstrip("\n") for _ in range(4)]
            if not order[0]:
                sys.exit()
            child = os.fork()
            if not child:
                os.close(done)
                return order
            os.waitpid(child, 0)
            os.write(done, b".")


def main():
    """Wait for orders; in a copy, run a program."""
    folder, kind, orders, done = sys.argv[1:]
    del sys.path[0]
    watch = load_watch(folder)
    if kind == "numpy":
        import numpy.random
    place, name, draws, out = next_order(int(orders), int(done))
    if kind == "numpy":
        numpy.random.seed()  # noqa: NPY002, as each process has its own
    os.chdir(place)
    if draws:
        os.environ["TWINPROP_DRAWS"] = draws
    sys.argv[:] = [name]
    with open(out, "wb") as stream:
        status = watch(name, stream).run()
    sys.exit(status)


if __name__ == "__main__":
    main()
