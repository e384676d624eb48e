"""Two programs: what they are, and the first pair of quantities that differs."""

from twinprop.check.port.programs import port

__all__ = ["port"]
