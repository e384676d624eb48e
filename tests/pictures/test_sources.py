import pytest

from twinprop.ground.errors import EngineError
from twinprop.pictures.highlighting import highlight
from twinprop.pictures.sources import Label, python_statement, r_statement, twin_function


def test_a_statement_is_quoted_with_its_line_from_both_languages(repository):
    for find in (python_statement, r_statement):
        source = find(Label("slope"))
        line = (repository / source.file).read_text().splitlines()[source.line - 1]
        assert source.text in line
        assert line.endswith(" # slope")


@pytest.mark.parametrize("find", [python_statement, r_statement])
def test_a_statement_of_several_lines_is_quoted_whole_and_without_its_label(find):
    text = find(Label("p", "adam")).text
    assert text.count("\n") in (1, 3)
    assert "learning_rate" in text
    assert "power_2" in text
    assert "#" not in text


def test_a_function_is_quoted_without_its_documentation():
    source = twin_function("sigmoid_grad")
    assert '"""' not in source.python.text
    assert source.python.text.startswith("def sigmoid_grad(")
    assert source.r.text.startswith("sigmoid_grad <- function(")


@pytest.mark.parametrize("find", [python_statement, r_statement])
def test_a_line_that_is_not_there_any_more_is_an_error(find):
    with pytest.raises(EngineError, match='has no statement "# nothing" in backward any more'):
        find(Label("nothing", "backward"))


def test_source_is_escaped_when_it_is_coloured():
    made = highlight('x <- "<b>" # <i>', "r")
    assert "<b>" not in made
    assert "<i>" not in made
    assert '<span class="code-comment"># &lt;i&gt;</span>' in made
