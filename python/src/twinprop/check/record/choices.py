"""Numbers of the source that a comparison decides between, as `1 if z > 0 else 0` does.

Such a number has no operands: where it goes, the comparison is what it was made of.
"""

from __future__ import annotations

import ast
from typing import Any

from .sites import constant_value, is_constant


def is_number(node: Any) -> bool:
    """Whether an expression is one number of the source."""
    listed = isinstance(node, (ast.List, ast.Tuple))
    return not listed and is_constant(node) and isinstance(constant_value(node), (int, float))


def is_question(node: Any) -> bool:
    """Whether a condition is one comparison."""
    return isinstance(node, ast.Compare) and len(node.ops) == 1


def decides(node: ast.If, following: list[Any]) -> bool:
    """Whether one comparison decides between numbers of the source, and nothing else.

    Numbers that are returned, there or by the statements that follow, or bound to one variable:
    where the other way gives a value, as in a relu, that is followed without a comparison.
    """
    own = [*node.body, *node.orelse]
    alone = len(node.body) == 1 and len(node.orelse) < 2  # else it is about more than a number
    if not alone or not is_question(node.test) or not any(_gives_number(part) for part in own):
        return False
    every = [part for statement in (*own, *following) for part in ast.walk(statement)]
    returned = [p.value for p in every if isinstance(p, ast.Return)]
    targets = {ast.dump(t) for p in own if isinstance(p, ast.Assign) for t in p.targets}
    bound = [
        p.value
        for statement in own
        for p in ast.walk(statement)
        if isinstance(p, ast.Assign) and any(ast.dump(t) in targets for t in p.targets)
    ]
    return all(is_choice(v) for v in (*returned, *bound))


def may_update(node: ast.If) -> bool:
    """Whether a condition may decide that something is changed: by a sum, a call, or the next turn.

    One that only shows or counts something does not.
    """
    return any(_changes(part) for part in (*node.body, *node.orelse))


def _changes(statement: Any) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return getattr(statement.value.func, "id", "") != "print"
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        return not is_constant(statement.value)
    return isinstance(statement, (ast.Continue, ast.For))


def is_choice(node: Any) -> bool:
    """Whether an expression is a number of the source, or one of several."""
    if isinstance(node, ast.IfExp):
        return is_choice(node.body) and is_choice(node.orelse)
    return is_number(node)


def _gives_number(statement: Any) -> bool:
    return isinstance(statement, (ast.Return, ast.Assign)) and is_number(statement.value)


def returns(node: Any) -> bool:
    """Whether what follows a statement is what happens where its condition is false."""
    return isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Return)


def name_that_stays(node: Any, before: list[Any]) -> str:
    """The variable that keeps its number of the source where a condition is false, or nothing."""
    if not isinstance(node, ast.If) or node.orelse or len(node.body) != 1:
        return ""
    bound = _names_of_numbers(node.body)
    return bound.pop() if bound and bound <= _names_of_numbers(before) else ""


def _names_of_numbers(statements: list[Any]) -> set[str]:
    plain = [s for s in statements if isinstance(s, ast.Assign) and is_number(s.value)]
    return {t.id for s in plain for t in s.targets if isinstance(t, ast.Name)}
