"""The sweep over random networks: what it draws, what it finds, and that it can find errors."""

import json
from itertools import pairwise

import numpy as np
import pytest

from twinprop.cases.case import read_case, run_case
from twinprop.cases.random_cases import FAMILIES, family_of, random_case
from twinprop.cases.random_everything import random_case_of_everything
from twinprop.comparing.comparison import compare_traces
from twinprop.comparing.rounding import rounding_bound
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES
from twinprop.engines.document import traces_in_r
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.initializers import INITIALIZERS
from twinprop.formulas.losses import LOSSES
from twinprop.formulas.optimizers import OPTIMIZERS
from twinprop.ground.errors import InputError
from twinprop.studies import sweep
from twinprop.studies.sweep import find_wrong, summarize_sweep, sweep_some
from twinprop.studies.sweeping import sweep_networks

NETWORKS, OF_EVERYTHING = 40, 24
CHAOTIC = 9  # from the first step on, of seed 1 of everything


def write_case(folder, index, seed=5):
    path = folder / f"sweep-{seed}-{index}.json"
    path.write_text(json.dumps(random_case(seed, index)))
    return path


def test_random_networks_have_no_strict_difference_and_no_native_one_beyond_rounding(r):
    swept = sweep_networks(NETWORKS, seed=11)
    assert [one.index for one in swept] == list(range(NETWORKS))
    assert find_wrong(swept) == []
    *families, everything = summarize_sweep(swept)
    assert [family["family"] for family in families] == list(FAMILIES)
    assert everything["networks"] == NETWORKS
    assert everything["strict_differing"] == 0
    assert everything["largest_share"] < 0.6
    assert everything["planted_first_always"] < 5e-13
    assert families[0]["planted_first_always"] < 1e-13


def test_networks_of_everything_have_no_strict_difference_and_no_native_one_beyond_rounding(r):
    swept = sweep_networks(OF_EVERYTHING, seed=3, kind="everything")
    assert find_wrong(swept) == []
    everything = summarize_sweep(swept)[-1]
    assert everything["strict_differing"] == 0
    assert everything["largest_share"] < 0.6
    assert everything["chaotic"] < OF_EVERYTHING / 4  # of the others something is said


def test_everything_there_is_is_drawn_and_makes_a_good_case(tmp_path):
    assert random_case_of_everything(1, 7) == random_case_of_everything(1, 7)
    activations, options, losses, moves, starts, batches = (set() for _ in range(6))
    for index in range(400):
        document = random_case_of_everything(1, index)
        path = tmp_path / f"everything-1-{index}.json"
        path.write_text(json.dumps(document))
        case = read_case(path)
        activations.update(layer.activation for layer in case.network)
        options.update(name for layer in case.network for name in layer.options)
        losses.add((case.plan.loss, case.plan.reduction, case.plan.l2 > 0))
        moves.add((case.plan.optimizer, bool(case.plan.options)))
        starts.add(document["initial"]["distribution"])
        drops = any(layer.dropout for layer in case.network)
        batches.add((case.plan.shuffle_seed is None, drops))
    assert activations == set(ACTIVATIONS)
    assert options == {option for known in ACTIVATIONS.values() for option in known.options}
    assert {name for name, _, _ in losses} == set(LOSSES)
    assert {penalty for _, _, penalty in losses} == {True, False}
    assert moves > {(name, False) for name in OPTIMIZERS} | {("adam", True), ("rmsprop", True)}
    assert starts == set(INITIALIZERS)
    assert len(batches) == 4


def test_the_networks_are_the_same_each_time_and_as_wide_and_deep_as_they_should_be(tmp_path):
    assert random_case(1, 7) == random_case(1, 7) != random_case(2, 7)
    depths, widths = set(), set()
    for index in range(400):
        document = random_case(1, index)
        units = [len(document["data"]["x"][0]), *(layer["units"] for layer in document["layers"])]
        fewest, most, widest = FAMILIES[family_of(index)]
        assert fewest <= len(document["layers"]) <= most
        assert max(units) <= widest
        assert any(a != b for a, b in pairwise(units))
        depths.add(len(document["layers"]))
        widths.update(units)
    assert depths == set(range(1, 7))
    assert widths == set(range(1, 65))


def test_a_planted_error_of_the_stated_size_is_found(r, tmp_path):
    for index in range(8):
        path = write_case(tmp_path, index)
        python, other = (running.run(path, name, "native").trace for name in LANGUAGES)
        bounds = rounding_bound(read_case(path)).bounds
        errors = sweep.smallest_errors(python, other, bounds, np.random.default_rng(1))
        assert errors
        for name, error in errors.items():
            place = tuple(int(i) // 2 for i in np.shape(python[name]))
            wrong = python[name].copy()
            wrong[place] += 1.001 * error.of_largest * np.abs(wrong).max()
            found = compare_traces({**python, name: wrong}, other, bounds)
            assert (found.first.name, found.first.index) == (name, place)


def test_a_wrong_result_of_one_language_is_counted_and_named(r, tmp_path, monkeypatch):
    def wrong(documents, arithmetics):
        traces = traces_in_r(documents, arithmetics)
        for trace in traces[0].values():
            trace["1/W1"] = trace["1/W1"] * (1 + 1e-9)
        return traces

    monkeypatch.setattr(sweep, "traces_in_r", wrong)
    swept, right = sweep_some(5, [2, 3])
    assert swept.native == "different"
    assert swept.strict_differing == run_case(read_case(write_case(tmp_path, 2)))["0/W1"].size
    assert "/W1, layer 1" in swept.sentence
    assert find_wrong([swept, right]) == [swept]


def test_the_largest_share_is_that_of_its_kind_and_a_kind_without_a_bound_has_none(r):
    swept, chaotic = sweep_some(1, [1, CHAOTIC], "everything")
    assert swept.share == max(swept.shares.values()) > 0
    assert {"z", "a", "loss", "dW", "db", "W", "b"} <= set(swept.shares)
    assert (chaotic.native, chaotic.shares) == ("chaotic", {})
    assert set(swept.shares_by_epoch) == {1, 50}
    assert swept.share == max(swept.shares_by_epoch.values())


def test_networks_in_one_call_of_r_are_those_that_are_run_one_by_one(r):
    assert sweep_some(5, [2, 0]) == [*sweep_some(5, [2]), *sweep_some(5, [0])]


def test_no_network_and_a_negative_seed_are_refused():
    for networks, seed in ((0, 1), (3, -1)):
        with pytest.raises(InputError, match="wanted at least 1 and at least 0"):
            sweep_networks(networks, seed)
    with pytest.raises(InputError, match='unknown kind "relu"'):
        sweep_networks(1, kind="relu")
