"""A program that cannot be judged ends in a sentence that says what to do."""

import pytest

from twinprop.check.endings import describe_ending


def header(text=None, line=3, language="python", used=None):
    message = {"file": 0, "line": line, "text": text} if text else None
    return {"message": message, "used": used or {}, "language": language}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "ModuleNotFoundError: No module named 'scipy'",
            "needs the package scipy on line 3, which",
        ),
        ("ModuleNotFoundError: No module named 'scipy'", "--python PATH"),
        ("EOFError: EOF when reading a line", "asks for input on line 3"),
        (
            "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
            "Python 2",
        ),
        ("NameError: name 'xrange' is not defined", "written in Python 2 on line 3"),
        ("MemoryError: ", "more memory than it may use on line 3: --memory MB gives it more"),
        ("Error: cannot allocate vector of size 80 Gb", "more memory than it may use on line 3"),
        ("SyntaxError: invalid syntax", "no valid Python on line 3: invalid syntax."),
        ("ValueError: shapes (3,2) and (3,2) not aligned", "stopped on line 3: ValueError: shapes"),
        ("Error: there is no package called ‘R6x’", 'install.packages("R6x")'),
        (
            "OSError: cannot write '/tmp/twinprop-a1_b2/space/work/out/w.npy' in "
            "/tmp/twinprop-a1_b2/space/work",
            "stopped on line 3: OSError: cannot write 'out/w.npy' in .",
        ),
        ("KeyError: '\x1b[2J'", "stopped on line 3: KeyError: ' [2J'"),
    ],
)
def test_what_ended_a_program_is_said_with_a_way_out(text, said):
    assert said in describe_ending(header(text), "their.py")


@pytest.mark.parametrize(
    "text",
    [
        "ModuleNotFoundError: No module named 'torch'",
        "ModuleNotFoundError: The module 'torch' is included in the Pyodide distribution, but",
        "Error in library(torch): there is no package called ‘torch’",
    ],
)
def test_in_a_browser_a_package_that_is_missing_is_told_as_what_it_is_there(monkeypatch, text):
    monkeypatch.setattr("sys.platform", "emscripten")
    said = describe_ending(header(text), "their.py")
    assert said.startswith("their.py needs the package torch on line 3, which is not here")
    assert "a machine of your own" in said
    assert "--python" not in said


def test_a_line_that_is_not_known_is_left_out():
    assert describe_ending(header("KeyError: 3", line=None), "a.py") == "a.py stopped: KeyError: 3"


def test_a_network_inside_a_framework_is_the_frameworks():
    said = describe_ending(header(used={"torch": 12}), "net.py")
    assert said.startswith("net.py is trained by torch (line 12): its gradients are torch's")


def test_a_program_that_ran_to_its_end_has_nothing_to_say():
    assert describe_ending(header(), "their.py") is None
