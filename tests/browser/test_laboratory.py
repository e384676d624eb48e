"""The laboratory in one session of the browser, with no network but the page's own host.

To start both languages takes twenty seconds of the processor, so all of it is one test: its parts
go on where the one before them ended.
"""

import base64
import itertools
import re
import zlib
from types import SimpleNamespace

import pytest
from helpers import find_faults
from playwright.sync_api import expect

from twinprop.check.endings import ELSEWHERE, describe_ending
from twinprop.check.explain.judge import NOTHING_MOVES
from twinprop.pictures.lesson.site import LABORATORY, PAGES, write_page

pytestmark = pytest.mark.whole
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
READY = "#run:not([disabled])"
# What check says beside its verdict, of programs that went wrong.
SAID = [
    NOTHING_MOVES,
    "From wh on line 3 on numbers are not finite (an overflow, a division by zero, or missing "
    "data): a smaller rate, or scaled data, may keep them finite.",
    "Could not be followed: 4 parameters are updated (line 9), but no output meets a target.",
    "it asks for the learning rate 0.1, this has 0.01, which is its square, as if it were there "
    "twice.",
    *(
        describe_ending({"message": {"text": text, "line": 3}, "used": {}, "language": "r"}, "a.R")
        for text in ("SystemExit: 0", "EOFError: EOF", "SyntaxError: invalid", "ValueError: bad")
    ),
    ELSEWHERE.format("program.py", "pandas", " on line 3"),
]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def host(tmp_path_factory, serve):
    folder = tmp_path_factory.mktemp("lesson")
    write_page(LABORATORY, (*PAGES, LABORATORY), folder)
    with serve(folder) as address:
        yield SimpleNamespace(folder=folder, page=f"{address}/laboratory.html", address=address)


@pytest.fixture(scope="module")
def cut_off(chromium):
    """A browser that finds no host but this machine."""
    yield from chromium(NO_NETWORK)


@pytest.fixture(scope="module")
def open_page(cut_off, host):
    complaints = []

    def open_at(address="", size=DESKTOP):
        page = cut_off.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda request: requested.append(request.url))
        page.set_viewport_size(size)
        page.goto(host.page + address)
        page.set_default_timeout(120_000)
        return page

    requested = []
    yield open_at
    own = (host.address, "blob:", "data:")
    assert [url for url in requested if not url.startswith(own)] == []
    assert complaints == []


@pytest.fixture(scope="module")
def scripts(shared_fixtures):
    names = {"python": "article.py", "r": "article.R"}
    return {
        language: (shared_fixtures / "scripts" / name).read_text().replace("5000", "100")
        for language, name in names.items()
    }


def packed(text):
    """A program as the page's address holds it."""
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(text.encode()) + packer.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def put(page, **programs):
    """Both editors by the address: the article's programs but for those that are given."""
    parts = "&".join(["exercise=article", *(f"{k}={packed(v)}" for k, v in programs.items())])
    page.evaluate("hash => { location.hash = ''; location.hash = hash }", parts)
    page.wait_for_timeout(300)


def run(page):
    page.click("#run")
    page.wait_for_selector(READY)
    return [page.inner_text(f"#{name}") for name in ("python-says", "r-says", "compared")]


def axe(page):
    found = find_faults(page)
    return [(fault["id"], node["html"][:160]) for fault in found for node in fault["nodes"]]


def right_programs_are_right_in_both_languages(page, scripts):
    python, r, compared = run(page)
    assert python.startswith("Right: every parameter moved")
    assert r.startswith("Right: every parameter moved")
    assert "rounding alone" in compared or "the same bits" in compared
    assert page.locator("#rows > tr").count() > 10
    assert page.locator("#python-editor .sign-right").count() > 5
    assert page.inner_text("#r-state").endswith("is ready")
    kept = re.findall(r"\d+", page.inner_text("#kept"))
    assert max(map(int, kept)) < 15  # of 100 epochs: so the answer comes soon


