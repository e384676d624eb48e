"""A cluster of dask: the same rows as here, whoever is killed, and nothing counted twice."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from clusters import ended, scheduler, wait_for, worker
from distributed import Client, LocalCluster
from helpers import twinprop

from twinprop.engines.workers import worker_facts
from twinprop.ground.errors import InputError
from twinprop.studies.calibrate import rows_of_part, run_parts
from twinprop.studies.grid import _digests, _score_there
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


def client(parts, place):
    """A client in a process of its own, which says on standard error what it is refused for."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from twinprop.ground.errors import EngineError\n"
        "from twinprop.studies.calibrate import run_parts\n"
        "from twinprop.studies.parts import plan_parts\n"
        "parts = plan_parts(['sigmoid'], 21, 12, size=2)\n"
        "try:\n"
        f"    run_parts(parts, Path({str(parts)!r}), scheduler={str(place)!r})\n"
        "except EngineError as error:\n"
        "    sys.exit(str(error))\n"
    )
    return ended(subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE))


def test_a_client_that_is_killed_loses_no_part_that_was_written(cluster, here, tmp_path):
    with client(tmp_path, cluster.scheduler_address):
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
        client(parts, file) as asking,
    ):
        assert wait_for(lambda: len(list(parts.glob("*.parquet"))) >= 2)
        process.kill()
        _, said = asking.communicate(timeout=120)
    assert re.fullmatch(rb"the cluster is lost: .* the same words go on from what was kept\n", said)
    assert 2 <= len(list(parts.glob("*.parquet"))) < len(PARTS)
    run_parts(PARTS, parts, processes=1)
    assert list(read_parts(PARTS, parts)) == here


def test_a_grid_on_a_cluster_has_the_scores_of_this_machine(cluster, case_path):
    varied = ("--vary", "training.epochs=2,4", "--vary", "training.batch_size=10,89")
    words = ("grid", case_path("wine-13-8-3"), *varied, "--json", "-")
    alone = json.loads(twinprop(*words).stdout)
    done = twinprop(*words, "--scheduler", cluster.scheduler_address)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert len(found["points"]) == 4
    assert found["points"] == alone["points"]
    assert sum(one["processes"] for one in found["workers"]) in (1, 2)


def test_a_point_is_not_computed_from_other_data_than_is_here(tmp_path):
    """The data that the point names, not those of the case as it stands."""
    case = {"data": {"csv": "a.csv", "target": "y"}}
    (tmp_path / "case.json").write_text(json.dumps(case))
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x,y\n1,0\n")
    point = {"data.csv": "b.csv"}
    digests = _digests(tmp_path / "case.json", point)
    assert _score_there(lambda one: {"point": one}, (0, point, digests)) == {"point": point}
    (tmp_path / "b.csv").write_text("x,y\n1,1\n")
    with pytest.raises(InputError, match=r"has another .*b\.csv than is here, or none; put it"):
        _score_there(lambda one: {"point": one}, (0, point, digests))
