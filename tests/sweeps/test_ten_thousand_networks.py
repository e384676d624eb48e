"""The long sweep: 10,000 random networks, and the smallest error that is found in each family."""

import os

import pytest

from twinprop.harness.sweep import find_wrong, summarize_sweep, sweep_networks

# Fewer for a quick look: SWEEP_NETWORKS=500 make test-slow
NETWORKS = int(os.environ.get("SWEEP_NETWORKS", "10000"))

# An error of this size in one element, over the largest element of its gradient, is always found
# in the gradients of the first epoch.
ALWAYS_FOUND = {"small": 1e-12, "deep": 5e-12, "wide": 5e-12, "deep and wide": 1e-11}


@pytest.mark.slow
def test_no_strict_bit_differs_and_no_right_pair_is_called_different(r, capsys):
    swept = sweep_networks(NETWORKS)
    families = summarize_sweep(swept)
    with capsys.disabled():
        for family in families:
            print(family)
    assert [(one.index, one.sentence) for one in find_wrong(swept)] == []
    assert families[-1]["strict_differing"] == 0
    for family in families[:-1]:
        assert family["planted_first_always"] < ALWAYS_FOUND[family["family"]]
