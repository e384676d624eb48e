import pytest

from twinprop.ground.names import name_element, parse_name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("0/W1", ("0", "W", 1)),
        ("5000/slope12", ("5000", "slope", 12)),
        ("3.2/dW2", ("3.2", "dW", 2)),
        ("1/loss", ("1", "loss", None)),
        ("held_out/accuracy", ("held_out", "accuracy", None)),
    ],
)
def test_a_name_has_a_step_a_kind_and_a_layer(name, parts):
    assert parse_name(name) == parts


@pytest.mark.parametrize(
    "name", ["", "W1", "1/", "/W1", "x/W1", "1/2", "1.2.3/W1", "١/W1", f"{10**10}/W1"]
)
def test_other_texts_are_no_names(name):
    assert parse_name(name) is None


def test_an_element_is_named_by_its_index_from_zero():
    assert name_element("5000/W2", (0, 1)) == "5000/W2[0,1]"
    assert name_element("1/loss", ()) == "1/loss"
