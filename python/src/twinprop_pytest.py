"""Fixtures of twinprop for your own tests; pytest finds them by itself.

Nothing is loaded before a test asks for one of them.
"""

from typing import Any

import pytest


@pytest.fixture(scope="session")
def r() -> Any:
    """A function of an R file or package: r("port.R", "forward")(x) or r("stats", "sd")(x)."""
    from twinprop.engines.r_functions import RFunctions

    return lambda where, name: getattr(RFunctions(where), name)


@pytest.fixture(scope="session")
def r_twin() -> Any:
    """The functions of an R file as attributes: r_twin("port.R").check(forward, x)."""
    from twinprop.testing import RTwin

    return RTwin
