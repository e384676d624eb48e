import pytest

from twinprop.ground.errors import EngineError
from twinprop.pictures.highlighting import highlight
from twinprop.pictures.sources import Place, python_statement, r_statement, twin_function


def test_a_statement_is_quoted_with_its_line_from_both_languages(repository):
    python = python_statement(Place("backward", "slope[i]"))
    r = r_statement(Place("backward", "slope_i"))
    for source in (python, r):
        lines = (repository / source.file).read_text().splitlines()
        assert source.text.splitlines()[0] in lines[source.line - 1]


def test_a_function_is_quoted_without_its_documentation():
    source = twin_function("sigmoid_grad")
    assert '"""' not in source.python.text
    assert source.python.text.startswith("def sigmoid_grad(")
    assert source.r.text.startswith("sigmoid_grad <- function(")


@pytest.mark.parametrize("find", [python_statement, r_statement])
def test_a_line_that_is_not_there_any_more_is_an_error(find):
    with pytest.raises(EngineError, match="backward assigns to nothing nowhere"):
        find(Place("backward", "nothing"))


def test_source_is_escaped_when_it_is_coloured():
    made = highlight('x <- "<b>" # <i>', "r")
    assert "<b>" not in made
    assert "<i>" not in made
    assert '<span class="code-comment"># &lt;i&gt;</span>' in made
