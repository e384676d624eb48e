"""What comes from somebody's file is shown as text: a dialog or an element would be a fault."""

import pytest

from twinprop.pictures.lesson.mistakes import Judged
from twinprop.pictures.lesson.site import PAGES, inline_code
from twinprop.pictures.pages import render_page
from twinprop.pictures.report.page import report_page
from twinprop.pictures.walk.page import walk_page
from twinprop.pictures.walk.run import take_walk
from twinprop.studies.verify import Outcome, verify_case

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"><img src=x onerror='alert(1)'>"


def walk_of_a_hostile_title(hostile_case):
    return walk_page(take_walk(hostile_case, [1, 10]))


def report_of_a_hostile_file(hostile_case):
    name = f"{IMAGE}.json".replace("/", "")
    broken = Outcome(hostile_case.with_name(name), None, {}, f"{name}: {SCRIPT} is not wanted")
    return report_page([verify_case(hostile_case), broken])


def gallery_of_a_hostile_script(hostile_case):
    says = {"verdict": "different", "sentence": SCRIPT, "cause": {"text": IMAGE}}
    judged = [
        Judged(language, f"x = '{IMAGE}'", f"# {SCRIPT}", says) for language in ("python", "r")
    ]
    page = next(page for page in PAGES if page.file == "mistakes.html")
    return render_page(
        "lesson_mistakes.html.j2",
        page=page,
        pages=PAGES,
        inline=inline_code,
        mistakes=[(f"{IMAGE} {SCRIPT}", judged)],
    )


@pytest.mark.parametrize(
    "make", [walk_of_a_hostile_title, report_of_a_hostile_file, gallery_of_a_hostile_script]
)
def test_hostile_texts_are_shown_as_texts(visit, hostile_case, tmp_path, make):
    path = tmp_path / "page.html"
    path.write_text(make(hostile_case), encoding="utf-8")
    page = visit(path)
    page.wait_for_timeout(200)  # a dialog or a request would be a complaint by now
    assert SCRIPT in page.locator("main").inner_text()
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == (2 if "walk" in make.__name__ else 0)
