import os
import stat

import pytest

from twinprop.errors import InputError
from twinprop.harness.files import fill_whole, read_json, write_whole


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "ä b.json"
    write_whole(path, "old")
    write_whole(path, "é")
    assert path.read_bytes() == "é".encode()
    assert os.listdir(tmp_path) == ["ä b.json"]


def test_a_file_has_the_rights_that_any_other_has(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("")
    write_whole(tmp_path / "whole", "")
    assert stat.S_IMODE((tmp_path / "whole").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


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


def test_a_folder_that_is_absent_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot write .*absent/a\.json: No such file"):
        write_whole(tmp_path / "absent" / "a.json", "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not complete JSON: Expecting value at line 1, column 1"),
        (b'{"a": 1', "not complete JSON: .* at line 1, column 8"),
        (b"\x89PNG\xff", "not a text file in UTF-8"),
        (b'{"a": NaN}', 'NaN is not JSON; write it as "inf", "-inf" or "nan"'),
        (b'{"a": 1, "a": 2}', 'the key "a" is given twice'),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_json_is_named_with_the_reason(tmp_path, content, sentence):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"x.json.*{sentence}"):
        read_json(path)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*no\.json: No such file or directory"):
        read_json(tmp_path / "no.json")


def test_minus_zero_keeps_its_sign_and_long_numbers_their_value(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[-0, 7, 123456789012345678901234567890]")
    minus_zero, seven, long = read_json(path)
    assert str(minus_zero) == "-0.0"
    assert type(seven) is int
    assert long == 123456789012345678901234567890.0
