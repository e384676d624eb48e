"""The lesson in Chinese: nothing is left in English, and the address or the browser chooses."""

import re

import pytest
from helpers import find_faults

from twinprop.pictures.lesson.chinese import in_chinese

PHONE = {"width": 360, "height": 740}
SHOWN = """() => { const texts = [];
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (all.nextNode()) {
    const one = all.currentNode.parentElement;
    if (!one.closest("code, pre, script, style, samp, math")) texts.push(all.currentNode.data);
  }
  return texts; }"""


def chinese(path):
    return path.with_name(f"{path.stem}.zh.html")


@pytest.mark.parametrize("k", range(9))
def test_every_text_of_a_page_has_its_chinese(site, k):
    missing = []
    page = in_chinese(site.lesson[k].read_text(encoding="utf-8"), missing.append)
    assert missing == []
    assert page == chinese(site.lesson[k]).read_text(encoding="utf-8")


@pytest.mark.parametrize("k", range(9))
def test_no_sentence_on_a_page_is_english(visit, site, k):
    page = visit(chinese(site.lesson[k]))
    sentences = [
        text for text in page.evaluate(SHOWN) if re.search(r"(?:[a-z]{2,}\b[ ,]*){3}", text)
    ]
    assert sentences == []
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


@pytest.mark.parametrize("k", [0, 1, 5])
def test_a_page_in_chinese_has_no_fault_that_axe_finds_and_fits_a_phone(visit, site, k):
    page = visit(chinese(site.lesson[k]), color_scheme="dark")
    page.set_viewport_size(PHONE)
    assert [fault["id"] for fault in find_faults(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_address_chooses_the_language_and_links_keep_it(visit, site):
    page = visit(site.lesson[0], "?lang=zh")
    page.wait_for_url("**/index.zh.html?lang=zh")
    page.click(".site a >> text=各步骤")
    page.wait_for_url(re.compile(r"/steps\.zh\.html"))
    page.click(".site a[hreflang]")
    page.wait_for_url(re.compile(r"/steps\.html\?lang=en"))
    page.click(".site a >> nth=0")
    page.wait_for_url("**/index.html?lang=en")


def test_a_step_is_followed_in_chinese(visit, site):
    page = visit(chinese(site.lesson[1]), "#step=3")
    assert "第 3 步，共 12 步" in page.inner_text(".walker")
    page.locator(".current .matrix.computed td").first.click()
    assert "第 1 行第 1 列" in page.locator(".current .which").first.inner_text()
