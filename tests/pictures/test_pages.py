import re

import numpy as np
import pytest

from twinprop.cases.traces import Run
from twinprop.cli.main import run_command_line
from twinprop.comparing.distances import Truth
from twinprop.comparing.reference import Reference
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.pictures.report.page import overall_verdict, report_page
from twinprop.pictures.walk.page import walk_page
from twinprop.pictures.walk.run import take_walk
from twinprop.studies.verify import Outcome, pair_runs, verify_case

SCRIPT = "<script>alert(1)</script>"


def assert_self_contained(page):
    """Nothing is loaded from anywhere: no address but those of name spaces and of the page."""
    addresses = re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?([^"\'\s)>]+)', page)
    allowed = ("#", "data:,", "http://www.w3.org/")
    others = [a for a in addresses if not a.startswith(allowed) and not a.endswith(".html")]
    assert others == []
    assert "@import" not in page


def test_the_page_of_a_walk_is_complete_in_itself(case_path):
    page = walk_page(take_walk(case_path("article-4-3-1"), [1]))
    assert_self_contained(page)
    assert page.count('class="step"') == 12
    assert len(page) < 300_000


def test_titles_are_escaped(hostile_case):
    assert SCRIPT not in walk_page(take_walk(hostile_case, [1]))
    assert SCRIPT not in report_page([verify_case(hostile_case)])


def test_a_large_case_is_cut_to_what_can_be_looked_at(case_path):
    page = walk_page(take_walk(case_path("wide-100-30-5"), [1]))
    assert "the first 12 × 10" in page
    assert "(90 more)" in page
    assert len(page) < 2_000_000


def test_a_value_that_is_not_finite_is_shown_as_a_word(case_path):
    walk = take_walk(case_path("one-1-1"), [1])
    for values in walk.values["native"][1].values():
        values["z1"] = np.full_like(values["z1"], np.inf)
    assert '"z1": [["inf"' in walk_page(walk)


def test_the_terminal_shows_every_step_and_both_languages(case_path, capsys):
    assert run_command_line(["walk", str(case_path("article-4-3-1")), "--epoch", "1"]) == 0
    shown = capsys.readouterr().out
    for number in range(1, 13):
        assert f"Step {number} of 12" in shown
    assert "z1[0, 0] = 1 · 0.266 + 0 · 0.908 + 1 · 0.945 + 0 · 0.062 + 0.687 = 1.897" in shown
    z = "arithmetic{}add_bias(arithmetic{}matmul({}, layer{}weights), layer{}bias)"
    assert f"Python z_i = {z.format('.', '.', 'fed[i]', '.', '.')}\n" in shown
    assert f"R      z_i <- {z.format('$', '$', 'fed_i', '$', '$')}\n" in shown
    assert not re.search(r" +$", shown, re.MULTILINE)


def test_one_step_can_be_asked_for(case_path, capsys):
    assert run_command_line(["walk", str(case_path("article-4-3-1")), "--step", "9"]) == 0
    assert capsys.readouterr().out.count("Step ") == 1


def make_reference(strict=None):
    return Reference(tolerance_bound, Truth({}, 0, "unknown"), strict or {})


def make_outcome(tmp_path, change=0.0, strict_change=0.0, reference=None, epochs=1):
    def run(language, arithmetic, added):
        trace = {"0/W1": np.ones((2, 3))}
        for epoch in range(1, epochs + 1):
            trace[f"{epoch}/loss"] = np.asarray(0.5)
            trace[f"{epoch}/W1"] = np.ones((2, 3)) + added
        return Run("made", language, arithmetic, trace, environment={"version": "1"})

    reference = reference or make_reference()
    pairs = {
        name: pair_runs(run("python", name, 0.0), run("r", name, added), reference)
        for name, added in (("native", change), ("strict", strict_change))
    }
    path = tmp_path / "made.json"
    return Outcome(path, "made", pairs, truth=reference.truth, reference=reference)


@pytest.mark.parametrize(
    ("change", "strict_change", "verdict", "says"),
    [
        (0.0, 0.0, "identical", "agree in all of 1 case, in every bit"),
        (1e-15, 0.0, "rounding", "every number has the same bits; in native arithmetic they"),
        (0.1, 0.0, "different", "differ in 1 of 1 case by more than rounding explains: made"),
        (0.0, 1e-15, "different", "differ in 1 of 1 case"),
    ],
)
def test_the_verdict_is_one_sentence_at_the_top(tmp_path, change, strict_change, verdict, says):
    outcome = make_outcome(tmp_path, change, strict_change)
    found, sentence = overall_verdict([outcome])
    assert found == verdict
    assert says in sentence
    page = report_page([outcome])
    first, dot, more = sentence.partition(". ")
    assert page.index(f"{first}{dot}<span>{more}</span>") < page.index("<section")


def test_a_chaotic_case_is_named_and_no_alarm(case_path):
    cases = [case_path(name) for name in ("chaotic-20-16-4", "one-1-1")]
    verdict, sentence = overall_verdict([verify_case(path) for path in cases])
    assert verdict == "chaotic"
    assert sentence.startswith("Python and R agree in all of 2 cases.")
    assert "except in chaotic-20-16-4: there rounding is amplified" in sentence


def test_a_failure_is_shown_with_its_first_difference(tmp_path):
    page = report_page([make_outcome(tmp_path, change=0.25)])
    assert 'id="failures"' in page
    assert "1/W1[0,0]" in page
    assert "1.25 (0x1.4p+0)" in page


def test_a_case_that_could_not_be_run_is_named_in_the_report(tmp_path):
    broken = Outcome(tmp_path / "broken.json", None, {}, "broken.json: not valid JSON")
    page = report_page([make_outcome(tmp_path), broken])
    assert "1 of 2 cases could not be run" in page
    assert "broken.json: not valid JSON" in page


def test_strict_bits_other_than_recorded_are_a_failure(tmp_path):
    reference = make_reference(strict={"1/loss": "another digest"})
    outcome = make_outcome(tmp_path, reference=reference)
    page = report_page([outcome])
    assert overall_verdict([outcome])[0] == "different"
    assert ">1/loss with other bits, 0/W1 and 1 more extra<" in page


def test_the_bound_of_rounding_is_drawn_where_the_runs_differ(tmp_path):
    drawn = "what rounding explains "
    assert drawn in report_page([make_outcome(tmp_path, 1e-15, epochs=4)])
    assert drawn not in report_page([make_outcome(tmp_path, epochs=4)])


def test_the_report_on_real_cases_is_complete_in_itself_and_small(case_path):
    outcomes = [verify_case(case_path(name)) for name in ("article-4-3-1", "xor-2-2-1")]
    page = report_page(outcomes)
    assert_self_contained(page)
    assert len(page.encode()) < 500_000
    assert page.count('role="img"') == 8
    assert "Python to the truth" in page
    assert "#0102" not in page
