"""A class judged on a cluster of dask: the answers of this machine, whoever is killed."""

import json
import os
import pickle
import re
import signal

import pytest
from distributed import LocalCluster
from helpers import twinprop

from twinprop.check.many import Journal, check_many
from twinprop.check.many_elsewhere import Task, judge_beside
from twinprop.check.program import Plan
from twinprop.engines.workers import digest_file, gather_workers
from twinprop.ground.errors import InputError

MISTAKE = ("= d_output @ wout.T", "= E @ wout.T")


@pytest.fixture
def programs(shared_fixtures, tmp_path, monkeypatch):
    """The folder of a class; the test works above it."""
    folder = tmp_path / "class"
    folder.mkdir()
    scripts = shared_fixtures / "scripts"
    # Whoever runs them, they draw the same.
    right = (scripts / "article.py").read_text(encoding="utf-8")
    right = right.replace("default_rng()", "default_rng(1)")
    (folder / "wrong.py").write_text(right.replace(*MISTAKE), encoding="utf-8")
    (folder / "broken.py").write_text("def", encoding="utf-8")
    (folder / "empty.ipynb").write_text("", encoding="utf-8")
    (folder / "nowhere.py").symlink_to("nothing")
    (folder / os.fsdecode(b"\xff.py")).write_text("print(1)\n", encoding="utf-8")
    text = (scripts / "article.R").read_text(encoding="utf-8")
    (folder / "article.R").write_text(f"set.seed(1)\n{text}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture(scope="module")
def cluster(r):
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as made:
        yield made


def without_times(text):
    """The answers without what differs each time: seconds, and names of folders for a while."""
    answers = json.loads(re.sub(r"/twinprop-\w+/", "/twinprop/", text))["answers"]
    for answer in answers:
        for name in ("seconds", "processor"):
            answer.pop(name, None)
    return answers


def test_a_class_has_the_answers_of_this_machine(cluster, programs):
    words = ("check", "class", "--json", "-", "--jobs", 2)
    alone = twinprop(*words)
    done = twinprop(*words, "--scheduler", cluster.scheduler_address)
    assert (done.returncode, done.stderr) == (alone.returncode, "") == (1, "")
    assert without_times(done.stdout) == without_times(alone.stdout)
    (told,) = json.loads(done.stdout)["workers"]
    assert told["processes"] == 2
    assert [answer["verdict"] for answer in without_times(alone.stdout)].count("right") == 1


def test_where_a_worker_is_killed_each_program_has_one_answer_and_is_kept(cluster, programs):
    files, answered, helped = sorted(programs.glob("*.*")), [], []

    def kill_one(number, file, answer):
        if not answered:
            pid = int(helped[0]["worker"].rpartition("-")[2])
            os.kill(pid, signal.SIGKILL)
        answered.append((number, file, answer["verdict"]))

    journal = Journal("kept", Plan())
    check_many(files, Plan(), 1, journal, kill_one, cluster.scheduler_address, helped.append)
    assert sorted(answered)[:2] == [
        (0, files[0], "right"),
        (1, files[1], "not followed"),
    ]
    assert sorted(number for number, _, _ in answered) == list(range(len(files)))
    assert sum(one["processes"] for one in gather_workers(helped)) >= 2
    again = []
    # What is written down needs neither a cluster nor a worker.
    check_many(files, Plan(), 1, Journal("kept", Plan()), lambda *one: again.append(one), "nowhere")
    assert len(again) == len(files)


def test_a_program_that_lies_elsewhere_or_is_another_there_is_refused(programs):
    program = programs / "wrong.py"
    task = Task(0, b"class/wrong.py", digest_file(program), os.fsencode(programs.parent))
    program.write_text("another = 1\n", encoding="utf-8")
    for one in (task, task._replace(folder=b"/nowhere")):
        with pytest.raises(InputError, match=r"has another .*wrong\.py than is here, or none"):
            judge_beside(pickle.dumps(Plan()), one)
