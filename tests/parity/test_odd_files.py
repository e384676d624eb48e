"""Files as other programs and systems leave them: both languages say the same of each."""

import json
import os
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest

from twinprop.cases.case import read_case
from twinprop.ground.errors import InputError, shorten_text
from twinprop.ground.files import read_text, write_whole

GOOD = Path(__file__).resolve().parents[2] / "shared_fixtures" / "bad_cases" / "drawn.json"


def say_alike(r, name, *given):
    """The sentence with which a function refuses something, in both languages."""
    function = {"read_case": read_case, "read_text": read_text, "write_whole": write_whole}[name]
    with pytest.raises(InputError) as ours:
        function(*given)
    with pytest.raises(InputError) as theirs:
        r.call(name, *map(str, given))
    assert str(theirs.value) == str(ours.value)
    return str(ours.value)


@pytest.mark.parametrize("marks", [1, 2, 3])
def test_any_number_of_byte_order_marks_is_no_mistake(marks, r, tmp_path):
    path = tmp_path / "drawn.json"
    path.write_bytes(b"\xef\xbb\xbf" * marks + GOOD.read_bytes())
    assert read_case(path).id == r.call("read_case", str(path))["id"] == "drawn"


def test_a_case_from_a_pipe_is_read(r, tmp_path):
    pipe = tmp_path / "drawn.json"
    os.mkfifo(pipe)
    for read in (lambda path: read_case(path).id, lambda path: r.call("read_case", path)["id"]):
        with subprocess.Popen(["sh", "-c", f"cat '{GOOD}' > '{pipe}'"]) as writer:
            assert read(str(pipe)) == "drawn"
        assert writer.returncode == 0


def test_data_from_a_pipe_are_refused_at_once(r, tmp_path):
    os.mkfifo(tmp_path / "table.csv")
    case = json.loads(GOOD.read_text())
    case["data"] = {"csv": "table.csv", "target": "kind"}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case))
    assert say_alike(r, "read_case", path) == (
        'case.json: data.csv is "table.csv", a pipe or a device; wanted a CSV file'
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x1f\x8b\x08", "is compressed by gzip; wanted a CSV file, unpacked"),
        (
            b"PK\x03\x04\x14",
            "is a zip archive, as a workbook of Excel is; wanted a CSV file, exported as text",
        ),
        ("a,b".encode("utf-16"), "is in UTF-16; wanted a CSV file, saved as UTF-8"),
        ("a\nü".encode("latin-1"), 'line 2, column 1 is the byte 0xFC, in latin-1 "ü"; wanted'),
        ("aé€ñ\nab".encode() + b"\xe2\x82", 'line 2, column 3 is the byte 0xE2, in latin-1 "â"; '),
        (b"a\xc3(bcd", 'line 1, column 2 is the byte 0xC3, in latin-1 "Ã"; wanted a CSV file, in '),
        (b"\xef\xbb\xbfa\xff", 'line 1, column 2 is the byte 0xFF, in latin-1 "ÿ"; wanted'),
        (b"a\r\nb\0c\xff", "line 2, column 2 is the byte 0x00; wanted a CSV file, in UTF-8"),
        (b"\x93a\x94", "line 1, column 1 is the byte 0x93; wanted a CSV file, in UTF-8"),
    ],
)
def test_what_is_no_text_in_utf_8_is_told_by_its_bytes(content, found, r, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert found in say_alike(r, "read_text", path, "x.csv", "a CSV file")


def test_a_name_that_is_not_utf_8_is_refused_and_shown(r, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")
    shutil.copy(GOOD, path)
    with pytest.raises(InputError) as refused:
        read_case(path)
    wanted = f'path is "{tmp_path}/<ff>.json", not in UTF-8; wanted one that is; rename it'
    assert shorten_text(path) in str(refused.value)
    assert r.evaluate(
        f"tryCatch(twinprop::read_case('{tmp_path}/\\xff.json'), error = conditionMessage)"
    ) == str(refused.value)
    assert len(wanted) > 58 or str(refused.value) == wanted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1.5\u00a0", "1.5<U+00A0>"),
        ("gro\u0308\u00dfe", "gro<U+0308>ße"),
        ("\u22121.5", "<U+2212>1.5"),
        ("\ufeffa", "<U+FEFF>a"),
        ("a\u202eb", "a<U+202E>b"),
        ("größe", "größe"),
        ("日本", "日本"),
        ("a\tb\x9b", "a?b?"),
    ],
)
def test_what_the_eye_would_miss_is_shown_by_its_code(text, shown, r):
    assert shorten_text(text) == r.call("shorten_text", text) == shown


def test_a_full_device_is_told(r):
    assert say_alike(r, "write_whole", "/dev/full", "a" * 100_000) == (
        "cannot write /dev/full: No space left on device"
    )


@pytest.mark.parametrize("command", ["python", "r"])
def test_a_file_that_does_not_fit_leaves_the_old_one(command, repository, tmp_path):
    path = tmp_path / "trace.json"
    path.write_text("old")
    program = {
        "python": (
            "from twinprop.ground.files import write_whole\n"
            "try: write_whole('trace.json', 'a' * 100000)\nexcept ValueError as e: print(e, end='')"
        ),
        "r": (
            "cat(tryCatch(twinprop:::write_whole('trace.json', strrep('a', 1e5)), "
            "error = conditionMessage))"
        ),
    }[command]
    start = {
        "python": f"'{repository}/.venv/bin/python' -c",
        "r": f"env R_LIBS='{repository}/.r-library' Rscript --vanilla -e",
    }[command]
    # A limit on files stands for a full disk: the system refuses the rest of the bytes.
    done = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; ulimit -f 16; exec {start} \"$0\"", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "cannot write trace.json: File too large")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["trace.json"]


def test_what_a_killed_writer_left_is_removed_when_it_is_old(r, tmp_path):
    for write in (write_whole, partial(r.call, "write_whole")):
        for name, age in {".twinprop-old.html": 7200, ".twinprop-new.html": 60}.items():
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (time.time() - age,) * 2)
        write(str(tmp_path / "page.html"), "page")
        assert sorted(os.listdir(tmp_path)) == [".twinprop-new.html", "page.html"]
