import pytest

from twinprop.pictures.formulas import to_mathml, to_text
from twinprop.pictures.numbers import hex_number, short_number


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("z_1 = x W_1 + b_1", "z₁ = x W₁ + b₁"),
        ("a_12 = 1 / (1 + e^{-z_12})", "a₁₂ = 1 / (1 + e^(−z₁₂))"),
        ("e_1 = δ_2 W_2^T", "e₁ = δ₂ W₂ᵀ"),
    ],
)
def test_a_formula_is_written_in_one_line(formula, text):
    assert to_text(formula) == text


def test_a_formula_becomes_mathml_with_lowered_and_raised_signs():
    made = to_mathml("W_2^T - e^{-z_1}")
    assert "<msubsup><mi>W</mi><mn>2</mn><mo>⊤</mo></msubsup><mo>−</mo>" in made
    assert "<msup><mi>e</mi><mrow><mo>−</mo><msub><mi>z</mi><mn>1</mn></msub></mrow></msup>" in made


def test_what_stands_in_brackets_is_raised_as_a_whole():
    made = to_mathml("Σ (a - (b))^2")
    assert made.count("<msup>") == 1
    assert (
        "<msup><mrow><mo>(</mo><mi>a</mi><mo>−</mo><mo>(</mo><mi>b</mi><mo>)</mo><mo>)</mo>" in made
    )
    assert to_mathml(")^2") == "<math><mrow><msup><mo>)</mo><mn>2</mn></msup></mrow></math>"


def test_a_formula_cannot_bring_markup_into_a_page():
    assert "<script>" not in to_mathml("<script>_1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-12.0, "−12"),
        (0.12345, "0.123"),
        (-0.0005, "−0.001"),
        (0.00049, "4.9e−4"),
        (1e9, "1.0e9"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_short_numbers_have_three_decimals_or_a_power(value, text):
    assert short_number(value) == text


@pytest.mark.parametrize("value", [0.1, -2.5, 5e-324, 1.7976931348623157e308, 1.0])
def test_hex_numbers_read_back_as_the_same_double(value):
    assert float.fromhex(hex_number(value)) == value
