"""A sweep in parts: what is written is what was found, for pandas too, and is not done twice."""

import math

import pandas as pd
import pytest

from twinprop.engines import workers
from twinprop.ground.errors import InputError
from twinprop.studies import sweeping
from twinprop.studies.parts import SIZE
from twinprop.studies.sweep import PlantedError, Swept
from twinprop.studies.sweep_parts import plan_sweep, rows_of_sweep, swept_of_rows, worker_of_row

WORKER = {name: name.upper() for name in workers.FACTS}


def network(index, **changed):
    plain = {
        "index": index,
        "family": "small",
        "depth": 2,
        "width": 7,
        "compared": 812,
        "strict_differing": 0,
        "native": "rounding",
        "sentence": "Normal: the largest difference, 1 ULP.",
        "share": 0.1 + 0.2,
        "share_at": "1/z1[2,1]",
        "shares": {"z": 0.1 + 0.2, "loss": 0.0},
        "shares_by_epoch": {1: 0.1, 50: 0.1 + 0.2},
        "planted": {"1/dW1": PlantedError(1e-14, 2e-13), "50/dW1": PlantedError(1e-13, 0.7)},
    }
    return Swept(**{**plain, **changed})


CHAOTIC = {
    "native": "chaotic",
    "share": 0.0,
    "share_at": None,
    "shares": {},
    "shares_by_epoch": {},
    "planted": {},
}
FOUND = [network(0), network(1, **CHAOTIC), network(2, share=math.inf, strict_differing=3)]


def test_networks_come_back_from_their_rows_as_they_were():
    rows = list(rows_of_sweep(FOUND, WORKER))
    assert swept_of_rows(rows) == FOUND
    assert [type(key) for key in swept_of_rows(rows)[0].shares_by_epoch] == [int, int]
    assert {frozenset(worker_of_row(row).items()) for row in rows} == {frozenset(WORKER.items())}


def test_parts_cover_the_networks_exactly_and_are_not_those_of_calibrate():
    parts = plan_sweep("sigmoid", 1, 2 * SIZE + 7, SIZE)
    assert [i for part in parts for i in part.indices] == list(range(2 * SIZE + 7))
    names = [part.name for part in parts]
    assert len(set(names)) == 3
    assert all(name.startswith("sweep-sigmoid-1-") for name in names)
    # A part of another size is another part, whatever it begins with.
    assert plan_sweep("sigmoid", 1, 3 * SIZE, SIZE)[2].name != names[2]


@pytest.fixture
def made_up(monkeypatch):
    """Pieces of work that take no time; which of them were asked for."""
    asked = []

    class Working:
        def __init__(self, function, given, processes, scheduler):
            self.given = given

        def __enter__(self):
            asked.extend(part.first for part in self.given)
            return (
                (part, [network(i) for i in part.indices], WORKER) for part in reversed(self.given)
            )

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(sweeping, "working", Working)
    return asked


def test_a_part_that_is_there_is_read_and_not_done_again(made_up, tmp_path):
    expected = [network(i) for i in range(SIZE + 3)]
    helped, counts = [], []
    for _ in range(2):
        found = sweeping.sweep_networks(
            SIZE + 3, on_network=counts.append, folder=tmp_path, on_worker=helped.append
        )
        assert found == expected
    assert made_up == [0, SIZE]
    assert counts == [0, 3, SIZE + 3, SIZE + 3]
    assert helped == [WORKER] * 4
    assert sweeping.sweep_networks(SIZE + 3) == expected  # in order, however they came


def test_parts_open_in_pandas_and_a_damaged_one_is_named(made_up, tmp_path):
    sweeping.sweep_networks(3, folder=tmp_path)
    (file,) = tmp_path.iterdir()
    table = pd.read_parquet(file)
    shares = table[table.measure == "share"].set_index("index").value
    assert shares.to_dict() == dict.fromkeys(range(3), 0.1 + 0.2)
    assert set(table.columns) >= {"kind", "seed", "code", "name", *workers.FACTS}
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match=r"is damaged .* remove it, and it is computed anew"):
        sweeping.sweep_networks(3, folder=tmp_path)
