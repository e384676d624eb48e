"""A cluster of dask: the same rows as here, whoever is killed, and nothing counted twice."""

import os
import signal
import subprocess
import sys
import time

import pytest
from distributed import Client, LocalCluster

from twinprop.engines.cluster import connect
from twinprop.ground.errors import EngineError, InputError
from twinprop.studies.calibrate import rows_of_part, run_parts
from twinprop.studies.parts import plan_parts, read_parts
from twinprop.studies.sweeping import sweep_networks

PARTS = plan_parts(["sigmoid"], 21, 12, size=2)


@pytest.fixture(scope="module")
def here():
    return [
        {"kind": part.kind, "seed": part.seed, "code": part.code, **row}
        for part in PARTS
        for row in rows_of_part(part)
    ]


@pytest.fixture
def cluster():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


def worker_pids(cluster):
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


@pytest.mark.whole
def test_a_cluster_gives_what_this_process_gives_though_a_worker_is_killed(
    r, cluster, here, tmp_path
):
    killed = []

    def kill_one(done):
        if done == 2 and not killed:
            killed.append(worker_pids(cluster)[0])
            os.kill(killed[0], signal.SIGKILL)

    swept = sweep_networks(7, seed=4, scheduler=cluster.scheduler_address)
    assert swept == sweep_networks(7, seed=4, processes=1)
    run_parts(PARTS, tmp_path, on_part=kill_one, scheduler=cluster.scheduler_address)
    assert killed
    assert list(read_parts(PARTS, tmp_path)) == here


@pytest.mark.whole
def test_a_client_that_is_killed_loses_no_part_that_was_written(r, cluster, here, tmp_path):
    program = (
        "from twinprop.studies.calibrate import run_parts\n"
        "from twinprop.studies.parts import plan_parts\n"
        "from pathlib import Path\n"
        "run_parts(plan_parts(['sigmoid'], 21, 12, size=2), "
        f"Path({str(tmp_path)!r}), scheduler={cluster.scheduler_address!r})\n"
    )
    client = subprocess.Popen([sys.executable, "-c", program])
    until = time.monotonic() + 120
    while not list(tmp_path.glob("*.parquet")) and time.monotonic() < until:
        time.sleep(0.05)
    client.kill()
    client.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.parquet")}
    assert kept
    run_parts(PARTS, tmp_path, scheduler=cluster.scheduler_address)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in kept} == kept
    assert list(read_parts(PARTS, tmp_path)) == here


@pytest.mark.whole
def test_where_the_scheduler_is_killed_a_sentence_says_so_and_the_same_words_go_on(
    r, here, tmp_path
):
    """The scheduler in a process of its own, and workers that reach it by its file."""
    file = tmp_path / "scheduler.json"
    words = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", str(file)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*words, "--port", "0", "--no-dashboard"], **quiet)
    until = time.monotonic() + 60
    while not file.is_file() and time.monotonic() < until:
        time.sleep(0.1)
    helper = subprocess.Popen(
        [*worker, "--scheduler-file", str(file), "--no-dashboard", "--death-timeout", "20"], **quiet
    )
    parts = tmp_path / "parts"
    try:
        with pytest.raises(EngineError, match="the cluster is lost"):
            run_parts(
                PARTS,
                parts,
                on_part=lambda done: scheduler.kill() if done == 2 else None,
                scheduler=str(file),
            )
    finally:
        for process in (scheduler, helper):
            process.kill()
            process.wait()
    assert len(list(parts.glob("*.parquet"))) >= 2
    run_parts(PARTS, parts, processes=1)
    assert list(read_parts(PARTS, parts)) == here


@pytest.mark.whole
def test_a_worker_with_two_threads_is_refused(r):
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None
        ) as cluster,
        pytest.raises(EngineError, match="has 2 threads, and R bears one"),
        connect(cluster.scheduler_address),
    ):
        pass


def test_where_no_scheduler_answers_a_sentence_says_how_to_start_one(monkeypatch):
    monkeypatch.setattr("twinprop.engines.cluster._SECONDS", 0.5)
    with (
        pytest.raises(InputError, match="no scheduler of dask answers"),
        connect("tcp://127.0.0.1:9"),
    ):
        pass
