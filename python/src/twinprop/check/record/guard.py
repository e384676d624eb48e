"""The wall between the recorder and the program that it watches."""

from __future__ import annotations

import functools
from typing import Any


def guarded(hook: Any) -> Any:
    """A hook in which no error of the recorder's own can reach the program: watching ends."""

    @functools.wraps(hook)
    def safe(self: Any, *args: Any) -> Any:
        if not self.on:
            return args[-1]
        try:
            return hook(self, *args)
        except RecursionError:
            return args[-1]  # the program's own, which goes on
        except Exception as error:
            self.fail(error)
            return args[-1]

    return safe
