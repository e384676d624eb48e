"""Which loop of a Python script is the training, and which names are assigned in it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from twinprop.check.aliases import is_whole_network, list_kind, split_quantity
from twinprop.ground.names import PARAMETERS

Loop = ast.For | ast.While
Function = ast.FunctionDef | ast.AsyncFunctionDef
GROWING = ("append", "insert", "extend", "reverse")
FORWARD = {"z", "a", "product"}
BACKWARD = {"e", "delta", "dW", "db"}


def assigned_by_functions(tree: ast.AST, loop: ast.AST) -> set[str]:
    """All names assigned in functions that a loop calls, by itself or through others."""
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    found: set[str] = set()
    reached, called = set[str](), _called_names(loop)
    while called - reached:
        reached |= called
        for function in functions:
            if function.name in called:
                found |= assigned_names(function)
                called |= _called_names(function)
    return found


def _called_names(tree: ast.AST) -> set[str]:
    names = {target_name(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return {name for name in names if name}


def assigned_names(tree: ast.AST) -> set[str]:
    """All names, fields and constant keys to which something in a tree is assigned."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(
            node.ctx, ast.Store
        ):
            name = target_name(node) or _built_key(node) or base_name(node)
            names |= {name} if name else set()
        if grown_list(node) is not None:
            names |= {base_name(grown_list(node)) or ""} - {""}
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


def grown_list(node: ast.AST | None) -> ast.expr | None:
    """The list to which a call such as `weights.append(w)` adds."""
    function = node.func if isinstance(node, ast.Call) else None
    grows = isinstance(function, ast.Attribute) and function.attr in GROWING
    return function.value if grows and isinstance(function, ast.Attribute) else None


def base_name(node: ast.AST | None) -> str | None:
    """The name of the array, list or dictionary in which an element is assigned."""
    return None if node is None else target_name(base_of(node))


def base_of(node: Any) -> Any:
    """The variable or field in which an element is assigned."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def find_training_loops(
    tree: ast.Module, known: Callable[[str], str | None], touched: dict[str, set[str]]
) -> dict[ast.AST, str]:
    """The training loop, and the loop over batches in it, each with its word.

    It updates parameters and computes steps; or, where the parameters have no names of their own,
    it computes steps forward and back, or forward and makes its parameters anew.
    """
    scopes = [tree, *(n for n in ast.walk(tree) if isinstance(n, Function))]
    loops = [loop for scope in scopes for loop in _loops_of(scope)]
    for one, other in ((set(PARAMETERS), FORWARD | {"e", "delta"}), (FORWARD, BACKWARD)):
        for loop in loops:
            found = _quantities_in(loop, known, touched)
            if one & found and other & found:
                return {loop: "epoch", **_batch_loop(loop, known, touched)}
    for loop in loops:
        if FORWARD & _quantities_in(loop, known, touched) and _renews_parameters(loop):
            return {loop: "epoch"}
    return {}


def _renews_parameters(loop: Loop) -> bool:
    """Whether it has a line such as `params = step(params, x, y)`."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign):
            name = target_name(node.targets[0])
            used = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
            if name in used and is_whole_network(name):
                return True
    return False


def _batch_loop(
    loop: Loop, known: Callable[[str], str | None], touched: dict[str, set[str]]
) -> dict[ast.AST, str]:
    """The loop over batches; after a forward pass a loop is rather one over layers."""
    for statement in loop.body:
        for node in ast.walk(statement):
            found = _quantities_in(node, known, touched) if isinstance(node, Loop) else set()
            if set(PARAMETERS) & found and FORWARD & found:
                return {node: "batch"}
        if FORWARD & _quantities_in(statement, known, touched):
            break
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


def touched_by_functions(
    tree: ast.Module, known: Callable[[str], str | None]
) -> dict[str, set[str]]:
    """Which kinds of quantities each function assigns, by itself or through others."""
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    touched: dict[str, set[str]] = {}
    for _ in range(len(functions) + 1):
        before = {name: set(kinds) for name, kinds in touched.items()}
        for function in functions:  # methods of several classes may have one name
            found = _quantities_in(function, known, touched)
            touched[function.name] = touched.get(function.name, set()) | found
        if touched == before:
            break
    return touched
