"""Take the pictures of README: `make pictures`, anew after a change of the pages."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from conftest import FLAGS, find_chromium
from playwright.sync_api import sync_playwright

from twinprop.cases.paths import default_cases
from twinprop.pictures.activation_plot import draw_activations
from twinprop.pictures.lesson.site import write_lesson
from twinprop.pictures.report.page import report_page
from twinprop.studies.verify import verify_cases

# File, page, address on it, where it is scrolled to, and size of the window.
PICTURES = (
    ("walk.png", "lesson/steps.html", "#epoch=100&step=9", ".rail", (1100, 890)),
    ("report.png", "report.html", "", "main", (1100, 800)),
    ("mistakes.png", "lesson/mistakes.html", "", "main", (1100, 700)),
)
REPORTED = ("article-4-3-1", "xor-2-2-1", "wide-7-40-3", "chaotic-20-16-4", "dropout-6-8-5-2")


def take_pictures(target: Path) -> None:
    """Make the pages in a temporary folder and photograph them; draw the activations."""
    target.mkdir(parents=True, exist_ok=True)
    draw_activations(target / "activations.png")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        write_lesson(site / "lesson")
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
        context.close()


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
