"""Runs in exact arithmetic: what is proved, what is agreed, and what is given up."""

import flint
import numpy as np
import pytest
from flint import arb

from twinprop.arithmetic.exact import exact
from twinprop.cases.case import read_case
from twinprop.engines import exact_run
from twinprop.engines.exact_run import common_bits, exact_trace, exact_values
from twinprop.ground.errors import InputError


@pytest.fixture
def article(case_path):
    case = read_case(case_path("article-4-3-1"))
    return case._replace(plan=case.plan._replace(epochs=100, record=[1, 100]))


def logistic_map(steps):
    """A chaotic map: each step loses a bit, and a ball more."""

    def compute(arithmetic, deadline):
        x = arithmetic.lift(np.array([[0.1]]))
        for _ in range(steps):
            x = 4.0 * x * (1.0 - x)
        return {"start": np.array([[0.1]]), "end": x}

    return compute


def test_the_precision_rises_until_everything_is_proved():
    trace = exact_values(logistic_map(60))
    assert trace.evidence == {"start": "proved", "end": "proved"}
    assert trace.bits == 256
    assert trace.agreed_bits == {}
    assert trace.values["end"].tolist() == [[float(logistic_map_in_balls(60))]]


def test_what_the_budget_does_not_prove_is_agreed_between_two_runs():
    trace = exact_values(logistic_map(40), max_bits=64)
    assert trace.evidence == {"start": "proved", "end": "agreed"}
    assert 80 <= trace.agreed_bits["end"] <= 128
    assert trace.values["end"].tolist() == [[float(logistic_map_in_balls(40))]]


def test_what_does_not_agree_is_refused_with_what_was_reached():
    with pytest.raises(InputError, match=r"value of end is not known: at 128 and 256 bits it has"):
        exact_values(logistic_map(300), max_bits=256)


def test_points_that_say_nothing_of_a_function_agree_with_nothing():
    trace = exact_values(
        lambda arithmetic, _: {"a": arithmetic.sigmoid(np.array([[-1e307, 1e307]]))}
    )
    assert trace.values["a"].tolist() == [[0.0, 1.0]]
    with exact(128, points=True) as arithmetic:
        value, _ = arithmetic.round(arithmetic.sigmoid(np.array([[-1e307, 1.0]])))
    np.testing.assert_allclose(value, [[np.nan, 0.7310585786300049]], rtol=1e-15)


def test_points_that_contradict_a_proof_are_not_believed():
    def compute(arithmetic, deadline):
        error = 1.0 if arithmetic.points and arithmetic.precision_bits < 1024 else 0.0
        proved = arithmetic.lift([[0.1]]) + error
        around_zero = arithmetic.exp([[1.0]]) * arithmetic.exp([[-1.0]]) - 1.0
        agreed = arithmetic.where(around_zero >= 2.0**-900, [[1.0]], [[2.0]])
        return {"proved": proved, "agreed": agreed}

    trace = exact_values(compute, max_bits=2048)
    assert trace.values["proved"].tolist() == [[0.1]]
    with pytest.raises(InputError, match="of proved is not known: at 256 and 512 bits it has 0"):
        exact_values(compute, max_bits=512)


def test_a_case_that_needs_more_than_half_of_the_memory_is_refused(article, monkeypatch):
    monkeypatch.setattr(exact_run, "present_memory", lambda: 2.0**17)
    with pytest.raises(InputError) as refused:
        exact_trace(article)
    assert str(refused.value) == (
        f"{article.id}: its exact values need about 0.0 GiB at 64 bits; the budget is 0.0 GiB of "
        "memory, half of what there is, so nothing was computed; use fewer units, samples or "
        "recorded epochs"
    )


def test_the_precision_is_not_doubled_beyond_the_memory(monkeypatch):
    monkeypatch.setattr(exact_run, "present_memory", lambda: 0.0)
    trace = exact_values(logistic_map(20))
    assert (trace.bits, trace.evidence["end"]) == (64, "agreed")


def test_no_time_leaves_one_run_with_balls_and_two_with_points():
    trace = exact_values(logistic_map(20), max_seconds=0.0)
    assert (trace.bits, trace.evidence["end"]) == (64, "agreed")


