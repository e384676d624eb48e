"""The quantities of a script's names, remembered."""

from __future__ import annotations

from twinprop.check.aliases import Names, name_quantity


class KnownNames:
    """Looks names up once."""

    def __init__(self, names: Names):
        self.names = names
        self._quantities: dict[str, str | None] = {}

    def known(self, name: str) -> str | None:
        """The quantity of a name, or None."""
        if name not in self._quantities:
            self._quantities[name] = name_quantity(name, self.names)
        return self._quantities[name]
