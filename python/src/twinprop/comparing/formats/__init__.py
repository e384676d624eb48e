"""Readers of files that other programs wrote, one file for each family of formats.

A reader takes data and nothing else: what could run code (a pickle, a closure) is refused unread,
and what would unpack to more than half of the memory is refused before it is unpacked.
"""

from twinprop.comparing.formats.reading import read_values
from twinprop.comparing.formats.values import Values, is_na

__all__ = ["Values", "is_na", "read_values"]
