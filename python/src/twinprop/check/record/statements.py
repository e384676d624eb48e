"""A program's syntax tree with hooks in it: statements.

The body of each function and loop stands twice behind a flag, watched and as it was written, so
that a long training runs on at full speed.
"""

from __future__ import annotations

import ast
from typing import Any

from .choices import decides, may_update, name_that_stays, returns
from .rewrite import OPERATORS, Expressions, copy, waits
from .sites import describe_operand, text_of

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Statements(Expressions):
    """Puts hooks around statements and into their expressions."""

    def block(self, body: list[Any]) -> list[Any]:
        """Statements, rewritten."""
        out: list[Any] = []
        outer = self.question
        kept = [name_that_stays(part, body[:i]) for i, part in enumerate(body)]
        for i, statement in enumerate(body):
            follows = returns(statement)
            is_if = isinstance(statement, ast.If)
            new = (
                self.decided(statement, kept[i], body[i + 1 :]) if is_if else self.visit(statement)
            )
            out.extend(new if isinstance(new, list) else [new])
            if follows:
                self.question = self.asked_last
        self.question = outer
        return out

    def both(self, at: Any, body: list[Any], first: list[Any] | None = None) -> list[Any]:
        """A body twice: the watched one, and the plain one."""
        plain = copy(body)
        watched = (first or []) + self.block(body)
        return [ast.copy_location(ast.If(self.flag(at), watched, plain), at)]

    def loop(self, n: Any, first: list[Any] | None = None) -> Any:
        """A loop with its body twice; watching may go on after it."""
        question, self.question = self.question, None
        n.body, n.orelse = self.both(n, n.body, first), self.block(n.orelse)
        self.question = question
        off = ast.copy_location(ast.UnaryOp(ast.Not(), self.flag(n)), n)
        again = self.after(n, self.hook("again", n, ast.copy_location(ast.Constant(n.lineno), n)))
        return [n, ast.copy_location(ast.If(off, [again], []), n)]

    def after(self, at: Any, call: Any) -> ast.stmt:
        """A hook as a statement."""
        return ast.copy_location(ast.Expr(call), at)

    def visit_FunctionDef(self, n: Any) -> Any:
        if any("jit" in ast.dump(d) for d in n.decorator_list):
            return n  # numba compiles what it is given
        outer, self.scope = self.scope, f"{self.scope}.{n.name}".lstrip(".")
        question, self.question = self.question, None
        n.args = self.visit(n.args)
        body, head = list(n.body), []
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            head.append(body.pop(0))
        declared = [d for b in body for d in declarations(b)]
        body = [_Without(declared).visit(b) for b in body]
        n.body = head + declared + (self.both(body[0], body) if body else [])
        self.scope, self.question = outer, question
        return n

    def visit_AsyncFunctionDef(self, n: Any) -> Any:
        return self.visit_FunctionDef(n)

    def visit_ClassDef(self, n: ast.ClassDef) -> Any:
        outer, self.scope = self.scope, f"{self.scope}.{n.name}".lstrip(".")
        n.body = self.block(n.body)
        self.scope = outer
        return n

    def visit_For(self, n: ast.For) -> Any:
        target = n.target
        names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        first = []
        if all(isinstance(t, ast.Name) for t in names):
            s = self.site(target)
            self.sites[s].texts = [t.id for t in names]  # type: ignore[attr-defined]
            loads = [ast.copy_location(ast.Name(t.id, ast.Load()), t) for t in names]  # type: ignore[attr-defined]
            first = [self.after(target, self.hook("w", target, s, *loads))]
        if not waits(n.iter):
            n.iter = self.hook("it", n.iter, self.site(n.iter), self.visit(n.iter))
        return self.loop(n, first)

    def visit_While(self, n: ast.While) -> Any:
        n.test = self.test(n.test)
        return self.loop(n)

    def visit_If(self, n: ast.If) -> Any:
        return self.decided(n, "", [])

    def decided(self, n: ast.If, name: str, following: list[Any]) -> Any:
        """A condition, the variable that keeps its number where it is false, and what follows."""
        outer, own = self.question, None
        if decides(n, following) and not waits(n.test):
            n.test, own = self.asked(n.test)
        else:
            n.test = self.test(n.test, may_update(n))
        self.question = own
        n.body, n.orelse = self.block(n.body), self.block(n.orelse)
        if name and own is not None:
            n.orelse = [self.keeping(n, name)]
        self.question, self.asked_last = outer, own
        return n

    def keeping(self, at: Any, name: str) -> ast.stmt:
        """A variable keeps its number of the source, as a comparison has decided."""
        s, whole = self.site(at), self.site(at, "choice")
        self.sites[s].texts, self.sites[s].operands = [name], [("site", whole)]
        load, store = (ast.copy_location(ast.Name(name, c()), at) for c in (ast.Load, ast.Store))
        value = self.hook("n", at, s, self.chosen(load, whole))
        return ast.copy_location(ast.Assign([store], value), at)

    def visit_Assert(self, n: ast.Assert) -> Any:
        n.test = self.test(n.test)
        return n

    def visit_match_case(self, n: Any) -> Any:
        n.guard = n.guard and self.test(n.guard)
        n.body = self.block(n.body)
        return n

    def visit_Return(self, n: ast.Return) -> Any:
        n.value = n.value and self.bound(n.value)
        return n

    def visit_AnnAssign(self, n: ast.AnnAssign) -> Any:
        if n.value is None or waits(n):
            return n
        s = self.site(n)
        self.sites[s].texts = [text_of(n.target)]
        n.value = self.hook("n", n.value, s, self.value(s, n.value))
        return n

    def value(self, s: int, v: Any) -> Any:
        """A value that is bound, with what is known of it at its site."""
        what = describe_operand(v, self.scope)
        new = self.bound(v)
        made = getattr(new, "twinprop_site", None)
        self.sites[s].operands.append(("site", made) if made is not None else what)
        return new

    def visit_Assign(self, n: ast.Assign) -> Any:
        if waits(n):
            return n
        target = n.targets[0]
        if len(n.targets) > 1:
            return self.several_targets(n)
        s = self.site(n)
        if isinstance(target, (ast.Tuple, ast.List)):
            return self.unpacked(s, n, target)
        self.sites[s].texts = [text_of(target)]
        if isinstance(target, ast.Subscript) and not _is_odd(target):
            n.value = self.hook("v", n.value, self.value(s, n.value))
            n.targets = [self.element(s, target)]
            return [n, self.after(n, self.hook("put", n, s))]
        n.value = self.hook("n", n.value, s, self.value(s, n.value))
        if isinstance(target, ast.Attribute):
            target.value = self.hook("oa", target.value, s, self.visit(target.value))
        return n

    def several_targets(self, n: ast.Assign) -> Any:
        """`a = b = v`: one after the other, where they are names."""
        if not all(isinstance(t, ast.Name) for t in n.targets):
            s = self.site(n)
            self.sites[s].texts = [text_of(t) for t in n.targets]
            n.value = self.hook("n", n.value, s, self.value(s, n.value))
            return n
        first, made = n.targets[0], []
        for k, target in enumerate(n.targets):
            load = ast.copy_location(ast.Name(first.id, ast.Load()), target)  # type: ignore[attr-defined]
            constant = describe_operand(n.value, self.scope) or ("",)
            value = n.value if k == 0 else copy(n.value) if constant[0] == "constant" else load
            one = ast.copy_location(ast.Assign([target], value), n)
            made.append((one, copy(n.value)))
        return [self.visit_Assign(one) for one, _ in made]

    def element(self, s: int, target: ast.Subscript) -> Any:
        """`o[key]` as a target whose parts are put on the stack."""
        self.at = target
        holder = self.hook("o", target.value, s, self.visit(target.value))
        key = self.hook("v", target, self.key(target.slice))
        return self.subscript(target, holder, key)

    def unpacked(self, s: int, n: ast.Assign, target: Any) -> Any:
        """`a, b[i] = v`."""
        site, elements = self.sites[s], target.elts
        plain = not any(isinstance(t, (ast.Starred, ast.Tuple, ast.List)) for t in elements)
        site.texts = [text_of(t) for t in elements] if plain else []
        puts = [k for k, t in enumerate(elements) if plain and isinstance(t, ast.Subscript)]
        puts = [k for k in puts if not _is_odd(elements[k])]
        site.puts = bool(puts)
        if isinstance(n.value, ast.Tuple) and plain and len(n.value.elts) == len(elements):
            n.value.elts = [self.value(s, v) for v in n.value.elts]
        else:
            n.value = self.visit(n.value)
            site.operands = [None] * len(elements)
        n.value = self.hook("m", n.value, s, n.value)
        if not puts:
            return n
        target.elts = [self.element(s, t) if k in puts else t for k, t in enumerate(elements)]
        numbers = ast.List([ast.Constant(k) for k in puts], ast.Load())
        return [n, self.after(n, self.hook("put", n, s, numbers))]

    def visit_AugAssign(self, n: ast.AugAssign) -> Any:
        target = n.target
        if waits(n) or (isinstance(target, ast.Attribute) and not _is_pure(target)):
            return n
        if isinstance(target, ast.Subscript):
            return n if _is_odd(target) else self.changed_element(n, target)
        s = self.site(n, OPERATORS.get(type(n.op).__name__, "?"))
        site = self.sites[s]
        site.texts = [text_of(target)]
        load = copy(target)
        load.ctx = ast.Load()
        site.operands.append(describe_operand(load, self.scope))
        n.value = self.hook("v", n.value, self.operand(s, n.value))
        more = [copy(load.value)] if isinstance(load, ast.Attribute) else []
        return [
            self.after(n, self.hook("lo", n, s, load)),
            n,
            self.after(n, self.hook("g", n, s, copy(load), *more)),
        ]

    def changed_element(self, n: ast.AugAssign, target: ast.Subscript) -> Any:
        """`x[i] += v`, where x and i are evaluated once."""
        s = self.site(n, OPERATORS.get(type(n.op).__name__, "?"))
        self.sites[s].texts = [text_of(target)]
        self.sites[s].operands.append(None)
        self.at = target
        held = self.hook("h", target, s, self.visit(target.value), self.key(target.slice))
        n.value = self.hook("v", n.value, self.operand(s, n.value))
        n.target = self.subscript(target, self.hook("ho", target), self.hook("hk", target))
        return [self.after(n, held), n, self.after(n, self.hook("hd", n, s))]


def declarations(node: Any) -> list[Any]:
    """The `global` and `nonlocal` of a function itself, which must come before all else."""
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return [node]
    if isinstance(node, SCOPES):
        return []
    return [d for child in ast.iter_child_nodes(node) for d in declarations(child)]


class _Without(ast.NodeTransformer):
    """Puts `pass` where something is taken out."""

    def __init__(self, out: list[Any]):
        self.out = out

    def visit(self, node: Any) -> Any:
        if any(node is d for d in self.out):
            return ast.copy_location(ast.Pass(), node)
        return node if isinstance(node, SCOPES) else self.generic_visit(node)


def _is_pure(node: Any) -> bool:
    """Whether an expression may be evaluated once more without an effect."""
    if isinstance(node, ast.Attribute):
        return _is_pure(node.value)
    if isinstance(node, ast.Subscript):
        return _is_pure(node.value) and _is_pure(node.slice)
    if isinstance(node, ast.BinOp):
        return _is_pure(node.left) and _is_pure(node.right)
    return isinstance(node, (ast.Name, ast.Constant))


def _is_odd(target: ast.Subscript) -> bool:
    return any(isinstance(x, ast.Starred) for x in ast.walk(target.slice))
