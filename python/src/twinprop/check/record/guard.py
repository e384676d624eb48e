"""The wall between the recorder and the program that it watches."""

from __future__ import annotations

import functools
from typing import Any


class RestartedError(Exception):
    """What was recorded is no training, and was let go: the hook has nothing more to do."""


def guarded(hook: Any) -> Any:
    """A hook in which no error of the recorder's own can reach the program: watching ends."""

    @functools.wraps(hook)
    def safe(self: Any, *args: Any) -> Any:
        if not self.on:
            return args[-1]
        try:
            return hook(self, *args)
        except (RecursionError, RestartedError):
            return args[-1]  # the first is the program's own, which goes on
        except Exception as error:
            self.fail(error)
            return args[-1]

    return safe
