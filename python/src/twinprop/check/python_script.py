"""A Python script's syntax tree, rewritten so that a recorder sees every assignment.

`wh = f()` becomes `wh = recorder.assign("wh", line, scope, f())`, which returns what the variable
is to hold; after `wh += d`, `wh[i, j] = d` and `wh.append(d)` the whole variable is shown. The
training loop, the outermost loop that computes or updates known quantities, by itself or in
functions that it calls, begins each turn with `recorder.turn(...)`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from twinprop.check.aliases import NUMBERS, holds_gradients, holds_memory, is_parameter
from twinprop.check.loops import (
    assigned_by_functions,
    assigned_names,
    base_name,
    base_of,
    find_training_loops,
    grown_list,
    target_name,
    touched_by_functions,
)

RECORDER = "__twinprop_recorder__"


def rewrite_script(
    source: str, known: Callable[[str], str | None]
) -> tuple[ast.Module, set[str] | None]:
    """A script with the calls of the recorder in it.

    Parameters
    ----------
    source : str
        Its text.
    known : callable
        The quantity of a name, or None.

    Returns
    -------
    tuple of ast.Module and set of str
        To be compiled, with the name `RECORDER` defined; and the names assigned in the training
        loop, None where there is no such loop.
    """
    tree = ast.parse(source)
    touched = touched_by_functions(tree, known)
    loops = find_training_loops(tree, known, touched)
    loop = next(iter(loops), None)
    inside = None if loop is None else assigned_names(loop) | assigned_by_functions(tree, loop)
    tree = _Rewriter(known, loops).visit(tree)
    return ast.fix_missing_locations(tree), inside


class _Rewriter(ast.NodeTransformer):
    """Puts the recorder's calls into a tree."""

    def __init__(self, known: Callable[[str], str | None], loops: dict[ast.AST, str]):
        self.known = known
        self.loops = loops
        self.scope = ""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer, self.scope = self.scope, node.name
        self.generic_visit(node)
        arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        for name in self._given([a.arg for a in arguments]):
            value = self._call("setting", name, node.lineno, ast.Name(name, ast.Load()))
            at = 1 if ast.get_docstring(node) is not None else 0
            node.body.insert(at, ast.Assign([ast.Name(name, ast.Store())], value))
        self.scope = outer
        return node

    def _given(self, arguments: list[str]) -> list[str]:
        """Arguments that hold settings; all of a function that gets x and y (sigmoid does not)."""
        quantities = {name: self.known(name) for name in arguments if name != "self"}
        if {"x", "y"} <= set(quantities.values()):
            return list(quantities)
        return [name for name, quantity in quantities.items() if quantity in NUMBERS]

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        for target in node.targets:
            node.value = self._wrap(target, node.value, node.lineno)
        return [node, *(s for t in node.targets for s in self._show_elements(t, node.lineno))]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        self.generic_visit(node)
        if node.value is not None:
            node.value = self._wrap(node.target, node.value, node.lineno)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        return [node, self._show(node.target, node.lineno)]

    def visit_Expr(self, node: ast.Expr) -> Any:
        self.generic_visit(node)
        grown = grown_list(node.value)
        return node if grown is None else [node, self._show(grown, node.lineno)]

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        self.generic_visit(node)
        node.value = self._wrap(node.target, node.value, node.lineno)
        return node

    def visit_For(self, node: ast.For) -> Any:
        return self._visit_loop(node)

    def visit_While(self, node: ast.While) -> Any:
        return self._visit_loop(node)

    def _visit_loop(self, node: Any) -> Any:
        word = self.loops.get(node)
        literal = isinstance(node, ast.For) and not any(
            isinstance(n, (ast.Name, ast.Attribute)) and target_name(n) not in ("range", "np")
            for n in ast.walk(node.iter)
        )
        self.generic_visit(node)
        if word is None:
            return node
        if word == "epoch" and literal:
            node.iter = self._call("turns", "", node.lineno, node.iter)
        variables = ast.Call(ast.Name("locals", ast.Load()), [], [])
        node.body.insert(0, ast.Expr(self._call(f"{word}_turn", "", node.lineno, variables)))
        if word == "batch":
            return node
        variables = ast.Call(ast.Name("locals", ast.Load()), [], [])
        return [node, ast.Expr(self._call("finish", "", node.lineno, variables))]

    def _wrap(self, target: ast.expr, value: ast.expr, line: int) -> ast.expr:
        if isinstance(target, (ast.Tuple, ast.List)):
            wanted = self._names_in(target)
            return value if wanted is None else self._call("assign_all", wanted, line, value)
        name = self._name_of(target)
        return value if name is None else self._call("assign", name, line, value)

    def _names_in(self, target: ast.Tuple | ast.List) -> ast.List | None:
        """The names of a tuple's elements, nested as they are; None where one is starred."""
        names: list[ast.expr] = []
        for item in target.elts:
            inner = self._names_in(item) if isinstance(item, (ast.Tuple, ast.List)) else None
            names.append(inner or ast.Constant(self._name_of(item) or ""))
            if isinstance(item, ast.Starred):
                return None
        return ast.List(names, ast.Load())

    def _name_of(self, target: ast.expr) -> str | None:
        """The name of a target; `grads["W1"]` is dW1."""
        name = target_name(target)
        inside = isinstance(target, (ast.Attribute, ast.Subscript))
        quantity = self.known(name) if name and inside else None
        holder = base_name(getattr(target, "value", None)) or ""
        if inside and is_parameter(quantity) and holds_gradients(holder):
            return f"d{quantity}"
        if inside and holds_memory(holder):
            return f"memory.{name}"
        return name

    def _show_elements(self, target: ast.expr, line: int) -> list[ast.stmt]:
        if isinstance(target, ast.Subscript) and target_name(target) is None:
            return [self._show(target, line)]
        if isinstance(target, (ast.Tuple, ast.List)):
            return [s for t in target.elts for s in self._show_elements(t, line)]
        return []

    def _show(self, target: ast.expr, line: int) -> ast.stmt:
        whole = target if target_name(target) else base_of(target)
        name = self._name_of(whole)
        if name is None:
            return ast.Pass()
        text = ast.unparse(whole)
        value = ast.parse(text, mode="eval").body
        return ast.Expr(self._call("show", name, line, value))

    def _call(self, method: str, name: str | ast.expr, line: int, value: ast.expr) -> ast.Call:
        function = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
        first = ast.Constant(name) if isinstance(name, str) else name
        arguments = [first, ast.Constant(line), ast.Constant(self.scope), value]
        return ast.Call(function, arguments, [])
