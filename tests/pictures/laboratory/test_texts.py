"""The texts of the page in two languages: none is missing, and each takes the same values."""

import json
import re
from pathlib import Path

from twinprop import pictures
from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.explain.quantities import TITLES
from twinprop.pictures.lesson.mistakes import EXERCISES, MISTAKES

FOLDER = Path(pictures.__file__).parent
ENGLISH, CHINESE = (
    json.loads((FOLDER / "texts" / f"{language}.json").read_text(encoding="utf-8"))
    for language in ("en", "zh")
)
WEB = FOLDER / "laboratory" / "web"


def test_both_languages_have_the_same_texts_with_the_same_values():
    for part in ENGLISH:
        assert len(ENGLISH[part]) == len(CHINESE[part]), part
    for key, text in ENGLISH["laboratory"].items():
        values = [set(re.findall(r"\{\w+\}", t)) for t in (text, CHINESE["laboratory"][key])]
        assert values[0] == values[1], key


def test_every_sentence_of_the_catalogue_is_there_in_chinese():
    assert CHINESE["sentences"].keys() == read_knowledge()["sentences"].keys()
    assert all(re.search("[\u4e00-\u9fff]", text) for text in CHINESE["sentences"].values())


def test_every_exercise_has_its_title_in_chinese():
    ids = [f"fault-{k + 1}" for k in range(len(MISTAKES))]
    ids += [f"gap-{k + 1}" for k in range(len(EXERCISES))]
    assert list(CHINESE["exercises"]) == ids


def test_formulas_in_chinese_are_those_of_the_catalogue():
    for name, text in read_knowledge()["sentences"].items():
        calls = set(re.findall(r"\w+\([^()]*\)|\w\^\w", text))
        assert all(call in CHINESE["sentences"][name] for call in calls), name


def test_the_article_s_steps_are_named_as_check_names_them():
    assert [text.replace("’", "'") for text in ENGLISH["steps"]] == list(TITLES)


def test_a_script_and_the_template_ask_for_texts_that_there_are_and_each_is_asked_for():
    template = (FOLDER / "templates" / "lesson_laboratory.html.j2").read_text()
    asked = set(re.findall(r'(?:data-text|data-label)="(\w+)"|text\("(\w+)"', template))
    asked = {name for pair in asked for name in pair if name}
    for script in WEB.glob("*.mjs"):
        text = script.read_text()
        asked |= set(re.findall(r'say\("(\w+)"', text))
        asked |= {name for name in ENGLISH["laboratory"] if f'"{name}"' in text}
    computed = {"pythonProgram", "rProgram", "article", "fault", "gap"}
    assert asked | computed == ENGLISH["laboratory"].keys()
