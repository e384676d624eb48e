"""English sentences are replaced by Chinese ones; code, numbers and addresses stay."""

import json
import re
from pathlib import Path

import pytest

from twinprop import pictures
from twinprop.pictures.lesson.chinese import in_chinese, take_apart

TEXTS = json.loads((Path(pictures.__file__).parent / "texts" / "zh.json").read_text("utf-8"))
SLOT = re.compile(r"\{\w+\}|</?\w+>")


@pytest.mark.parametrize(
    ("english", "chinese"), [*TEXTS["lesson"].items(), *TEXTS["checked"].items()]
)
def test_a_sentence_holds_the_same_in_both_languages(english, chinese):
    assert sorted(SLOT.findall(english)) == sorted(SLOT.findall(chinese))
    assert [x for x in SLOT.findall(english) if x[0] == "<"] == [
        x for x in SLOT.findall(chinese) if x[0] == "<"
    ]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("<td>learning rate 0.5</td>", "<td>学习率 0.5</td>"),
        ('<p> Steps <a href="x.html">Steps</a></p>', None),
        ('<a href="steps.html">The steps</a>', '<a href="steps.zh.html">各步骤</a>'),
        ("<p><code>1:n</code> counts backwards when n is nought, so a loop that should do nothing "
         "runs. <code>seq_len(n)</code> does not.</p>",
         "<p>n 为 0 时 <code>1:n</code> 倒着数，于是本不该执行的循环会执行。"
         "<code>seq_len(n)</code> 不会。</p>"),
        ('<div aria-label="Distance of dW1 in ULP">', '<div aria-label="dW1 的差距（ULP）">'),
        ("<p>Next: <a href=\"descent.html\">Downhill →</a></p>",
         '<p>下一页：<a href="descent.zh.html">下坡 →</a></p>'),
        ("<pre>value</pre><script>value</script><code>value</code>",
         "<pre>value</pre><script>value</script><code>value</code>"),
        ('<html lang="en">', '<html lang="zh-CN">'),
        ('<a href="index.zh.html" lang="zh" hreflang="zh">中文</a>',
         '<a href="index.html?lang=en" lang="en" hreflang="en">English</a>'),
    ],
)  # fmt: skip
def test_a_piece_of_a_page_in_chinese(english, chinese):
    missing = []
    made = in_chinese(english, missing.append)
    assert made == (chinese or english.replace("x.html", "x.zh.html"))
    assert bool(missing) == (chinese is None)


def test_what_is_shown_of_a_program_stays_escaped():
    made = in_chinese("<p>step &lt;b&gt; 3&amp;4</p><p>learning rate &lt;i&gt;</p>")
    assert made == "<p>step &lt;b&gt; 3&amp;4</p><p>learning rate &lt;i&gt;</p>"
    sentence = take_apart("of <code>a</code> and 2 &amp; 1e-16, x")
    assert sentence.text == "of {1} and {2} & {3}, x"
    assert list(sentence.places.values()) == ["<code>a</code>", "2", "1e-16"]
