"""The report of a sweep: a page with three pictures, and a table."""

from dataclasses import replace

import pandas as pd
import pytest

from twinprop.comparing.rounding import RUNS
from twinprop.pictures.sweep.figures import draw_power, draw_rates, draw_shares
from twinprop.pictures.sweep.files import format_networks, write_sweep_report
from twinprop.studies.sweep import PlantedError, Swept, summarize_sweep

ONE = Swept(
    index=0,
    family="small",
    depth=2,
    width=5,
    compared=100,
    strict_differing=0,
    native="rounding",
    sentence="Normal.",
    share=0.21,
    share_at="1/z1[0,0]",
    shares={"z": 0.21},
    shares_by_epoch={1: 0.21, 50: 0.1},
    planted={"1/dW1": PlantedError(1e-14, 1e-13), "50.2/dW1": PlantedError(3e-12, 1e-11)},
)
SWEPT = [ONE, replace(ONE, index=1, family="deep", depth=4, width=8, share=0.37)]


def test_the_page_has_three_pictures_and_the_table_a_line_for_each_network(tmp_path):
    write_sweep_report(SWEPT, summarize_sweep(SWEPT), "sigmoid", tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text()
    assert page.count("<svg") == 3
    table = pd.read_csv(tmp_path / "report" / "networks.csv")
    assert table["depth"].tolist() == [2, 4]
    assert table["planted"].tolist() == [3e-12, 3e-12]


def test_the_pictures_say_the_largest_share_and_the_errors_that_are_found():
    assert "the largest is 0.37" in draw_shares(SWEPT).caption
    assert "for 4 gradients; all of up to 3.0e-12" in draw_power(SWEPT).caption
    assert f"Cases are run {RUNS} to 32 times" in draw_rates().caption


def test_networks_without_a_gradient_to_plant_in_are_drawn_too():
    chaotic = replace(ONE, native="chaotic", share=0.0, shares_by_epoch={}, planted={})
    assert "for 0 gradients." in draw_power([chaotic]).caption
    assert "the largest is 0.00" in draw_shares([chaotic]).caption
    assert format_networks([chaotic]).splitlines()[1].endswith(",chaotic,0.0,")


@pytest.mark.parametrize("width", [1, 3, 64])
def test_every_width_that_is_drawn_has_its_place(width):
    assert draw_shares([replace(ONE, width=width)])
