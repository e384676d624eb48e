"""The long sweep of everything: 1,000 networks of any activations, losses, optimizers, dropout."""

import os

import pytest

from twinprop.studies.sweep import find_wrong, summarize_sweep
from twinprop.studies.sweeping import sweep_networks

# A tenth of the other long sweep, whose networks take a tenth of the time.
NETWORKS = max(int(os.environ.get("SWEEP_NETWORKS", "10000")) // 10, 20)


@pytest.mark.slow
def test_everything_has_the_same_strict_bits_and_no_right_pair_is_called_different(
    r, record_property
):
    swept = sweep_networks(NETWORKS, seed=7, kind="everything")
    families = summarize_sweep(swept)
    for family in families:
        record_property("measured", f"sweep: {family}")
    assert [(one.index, one.sentence) for one in find_wrong(swept)] == []
    assert families[-1]["strict_differing"] == 0
    assert families[-1]["largest_share"] < 0.8
    assert families[-1]["chaotic"] < NETWORKS / 8
