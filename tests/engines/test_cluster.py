"""Who may work on a cluster of dask: every refusal is one sentence with the way out."""

import os
import time

import pytest
from clusters import scheduler, worker
from distributed import LocalCluster

from twinprop.engines import cluster
from twinprop.engines.cluster import connect
from twinprop.engines.work import working
from twinprop.engines.workers import do_piece, gather_workers, worker_facts
from twinprop.ground.errors import EngineError, InputError


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """A scheduler, by its file."""
    file = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    with scheduler(file):
        yield file


def refusal(place):
    """The sentence with which a cluster is refused."""
    with pytest.raises((EngineError, InputError)) as caught, connect(str(place)):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


WITHOUT = "import sys; sys.path = [p for p in sys.path if not p.endswith('python/src')]"
ONE = {**os.environ, "OMP_NUM_THREADS": "1"}


def test_where_no_scheduler_answers_a_sentence_says_how_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "_SECONDS", 0.5)
    assert refusal("tcp://127.0.0.1:9").startswith("no scheduler of dask answers at tcp://127")
    (tmp_path / "scheduler.json").write_text('{"type": "Scheduler"}')
    assert "scheduler.json has no address of a scheduler" in refusal(tmp_path / "scheduler.json")
    (tmp_path / "scheduler.json").write_text("nonsense")
    assert "line 1, column 1 is" in refusal(tmp_path / "scheduler.json")
    for address in ("no such place", "::x", " ", "http://127.0.0.1:9"):
        began = time.monotonic()
        assert f"no scheduler of dask answers at {address};" in refusal(address)
        assert time.monotonic() - began < 10


def test_a_scheduler_without_a_worker_is_refused(here, monkeypatch):
    monkeypatch.setattr(cluster, "_SECONDS", 0.5)
    assert "has no worker; `dask worker --nthreads 1`" in refusal(here)


def test_a_worker_and_a_scheduler_with_other_versions_are_refused(r, here, monkeypatch):
    facts = {**worker_facts(), "numpy": "1.26.4", "code": "0123456789ab"}
    with worker(here, **ONE):
        monkeypatch.setattr(cluster, "worker_facts", lambda: facts)
        said = refusal(here)
        assert f"has code {worker_facts()['code']} and not 0123456789ab, numpy" in said
        assert said.endswith("and not 1.26.4; install the same there")
        monkeypatch.setattr(cluster, "package_version", lambda name: "1.2")
        assert "and not 1.2; install the same there" in refusal(here)


def test_a_worker_with_two_threads_or_with_threads_of_blas_is_refused(r, here):
    with LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=":0") as two:
        assert "has 2 threads, and R bears one" in refusal(two.scheduler_address)
    with worker(here, **{k: v for k, v in ONE.items() if not k.endswith("NUM_THREADS")}):
        assert "several threads; start it with OMP_NUM_THREADS=1" in refusal(here)


def test_a_worker_without_r_and_one_without_twinprop_are_refused(r, here):
    with worker(here, **{**ONE, "PATH": "/nowhere", "R_HOME": "/nowhere"}):
        assert "R is not installed" in refusal(here)
    with worker(here, WITHOUT, **ONE):
        assert "No module named 'twinprop'" in refusal(here)


def test_a_worker_that_came_later_does_no_work_where_it_is_not_fit(r):
    facts = worker_facts()
    assert do_piece(abs, facts, -3) == (3, facts)
    with pytest.raises(EngineError, match=r"has r .* and not 3\.0\.0; install the same there"):
        do_piece(abs, {**facts, "r": "3.0.0"}, -3)


def test_processes_are_counted_by_machine_each_once():
    one, two = ({"worker": f"a-{i}", "machine": "a", "r": "4"} for i in (1, 2))
    other = {"worker": "b-1", "machine": "b", "r": "4"}
    assert gather_workers([two, other, one, two]) == [
        {"processes": 2, "machine": "a", "r": "4"},
        {"processes": 1, "machine": "b", "r": "4"},
    ]


def end_at_once(number):
    os.kill(os.getpid(), 9)


def test_work_that_ends_each_worker_is_told_and_not_given_for_ever(r):
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as one,
        pytest.raises(EngineError, match="several workers ended over the same piece of work"),
        working(end_at_once, [1], scheduler=one.scheduler_address) as done,
    ):
        list(done)


def test_what_a_worker_fails_with_is_told_as_it_is(r, here):
    with (
        worker(here, **ONE),
        pytest.raises(FileNotFoundError, match="/nowhere/folder"),
        working(os.mkdir, ["/nowhere/folder"], scheduler=str(here)) as done,
    ):
        list(done)


def test_a_scheduler_without_twinprop_is_refused(r, tmp_path):
    file = tmp_path / "scheduler.json"
    with scheduler(file, WITHOUT), worker(file, **ONE):
        assert "No module named 'twinprop'" in refusal(file)
