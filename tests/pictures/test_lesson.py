import ast
import re
from pathlib import Path

import numpy as np
import pytest

from twinprop import pictures
from twinprop.ground.errors import InputError
from twinprop.pictures.lesson import site
from twinprop.pictures.lesson.demos import ARRAYS, NUMBERS, run_demo
from twinprop.pictures.lesson.machines import compare_settings
from twinprop.pictures.lesson.mistakes import (
    MISTAKES,
    changed_scripts,
    judge,
    judge_mistakes,
    write_exercises,
)
from twinprop.pictures.lesson.numbers import compare_operation
from twinprop.pictures.lesson.questions import QUESTIONS
from twinprop.pictures.lesson.site import FUNCTIONS, PAGES, write_lesson
from twinprop.pictures.sources import twin_function

FOLDER = Path(pictures.__file__).parent
TEMPLATES = FOLDER / "templates"
# A template's own language and the names of elements and classes are no text of a page.
NOT_SHOWN = [r"\{%.*?%\}", r"\{\{.*?\}\}", r"\{#.*?#\}", r"<[^>]*>"]


def shown_text(template):
    """What a template itself brings onto a page."""
    for pattern in NOT_SHOWN:
        template = re.sub(pattern, " ", template, flags=re.DOTALL)
    return template


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.j2")), ids=lambda path: path.name)
def test_no_template_has_a_number_typed_in(path):
    assert not re.search(r"\d", shown_text(path.read_text(encoding="utf-8")))


def test_a_typed_number_would_be_found():
    assert re.search(r"\d", shown_text("<p class='a1'>{{ n }} of 5 differ</p>"))


@pytest.mark.parametrize("demo", [*ARRAYS, *NUMBERS, *QUESTIONS], ids=lambda demo: demo.title)
def test_the_sentences_of_a_demonstration_have_no_number_outside_of_code(demo):
    assert not re.search(r"\d", re.sub("`[^`]*`", "", demo.title + demo.text))


# The programs that write sentences onto pages; walk_run.py has those of its errors alone.
ROOMS = ("lesson", "report", "walk")
MADE_BY = sorted(
    {p for room in ROOMS for p in FOLDER.glob(f"{room}/*.py")} - {FOLDER / "walk/run.py"}
)


