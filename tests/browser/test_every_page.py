"""What holds for every page: reachable, readable, accessible, on a desk and on a phone."""

import itertools

import pytest
from helpers import find_faults

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}
SCHEMES = ("light", "dark")
CHECKED = ["their", "published", "class"]
PAGES = ["walk", "deep", "states", "large", "report", *CHECKED, *(f"lesson/{n}" for n in range(8))]


def find_page(site, name):
    if name.startswith("lesson/"):
        return site.lesson[int(name.removeprefix("lesson/"))]
    return getattr(site, name)


# A page is loaded once for all sizes and schemes: what axe has loaded and warmed up stays with it.
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault_that_axe_finds(visit, site, name):
    page = visit(find_page(site, name), "#step=5")
    faults = []
    for scheme, size in itertools.product(SCHEMES, SIZES):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(SIZES[size])
        faults += [
            (scheme, size, fault["id"], node["html"][:160], node["failureSummary"])
            for fault in find_faults(page)
            for node in fault["nodes"]
        ]
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_wider_than_its_window(visit, site, name):
    page = visit(find_page(site, name))
    for step in range(1, page.locator(".step").count() + 2):
        page.evaluate(f"location.hash = 'step={step}'")
        for size in SIZES.values():
            page.set_viewport_size(size)
            page.wait_for_timeout(20)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide == size["width"], step


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(visit, site, name):
    path = find_page(site, name)
    page = visit(path)
    for address in page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))"):
        file, _, place = address.partition("#")
        assert not file or (path.parent / file).exists(), address
        if place:
            assert page.locator(f'[id="{place}"]').count() == 1, address


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_of_the_first_order_and_named_pictures(visit, site, name):
    page = visit(find_page(site, name))
    assert page.locator("h1").count() == 1
    assert page.locator("svg:not([role=img][aria-label], [aria-hidden])").count() == 0


@pytest.mark.parametrize("name", ["report", "large"])
def test_a_large_page_opens_at_once(visit, site, name):
    page = visit(find_page(site, name))
    milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    assert milliseconds < 2000
    assert find_page(site, name).stat().st_size < 5_000_000


def test_pages_print_without_their_controls(visit, site):
    page = visit(site.walk, "#step=3")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert "" not in page.locator(".result .number").all_inner_texts()
    assert page.locator(".step:visible").count() == 12
    assert page.locator(".walker:visible, .rail:visible").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_nothing_is_cut_off_or_pale(visit, site, name):
    page = visit(find_page(site, name))
    page.set_viewport_size({"width": 720, "height": 1000})  # A4 with margins
    for scheme in SCHEMES:
        page.emulate_media(media="print", color_scheme=scheme)
        wide = page.evaluate(
            """() => [...document.querySelectorAll("main *:not(svg *)")].filter(one =>
                 one.getBoundingClientRect().right > innerWidth + 1
                 && !one.closest(".visually-hidden")
               ).map(one => one.outerHTML.slice(0, 120))"""
        )
        assert wide == [], scheme
        color = page.evaluate("getComputedStyle(document.body).color")
        assert color == "rgb(27, 31, 39)", scheme
