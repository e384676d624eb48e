"""What users may give to formulas; twin of r/R/formulas_constraints.R.

The formulas themselves check nothing. constraints.json has, for each of them and for each of its
arguments, a rule of the table below, and what else the rule needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from twinprop.formulas.random_numbers import check_generator
from twinprop.ground.array_checks import (
    as_numbers,
    check_arithmetic,
    checked_by,
    checked_column,
    checked_like,
    checked_matrix,
    checked_outputs,
    checked_targets,
)
from twinprop.ground.case_checks import (
    check_integer,
    check_not_negative,
    check_number,
    check_range,
    check_share,
)
from twinprop.ground.errors import check_name, quote_value, refuse

Given = ParamSpec("Given")
Found = TypeVar("Found")

# Of a value and its name; a rule returns the value as the formula takes it, or refuses it.
RULES: dict[str, Callable[..., Any]] = {
    "numbers": as_numbers,
    "outputs": checked_outputs,
    "number": check_number,
    "not negative": check_not_negative,
    "arithmetic": lambda value, _: check_arithmetic(value),
    "one of": lambda value, name, *known: check_name(name, value, list(known)),
    "matrix": checked_matrix,
    "share": check_share,
    "whole": check_integer,
    "generator": lambda value, _: check_generator(value),
    "or null": lambda value, name, rule: None if value is None else RULES[rule](value, name),
    "each": lambda values, name, *more: checked_each(values, name, *more),
}
# Of a value and its name, and of another argument and its name.
RELATIONS: dict[str, Callable[..., Any]] = {
    "outputs like": lambda value, name, other, _: checked_like(value, name, other),
    "targets of": lambda value, name, other, _: checked_targets(value, name, other),
    "one per row of": lambda value, name, other, _: checked_column(value, name, other),
    "at most": lambda value, name, other, named: check_range(value, other, name, named),
}


def constraints() -> dict[str, dict[str, Any]]:
    """The table of constraints: formulas, arguments, rules."""
    text = Path(__file__).with_name("constraints.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def behind_checks(
    formula: Callable[Given, Found], rules_of: dict[str, Any]
) -> Callable[Given, Found]:
    """A formula that users call: its arguments are held to its constraints before."""
    names = list(signature(formula).parameters)
    return checked_by(
        lambda *given: check_given(dict(zip(names, given, strict=True)), rules_of), formula
    )


def check_given(given: dict[str, Any], rules_of: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call, by name, in the form that the formula takes."""
    given = dict(given)
    for name, constraint in rules_of.items():
        rule, *more = [constraint] if isinstance(constraint, str) else constraint
        if rule in RELATIONS:
            given[name] = RELATIONS[rule](given[name], name, given[more[0]], more[0])
        else:
            given[name] = RULES[rule](given[name], name, *more)
    return given


def checked_each(values: Any, name: str, rule: str, stem: str = "") -> list[Any]:
    """A list whose elements keep a rule; they are named by a stem, as W1, or as the list is."""
    if not np.iterable(values) or isinstance(values, (str, dict)):
        refuse(name, quote_value(values), "a list of arrays")
    return [RULES[rule](value, f"{stem}{i}" if stem else name) for i, value in enumerate(values, 1)]