def typed_sentences(source):
    """The sentences in a program: texts with three words in a row, no code, no docstring."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Demo":
            skipped |= {id(code) for code in call.args[1:3]}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in skipped:
            text = re.sub("`[^`]*`", "", node.value)
            is_code = re.search(r"(^| |\+)= |<- |import | # ", text)
            if not is_code and re.search(r"[A-Za-z]{2,},? [A-Za-z]{2,},? [A-Za-z]+", text):
                yield text


@pytest.mark.parametrize("path", MADE_BY, ids=lambda path: path.name)
def test_no_program_has_a_sentence_with_a_number_typed_in(path):
    found = [text for text in typed_sentences(path.read_text()) if re.search(r"\d", text)]
    assert found == []


def test_a_number_typed_into_a_sentence_of_a_program_would_be_found():
    source = (
        'def f(n):\n    """Has 2 of them."""\n    return f"In {n} epochs the loss falls to 0.5."'
    )
    assert any(re.search(r"\d", text) for text in typed_sentences(source))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_that_is_shown_exists_in_both_languages(name):
    source = twin_function(name)
    assert source.python.text.startswith(f"def {name}(")
    assert source.r.text.startswith(f"{name} <- function(")


@pytest.mark.parametrize("demo", [*ARRAYS, *NUMBERS, *QUESTIONS], ids=lambda demo: demo.title)
def test_every_demonstration_runs_in_both_languages(demo):
    shown = run_demo(demo)
    assert shown.python_says
    assert shown.r_says


def test_the_demonstrations_show_what_their_sentences_say():
    by_title = {demo.title: run_demo(demo) for demo in (*ARRAYS, *NUMBERS)}
    recycled = by_title["A short vector is stretched"]
    assert "[2,]   20   10" in recycled.r_says
    assert by_title["Reading a number"].python_says == float("0.839396101051679").hex()
    assert by_title["A warning that only one of them gives"].python_says.startswith("RuntimeWarn")
    assert by_title["How two arrays are compared"].python_says == "False\nTrue"
    assert by_title["How two arrays are compared"].r_says == "[1] TRUE"
    assert by_title["Writing numbers to a file"].python_says == "0"
    changed, kept = by_title["Writing numbers to a file"].r_says.split("\n")
    assert int(changed.split()[1]) > 0
    assert kept == "[1] 0"
    same_stream = by_title["Random numbers from the same seed"].r_says.splitlines()
    assert same_stream[0] == same_stream[1]


def test_the_shared_generator_gives_rs_normal_numbers_and_orders():
    shown = run_demo(NUMBERS[-1])
    python, r = (re.findall(r"-?\d+\.?\d*", s) for s in (shown.python_says, shown.r_says))
    r = [number for number in r if number != "1" or "." in number]
    assert [round(float(n), 6) for n in python[:3]] == [round(float(n), 6) for n in r[:3]]
    assert (
        shown.python_says.split("\n")[1].strip("[]").split()
        == shown.r_says.split("[1] ")[-1].split()
    )


def test_a_language_is_compared_with_itself_in_another_setting():
    found = list(compare_settings())
    assert {row.setting.language for row in found} == {"python", "r"}
    assert all(0 <= row.differing <= row.numbers for row in found)


def test_a_changed_line_of_the_gallery_is_shown_whole(shared_fixtures):
    case = shared_fixtures / "cases" / "article-4-3-1.json"
    (_, judged), *_ = judge_mistakes(shared_fixtures / "scripts", case)
    lines = (shared_fixtures / "scripts" / "article.py").read_text().splitlines()
    assert judged[0].before in [line.strip() for line in lines]
    assert judged[0].after == judged[0].before.replace("+=", "-=")


def test_the_answers_to_questions_show_what_they_say():
    shown = {demo.title: run_demo(demo) for demo in QUESTIONS}
    python, r = zip(*((one.python_says, one.r_says) for one in shown.values()), strict=True)
    ours = [float(x) for x in python[0].splitlines()[1].strip("[]").split()]
    theirs = [float(x) for x in r[0].split()[1:]]
    assert np.allclose(ours, theirs, atol=1e-6)
    # The same draws by the shared generator, others by the seed of numpy.
    drawn, shared = python[4].splitlines()
    assert drawn.strip("[]").split()[0] != shared.strip("[]").split()[0]
    assert shared.strip("[]").split()[0] == r[4].splitlines()[1].split()[1]
    assert python[6].splitlines()[0].split()[1].strip("[]")[:8] in r[6]
    assert python[8] == "[True, True]"
    assert r[8].splitlines()[0] != r[8].splitlines()[1] == "[1] TRUE TRUE"
    assert python[9] == "Not normal: first at values, element 76"
    assert r[9].splitlines() == ["[1] TRUE", '[1] "the value[77]"']
    # The same eigenvalues from the other end, and the second class is what R gives.
    ends = [
        text.splitlines()[0].replace("[1]", "").strip("[]").split() for text in (python[10], r[10])
    ]
    assert ends[0] == ends[1][::-1]
    second = [line.strip("[] ").split()[-1] for line in python[11].splitlines()[:3]]
    assert [float(x) for x in second] == [float(x) for x in r[11].splitlines()[0].split()[1:]]


def test_a_demonstration_leaves_rs_random_numbers_as_they_were(r):
    r.evaluate("set.seed(7)")
    expected = r.evaluate("runif(2)")
    r.evaluate("set.seed(7)")
    run_demo(NUMBERS[-1])
    np.testing.assert_array_equal(r.evaluate("runif(2)"), expected)


def test_an_operation_that_differs_is_shown_with_an_example():
    found = compare_operation("sqrt", np.array([[1.0, 2.0]]))
    assert (found.numbers, found.differing, found.strict_differing) == (2, 0, 0)
    assert found.example is None


def test_strict_arithmetic_differs_nowhere():
    assert {row.strict_differing for row in site.find_disagreements()} == {0}


def test_the_lesson_is_written_as_pages_that_name_each_other(lesson):
    assert (lesson / "said").read_text().endswith("index.html\n")
    for page in PAGES:
        text = (lesson / "site" / page.file).read_text(encoding="utf-8")
        assert all(f'href="{other.file}"' in text for other in PAGES)
        assert "#0102" not in text


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.title)
def test_check_finds_every_mistake_of_the_gallery_on_its_line(mistake, shared_fixtures):
    """Where nothing is missing; a rate that is another one is told by what the exercise asks."""
    scripts = shared_fixtures / "scripts"
    for language, (_, new), text in changed_scripts(mistake, scripts):
        answer = judge(text, language, shared_fixtures / "cases" / "article-4-3-1.json")
        assert answer["verdict"] == "different"
        line = next((n for n, line in enumerate(text.split("\n"), 1) if new and new in line), None)
        assert answer["exercise"] or answer["first"]["line"] == line or not new


def test_check_judges_each_exercise_wrong_before_and_right_after(shared_fixtures, tmp_path):
    case = shared_fixtures / "cases" / "article-4-3-1.json"
    for exercise in write_exercises(shared_fixtures / "scripts", case, tmp_path):
        assert exercise.unsolved["verdict"] == "different"
        assert exercise.solved["verdict"] == "right"
        assert (tmp_path / exercise.file).exists()


def test_a_script_in_which_a_mistake_can_no_longer_be_planted_is_an_error(tmp_path):
    (tmp_path / "article.py").write_text("print('another program')")
    with pytest.raises(InputError, match="0 times; wanted 1"):
        list(changed_scripts(MISTAKES[0], tmp_path))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot make the folder"):
        write_lesson(tmp_path / "file" / "site")
