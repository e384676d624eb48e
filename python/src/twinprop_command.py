"""The first lines of the command twinprop: an interrupt ends it quietly from the very start.

They stand outside the package, whose own first line comes after numpy, which is slow to load.
"""

from __future__ import annotations

import os
import signal
import sys

_BAD_INPUT, _INTERRUPTED = 2, 130  # as in twinprop.ground.exit_status, which cannot be imported yet


def main() -> None:
    """Load the command line and run it."""
    # Where interrupts are ignored, as behind nohup, they stay ignored.
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, _end)
    try:
        from twinprop.cli import main
    except ModuleNotFoundError as error:
        sys.exit(_say_missing(error))
    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    main.main()


def _say_missing(error: ModuleNotFoundError) -> int:
    """The package alone is installed, without what its commands need."""
    from twinprop.engines.installing import EXTRAS, missing_module

    package = str(error.name).partition(".")[0]
    if package not in EXTRAS:
        raise error
    print(f"twinprop: {missing_module(package)}", file=sys.stderr)
    return _BAD_INPUT


def _end(number: int, frame: object) -> None:
    # Nothing has begun that would have to be ended in order.
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
