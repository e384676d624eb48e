"""Why a case is chaotic: bits lost an epoch, and where no digit is left."""

import numpy as np
import pytest

from twinprop.cases.case import read_case
from twinprop.cases.random_everything import random_case_of_everything
from twinprop.comparing.chaos import Chaos, explain_chaos, fit_growth, relative_spreads
from twinprop.engines.document import Document


def grown(bits, epochs):
    return {epoch: min(1.0, 2.0 ** (bits * epoch - 53)) for epoch in epochs}


@pytest.mark.parametrize(("bits", "lost"), [(3.2, 15), (0.5, 99)])
def test_the_bits_and_the_epoch_are_those_that_were_put_in(bits, lost):
    """No digit is left from a spread of a tenth on: at 2^(bits epoch - 53) = 0.1."""
    found = fit_growth(grown(bits, range(1, 121)))
    assert found == Chaos(bits, None, lost, 0)
    assert bits * lost - 53 < np.log2(0.1) <= bits * (lost + 1) - 53


def test_epochs_that_were_not_looked_at_are_counted_too():
    assert fit_growth(grown(0.5, range(1, 121, 7))) == Chaos(0.5, None, 99, 0)


def test_the_spread_no_longer_counts_where_it_has_no_more_room_to_grow():
    wide = {epoch: min(spread, 0.02) for epoch, spread in grown(1.0, range(1, 200)).items()}
    assert fit_growth(wide) == Chaos(1.0, None, None, 1)
    assert fit_growth(wide).sentence == (
        "Training loses 1 bits an epoch; 1 digit of 16 is left at its end."
    )


def test_what_is_lost_in_one_epoch_is_no_rate():
    assert fit_growth({1: 2.0**-50, 2: 2.0**-3, 3: 2.0**-2}).sentence == (
        "Training loses 47 bits in epoch 2, as where a choice hangs on rounding; no digit is left."
    )


def test_nothing_is_said_of_a_spread_that_does_not_grow_or_is_not_seen():
    assert fit_growth({epoch: 1e-12 / epoch for epoch in range(1, 9)}) is None
    assert fit_growth({1: 0.0, 2: 0.0, 3: 0.0}) is None
    assert fit_growth({}) is None


def test_the_spread_of_an_epoch_is_that_of_its_last_batch_and_ends_with_infinite_values():
    def runs(size, spread):
        return np.array([[[size, size + spread]]])

    trace = {"0/W1": runs(1, 1), "1.1/W1": runs(1, 1), "1.2/W1": runs(4, 4e-3)}
    trace |= {"1.2/b1": runs(1, 1), "2.1/W1": runs(np.inf, 0)}
    found = relative_spreads(trace)
    assert list(found) == [1]
    assert found[1] == pytest.approx(1e-3 / np.sqrt(2), rel=2e-3)


def test_the_chaotic_case_loses_a_third_of_a_bit_an_epoch(case_path):
    found = explain_chaos(read_case(case_path("chaotic-20-16-4")))
    assert 0.25 < found.bits < 0.35
    assert (found.at_once, found.digits) == (None, 1)


def test_a_random_network_whose_choice_hangs_on_rounding_is_told_apart():
    document = Document("everything-1-45.json", random_case_of_everything(1, 45))
    found = explain_chaos(document.case)
    assert (found.at_once, found.lost_after) == (2, 1)
