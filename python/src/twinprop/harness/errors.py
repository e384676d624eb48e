"""Errors of the harness: each is one sentence, shown without a traceback, exit status 2."""


class MissingPart(RuntimeError):  # noqa: N818 - the part is missing, nothing went wrong
    """R, rpy2 or a package that the work needs is not there."""


class EngineError(RuntimeError):
    """A language stopped in the middle of a case, and not because of what it was given."""
