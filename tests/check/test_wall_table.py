"""The table of walls is made by running each attack."""

import pytest
import wall_table
from walls import STANDING

from twinprop.engines.sandbox import WALL_VARIABLE


@pytest.fixture
def few(monkeypatch):
    """Three of the attacks, for each takes a second or more; the variables stay as they were."""
    for variable in (WALL_VARIABLE, "MY_SECRET"):
        monkeypatch.setenv(variable, "")
    titles = ("empty your file", "leave one without a mark", "end itself")
    kept = tuple(one for one in wall_table.ATTACKS if one.title in titles)
    monkeypatch.setattr(wall_table, "ATTACKS", kept)


def test_each_attack_is_told_by_what_it_got(few):
    found = wall_table.rows()
    for wall in STANDING:
        assert [row[wall] for row in found.values()] == [
            "Read-only file system",
            "it ends",
            "status 137",
        ]
    assert [row["none"] for row in found.values()] == ["done", "it stays", "status 137"]
    table = wall_table.format_table({"I": found}).splitlines()
    assert table[0] == f"| what is tried | {' | '.join(f'I, {w}' for w in (*STANDING, 'none'))} |"
    assert table[2].startswith("| empty your file | ")
    assert len(table) == 5
