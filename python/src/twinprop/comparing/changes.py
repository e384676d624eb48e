"""What of a case's digests is not as it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from twinprop.comparing.sentences import list_names


class Changes(NamedTuple):
    """Quantities with other bits than recorded, those that are missing now, and those not recorded.

    Nothing has changed where not any of the three has a name.
    """

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def find_changes(recorded: Mapping[str, str], now: Mapping[str, str]) -> Changes:
    """What sets the digests of now apart from those recorded, by the names of quantities."""
    return Changes(
        tuple(name for name in now if name in recorded and recorded[name] != now[name]),
        tuple(name for name in recorded if name not in now),
        tuple(name for name in now if name not in recorded),
    )


def describe_changes(changes: Changes) -> str:
    """The names of each kind, and how many more there are."""
    kinds = ("with other bits", "missing", "extra")
    found = [f"{list_names(names)} {k}" for names, k in zip(changes, kinds, strict=True) if names]
    return ", ".join(found)
