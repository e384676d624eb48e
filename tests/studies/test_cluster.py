"""A cluster of dask: the same rows as here, whoever is killed, and nothing counted twice."""

import json
import os
import signal
import subprocess
import sys

import pytest
from clusters import ended, scheduler, wait_for, worker
from distributed import Client, LocalCluster
from helpers import twinprop

from twinprop.engines.workers import worker_facts
from twinprop.ground.errors import EngineError
from twinprop.studies.calibrate import rows_of_part, run_parts
from twinprop.studies.parts import plan_parts, read_parts

PARTS = plan_parts(["sigmoid"], 21, 12, size=2)


@pytest.fixture(scope="module")
def here(r):
    return [
        {"kind": part.kind, "seed": part.seed, "code": part.code, **row}
        for part in PARTS
        for row in rows_of_part(part)
    ]


@pytest.fixture(scope="module")
def cluster(r):
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as made:
        yield made


def worker_pids(cluster):
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_a_sweep_on_a_cluster_is_that_of_this_machine_and_tells_who_did_it(cluster, tmp_path):
    words = ("sweep", "--networks", 4, "--seed", 4, "--kind", "everything", "--json", "-")
    alone = json.loads(twinprop(*words, "--processes", 1).stdout)
    address = cluster.scheduler_address
    done = twinprop(*words, "--scheduler", address, "--parts", tmp_path / "parts")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["families"] == alone["families"]
    assert found["wrong"] == alone["wrong"]
    (told,) = found["workers"]
    facts = {name: value for name, value in worker_facts().items() if name != "worker"}
    assert told == {"processes": told["processes"], **facts}
    assert told["processes"] in (1, 2)
    (file,) = (tmp_path / "parts").iterdir()
    kept = file.stat().st_mtime_ns
    again = twinprop(*words, "--parts", tmp_path / "parts", DASK_SCHEDULER_ADDRESS=address)
    assert (again.returncode, json.loads(again.stdout)) == (0, found)
    assert file.stat().st_mtime_ns == kept


def test_a_worker_that_is_killed_is_made_up_for_and_no_row_is_lost(cluster, here, tmp_path):
    killed = []

    def kill_one(done):
        if done == 2 and not killed:
            killed.append(worker_pids(cluster)[0])
            os.kill(killed[0], signal.SIGKILL)

    run_parts(PARTS, tmp_path, on_part=kill_one, scheduler=cluster.scheduler_address)
    assert killed
    assert list(read_parts(PARTS, tmp_path)) == here


def test_a_client_that_is_killed_loses_no_part_that_was_written(cluster, here, tmp_path):
    program = (
        "from twinprop.studies.calibrate import run_parts\n"
        "from twinprop.studies.parts import plan_parts\n"
        "from pathlib import Path\n"
        "run_parts(plan_parts(['sigmoid'], 21, 12, size=2), "
        f"Path({str(tmp_path)!r}), scheduler={cluster.scheduler_address!r})\n"
    )
    with ended(subprocess.Popen([sys.executable, "-c", program])):
        assert wait_for(lambda: list(tmp_path.glob("*.parquet")))
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.parquet")}
    run_parts(PARTS, tmp_path, scheduler=cluster.scheduler_address)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in kept} == kept
    assert list(read_parts(PARTS, tmp_path)) == here


def test_where_the_scheduler_is_killed_a_sentence_says_so_and_the_same_words_go_on(here, tmp_path):
    file, parts = tmp_path / "scheduler.json", tmp_path / "parts"
    with (
        scheduler(file) as process,
        worker(file, **{**os.environ, "OMP_NUM_THREADS": "1"}),
        pytest.raises(EngineError, match=r"the cluster is lost .* the same words go on"),
    ):
        run_parts(
            PARTS,
            parts,
            on_part=lambda done: process.kill() if done == 2 else None,
            scheduler=str(file),
        )
    assert len(list(parts.glob("*.parquet"))) >= 2
    run_parts(PARTS, parts, processes=1)
    assert list(read_parts(PARTS, parts)) == here
