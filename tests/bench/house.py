"""Count the house: rooms, floors, imports between them, circles, and lines of formulas.

    .venv/bin/python tests/bench/house.py [SOURCE]

SOURCE is a folder with the package twinprop, by default this checkout's; another commit's can be
had by `git worktree add`. A room is a folder of the package, or a module that lies in no folder.
Imports count wherever they stand, in a function and under TYPE_CHECKING, too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

Graph = dict[str, set[str]]
FORMULAS = (
    *("activations", "losses", "optimizers", "initializers", "metrics", "network", "layers"),
    *("backpropagation", "backward", "passes", "training"),
)

HOMES = (".formulas", ".network")


def read_modules(source: Path) -> dict[str, ast.Module]:
    """The modules of the package by name, the package itself apart."""
    found = {}
    for path in sorted((source / "twinprop").rglob("*.py")):
        name = ".".join(path.relative_to(source).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return {name: tree for name, tree in found.items() if name.count(".") > 0}


def imports(modules: Mapping[str, ast.Module]) -> list[tuple[str, str]]:
    """Who imports whom, each pair once."""
    pairs = set()
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inside = f"{node.module}.{alias.name}"
                    pairs.add((name, inside if inside in modules else node.module))
    return sorted((a, b) for a, b in pairs if b in modules and a != b)


def room_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def graph_of(pairs: Iterable[tuple[str, str]]) -> Graph:
    graph: Graph = {}
    for a, b in pairs:
        graph.setdefault(a, set()).add(b)
        graph.setdefault(b, set())
    return graph


def reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


def circles(graph: Graph) -> list[set[str]]:
    """Groups in which everybody can be reached from everybody."""
    reach = {name: reachable(graph, name) for name in graph}
    groups = [{b for b in reach[a] if a in reach[b]} for a in graph if a in reach[a]]
    return [group for i, group in enumerate(groups) if group not in groups[:i]]


def height(graph: Graph) -> int:
    """Floors of the house: the longest way down, where a circle is one floor."""
    whole = {name: min([name, *group]) for group in circles(graph) for name in group}
    plain = graph_of(
        (whole.get(a, a), whole.get(b, b))
        for a, others in graph.items()
        for b in others
        if whole.get(a, a) != whole.get(b, b)
    )
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = 1 + max((level(below) for below in plain[name]), default=0)
        return levels[name]

    return max((level(name) for name in plain), default=1)


def formula_lines(modules: Mapping[str, ast.Module]) -> tuple[int, int]:
    """Lines of statements in the functions of formulas, and of all that is around them."""
    bodies = others = 0
    for name, tree in modules.items():
        room, stem = room_of(name), name.rpartition(".")[2].partition("_")[0]
        is_formula = stem in FORMULAS and (room == name or room.endswith(HOMES))
        if not is_formula:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = sum((part.end_lineno or 0) - part.lineno + 1 for part in body)
                bodies += lines
                others += (node.end_lineno or 0) - node.lineno + 1 - lines
    return bodies, others


def main() -> None:
    here = Path(__file__).resolve().parents[2] / "python" / "src"
    modules = read_modules(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
    pairs = imports(modules)
    rooms = [(room_of(a), room_of(b)) for a, b in pairs if room_of(a) != room_of(b)]
    round_rooms = circles(graph_of(rooms))
    on_circles = [p for p in rooms if any(set(p) <= group for group in round_rooms)]
    bodies, others = formula_lines(modules)
    print(f"modules                                 {len(modules)}")
    print(f"rooms                                   {len(set(map(room_of, modules)))}")
    print(f"floors                                  {height(graph_of(rooms))}")
    print(f"imports between rooms                   {len(rooms)}")
    print(f"imports between rooms of one circle     {len(on_circles)}")
    print(f"circles of rooms                        {len(round_rooms)}")
    print(f"circles of modules                      {len(circles(graph_of(pairs)))}")
    print(f"lines in functions of formulas: code    {bodies}")
    print(f"lines in functions of formulas: others  {others}")


if __name__ == "__main__":
    main()
