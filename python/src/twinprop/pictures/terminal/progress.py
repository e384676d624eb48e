"""A progress bar on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


@contextmanager
def show_progress() -> Iterator[Callable[[int, int, Path], None]]:
    """Show how many cases are done; nothing is written where standard error is no terminal.

    Yields
    ------
    callable
        To be called before each case with the number done, the number of all, and the file.
    """
    with _new_bar() as bar:
        task = bar.add_task("", total=None)

        def on_case(done: int, total: int, path: Path) -> None:
            bar.update(task, completed=done, total=total, description=path.stem)

        yield on_case


@contextmanager
def show_epochs() -> Iterator[Callable[[int, int, int], None]]:
    """Show how many epochs of an exact run are done, and at how many bits.

    Nothing is written where standard error is no terminal, or before the first call.

    Yields
    ------
    callable
        To be called with the number of epochs done, the number of all, and the bits.
    """
    with _new_bar() as bar:
        tasks: list[TaskID] = []

        def on_epoch(done: int, total: int, bits: int) -> None:
            if not tasks:
                tasks.append(bar.add_task(""))
            bar.update(tasks[0], completed=done, total=total, description=f"epochs at {bits} bits")

        yield on_epoch


@contextmanager
def show_steps(total: int, description: str) -> Iterator[Callable[[int], None]]:
    """Show how many steps are done; nothing is written where standard error is no terminal.

    Parameters
    ----------
    total : int
        All steps.
    description : str
        What is done.

    Yields
    ------
    callable
        To be called with the number of steps that are done.
    """
    with _new_bar() as bar:
        task = bar.add_task(description, total=total)
        yield lambda done: bar.update(task, completed=done)


def _new_bar() -> Progress:
    return Progress(
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
