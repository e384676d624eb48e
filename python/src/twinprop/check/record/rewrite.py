"""A program's syntax tree with hooks in it: expressions. Statements are in statements.py.

`l * r` becomes `H.b(site, H.v(l) * H.v(r))`: the program multiplies, the hooks look on.
"""

from __future__ import annotations

import ast
import sys
from typing import Any

from .choices import is_choice, is_number, is_question
from .sites import FLAG, HOOKS, Site, constant_value, describe_operand, is_constant, text_of

OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "MatMult": "@", "Pow": "**",
    "FloorDiv": "//", "Mod": "%", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "USub": "neg",
    "UAdd": "pos", "Invert": "~", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Eq": "==",
    "NotEq": "!=",
}  # fmt: skip
MOVED_ATTRIBUTES = ("T", "flat", "real", "A", "A1", "mT", "values", "H")
OLD_INDEX = sys.version_info < (3, 9)


def copy(node: Any) -> Any:
    """A deep copy of a tree that keeps its places."""
    if isinstance(node, list):
        return [copy(x) for x in node]
    if not isinstance(node, ast.AST):
        return node
    new = type(node)(**{name: copy(value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(new, node) if hasattr(node, "lineno") else new


def waits(*nodes: Any) -> bool:
    """Whether an expression may leave its function in the middle."""
    stops = (ast.Yield, ast.YieldFrom, ast.Await)
    return any(isinstance(x, stops) for n in nodes if n is not None for x in ast.walk(n))


class Expressions(ast.NodeTransformer):
    """Puts hooks around expressions."""

    def __init__(self, sites: list[Site], file: int):
        self.sites, self.file, self.scope = sites, file, ""
        self.question: int | None = None  # the comparison that decides what is bound
        self.asked_last: int | None = None  # that of the last `if`

    def site(self, node: Any, op: str = "") -> int:
        """The number of a new site."""
        self.sites.append(Site(self.file, node, self.scope, op))
        return len(self.sites) - 1

    def hook(self, name: str, at: Any, *args: Any) -> Any:
        """A call of a hook, placed where an expression stands."""
        given = [ast.Constant(a) if a is None or isinstance(a, (int, str)) else a for a in args]
        holder = ast.Attribute(ast.Name(HOOKS, ast.Load()), name, ast.Load())
        call = ast.Call(holder, given, [])
        for new in (call, holder, holder.value, *given):
            if not hasattr(new, "lineno"):
                ast.copy_location(new, at)
        return call

    def flag(self, at: Any) -> ast.expr:
        """Whether the program is watched, as an expression."""
        return ast.copy_location(ast.Name(FLAG, ast.Load()), at)

    def operand(self, s: int, node: Any) -> Any:
        """An operand, rewritten, with what is known of it noted at its site."""
        what = describe_operand(node, self.scope)
        new = self.visit(node)
        made = getattr(new, "twinprop_site", None)
        self.sites[s].operands.append(("site", made) if made is not None else what)
        return new

    def pushed(self, s: int, node: Any) -> tuple[Any, bool]:
        """An operand that is put on the stack, unless it stands in the source."""
        new = self.operand(s, node)
        if (self.sites[s].operands[-1] or ("",))[0] == "constant":
            return new, False
        return self.hook("v", node, new), True

    def done(self, name: str, s: int, at: Any, *args: Any) -> Any:
        """The hook of a whole expression, which knows its site."""
        new = self.hook(name, at, s, *args)
        new.twinprop_site = s
        return new

    def visit_BinOp(self, n: ast.BinOp) -> Any:
        if waits(n):
            return n
        listed = any(isinstance(x, (ast.List, ast.Tuple)) for x in (n.left, n.right))
        if not listed and is_constant(n.left) and is_constant(n.right):
            return n
        s = self.site(n, OPERATORS.get(type(n.op).__name__, "?"))
        left, has_left = self.pushed(s, n.left)
        right, has_right = self.pushed(s, n.right)
        self.sites[s].pushed = (has_left, has_right)
        return self.done("b", s, n, ast.copy_location(ast.BinOp(left, n.op, right), n))

    def visit_UnaryOp(self, n: ast.UnaryOp) -> Any:
        if is_constant(n) or waits(n):
            return n
        if isinstance(n.op, ast.Not):
            n.operand = self.test(n.operand)
            return n
        s = self.site(n, OPERATORS[type(n.op).__name__])
        value, pushed = self.pushed(s, n.operand)
        if not pushed:
            return n
        return self.done("u", s, n, ast.copy_location(ast.UnaryOp(n.op, value), n))

    def visit_Compare(self, n: ast.Compare) -> Any:
        op = OPERATORS.get(type(n.ops[0]).__name__)
        if len(n.ops) > 1 or op is None or waits(n):
            return n if waits(n) else self.generic_visit(n)
        new, s = self.compared(n, op)
        return self.done("b", s, n, new)

    def compared(self, n: Any, op: str) -> tuple[ast.expr, int]:
        """A comparison of operands that are put on the stack, and its site."""
        s = self.site(n, op)
        left, has_left = self.pushed(s, n.left)
        right, has_right = self.pushed(s, n.comparators[0])
        self.sites[s].pushed = (has_left, has_right)
        return ast.copy_location(ast.Compare(left, n.ops, [right]), n), s

    def test(self, n: Any, updates: bool = False) -> Any:
        """A condition: its parts are looked at, the comparison itself decides only the way.

        It is kept where it may decide whether something is updated.
        """
        op = OPERATORS.get(type(n.ops[0]).__name__) if is_question(n) else None
        if updates and op is not None and not waits(n):
            new, s = self.compared(n, op)
            return self.hook("way", n, s, new)
        if isinstance(n, ast.Compare) and not waits(n):
            n.left, n.comparators = self.visit(n.left), [self.visit(c) for c in n.comparators]
            return n
        if isinstance(n, ast.BoolOp):
            n.values = [self.test(v, updates) for v in n.values]
            return n
        return self.visit(n)

    def asked(self, n: Any) -> tuple[ast.expr, int]:
        """A comparison that decides what is bound, which is kept, and its site."""
        new, s = self.compared(n, OPERATORS.get(type(n.ops[0]).__name__, "?"))
        return self.hook("q", n, s, new), s

    def chosen(self, n: Any, s: int) -> Any:
        """A number of the source that a comparison has decided for, or what a variable keeps."""
        return self.done("c", s, n, self.question, n)

    def visit_IfExp(self, n: ast.IfExp) -> Any:
        if waits(n):
            return n
        outer, s = self.question, self.site(n, "choice")
        if is_question(n.test) and is_choice(n):
            n.test, self.question = self.asked(n.test)
        else:
            n.test, self.question = self.test(n.test), None
        n.body, n.orelse = self.bound(n.body, s), self.bound(n.orelse, s)
        self.question = outer
        n.twinprop_site = s  # type: ignore[attr-defined]
        return n

    def visit_Attribute(self, n: ast.Attribute) -> Any:
        if not isinstance(n.ctx, ast.Load) or n.attr not in MOVED_ATTRIBUTES or waits(n):
            return self.generic_visit(n)
        s = self.site(n, f".{n.attr}")
        value = self.hook("v", n.value, self.visit(n.value))
        return self.done("t", s, n, ast.copy_location(ast.Attribute(value, n.attr, n.ctx), n))

    def key(self, n: Any) -> Any:
        """A subscript as an expression; slices are written as calls."""
        if type(n).__name__ == "Index":  # Python 3.8
            return self.key(n.value)
        if type(n).__name__ == "ExtSlice":
            parts = [self.key(d) for d in n.dims]
            return ast.copy_location(ast.Tuple(parts, ast.Load()), parts[0])
        if isinstance(n, ast.Slice):
            parts = [self.visit(p) if p else None for p in (n.lower, n.upper, n.step)]
            at = next((p for p in (n.lower, n.upper, n.step) if p), None) or self.at
            return self.hook("slice", at, *parts)
        if isinstance(n, ast.Tuple):
            return ast.copy_location(ast.Tuple([self.key(e) for e in n.elts], ast.Load()), n)
        return self.visit(n)

    def subscript(self, n: Any, value: Any, key: Any) -> Any:
        """`value[key]`, as the tree of this version of Python has it."""
        key = ast.Index(key) if OLD_INDEX else key
        return ast.copy_location(ast.Subscript(value, key, n.ctx), n)

    def visit_Subscript(self, n: ast.Subscript) -> Any:
        starred = any(isinstance(x, ast.Starred) for x in ast.walk(n.slice))
        if not isinstance(n.ctx, ast.Load) or waits(n) or starred:
            return n
        self.at = n
        plain = n.slice.value if OLD_INDEX and hasattr(n.slice, "value") else n.slice
        if isinstance(plain, ast.Constant) and isinstance(plain.value, str):
            n.value = self.visit(n.value)
            return n
        s = self.site(n, "[]")
        value = self.hook("v", n.value, self.visit(n.value))
        if is_constant(plain) and not isinstance(plain, (ast.Tuple, ast.List)):
            self.sites[s].pushed = (True, False)
            self.sites[s].constant = constant_value(plain)
            return self.done("x", s, n, self.subscript(n, value, plain))
        self.at = n
        key = self.hook("v", n, self.key(n.slice))
        return self.done("x", s, n, self.subscript(n, value, key))

    def visit_Call(self, n: ast.Call) -> Any:
        if waits(n):
            return n
        s = self.site(n, "call")
        if isinstance(n.func, ast.Attribute):
            self.sites[s].texts = [text_of(n.func.value)]
        function = self.hook("f", n.func, s, self.visit(n.func))
        args = [self.argument(s, k, a) for k, a in enumerate(n.args)]
        keywords = [self.keyword(s, k) for k in n.keywords]
        self.sites[s].keywords = tuple(k.arg for k in n.keywords if k.arg and is_constant(k.value))
        return self.done("e", s, n, ast.copy_location(ast.Call(function, args, keywords), n))

    def argument(self, s: int, k: int, a: Any) -> Any:
        """An argument, handed by the hook that notes it."""
        if isinstance(a, ast.Starred):
            self.sites[s].operands.append(None)
            inner = self.hook("sa", a, s, self.visit(a.value))
            return ast.copy_location(ast.Starred(inner, ast.Load()), a)
        if is_constant(a):
            value = constant_value(a) if not isinstance(a, (ast.List, ast.Tuple)) else None
            plain = value is None or isinstance(value, (int, float, str))
            display = isinstance(a, (ast.List, ast.Tuple))
            self.sites[s].operands.append(
                ("display",) if display else ("constant", plain and value)
            )
            return self.hook("a", a, s, k, a)
        return self.hook("a", a, s, k, self.operand(s, a))

    def keyword(self, s: int, k: ast.keyword) -> ast.keyword:
        """A named argument."""
        if k.arg is None:
            value = self.visit(k.value)
        else:
            inner = k.value if is_constant(k.value) else self.visit(k.value)
            value = self.hook("kw", k.value, s, k.arg, inner)
        return ast.copy_location(ast.keyword(k.arg, value), k.value)

    def bound(self, n: Any, s: int | None = None) -> Any:
        """A value that something will hold: a float of the source gets an object of its own."""
        if self.question is not None and is_number(n):
            return self.chosen(n, self.site(n, "choice") if s is None else s)
        if is_constant(n) and not isinstance(n, (ast.List, ast.Tuple)):
            if isinstance(constant_value(n), float):
                return self.done("k", self.site(n, "constant"), n, n)
            return n
        return self.visit(n)

    def visit_List(self, n: Any) -> Any:
        if isinstance(n.ctx, ast.Load):
            outer, self.question = self.question, None
            n.elts = [self.bound(e) for e in n.elts]
            self.question = outer
        return n

    def visit_Tuple(self, n: Any) -> Any:
        return self.visit_List(n)

    def visit_Dict(self, n: ast.Dict) -> Any:
        n.keys = [k and self.visit(k) for k in n.keys]
        n.values = [self.bound(v) for v in n.values]
        return n

    def visit_NamedExpr(self, n: ast.NamedExpr) -> Any:
        s = self.site(n)
        self.sites[s].texts = [n.target.id]
        n.value = self.hook("n", n.value, s, self.bound(n.value))
        return n

    def comprehension(self, n: Any) -> Any:
        """Both versions, of which the watched one is taken while the program is watched."""
        if waits(n):
            return n
        plain = copy(n)
        for g in n.generators:
            g.iter = self.hook("it", g.iter, self.site(g.iter), self.visit(g.iter))
            g.ifs = [self.test(i) for i in g.ifs]
        if isinstance(n, ast.DictComp):
            n.key, n.value = self.visit(n.key), self.bound(n.value)
        else:
            n.elt = self.bound(n.elt)
        return ast.copy_location(ast.IfExp(self.flag(n), n, plain), n)

    def visit_ListComp(self, n: Any) -> Any:
        return self.comprehension(n)

    def visit_SetComp(self, n: Any) -> Any:
        return self.comprehension(n)

    def visit_DictComp(self, n: Any) -> Any:
        return self.comprehension(n)

    def visit_GeneratorExp(self, n: Any) -> Any:
        return self.comprehension(n)

    def visit_Lambda(self, n: ast.Lambda) -> Any:
        if waits(n.body):
            return n
        plain = copy(n.body)
        n.args = self.visit(n.args)
        n.body = ast.copy_location(ast.IfExp(self.flag(n), self.bound(n.body), plain), n)
        return n

    def visit_JoinedStr(self, n: ast.JoinedStr) -> Any:
        for part in n.values:
            if isinstance(part, ast.FormattedValue) and not waits(part):
                s = self.site(part.value)
                part.value = self.hook("p", part.value, s, self.visit(part.value))
        return n

    def visit_arg(self, n: ast.arg) -> Any:
        return n  # an annotation is not computed with
