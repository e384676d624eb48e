"""A case that each language reads once, however often it is run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case, parse_case, read_case
from twinprop.ground.files import check_path


@dataclass(frozen=True, eq=False)
class Document:
    """A case's file, or what such a file would say, data included: `values`, with a path as name.

    `seed` replaces that of the starting weights. A language reads it when it first runs it.
    """

    path: str | os.PathLike[str]
    values: Mapping[str, Any] | None = None
    seed: int | None = None

    @cached_property
    def place(self) -> str:
        """The whole path, one that both languages can open."""
        place = os.path.abspath(self.path)
        check_path(place)
        return place

    @cached_property
    def case(self) -> Case:
        """The case as Python has it."""
        if self.values is None:
            return read_case(self.place, self.seed)
        path = Path(self.place)
        return parse_case(self.values, f"{path.name}:", path, self.seed)

    @cached_property
    def in_r(self) -> tuple[Any, tuple[str, ...]]:
        """The case as R has it, in this process, and what R said when it read it."""
        from twinprop.engines.r_session import call_function, find_function

        text = None if self.values is None else json.dumps(self.values)
        reader = find_function("case_for_python")
        return call_function(reader, self.place, text, self.seed, raw=True)

    def written_in(self, folder: str) -> str:
        """Where a program of its own finds the case: its file, or one written in a folder."""
        if self.values is None:
            return self.place
        path = Path(folder) / Path(self.place).name
        path.write_text(json.dumps(self.values), encoding="utf-8")
        return str(path)


def traces_in_r(
    documents: Sequence[Document], arithmetics: Sequence[str]
) -> list[dict[str, dict[str, Array]]]:
    """The traces of several cases by R in this process, in one call; each is read once.

    Parameters
    ----------
    documents : list of Document
        Cases that are no files.
    arithmetics : list of str
        In which each is run.

    Returns
    -------
    list of dict
        For each case the traces by arithmetic.
    """
    from twinprop.engines.r_session import call_r

    texts = [json.dumps(document.values) for document in documents]
    names = [Path(document.path).name for document in documents]
    return [
        {
            arithmetic: {name: np.asarray(value) for name, value in trace.items()}
            for arithmetic, trace in zip(arithmetics, traces, strict=True)
        }
        for traces in call_r("traces_of_texts", texts, names, list(arithmetics))
    ]
