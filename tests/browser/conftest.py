"""Debian's chromium, driven by Playwright; the pages it is shown are made once."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from twinprop.check.program import Plan, check_program
from twinprop.pictures.check.page import answer_page, class_page
from twinprop.pictures.lesson.site import PAGES
from twinprop.pictures.report.page import report_page
from twinprop.pictures.walk.page import walk_page
from twinprop.pictures.walk.run import take_walk
from twinprop.studies.verify import verify_case

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as `python -m http.server` does, and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """A server of a folder; the address of its root."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def find_chromium() -> str:
    """The path of the system's chromium; no browser is downloaded."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail(
            "chromium is not installed; on Debian `make setup` installs it, elsewhere your "
            "system's package manager does",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="session", name="serve")
def serving() -> Callable[[Path], Any]:
    """The server of a folder, for tests."""
    return serve


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """What drives browsers."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(
    playwright: Any, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Iterator[Any]]:
    """Start a browser, with an empty folder for what it keeps and further flags."""

    def start(*flags: str) -> Iterator[Any]:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("chromium")),
            executable_path=find_chromium(),
            args=[*FLAGS, *flags],
            viewport=DESKTOP,
        )
        yield context
        context.close()

    return start


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Iterator[Any]]) -> Iterator[Any]:
    """The browser, started once."""
    yield from chromium()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page; afterwards there must have been no error and no request to anywhere."""
    opened, complaints = [], []

    def open_page(path: Path, address: str = "", **media: str) -> Any:
        page = browser.new_page()
        opened.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda request: complaints.extend(_elsewhere(request.url)))
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme=media.get("color_scheme", "light"))
        page.goto(f"file://{path}{address}")
        return page

    yield open_page
    for page in opened:
        page.close()
    assert complaints == []


def _elsewhere(url: str) -> list[str]:
    return [] if url.startswith(("file:", "data:")) else [url]


@pytest.fixture(scope="session")
def site(
    made_once: Callable[..., Path], case_path: Callable[[str], Path], lesson: Path
) -> SimpleNamespace:
    """All kinds of pages, made by the first worker of a run for all of them."""
    folder = made_once("site", lambda folder: make_site(folder, case_path))
    found = {path.stem: path for path in folder.glob("*.html")}
    return SimpleNamespace(**found, lesson=[lesson / "site" / page.file for page in PAGES])


def make_site(folder: Path, case_path: Callable[[str], Path]) -> None:
    """Write the pages but for those of the lesson."""
    walks = {
        "walk": ("article-4-3-1", [1, 100]),
        "deep": ("narrow-5-2-3-2-3-2-1", [1]),
        "states": ("dropout-6-8-5-2", [1, 2]),
        "large": ("digits-64-32-10", [1]),
    }
    reported = ("article-4-3-1", "xor-2-2-1")
    for name, (case, epochs) in walks.items():
        page = walk_page(take_walk(case_path(case), epochs))
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    report = report_page([verify_case(case_path(name)) for name in reported])
    (folder / "report.html").write_text(report, encoding="utf-8")
    write_answers(folder)


def write_answers(folder: Path) -> None:
    """The pages of programs that were checked, and of a class of them."""
    scripts = Path(__file__).resolve().parents[2] / "shared_fixtures" / "scripts"
    right = (scripts / "article.py").read_text(encoding="utf-8")
    (folder / "their.py").write_text(
        right.replace("Error_at_hidden_layer * slope_hidden_layer", "Error_at_hidden_layer")
    )
    plan = Plan(trust=True, lines=True)
    answers = [check_program(f, plan) for f in (folder / "their.py", scripts / "published.R")]
    answers[1]["file"] = f"a_class/{'a_long_name' * 8}.R"
    names = ["their.html", "published.html"]
    for name, answer in zip(names, answers, strict=True):
        (folder / name).write_text(answer_page(answer, "class.html"), encoding="utf-8")
    (folder / "class.html").write_text(class_page(answers, names), encoding="utf-8")