def test_the_first_run_is_ended_at_the_first_epoch_after_its_time(article):
    with pytest.raises(InputError) as refused:
        exact_trace(article, max_seconds=0.0)
    assert str(refused.value) == (
        f"{article.id}: its exact values are not proved after 0 seconds: at 64 bits epoch 1 of 100 "
        "was reached; allow more seconds, or train fewer epochs"
    )


class Clock:
    """Time that goes on by a second in each epoch, later by less, and otherwise stands still."""

    def __init__(self, later=1.0):
        self.now, self.later = 0.0, later

    def on_epoch(self, epoch, epochs, bits):
        self.now += 1.0 if self.now < 150.0 else self.later
        self.seen = (epoch, epochs, bits)

    def perf_counter(self):
        return self.now


def test_a_later_run_that_is_ended_leaves_what_was_proved_and_the_rest_to_agreement(
    article, monkeypatch
):
    monkeypatch.setattr(exact_run, "time", clock := Clock(later=0.5))
    monkeypatch.setattr(exact_run, "SLOWER", 0.0)
    # 100 s for balls at 64 bits, 50 s for half of those at 128 bits; 100 s for points.
    trace = exact_trace(article, max_seconds=150.0, on_epoch=clock.on_epoch)
    assert (trace.bits, clock.seen) == (64, (100, 100, 256))
    assert set(trace.evidence.values()) == {"proved", "agreed"}


def test_runs_with_points_are_ended_too(article, monkeypatch):
    monkeypatch.setattr(exact_run, "time", clock := Clock())
    with pytest.raises(
        InputError, match="neither proved nor agreed after 120 seconds: at 256 bits"
    ):
        exact_trace(article, max_seconds=120.0, on_epoch=clock.on_epoch)
    assert clock.seen == (21, 100, 256)


def test_a_comparison_decided_by_the_midpoint_is_agreed_but_not_proved():
    def compute(arithmetic, deadline):
        around_zero = arithmetic.exp([[1.0]]) * arithmetic.exp([[-1.0]]) - 1.0
        return {"choice": arithmetic.where(around_zero >= 2.0**-900, [[1.0]], [[2.0]])}

    trace = exact_values(compute, max_bits=512)
    assert trace.evidence == {"choice": "agreed"}
    assert trace.values["choice"].tolist() == [[2.0]]


def test_the_article_is_proved_over_its_first_hundred_epochs(article):
    trace = exact_trace(article)
    assert set(trace.evidence.values()) == {"proved"}
    assert list(trace.values)[:4] == ["0/W1", "0/b1", "0/W2", "0/b2"]
    assert flint.ctx.prec == 53


def test_the_refusal_names_the_case(article, monkeypatch):
    monkeypatch.setattr(exact_run, "AGREED_BITS", 257)
    with pytest.raises(InputError, match=f"^{article.id}: the exact value of "):
        exact_trace(article, max_bits=64)


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (arb(1), arb(1), 200),
        (arb(1), 1 + arb(2) ** -20, 20),
        (arb(0), arb(0), 200),
        (arb(2) ** -300, arb(0), 0),
        (arb(0), arb(2) ** -300, 0),
        (arb(1), arb(-1), 0),
        (arb("nan"), arb(1), 0),
    ],
)
def test_common_bits_count_from_the_leading_one(first, second, wanted):
    assert common_bits(first, second, 200) == wanted


def logistic_map_in_balls(steps):
    with flint.ctx.workprec(1000):
        x = arb(0.1)
        for _ in range(steps):
            x = 4 * x * (1 - x)
        assert x.rel_accuracy_bits() > 60
        return x


def test_a_count_made_from_an_undecided_comparison_is_not_called_proved():
    def count(arithmetic, deadline):
        third = 1.0 / arithmetic.lift(np.array([[3.0]]))
        is_larger = third * 3.0 > 1.0  # the ball around 1 lies on both sides
        return {"share": np.asarray(float(np.count_nonzero(is_larger)))}

    assert exact_values(count, max_bits=128).evidence["share"] == "agreed"
