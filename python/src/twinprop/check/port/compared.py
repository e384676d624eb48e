"""Two programs that were compared, line by line: which of their values are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twinprop.check.align.recording import Graph
from twinprop.check.explain.lines import line_values, nodes_by_line
from twinprop.check.port.differences import Difference, Search
from twinprop.check.port.graphs import is_plain
from twinprop.check.port.world import Index, as_laid_out
from twinprop.check.watch import Watched

MOST_NODES = 4000
Lines = list[dict[str, Any]]


@dataclass
class Compared:
    """What port looked at: both programs, the search, the pairs that it found."""

    sides: dict[str, Watched] = field(default_factory=dict)
    search: Search | None = None
    found: list[Difference] = field(default_factory=list)

    def watch(self, a: Watched, b: Watched) -> None:
        """Both programs ran; B once more, where it was given what A draws."""
        self.sides = {"a": a, "b": b}

    def lines(self, answer: Mapping[str, Any]) -> dict[str, Lines]:
        """Every line of both programs.

        Returns
        -------
        dict
            By the letter of the program lines as check has them. The status is "different" (the
            first pair), "follows" (a further pair), "right" (its values are in the other program,
            too, once what differs before it is made the same) or "not seen".
        """
        marks: dict[tuple[str, str, int], str] = {}
        for pair in [*answer["further"], *([answer["first"]] if answer["first"] else [])]:
            for letter in self.sides:
                key = (letter, str(pair[f"file_{letter}"]), int(pair[f"line_{letter}"]))
                marks[key] = "different" if pair is answer["first"] else "follows"
        return {letter: self._side(letter, marks) for letter in self.sides}

    def _side(self, letter: str, marks: Mapping[tuple[str, str, int], str]) -> Lines:
        watched = self.sides[letter]
        graph = watched.graph
        assert graph is not None
        rights, first = self._rights(letter)
        chosen = [*self._nodes(letter, graph), *rights]
        nodes, alike = nodes_by_line(graph, chosen), self._alike(letter, graph, chosen)
        lines = []
        for k, (file, text) in enumerate(zip(graph.header["files"], watched.sources, strict=False)):
            for number, source in enumerate(text.split("\n"), start=1):
                own = nodes.get((k, number), {})
                told = "right" if any(n in alike for n in own) else "not seen"
                lines.append({
                    "file": file, "line": number, "source": source.rstrip("\r"),
                    "status": marks.get((letter, file, number), told),
                    "values": line_values(graph, own, rights, first),
                })  # fmt: skip
        return lines

    def _rights(self, letter: str) -> tuple[dict[int, Any], int]:
        """What the other program has in place of a value, and the first value that differs."""
        search, values = self.search, {}
        if search is None or not self.found:
            return {}, -1
        for d in self.found:
            n, other = (d.a, d.value_b) if letter == "a" else (d.b, d.value_a)
            graph = search.a.graph if letter == "a" else search.b.graph
            values[n] = None if other is None else as_laid_out(other, graph.shape[n], search.turned)
        first = self.found[0].a if letter == "a" else self.found[0].b
        return {n: value for n, value in values.items() if value is not None}, first

    def _nodes(self, letter: str, graph: Graph) -> list[int]:
        """Values of the preparation and of the first step."""
        if self.search is None:
            return list(range(min(graph.size, MOST_NODES)))
        training = self.search.a if letter == "a" else self.search.b
        return list(range(min(training.steps[0].end + 1, graph.size)))[-MOST_NODES:]

    def _alike(self, letter: str, graph: Graph, nodes: list[int]) -> set[int]:
        """The values that are in the other program, too, and not by chance."""
        if self.search is None:
            return set()
        world = self.search.world
        if world is not None:
            found = world.found if letter == "a" else world.known
            until = world.until if letter == "a" else graph.size
            return {n for n in nodes if n < until and not _is_plain(graph, n) and found(n)}
        other = (self.search.b if letter == "a" else self.search.a).graph
        index = Index([other.value(n) for n in range(min(other.size, MOST_NODES))])
        return {n for n in nodes if not _is_plain(graph, n) and index.alike(graph.value(n))}


def _is_plain(graph: Graph, n: int) -> bool:
    value = graph.value(n)
    return value is None or is_plain(value)
