import os
import stat
import subprocess
from functools import partial

import pytest

from twinprop.ground.errors import InputError
from twinprop.ground.files import fill_whole, read_json, write_whole


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "ä b.json"
    write_whole(path, "old")
    write_whole(path, "é")
    assert path.read_bytes() == "é".encode()
    assert os.listdir(tmp_path) == ["ä b.json"]


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_has_the_rights_that_any_other_has(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("")
    write_whole(tmp_path / "whole", "")
    assert rights(tmp_path / "whole") == rights(plain)


def test_a_file_keeps_its_rights_in_both_languages(r, tmp_path):
    path = tmp_path / "private.json"
    path.touch(0o600)
    write_whole(path, "python")
    assert rights(path) == 0o600
    r.call("write_whole", str(path), "r")
    assert (rights(path), path.read_text()) == (0o600, "r")


def test_a_link_stays_a_link_in_both_languages(r, tmp_path):
    link, path = tmp_path / "link.json", tmp_path / "file.json"
    link.symlink_to(path)
    write_whole(link, "python")
    assert path.read_text() == "python"
    r.call("write_whole", str(link), "r")
    assert (path.read_text(), link.is_symlink()) == ("r", True)


def test_a_name_may_be_as_long_as_the_system_lets_it(r, tmp_path):
    path = tmp_path / ("n" * 250 + ".json")
    write_whole(path, "python")
    r.call("write_whole", str(path), "r")
    assert path.read_text() == "r"


def test_a_pipe_is_written_to_and_not_replaced_in_both_languages(r, tmp_path):
    pipe = tmp_path / "a pipe"
    os.mkfifo(pipe)
    for write in (write_whole, partial(r.call, "write_whole")):
        with subprocess.Popen(["timeout", "30", "cat", pipe], stdout=subprocess.PIPE) as reader:
            write(str(pipe), "through")
            assert reader.communicate()[0] == b"through"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_when_writing_fails_the_old_file_is_still_there_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fail_half_way(temporary):
        with open(temporary, "w") as file:
            file.write("new, but no")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fill_whole(path, fail_half_way)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.csv"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("absent/a.json", "No such file or directory"), ("", "Is a directory")],
)
def test_what_cannot_be_written_is_named_with_the_reason(tmp_path, name, reason):
    with pytest.raises(InputError) as refused:
        write_whole(tmp_path / name, "")
    assert str(refused.value) == f"cannot write {tmp_path / name}: {reason}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; wanted a JSON file"),
        (b"\x89PNG\xff", "is not a text in UTF-8"),
        (b'{"a": 1, "a": 2}', 'has the key "a" twice; keep one'),
        (b"[" * 100_000, "is nested 100000 brackets deep; wanted at most 20"),
    ],
)
def test_a_file_that_is_no_json_is_named_with_the_reason(tmp_path, content, sentence):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"^x.json {sentence}"):
        read_json(path, "x.json")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"x\.json cannot be read \(No such file or directory\)"):
        read_json(tmp_path / "x.json", "x.json")


NUMBERS = {
    "-0": "-0.0",
    "-0.0": "-0.0",
    "-0e3": "-0.0",
    "7": "7.0",
    "5e-324": "5e-324",
    "1.7976931348623157e308": "1.7976931348623157e+308",
    "0.839396101051679": "0.839396101051679",
    "9007199254740993": "9007199254740992.0",
    "123456789012345678901234567890": "1.2345678901234568e+29",
}


def test_both_languages_read_numbers_as_the_nearest_doubles(r, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(f'{{"of a text -0, \\"-0": [{", ".join(NUMBERS)}]}}')
    ours, theirs = read_json(path, "x.json"), r.call("read_json", str(path), "x.json")
    assert list(ours) == list(theirs) == ['of a text -0, "-0']
    for found in (ours, theirs):
        (numbers,) = found.values()
        assert [repr(float(number)) for number in numbers] == list(NUMBERS.values())


def test_whole_numbers_stay_whole(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[7, -12]")
    assert [type(number) for number in read_json(path, "x.json")] == [int, int]
