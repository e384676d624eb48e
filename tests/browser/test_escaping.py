"""What comes from somebody's file is shown as text: a dialog or an element would be a fault."""

import pytest

from twinprop.pictures.check.page import answer_page, class_page, port_page
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


def hostile_answer():
    value = {"name": IMAGE, "shape": [1, 1], "from": [0, 0], "yours": [[1.0]], "right": [[2.0]],
             "right_shape": [1, 1], "off": [[True]], "first": True}  # fmt: skip
    line = {"file": IMAGE, "line": 1, "source": SCRIPT, "status": "different", "values": [value]}
    first = {"name": IMAGE, "line": 1, "source": SCRIPT, "span": {"line": 1, "end_line": 1,
             "column": 0, "end_column": 5}, "indent": 0, "step": 1, "row": 1, "column": 1,
             "yours": 1.0, "right": IMAGE, "ratio": SCRIPT, "your_shape": "1", "right_shape": "1",
             "file": IMAGE}  # fmt: skip
    cause = {"id": IMAGE, "text": SCRIPT, "evidence": IMAGE, "corrected": SCRIPT}
    steps = [{"number": 1, "title": "x", "status": "right", "variables": [IMAGE]}]
    return {"file": IMAGE, "verdict": "different", "sentence": SCRIPT, "first": first, "seen": None,
            "network": {"sentence": IMAGE}, "cause": cause, "steps": steps, "remarks": [SCRIPT],
            "printed": [IMAGE], "exercise": [SCRIPT], "lines": [line]}  # fmt: skip


def page_of_a_hostile_program(hostile_case):
    return answer_page(hostile_answer(), IMAGE)


def port_of_hostile_programs(hostile_case):
    lines = hostile_answer()["lines"]
    problem = {"file": IMAGE, "language": "r", "sentence": SCRIPT}
    pair = {"quantity": IMAGE, "step": 0, "row": 1, "column": 1, "ratio": SCRIPT,
            "cause": {"text": SCRIPT, "evidence": IMAGE}}  # fmt: skip
    for side in ("a", "b"):
        pair |= {f"file_{side}": IMAGE, f"line_{side}": 1, f"source_{side}": SCRIPT,
                 f"value_{side}": IMAGE}  # fmt: skip
    answer = {"verdict": "different", "sentence": SCRIPT, "first": pair, "further": [pair],
              "seen": {"text": IMAGE}, "problems": {"a": problem, "b": problem},
              "remarks": [SCRIPT], "lines": {"a": lines, "b": lines}}  # fmt: skip
    return port_page(answer)


def class_of_hostile_programs(hostile_case):
    return class_page([hostile_answer()], [IMAGE])


@pytest.mark.parametrize(
    "make",
    [
        walk_of_a_hostile_title,
        report_of_a_hostile_file,
        gallery_of_a_hostile_script,
        page_of_a_hostile_program,
        port_of_hostile_programs,
        class_of_hostile_programs,
    ],
)
def test_hostile_texts_are_shown_as_texts(visit, hostile_case, tmp_path, make):
    path = tmp_path / "page.html"
    path.write_text(make(hostile_case), encoding="utf-8")
    page = visit(path)
    page.wait_for_timeout(200)  # a dialog or a request would be a complaint by now
    assert SCRIPT in page.locator("main").inner_text()
    assert page.locator("img").count() == 0
    own = {"walk_of_a_hostile_title": 2, "gallery_of_a_hostile_script": 1}  # of the project
    assert page.locator("script").count() == own.get(make.__name__, 0)
