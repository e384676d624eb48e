"""Written arithmetic: native's numbers, and of every cell how it is made."""

import numpy as np
import pytest
from sums import value_of

from twinprop.arithmetic import native, written
from twinprop.arithmetic.writing import Cell, Whole, Writer
from twinprop.arithmetic.written import Written, given, made_within, name_all
from twinprop.cases.case import read_case, run_case
from twinprop.cases.paths import default_cases
from twinprop.ground.errors import EngineError

EVERY_CASE = sorted(path.stem for path in default_cases().glob("*.json"))
WRITER = Writer(most=10)


def formula(matrix):
    return "".join(p.name if isinstance(p, Whole) else p for p in WRITER.formula(matrix))


def cell(matrix, row=0, column=0):
    pieces = WRITER.cell(matrix, row, column)
    return "".join(f"{p.name}[{p.row},{p.column}]" if isinstance(p, Cell) else p for p in pieces)


def first_steps(path, arithmetic, steps):
    """What the first steps of a case compute, each with the samples of the first batch."""
    case = read_case(path)
    plan, data = case.plan, case.data
    size = plan.batch_size or len(data.x)
    x, y = data.x[:size], data.y[:size]
    if arithmetic is written:
        x, y = given(x, "x"), given(y, "y")
    if plan.epochs:
        plan = plan._replace(epochs=steps, record=list(range(1, steps + 1)), batch_size=None)
    data = data._replace(x=x, y=y, held_out_x=None, held_out_y=None)
    return run_case(case._replace(plan=plan, data=data), arithmetic)


def made_in(trace):
    """The matrices of a trace that were made, by name."""
    return name_all({key: m for key, m in trace.items() if isinstance(m, Written)})


@pytest.mark.parametrize("name", EVERY_CASE)
def test_the_numbers_of_the_first_steps_of_every_case_are_those_of_native(case_path, name):
    ours, theirs = (first_steps(case_path(name), each, 3) for each in (written, native))
    assert list(ours) == list(theirs)
    for key, values in theirs.items():
        assert np.asarray(ours[key]).tobytes() == np.asarray(values).tobytes(), key


@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_cell_of_every_matrix_of_every_case_says_how_it_is_made(case_path, name):
    trace = first_steps(case_path(name), written, 1)
    for key, matrix in made_in(trace).items():
        # That of the identity is 1 everywhere, that of the step 0.
        assert matrix.operation != "given" or "/slope" in key, key
        for place in np.ndindex(np.atleast_2d(matrix).shape):
            assert WRITER.cell(matrix, *place), key


@pytest.mark.parametrize("name", EVERY_CASE)
def test_what_is_written_of_a_cell_comes_to_its_number(case_path, name):
    trace = first_steps(case_path(name), written, 2)
    case = read_case(case_path(name))
    numbers = {"x": case.data.x, "y": case.data.y}
    numbers |= {key: np.atleast_2d(np.asarray(values)) for key, values in trace.items()}
    for key, matrix in made_in(trace).items():
        rows, columns = numbers[key].shape
        for place in {(0, 0), (rows - 1, columns - 1), (rows // 2, columns // 2)}:
            found = value_of(Writer(10**6).cell(matrix, *place), numbers)
            assert found == pytest.approx(numbers[key][place], rel=1e-11, abs=1e-15), key


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (lambda a, b: a - (b - a), "a − (b − a)"),
        (lambda a, b: a - b - a, "a − b − a"),
        (lambda a, b: a * (b / a), "a ∘ (b / a)"),
        (lambda a, b: 0.5 * (a - b) / 3.0, "0.5 · (a − b) / 3"),
        (lambda a, b: (a - b) * b, "(a − b) ∘ b"),
        (lambda a, b: written.tcrossprod(a, b) * a, "(a b^T) ∘ a"),
        (lambda a, b: written.crossprod(a, b) + 0.1 * b, "a^T b + 0.1 · b"),
        (lambda a, b: written.where(a <= 0.0, 0.0, a), "max(a, 0)"),
        (lambda a, b: written.where(a > 0.0, 1e-8, -0.5), "1e−8 if a > 0, else −0.5"),
        (lambda a, b: written.exp(-(a - b)), "e^{−(a − b)}"),
        (lambda a, b: written.sigmoid(a), "1 / (1 + e^{−a})"),
        (lambda a, b: a * np.ones_like(b), "a"),
        (lambda a, b: 0.0 - a, "−a"),
        (lambda a, b: 1.0 - a * a, "1 − a^2"),
    ],
)
def test_a_formula_has_brackets_where_the_order_asks_for_them(expression, expected):
    a, b = given(np.ones((2, 2)), "a"), given(np.ones((2, 2)), "b")
    assert formula(expression(a, b)) == expected


def test_a_square_is_written_once():
    a, b = given(np.ones((1, 2)), "a"), given(np.ones((1, 2)), "b")
    difference = a - b
    loss = 0.5 * written.total(difference * difference)
    assert formula(loss) == "0.5 · Σ (a − b)^2"
    assert cell(loss) == "0.5 · ((a[0,0] − b[0,0])² + (a[0,1] − b[0,1])²)"


def test_a_cell_that_may_be_negative_is_not_squared_without_brackets():
    a = given(np.full((1, 1), -3.0), "a")
    assert cell(a * a) == "a[0,0] · a[0,0]"


def test_a_row_that_stands_for_all_rows_is_named_in_every_row():
    z = written.matmul(given(np.ones((3, 1)), "x"), given(np.ones((1, 2)), "W"))
    assert cell(z + given(np.ones((1, 2)), "b"), 2, 1) == "x[2,0] · W[0,1] + b[0,1]"


def test_a_long_sum_is_cut():
    total = written.total(given(np.ones((3, 4)), "a"))
    assert cell(total).endswith("a[2,1] + … (2 more)")


def test_a_matrix_with_two_names_is_the_same_as_its_first():
    z = written.matmul(given(np.ones((1, 1)), "x"), given(np.ones((1, 1)), "W"))
    made = name_all({"z": z, "a": z, "e": z - 1.0})
    assert [formula(made[name]) for name in ("z", "a", "e")] == ["x W", "z", "a − 1"]


def test_what_is_made_within_ends_at_names():
    a = given(np.ones((1, 1)), "a")
    b = name_all({"b": a * a})["b"]
    assert [m.name or m.operation for m in made_within(written.exp(b) - a)] == [
        "subtract", "exp", "b", "a",
    ]  # fmt: skip


def test_a_sum_past_the_arithmetic_is_refused():
    with pytest.raises(TypeError, match=r"written arithmetic has no add\.reduce"):
        np.sum(given(np.ones((2, 2)), "a"))


def test_a_matrix_that_came_from_nowhere_is_no_formula():
    with pytest.raises(EngineError, match="a matrix without a name"):
        formula(given(np.ones((1, 2)), "a") * np.array([[1.0, 2.0]]))
