"""Each constraint of each formula: a good value passes, a bad one is refused, in both languages."""

import inspect

import numpy as np
import pytest

import twinprop
from twinprop import InputError
from twinprop.formulas.constraints import RELATIONS, RULES, constraints

TABLE = constraints()
ONE, WIDE = np.array([[0.5]]), np.array([[1.0, 0.0]])
NAN = np.array([[np.nan]])
AT = "in row 0, column 0, counted from 0; wanted finite numbers"
# By rule: a good value; bad ones with what is said of the argument.
VALUES = {
    "numbers": (ONE, [("a", '"a"; wanted finite numbers'), (None, "null; wanted finite numbers")]),
    "matrix": (ONE, [(np.zeros(2), "a vector; wanted a matrix of finite numbers")]),
    "outputs": (ONE, [(np.zeros(2), "no matrix; wanted a matrix, one row per sample")]),
    "number": (
        0.5,
        [("a", '"a"; wanted a finite number'), (np.nan, "NaN; wanted a finite number")],
    ),
    "not negative": (0.5, [(-1.0, "-1; wanted a number of at least 0")]),
    "share": (0.5, [(1.0, "1; wanted a number of at least 0 and less than 1")]),
    "whole": (2, [(0.5, "0.5; wanted a whole number from 1 to 2147483647")]),
    "arithmetic": (None, [("strict", '"strict"; wanted native or strict, not its name')]),
    "generator": (None, [(1.0, "1; wanted one of new_generator")]),
    "one of": (None, [(None, "null")]),
    "or null": (None, [("a", '"a"; wanted finite numbers')]),
    "each": ([ONE], [("a", '"a"; wanted a list of arrays')]),
    "outputs like": (ONE, [(WIDE, "1 x 2; wanted 1 x 1")]),
    "targets of": (ONE, [(WIDE, "1 x 2; wanted 1 x 1"), (NAN, f"NaN {AT}")]),
    "one per row of": (ONE, [(ONE.repeat(2, axis=0), "2 x 1; wanted 1 x 1"), (NAN, f"NaN {AT}")]),
    "at most": (0.25, [(9.0, "9; wanted a number of at most 0.5, as {} is")]),
}


def rule_of(constraint):
    return constraint if isinstance(constraint, str) else constraint[0]


BAD = [
    (formula, argument, bad, said)
    for formula, rules in TABLE.items()
    for argument, constraint in rules.items()
    for bad, said in VALUES[rule_of(constraint)][1]
]


def arguments_of(formula):
    return list(inspect.signature(getattr(twinprop, formula)).parameters)


def good(formula, generator):
    """What each argument may be; those that are absent here have a default that passes."""
    found = {"state": None} if "state" in arguments_of(formula) else {}
    for argument, constraint in TABLE[formula].items():
        rule = rule_of(constraint)
        value = generator if rule == "generator" else VALUES[rule][0]
        if value is not None:
            found[argument] = value
    return found


def sentence(formula, argument, said):
    constraint = TABLE[formula][argument]
    more = [] if isinstance(constraint, str) else constraint[1:]
    if rule_of(constraint) == "one of":
        return f"unknown {argument} {said}; known are {', '.join(more)}"
    verb = "has the shape" if said[0].isdigit() and " x " in said else "is"
    return f"{argument} {verb} {said.format(*more)}"


def test_every_rule_is_used_and_has_values():
    used = {rule_of(constraint) for rules in TABLE.values() for constraint in rules.values()}
    assert used == set(VALUES) == {*RULES, *RELATIONS}


def test_every_argument_but_the_state_of_an_optimizer_has_a_rule():
    for formula, rules in TABLE.items():
        wanted = [name for name in arguments_of(formula) if name != "state"]
        assert list(rules) == wanted, formula


@pytest.mark.parametrize("formula", TABLE)
def test_good_values_pass_and_give_the_same(r, formula):
    ours = getattr(twinprop, formula)(**good(formula, twinprop.new_generator(1)))
    theirs = r.call(formula, **good(formula, r.call("new_generator", 1)))
    if isinstance(ours, (float, np.ndarray)):
        np.testing.assert_allclose(np.ravel(theirs), np.ravel(ours), rtol=1e-15)


@pytest.mark.parametrize(("formula", "argument", "bad", "said"), BAD)
def test_a_bad_value_is_refused_in_the_same_sentence(r, formula, argument, bad, said):
    wanted = sentence(formula, argument, said)
    with pytest.raises(InputError) as ours:
        getattr(twinprop, formula)(**good(formula, twinprop.new_generator(1)) | {argument: bad})
    assert str(ours.value) == wanted
    with pytest.raises(InputError) as theirs:
        r.call(formula, **good(formula, r.call("new_generator", 1)) | {argument: bad})
    assert str(theirs.value) == wanted


def test_an_element_of_a_list_is_named(refused):
    said = refused(lambda: twinprop.l2_penalty([ONE, "a"], 1.0), "l2_penalty(list(1, 'a'), 1)")
    assert said == 'W2 is "a"; wanted finite numbers'
    said = refused(
        lambda: twinprop.gradient_descent([ONE], ["a"], None),
        "gradient_descent(list(1), list('a'), NULL)",
    )
    assert said == 'gradients is "a"; wanted finite numbers'
