"""A Python script's syntax tree, rewritten so that a recorder sees every assignment.

`wh = f()` becomes `wh = recorder.assign("wh", line, scope, f())`, which returns what the variable
is to hold; after `wh += d` and `wh[i, j] = d` the whole variable is shown. The training loop, the
outermost loop that computes or updates known quantities, by itself or in functions that it calls,
begins each turn with `recorder.turn(...)`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from twinprop.check.aliases import list_kind, split_quantity

RECORDER = "__twinprop_recorder__"
Loop = ast.For | ast.While
Function = ast.FunctionDef | ast.AsyncFunctionDef


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
    touched = _touched_by_functions(tree, known)
    loops = find_training_loops(tree, known, touched)
    loop = next(iter(loops), None)
    inside = None if loop is None else assigned_names(loop) | _assigned_by_functions(tree, loop)
    tree = _Rewriter(known, loops).visit(tree)
    return ast.fix_missing_locations(tree), inside


def _assigned_by_functions(tree: ast.AST, loop: ast.AST) -> set[str]:
    called = {target_name(n.func) for n in ast.walk(loop) if isinstance(n, ast.Call)}
    functions = [n for n in ast.walk(tree) if isinstance(n, Function) and n.name in called]
    return {name for function in functions for name in assigned_names(function)}


def assigned_names(tree: ast.AST) -> set[str]:
    """All names, fields and constant keys to which something in a tree is assigned."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(
            node.ctx, ast.Store
        ):
            name = target_name(node) or _built_key(node) or base_name(node)
            names |= {name} if name else set()
        if isinstance(node, ast.Dict):
            keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
            names |= {key for key in keys if isinstance(key, str)}
    return names


def _built_key(node: ast.AST) -> str | None:
    """A key such as "W" + str(layer) or f"W{layer}", for its first layer."""
    key = node.slice if isinstance(node, ast.Subscript) else None
    first = key.left if isinstance(key, ast.BinOp) else None
    first = key.values[0] if isinstance(key, ast.JoinedStr) and key.values else first
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return f"{first.value}1"
    return None


def target_name(node: ast.AST) -> str | None:
    """The name by which a target goes: a variable, a field, a constant key."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value if isinstance(node.slice.value, str) else None
    return None


def base_name(node: ast.AST) -> str | None:
    """The name of the array, list or dictionary in which an element is assigned."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return target_name(node)


def _base(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def find_training_loops(
    tree: ast.Module, known: Callable[[str], str | None], touched: dict[str, set[str]]
) -> dict[ast.AST, str]:
    """The training loop, and the loop over batches in it, each with its word."""
    for scope in [tree, *(n for n in ast.walk(tree) if isinstance(n, Function))]:
        for loop in _loops_of(scope):
            found = _quantities_in(loop, known, touched)
            if {"W", "b"} & found and (found & {"z", "a", "product", "e", "delta"}):
                inner = [
                    node
                    for node in ast.walk(loop)
                    if isinstance(node, Loop)
                    and node is not loop
                    and {"W", "b"} & _quantities_in(node, known, touched)
                    and _quantities_in(node, known, touched) & {"z", "a", "product"}
                ]
                return {loop: "epoch", **({inner[0]: "batch"} if inner else {})}
    return {}


def _loops_of(scope: ast.AST) -> list[Loop]:
    """The outermost loops of a module or function, not those of functions in it."""
    found: list[Loop] = []
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, Loop):
            found.append(node)
        elif not isinstance(node, Function):
            found += _loops_of(node)
    return found


def _quantities_in(
    node: ast.AST, known: Callable[[str], str | None], touched: dict[str, set[str]]
) -> set[str]:
    """Kinds of the quantities assigned in a tree, or in functions that it calls."""
    kinds = _kinds(assigned_names(node), known)
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            kinds |= touched.get(target_name(call.func) or "", set())
    return kinds


def _kinds(names: set[str], known: Callable[[str], str | None]) -> set[str]:
    # An unnumbered name such as W may be a list of all layers.
    quantities = {known(name) or list_kind(name) for name in names}
    return {split_quantity(q)[0] for q in quantities if q}


def _touched_by_functions(
    tree: ast.Module, known: Callable[[str], str | None]
) -> dict[str, set[str]]:
    """Which kinds of quantities each function assigns, by itself or through others."""
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, Function)}
    touched = {name: _kinds(assigned_names(node), known) for name, node in functions.items()}
    for _ in functions:
        touched = {
            name: touched[name] | _quantities_in(node, known, touched)
            for name, node in functions.items()
        }
    return touched


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
        for name in (a.arg for a in arguments):
            if self.known(name) in ("lr", "epochs", "batch_size"):
                value = self._call("setting", name, node.lineno, ast.Name(name, ast.Load()))
                at = 1 if ast.get_docstring(node) is not None else 0
                node.body.insert(at, ast.Assign([ast.Name(name, ast.Store())], value))
        self.scope = outer
        return node

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
            names = [target_name(t) or "" for t in target.elts]
            if any(isinstance(t, ast.Starred) for t in target.elts) or not any(names):
                return value
            wanted = ast.List([ast.Constant(name) for name in names], ast.Load())
            return self._call("assign_all", wanted, line, value)
        name = target_name(target)
        return value if name is None else self._call("assign", name, line, value)

    def _show_elements(self, target: ast.expr, line: int) -> list[ast.stmt]:
        if isinstance(target, ast.Subscript) and target_name(target) is None:
            return [self._show(target, line)]
        if isinstance(target, (ast.Tuple, ast.List)):
            return [s for t in target.elts for s in self._show_elements(t, line)]
        return []

    def _show(self, target: ast.expr, line: int) -> ast.stmt:
        whole = target if target_name(target) else _base(target)
        name = target_name(whole)
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