def the_page_has_no_fault_that_axe_finds_and_fits_its_window(page, scripts):
    page.locator("#share").evaluate("one => { one.open = true }")
    for scheme, size in itertools.product(("light", "dark"), (DESKTOP, PHONE)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert axe(page) == [], (scheme, size)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


def strict_arithmetic_gives_the_same_bits(page, scripts):
    page.select_option("#show", "strict")
    page.wait_for_selector(READY)
    assert page.inner_text("#compared").startswith("Both have the same bits in every quantity")
    distances = set(page.locator("#rows > tr > td:last-child").all_inner_texts())
    assert distances == {"the same bits"}


def a_fault_is_marked_on_its_line_with_the_ratio(page, scripts):
    wrong = scripts["r"].replace("d_output %*% t(wout)", "d_output %*% t(wout) * 0.5")
    put(page, r=wrong)
    python, r, compared = run(page)
    assert python.startswith("Right")
    assert r.startswith("Different")
    assert "Error_at_hidden_layer: line 34 in Python, line 25 in R" in compared
    assert page.locator("#r-editor .line-different").count() == 1
    first = page.locator("#rows > tr.first").inner_text()
    assert "Error_at_hidden_layer" in first
    assert "R has 0.5 times Python’s" in first


def the_words_of_a_program_are_shown_as_words(page, scripts):
    put(page, python=f'print("{HOSTILE}")\nimport pandas\n', r="stop('<b>bold</b>')\n")
    python, r, _ = run(page)
    assert HOSTILE in python
    assert "needs the package pandas on line 2, which is not here: in the browser" in python
    assert "<b>bold</b>" in r
    assert page.locator("main img, .says b").count() == 0


def an_exercise_is_pointed_at_and_solved_without_telling_the_right_line(page, scripts):
    page.select_option("#exercise", "fault-4")
    editor = page.locator("#python-editor .cm-content")
    wrong = page.locator("#python-editor .cm-line", has_text="d_output = E").first
    page.locator("#python-editor .cm-line").first.click()
    page.click("#point")
    page.wait_for_selector(READY)
    assert "No, not on line 1" in page.inner_text("#exercise-says")
    wrong.click()
    page.click("#point")
    page.wait_for_selector(READY)
    assert page.inner_text("#exercise-says").startswith("Yes, it begins on line 33")
    assert "slope_output_layer" not in page.inner_text("#python-says")
    wrong.click()
    page.keyboard.press("End")
    page.keyboard.type(" * slope_output_layer")
    assert "d_output = E * slope_output_layer" in editor.inner_text()
    page.locator("#r-editor .cm-line", has_text="d_output <- E").first.click()
    page.keyboard.press("End")
    page.keyboard.type(" * slope_output_layer")
    run(page)
    assert page.inner_text("#exercise-says").startswith("Solved in both languages")


def the_keyboard_leads_into_an_editor_and_out_of_it(page, scripts):
    page.focus("#stop")
    for place in ("point", "python", "r", "show"):
        page.keyboard.press("Tab")
        inside = "document.activeElement.closest('.editor, button, select')?.id"
        assert place in page.evaluate(inside)


def the_programs_and_the_case_can_be_taken_away(page, scripts):
    page.select_option("#exercise", "article")
    for button, wanted in (("#save-r", scripts["r"]), ("#save-case", '"layers": [{"units": 3')):
        with page.expect_download() as download:
            page.click(button)
        with open(download.value.path(), encoding="utf-8") as file:
            assert wanted in file.read()
        page.wait_for_selector(READY)


def a_loop_without_end_is_stopped_and_both_are_there_again(page, scripts):
    put(page, python="while True:\n    pass\n")
    page.click("#run")
    page.wait_for_timeout(2000)
    assert page.locator(READY).count() == 0
    page.click("#stop")
    page.wait_for_selector(READY)
    assert page.inner_text("#compared") == "Stopped; what was busy is started anew."
    assert "is ready" in page.inner_text("#python-state")


def a_program_that_ends_r_ends_only_itself(page, scripts):
    put(page, r="options(digits = 3)\nquit()\n")
    page.click("#run")
    page.wait_for_selector(READY)
    assert "That did not work" in page.inner_text("#compared")
    assert "is ready" in page.inner_text("#r-state")


SESSION = (
    right_programs_are_right_in_both_languages,
    the_page_has_no_fault_that_axe_finds_and_fits_its_window,
    strict_arithmetic_gives_the_same_bits,
    a_fault_is_marked_on_its_line_with_the_ratio,
    the_words_of_a_program_are_shown_as_words,
    an_exercise_is_pointed_at_and_solved_without_telling_the_right_line,
    the_keyboard_leads_into_an_editor_and_out_of_it,
    the_programs_and_the_case_can_be_taken_away,
    a_loop_without_end_is_stopped_and_both_are_there_again,
    a_program_that_ends_r_ends_only_itself,
)


def test_a_session_in_the_laboratory(open_page, scripts):
    page = open_page()
    page.wait_for_selector(READY)
    for part in SESSION:
        part(page, scripts)
    page.close()


def test_an_address_holds_the_programs_and_a_phone_is_asked_before_it_loads(open_page, scripts):
    address = f"?lang=en#exercise=article&python={packed(scripts['python'] + '# mine')}"
    other = open_page(address, PHONE)
    other.wait_for_selector("#load:visible")
    assert "800 MB" in other.inner_text("main")
    assert other.inner_text("#python-state") == "not loaded yet"
    other.locator("#share summary").click()
    expect(other.locator("#frame")).not_to_have_value("")
    assert "frame=1" in other.input_value("#frame")
    assert packed(scripts["python"] + "# mine")[:40] in other.input_value("#address")
    other.close()


def test_in_chinese_nothing_is_left_in_english(open_page):
    page = open_page("?lang=zh", PHONE)
    page.wait_for_selector("#load:visible")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    for text in page.locator("main [data-text], main option, main button").all_inner_texts():
        assert re.search("[\u4e00-\u9fff]|^program\\.|^$", text), text
    page.locator("#share summary").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.get_attribute(".site a >> nth=0", "href").endswith("index.zh.html")
    assert page.inner_text(".site a >> nth=0") == "概要"
    for sentence in SAID:
        said = page.evaluate(
            "async x => (await import('./laboratory/texts.mjs')).told(x)", sentence
        )
        assert not re.search(r"(?:[a-z]{2,}\b[ ,]*){3}", said), said
    page.close()


def test_opened_as_a_file_it_says_what_it_wants(cut_off, host):
    page = cut_off.new_page()
    page.goto(f"file://{host.folder}/laboratory.html")
    assert page.locator(".needs-server").is_visible()
    assert "python -m http.server" in page.inner_text(".needs-server")
    page.close()
