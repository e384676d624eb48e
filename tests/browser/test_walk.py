import json
import re

import pytest


def current(page):
    return page.locator(".step.current").get_attribute("data-step")


def test_buttons_step_forward_and_back_and_stop_at_the_ends(visit, site):
    page = visit(site.walk)
    assert current(page) == "1"
    assert page.locator("[data-go='-1']").is_disabled()
    for step in range(2, 13):
        page.click("[data-go='1']")
        assert current(page) == str(step)
    assert page.locator("[data-go='1']").is_disabled()
    page.click("[data-go='-1']")
    assert current(page) == "11"


def test_keys_step_and_the_address_tells_where_one_is(visit, site):
    page = visit(site.walk)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert current(page) == "3"
    assert page.url.endswith("#case=article-4-3-1&epoch=1&step=3")
    page.keyboard.press("ArrowLeft")
    assert current(page) == "2"
    page.go_back()
    assert current(page) == "3"


def test_an_address_leads_to_its_epoch_and_step(visit, site):
    page = visit(site.walk, "#case=article-4-3-1&epoch=100&step=11")
    assert current(page) == "11"
    assert page.locator('[data-choice="epoch"] [aria-pressed="true"]').inner_text() == "100"


@pytest.mark.parametrize("address", ["#step=99", "#case=other&step=3", "#epoch=7", "#nonsense"])
def test_an_address_that_means_nothing_shows_the_first_step(visit, site, address):
    assert current(visit(site.walk, address)) == "1"


def test_pointing_at_a_number_lights_up_what_it_is_made_of(visit, site):
    page = visit(site.walk, "#step=3")
    part = page.locator('.current [data-part="z1"]')
    part.locator('.computed[data-language="r"] tr').nth(1).locator("td").nth(2).hover()
    lit = part.evaluate(
        """part => [...part.querySelectorAll(".is-input")].map(cell =>
             [cell.closest("table").dataset.name, cell.parentElement.rowIndex, cell.cellIndex])"""
    )
    x = [["x", 1, k] for k in range(4)]
    assert lit == [*x, *[["W1", k, 2] for k in range(4)], ["b1", 0, 2]]
    assert part.locator(".is-computed").count() == 2
    shown = part.locator(".sum").inner_text()
    assert re.sub(r"\s+", " ", shown).startswith("1 · 0.573 + 0 · 0.898 + 1 · 0.629 + 1 · 0.177")
    assert "z1[1, 2] in Python, z1[2, 3] in R" in part.locator(".which").inner_text()


def test_arrows_move_inside_a_matrix_without_leaving_the_step(visit, site):
    page = visit(site.walk, "#step=3")
    page.locator(".current .computed td").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert current(page) == "3"
    assert "z1[1, 1] in Python" in page.locator('.current [data-part="z1"] .which').inner_text()


def test_numbers_in_short_in_full_and_in_hex_are_those_of_the_data(visit, site):
    page = visit(site.walk, "#step=3")
    data = json.loads(page.locator("#walk-data").text_content())
    value = data["values"]["native"]["1"]["python"]["z1"][0][0]
    cell = page.locator('.current .computed[data-language="python"] td').first
    assert cell.inner_text() == f"{value:.3f}"
    page.click('[data-choice="numbers"] [value="full"]')
    assert float(cell.inner_text()) == value
    page.click('[data-choice="numbers"] [value="hex"]')
    assert float.fromhex(cell.inner_text()) == value


@pytest.mark.parametrize("case", ["walk", "deep", "states", "large"])
def test_the_script_writes_the_same_numbers_as_the_page_without_it(visit, site, case):
    read = """() => [...document.querySelectorAll(".matrix td, .sum")].map(
                cell => cell.textContent.replace(/\\s+/g, " "))"""
    page = visit(getattr(site, case))
    for step in range(page.locator(".step").count()):
        page.evaluate(f"location.hash = 'step={step + 1}'")
    page.wait_for_timeout(100)
    with_script = page.evaluate(read)
    text = getattr(site, case).read_text(encoding="utf-8")
    page.set_content(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))
    assert with_script == page.evaluate(read)


def test_strict_numbers_are_the_same_bits_in_every_step(visit, site):
    page = visit(site.walk, "#epoch=100&step=11")
    assert page.locator(".current td.apart").count() > 0
    page.click('[data-choice="arithmetic"] [value="strict"]')
    assert page.locator(".current td.apart").count() == 0
    assert "the same bits" in page.locator(".current .result").first.inner_text()


def test_without_its_script_all_steps_are_there(visit, site, tmp_path):
    text = re.sub(r"<script>.*?</script>", "", site.walk.read_text("utf-8"), flags=re.DOTALL)
    (tmp_path / "plain.html").write_text(text, encoding="utf-8")
    page = visit(tmp_path / "plain.html")
    assert page.locator(".step:visible").count() == 12
    assert page.locator(".needs-script:visible").count() == 0


def test_a_matrix_leads_to_the_step_that_made_it(visit, site):
    page = visit(site.walk, "#step=9")
    page.click('.current .matrix-name a[href="#step=8"]')
    assert current(page) == "8"


def test_keys_alone_reach_the_content_and_the_buttons(visit, site):
    page = visit(site.walk)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator('[data-choice="epoch"] [aria-pressed="true"]').inner_text() == "100"


def test_back_and_forward_go_through_epochs_and_steps(visit, site):
    page = visit(site.walk, "#case=article-4-3-1&epoch=1&step=4")
    page.click('[data-choice="epoch"] [value="100"]')
    page.click("[data-go='1']")
    assert page.url.endswith("#case=article-4-3-1&epoch=100&step=5")
    page.go_back()
    page.go_back()
    assert page.url.endswith("#case=article-4-3-1&epoch=1&step=4")
    assert page.locator("[data-shows='epoch']").inner_text() == "1"
    page.go_forward()
    page.go_forward()
    assert current(page) == "5"
    assert page.locator("[data-shows='epoch']").inner_text() == "100"
