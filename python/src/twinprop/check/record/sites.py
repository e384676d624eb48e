"""Where in the program something stands, and what is known of it from its text alone."""

from __future__ import annotations

import ast
from typing import Any

HOOKS, FLAG = "__twinprop__", "__twinprop_on__"


class Site:
    """One expression or statement."""

    __slots__ = (
        "column", "constant", "end_column", "end_line", "file", "keywords", "line", "op",
        "operands", "pushed", "puts", "scope", "texts",
    )  # fmt: skip

    def __init__(self, file: int, node: Any, scope: str, op: str = ""):
        self.file, self.op, self.scope = file, op, scope
        self.line, self.column = node.lineno, node.col_offset
        self.end_line = getattr(node, "end_lineno", None) or node.lineno
        self.end_column = getattr(node, "end_col_offset", None) or node.col_offset
        self.texts: list[str] = []
        self.operands: list[Any] = []  # ("constant", value), ("site", number), ("name", key), None
        self.pushed = (True, True)
        self.constant: Any = None
        self.keywords: tuple[str, ...] = ()
        self.puts = False

    def boxes(self, name: str) -> bool:
        """Whether a named argument is a number of the source."""
        return name in self.keywords


def is_constant(node: Any) -> bool:
    """Whether an expression is a number, a text or a list of them, written in the source."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        node = node.operand
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts) and all(is_constant(e) for e in node.elts)
    return isinstance(node, ast.Constant)


def constant_value(node: Any) -> Any:
    """The value of such an expression that is no list."""
    if isinstance(node, ast.UnaryOp):
        value = constant_value(node.operand)
        minus = isinstance(node.op, ast.USub) and isinstance(value, (int, float))
        return -value if minus else value
    return getattr(node, "value", None)


def describe_operand(node: Any, scope: str) -> Any:
    """What is known of an operand before it is rewritten; its site is known after."""
    if is_constant(node) and not isinstance(node, (ast.List, ast.Tuple)):
        value = constant_value(node)
        plain = value is None or isinstance(value, (int, float, str))
        return ("constant", value if plain else None)
    if isinstance(node, ast.Name):
        return ("name", (scope, node.id))
    if isinstance(node, ast.Attribute):
        return ("name", (scope, text_of(node)))
    return None


def text_of(node: Any) -> str:
    """The text of a target, such as `self.W1` or `w[i]`; nothing where it is long."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = text_of(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    if isinstance(node, ast.Subscript):
        inner, key = text_of(node.value), _text_of_key(node.slice)
        return f"{inner}[{key}]" if inner and key else ""
    if isinstance(node, ast.Starred):
        return ""
    return ""


def _text_of_key(node: Any) -> str:
    if type(node).__name__ == "Index":  # Python 3.8
        return _text_of_key(node.value)
    if isinstance(node, ast.Tuple):
        return ", ".join(_text_of_key(e) or "?" for e in node.elts)
    if isinstance(node, ast.Slice):
        low, high = (_text_of_key(e) if e else "" for e in (node.lower, node.upper))
        return f"{low}:{high}"
    if is_constant(node):
        return repr(constant_value(node))
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        sign = "+" if isinstance(node.op, ast.Add) else "-"
        left, right = _text_of_key(node.left), _text_of_key(node.right)
        return f"{left} {sign} {right}" if left and right else "?"
    return text_of(node) or "?"


def loops_of(tree: ast.AST) -> list[tuple[int, int]]:
    """The first and last lines of loops."""
    kinds = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp,
             ast.GeneratorExp)  # fmt: skip
    loops = [n for n in ast.walk(tree) if isinstance(n, kinds)]
    return [(n.lineno, n.end_lineno or n.lineno) for n in loops]


def loops_around(
    frame: Any, line: int, loops: dict[str, list[tuple[int, int]]]
) -> list[tuple[str, int, int]]:
    """The loops around that of a line, the innermost first: those of its callers come last."""
    found: list[tuple[str, int, int]] = []
    own = [o for o in loops.get(frame.f_code.co_filename, ()) if o[0] < line <= o[1]]
    while frame is not None:
        file = frame.f_code.co_filename
        found += [(file, *o) for o in sorted(own, key=lambda o: o[1] - o[0])]
        frame = frame.f_back
        if frame is not None:
            around = loops.get(frame.f_code.co_filename, ())
            own = [o for o in around if o[0] <= frame.f_lineno <= o[1]]
    return found
