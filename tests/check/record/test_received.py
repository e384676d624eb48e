"""What comes back of a watched program is data: cut off, or written by the program itself."""

import json

import numpy as np
import pytest
from watching import run_watched

from twinprop.check.received import read_received
from twinprop.ground.errors import InputError


@pytest.fixture
def sent(program, tmp_path):
    out = tmp_path / "recording"
    run_watched(program("w = 0.5\nfor k in range(9):\n    w = w - 0.1 * w\n"), out)
    return out.read_bytes()


def test_the_end_of_a_program_belongs_to_its_recording(sent):
    graph = read_received(sent, "their.py")
    assert graph.header["status"] == "ok"
    assert graph.value(graph.size - 1) == pytest.approx(0.5 * 0.9**9)
    assert graph.names[graph.size - 1] == ["w"]


def test_a_program_that_was_ended_keeps_what_was_watched(sent):
    whole = read_received(sent, "their.py")
    length = sent.index(b"\n")
    block = 8 * json.loads(sent[:length])["block"]
    graph = read_received(sent[: length + 1 + block], "their.py")
    assert graph.header["status"] == "killed"
    assert graph.size == whole.size - 1
    graph = read_received(sent[:-4], "their.py")
    assert graph.header["status"] == "killed"


def test_nothing_was_sent_by_a_program_that_never_began():
    assert read_received(b"", "their.py") is None


@pytest.mark.parametrize(
    "forged",
    [
        b"x", b"{}\n", b"[]\n", b'{"block": -1}\n', b'{"block": "a"}\n', b"[" * 100_000 + b"\n",
        b'{"schema":"twinprop.recording","version":1,"block":0}\n', b"\xff\xfe\n", b"null\n",
        b'{"schema":"twinprop.recording","version":1,"block":9e99,"status":"running"}\n',
    ],
)  # fmt: skip
def test_a_forged_recording_is_refused_in_one_sentence(forged):
    with pytest.raises(InputError, match=r"recording of their\.py was cut off or changed"):
        read_received(forged, "their.py")


@pytest.mark.parametrize("cut", [10, 200, 900])
def test_a_recording_that_is_cut_off_early_is_refused(sent, cut):
    with pytest.raises(InputError, match="cut off"):
        read_received(sent[:cut], "their.py")


def test_a_node_cannot_be_made_of_a_later_one(sent):
    length = sent.index(b"\n")
    header = json.loads(sent[:length])
    header["nodes"]["args"][1] = [5]
    forged = json.dumps(header).encode() + sent[length:]
    with pytest.raises(InputError, match="changed on its way"):
        read_received(forged, "their.py")


def test_a_header_says_what_the_schema_of_recordings_asks(sent):
    header = read_received(sent, "their.py").header
    nodes = header["nodes"]
    lengths = {len(nodes[key]) for key in ("op", "site", "args", "shape", "at", "move")}
    assert len(lengths) == 1
    columns = ("file", "line", "column", "end_line", "end_column")
    assert len({len(header["sites"][key]) for key in columns}) == 1
    assert all(-1 <= s < len(header["sites"]["line"]) for s in nodes["site"])
    assert all(isinstance(a, (int, list)) for args in nodes["args"] for a in args)
    assert {type(text) for _, text, _ in header["names"]} == {str}
    assert header["files"] == ["their.py"]
    assert np.isfinite(header["seconds"])
