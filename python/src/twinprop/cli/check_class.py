"""A class is judged: one line for each program, and the results in files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twinprop.cli.places import ready_folder
from twinprop.cli.shared import complain, write_json, write_text
from twinprop.ground.errors import visible_bytes
from twinprop.ground.exit_status import AGREE, BAD_INPUT, DIFFER, INTERRUPTED

if TYPE_CHECKING:
    from twinprop.check.program import Plan


def check_class(
    files: list[Path], plan: Plan, options: dict[str, Any], json_path: str | None
) -> int:
    """Many programs: one line each, and the results in files."""
    from twinprop.check.explain.answer import escape
    from twinprop.check.many import Journal, check_many
    from twinprop.check.results import file_names, hide_values, one_line
    from twinprop.engines.workers import gather_workers
    from twinprop.pictures.check.page import answer_page, class_page
    from twinprop.pictures.terminal.progress import show_progress

    kinds = ("csv", "junit", "gradescope", "prairielearn", "report_path")
    outputs = [options[name] for name in kinds]
    first = next((place for place in [*outputs, json_path] if place and place != "-"), None)
    journal = Journal(f"{first}.part" if first else None, plan)
    answers: dict[int, dict[str, Any]] = {}
    helped: list[Mapping[str, str]] = []
    names = [escape(visible_bytes(str(file))) for file in files]
    pages = [f"{name}.html" for name in file_names([{"file": name} for name in names])]
    with show_progress() as on_file:

        def on_answer(number: int, file: Path, answer: dict[str, Any]) -> None:
            sentence = escape(visible_bytes(str(answer["sentence"])))
            shown = {**answer, "file": names[number], "sentence": sentence}
            shown = hide_values(shown) if options["hide_values"] else shown
            lines = shown.pop("lines", None)
            answers[number] = shown
            if options["report_path"]:
                page = answer_page({**shown, "lines": lines}, "index.html")
                write_text(page, str(Path(options["report_path"], pages[number])))
            on_file(len(answers), len(files), file)
            if json_path != "-":
                click.echo(f"{names[number]}  {one_line(shown)}")

        try:
            check_many(
                *(files, plan, options["jobs"], journal, on_answer),
                scheduler=options["scheduler"],
                on_worker=helped.append,
            )
        except KeyboardInterrupt:
            complain(say_interrupted(len(answers), len(files), journal.path))
            return INTERRUPTED
    ordered = [answers[number] for number in range(len(files))]
    if options["report_path"]:
        write_text(class_page(ordered, pages), str(Path(options["report_path"], "index.html")))
    write_class(ordered, gather_workers(helped), options, json_path)
    journal.remove()
    return class_status(ordered)


def write_class(
    ordered: list[dict[str, Any]],
    workers: list[dict[str, Any]],
    options: dict[str, Any],
    json_path: str | None,
) -> None:
    """The results of a class: the files that were asked for, and how many programs are what."""
    from twinprop.pictures.terminal.tables import make_console
    from twinprop.pictures.terminal.workers import print_workers

    write_results(ordered, options, alone=False)
    if json_path:
        told = {"answers": ordered, **({"workers": workers} if workers else {})}
        write_json({"schema": "twinprop.check.class", "version": 1, **told}, json_path)
    if json_path != "-":
        click.echo(summary(ordered))
        print_workers(workers, make_console())


def say_interrupted(done: int, of: int, kept: str | None) -> str:
    """What is kept of a class that was interrupted, and how to go on."""
    said = f"interrupted when {done} of {of} programs were judged"
    if kept is None:
        return f"{said}; nothing of that is kept, as it is where --csv or --json name a file"
    return f"{said}; they are kept in {kept}, and the same command goes on from there"


def write_results(answers: list[dict[str, Any]], options: dict[str, Any], alone: bool) -> None:
    """The files that were asked for."""
    from twinprop.check import results

    if options["csv"]:
        write_text(results.as_csv(answers), options["csv"])
    if options["junit"]:
        write_text(results.as_junit(answers), options["junit"])
    for name, form in (
        ("gradescope", results.as_gradescope),
        ("prairielearn", results.as_prairielearn),
    ):
        place = options[name]
        if place and alone:
            write_text(form(answers[0]), place)
        elif place:
            folder = ready_folder(place)
            for name, answer in zip(results.file_names(answers), answers, strict=True):
                write_text(form(answer), str(folder / f"{name}.json"))


def summary(answers: list[dict[str, Any]]) -> str:
    """How many programs are what."""
    verdicts = [answer["verdict"] for answer in answers]
    counts = [f"{verdicts.count(v)} {v}" for v in ("right", "different", "not followed")]
    return f"{len(answers)} programs: {', '.join(counts)}."


def class_status(answers: list[dict[str, Any]]) -> int:
    """1 where one differs, else 2 where one could not be followed, else 0."""
    verdicts = {answer["verdict"] for answer in answers}
    return DIFFER if "different" in verdicts else BAD_INPUT if "not followed" in verdicts else AGREE
