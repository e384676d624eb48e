"""A text that is no JSON is refused in both languages at the same place with the same words."""

import pytest

from twinprop.engines.r_session import call_guarded
from twinprop.ground.errors import InputError
from twinprop.ground.files import read_json

END = "the end of the file; wanted"
TOO_LARGE = "beyond the range of float64; wanted a finite number"
FAULTS = [
    ("", "x.json is empty; wanted a JSON file"),
    (" \r\n\t", "x.json is empty; wanted a JSON file"),
    ('{"a": 1', f'1, column 8 is {END} "," or "}}"'),
    ('{"a": [1,\n', f"1, column 10 is {END} a value"),
    ('{"a', f"1, column 4 is {END} a closing quotation mark"),
    ('["a\\"', f"1, column 6 is {END} a closing quotation mark"),
    ('{\n"é":"😀", "b": NaN}', "2, column 15 is NaN; wanted a finite number"),
    ('{"a":\r\n [1, -Infinity]}', "2, column 6 is -Infinity; wanted a finite number"),
    ("[\r\r inf]", "3, column 2 is inf; wanted a finite number"),
    ("[1e308, 1e309]", f"1, column 9 is 1e309, {TOO_LARGE}"),
    ("[-1" + "0" * 309 + "]", "1, column 2 is -1" + "0" * 53 + f"..., {TOO_LARGE}"),
    ('{"a": 1, "a": 1e999}', f"1, column 15 is 1e999, {TOO_LARGE}"),
    ("[1, 2,]", '1, column 7 is "]"; wanted a value'),
    ('{"a": 1,}', '1, column 9 is "}"; wanted a key in quotation marks'),
    ("{a: 1}", '1, column 2 is "a"; wanted a key in quotation marks or "}"'),
    ("{'a': 1}", "1, column 2 is a single quotation mark; wanted a double one"),
    ('{"a" 1}', '1, column 6 is "1"; wanted ":"'),
    ('[1 "b"]', '1, column 4 is "b"; wanted "," or "]"'),
    ("[True]", '1, column 2 is "True"; wanted a value or "]"'),
    ("[.5]", '1, column 2 is ".5"; wanted a value or "]"'),
    ("[\v1]", '1, column 2 is "?1"; wanted a value or "]"'),
    ("[1] // so", "1, column 5 is a comment; wanted none, for JSON has no comments"),
    ("{}}", '1, column 3 is "}"; wanted the end of the file'),
    ('["a\tb"]', r"1, column 4 is a control character; wanted its code, such as \t"),
    ('["a\nb"]', "1, column 4 is the end of the line; wanted a closing quotation mark"),
    (r'["\x"]', r'1, column 3 is "\x"; wanted a code of JSON, such as \n, or \\'),
]


@pytest.mark.parametrize(("text", "sentence"), FAULTS)
def test_a_fault_is_named_with_its_line_and_column(text, sentence, r, tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(text.encode())
    with pytest.raises(InputError) as ours:
        read_json(path, "x.json:")
    with pytest.raises(InputError) as theirs:
        call_guarded("read_json", str(path), "x.json:")
    wanted = sentence if sentence.startswith("x.json") else f"x.json: line {sentence}"
    assert str(ours.value) == str(theirs.value) == wanted


@pytest.mark.parametrize(
    "text",
    ['[1e308, -1.7976931348623157e308, 1e-999, "1e999 // \\n"]', '{"a": [{}, []], "b": null}'],
)
def test_what_only_looks_like_a_fault_is_read(text, r, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(text)
    read_json(path, "x.json:")
    call_guarded("read_json", str(path), "x.json:")
