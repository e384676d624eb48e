"""Take the pictures of README: `make pictures`, anew after a change of the pages."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from conftest import FLAGS, find_chromium, serve
from playwright.sync_api import Page, sync_playwright

from twinprop.cases.paths import default_cases
from twinprop.pictures.activation_plot import draw_activations
from twinprop.pictures.lesson.site import write_lesson
from twinprop.pictures.report.page import report_page
from twinprop.studies.verify import verify_cases

# File, page, address on it, where it is scrolled to, and size of the window.
PICTURES = (
    ("walk.png", "lesson/steps.html", "#epoch=100&step=9", ".rail", (1100, 890)),
    ("report.png", "report.html", "", "main", (1100, 800)),
)
REPORTED = ("article-4-3-1", "xor-2-2-1", "wide-7-40-3", "chaotic-20-16-4", "dropout-6-8-5-2")


def take_pictures(target: Path) -> None:
    """Make the pages in a temporary folder and photograph them; draw the activations."""
    target.mkdir(parents=True, exist_ok=True)
    draw_activations(target / "activations.png")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        write_lesson(site / "lesson", laboratory=True)
        cases = [default_cases() / f"{name}.json" for name in REPORTED]
        (site / "report.html").write_text(report_page(verify_cases(cases)), encoding="utf-8")
        context = playwright.chromium.launch_persistent_context(
            str(site / "profile"), executable_path=find_chromium(), args=FLAGS
        )
        for name, page, address, place, (width, height) in PICTURES:
            tab = context.new_page()
            tab.set_viewport_size({"width": width, "height": height})
            tab.goto(f"file://{site / page}{address}")
            tab.add_style_tag(content=".walker { display: none !important }")
            tab.eval_on_selector(place, "element => element.scrollIntoView()")
            tab.screenshot(path=target / name)
        with serve(site / "lesson") as address:
            take_laboratory(context.new_page(), address, target / "laboratory.png")
        context.close()


def take_laboratory(tab: Page, address: str, picture: Path) -> None:
    """Plant a fault into R's program, run both and photograph the answer."""
    tab.set_default_timeout(180_000)
    tab.set_viewport_size({"width": 1280, "height": 1000})
    tab.goto(f"{address}/laboratory.html")
    tab.wait_for_selector("#run:not([disabled])")
    tab.locator("#r-editor .cm-line", has_text="slope_hidden_layer <-").click()
    tab.keyboard.press("End")
    for _ in "activations)":
        tab.keyboard.press("Backspace")
    tab.keyboard.type("input)")
    tab.keyboard.press("Home")  # what was scrolled for the end of the line comes back
    tab.keyboard.press("Home")
    tab.click("#run")
    tab.wait_for_selector("#run:not([disabled])")
    tab.eval_on_selector("#compared", "element => element.scrollIntoView({block: 'end'})")
    tab.screenshot(path=picture)


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
