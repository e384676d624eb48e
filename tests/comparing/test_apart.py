"""Files that bring their readers down are tried in another process, which ends for this one."""

import time

import h5py
import numpy as np
import pytest
import scipy.io

from twinprop.comparing.formats import apart, read_values
from twinprop.ground.errors import InputError

READERS = """
import os, signal, time

def hangs(place):
    while True:
        pass

def breaks_off(place):
    os.kill(os.getpid(), signal.SIGSEGV)

def eats(place):
    bytearray(1 << 50)

def refuses(place):
    raise ValueError("the process that asked will see it")

def talks(place):
    print("read\\nread")
"""


@pytest.fixture
def other(tmp_path, monkeypatch):
    """Try a file with a reader of a module that lies in a folder of its own."""
    (tmp_path / "bad_readers.py").write_text(READERS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(apart, "SECONDS", 2)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["x"] = np.arange(3.0)
    apart._other_process.cache_clear()
    yield lambda reader: apart.try_apart("bad_readers", reader, tmp_path / "x.h5")
    apart._other_process.cache_clear()


@pytest.mark.parametrize(
    ("reader", "sentence"),
    [
        ("hangs", "is damaged: reading it did not end in 2 seconds"),
        ("breaks_off", "is damaged: what reads it was broken off by the signal SIGSEGV"),
        ("eats", "is damaged: what reads it was broken off for want of memory"),
    ],
)
def test_a_file_that_brings_its_reader_down_is_one_sentence(other, reader, sentence, tmp_path):
    began = time.monotonic()
    with pytest.raises(InputError) as caught:
        other(reader)
    assert str(caught.value) == f"{tmp_path}/x.h5 {sentence}"
    assert time.monotonic() - began < 30
    # Another process serves what comes after it.
    assert read_values(tmp_path / "x.h5").arrays["x"].tolist() == [0, 1, 2]


def test_what_a_reader_refuses_or_prints_is_left_to_the_one_that_asks(other, tmp_path):
    other("refuses")
    other("talks")
    other("talks")
    assert read_values(tmp_path / "x.h5").arrays["x"].tolist() == [0, 1, 2]


def test_one_process_serves_many_files(other, tmp_path):
    process = apart._other_process()
    for _ in range(3):
        read_values(tmp_path / "x.h5")
    assert apart._other_process() is process
    assert process.poll() is None


def write_h5(path):
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(4.0)
        group = file.create_group("g")
        group.create_dataset("y", data=np.arange(64.0).reshape(8, 8), compression="gzip")
        file["t"] = np.array(["a", "bc"], dtype=object)


def write_mat(path):
    values = {"x": np.arange(4.0), "m": np.eye(3), "t": "text", "s": {"a": 1.0}}
    scipy.io.savemat(path, {**values, "c": np.array([1, "a"], dtype=object)})


# A byte changed in such a file has h5py, and hdf5r, run for ever, scipy run for ever or break off.
DAMAGED = [
    ("x.h5", write_h5, 7728, 127),
    ("x.mat", write_mat, 439, 1),
    ("x.mat", write_mat, 512, 128),
]


def damaged(folder, file, write, place, byte):
    path = folder / file
    write(path)
    content = bytearray(path.read_bytes())
    content[place] = byte
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("one", DAMAGED)
def test_a_damaged_file_of_each_kind_is_one_sentence(one, monkeypatch, tmp_path):
    monkeypatch.setattr(apart, "SECONDS", 2)
    path = damaged(tmp_path, *one)
    with pytest.raises(InputError) as caught:
        read_values(path)
    assert str(caught.value).startswith(f"{path} is damaged")


def test_r_refuses_a_file_on_which_its_library_runs_for_ever(r, tmp_path):
    path = damaged(tmp_path, *DAMAGED[0])
    said = r.evaluate(
        f"tryCatch(twinprop:::try_apart('{path}', seconds = 2), error = conditionMessage)"
    )
    assert said == f"{path} is damaged: reading it did not end in 2 seconds"
    path = tmp_path / "whole.h5"
    write_h5(path)
    assert r.evaluate(f"twinprop:::try_apart('{path}')") is None
    assert r.evaluate(f"twinprop::read_values('{path}')$x").tolist() == [0, 1, 2, 3]
