"""Ten kills of whoever works on a calibration: nothing is lost, and nothing is counted twice."""

import contextlib
import os
import random
import subprocess
import sys
import time

import pytest
from clusters import QUIET, ended, scheduler, wait_for, worker

from twinprop.studies.calibrate import rows_of_part
from twinprop.studies.parts import plan_parts, read_parts

WORDS = (["sigmoid", "everything"], 31, 240)  # more than is done before the last kill
SIZE = 2
WHO = ["worker", "client", "scheduler", "worker", "client"] * 2
CLIENT = """
from pathlib import Path
from twinprop.studies.calibrate import run_parts
from twinprop.studies.parts import plan_parts
run_parts(plan_parts({words[0]!r}, *{rest!r}, size={size}), Path({parts!r}), scheduler={file!r})
"""


class Company:
    """A scheduler, two workers and a client, of whom each is started again when it is gone."""

    def __init__(self, stack, folder):
        self.stack, self.folder, self.starts = stack, folder, 0
        self.file, self.parts = folder / "scheduler.json", folder / "parts"
        self.parts.mkdir()
        self.running = {}

    def start(self, name, begin):
        self.running[name] = self.stack.enter_context(begin)
        self.starts += 1

    def complete(self):
        one = {**os.environ, "OMP_NUM_THREADS": "1"}
        if self.gone("scheduler"):
            self.file.unlink(missing_ok=True)
            self.start("scheduler", scheduler(self.file))
            for name in ("worker 1", "worker 2"):  # they knew the one that is gone
                self.stop(name)
        for name in ("worker 1", "worker 2"):
            if self.gone(name):
                self.start(name, worker(self.file, **one))
        if self.gone("client"):
            text = CLIENT.format(
                words=WORDS, rest=WORDS[1:], size=SIZE, parts=str(self.parts), file=str(self.file)
            )
            words = [sys.executable, "-c", text]
            self.start("client", ended(subprocess.Popen(words, **QUIET)))

    def gone(self, name):
        return name not in self.running or self.running[name].poll() is not None

    def stop(self, name):
        if name in self.running:
            self.running[name].kill()
            self.running[name].wait()

    def written(self):
        """The parts that are there, and when they were written; not what a kill left half done."""
        return {path.name: path.stat().st_mtime_ns for path in self.parts.glob("[!.]*.parquet")}


@pytest.mark.slow
def test_whoever_is_killed_ten_times_each_network_is_counted_once(r, tmp_path, record_property):
    planned = plan_parts(*WORDS, size=SIZE)
    chance = random.Random(7)
    log, kept = [], {}
    with contextlib.ExitStack() as stack:
        company = Company(stack, tmp_path)
        company.complete()
        began = time.monotonic()
        for who in WHO:
            more = len(company.written())
            assert wait_for(lambda more=more: len(company.written()) > more, 200)
            time.sleep(chance.uniform(0, 2))
            name = who if who != "worker" else f"worker {chance.choice([1, 2])}"
            before = company.written()
            kept.update(before)
            company.stop(name)
            log.append(
                f"{time.monotonic() - began:6.1f} s: {name} killed, {len(before)} parts kept"
            )
            if who == "scheduler":  # the client says so and ends
                assert wait_for(lambda: company.gone("client"))
            company.complete()
        assert len(kept) < len(planned), "the work was done before the last kill"
        assert wait_for(lambda: company.gone("client"), 600)
        assert company.running["client"].returncode == 0
        written = company.written()
    log.append(f"{time.monotonic() - began:6.1f} s: {len(written)} of {len(planned)} parts")
    record_property("measured", "\n".join(log))
    assert {name: written[name] for name in kept} == kept  # none of them was done again
    expected = [
        {"kind": part.kind, "seed": part.seed, "code": part.code, **row}
        for part in planned
        for row in rows_of_part(part)
    ]
    assert list(read_parts(planned, company.parts)) == expected
    assert len(written) == len(planned)
