"""Whether enough of a training was seen: how often one value was updated from itself."""

from __future__ import annotations

from .graph import Graph
from .limits import ENOUGH, Enough

LATEST = 500  # updates looked at when there is no more room
FARTHEST = 20_000  # nodes looked at, to see whether an update depends on what it updates


class Steps:
    """Chains of sums: `W - g` is one link more than W. A sum that only gathers is none."""

    def __init__(self, graph: Graph, enough: Enough = ENOUGH):
        self.graph = graph
        self.limits = enough
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.begin = len(self.graph.op)
        self.links: dict[int, int] = {}
        self.training: set[int] = set()  # sites at which a value is updated from itself
        self.enough = False

    def count(self, n: int) -> None:
        """A sum or a change of an element was made."""
        args = [a for a in self.graph.args[n] if isinstance(a, int)]
        longest, before = 0, -1
        for a in args:
            a = self._moved(a)
            if self.links.get(a, 0) > longest:
                longest, before = self.links[a], a
        self.links[n] = longest + (self.graph.op[n] != "put")
        if self.links[n] >= self.limits[-1][0]:
            site = self.graph.site[n]
            if site not in self.training and not self._depends(n, before):
                self.links[n] = 0
                return
            self.training.add(site)
            self.enough = any(
                self.links[n] >= links and n - self.begin >= nodes for links, nodes in self.limits
            )

    def updated_by(self, n: int) -> int | None:
        """What a sum adds to, if what is added was made of it."""
        whole = [a for a in self.graph.args[n] if isinstance(a, int)]
        return next((a for a in whole if self._depends(n, a)), None)

    def is_training(self) -> bool:
        """Whether some of the latest updates is one of a training, though there are few yet."""
        if self.training:
            return True
        latest = sorted((n for n, links in self.links.items() if links > 1), reverse=True)
        for n in latest[:LATEST]:
            args = [self._moved(a) for a in self.graph.args[n] if isinstance(a, int)]
            before = max(args, key=lambda a: self.links.get(a, 0))
            if self._depends(n, before):
                return True
        return False

    def _moved(self, a: int) -> int:
        """A value before it was moved or scaled by a number."""
        for _ in range(4):
            args = self.graph.args[a]
            if a in self.links or not args or not isinstance(args[0], int):
                break
            if self.graph.op[a] in ("[]", "view", "changed", "T", "pack", "handed"):
                a = args[0]
            elif self.graph.op[a] == "*" and len(args) > 1:
                small = [k for k in args if not isinstance(k, int) or not self.graph.shape[k]]
                large = [k for k in args if isinstance(k, int) and self.graph.shape[k]]
                if len(small) != 1 or not large:
                    break
                a = large[0]
            else:
                break
        return a

    def _depends(self, n: int, before: int) -> bool:
        """Whether what was added to a value was itself made of it."""
        open_nodes = [a for a in self.graph.args[n] if isinstance(a, int) and a != before]
        seen = set(open_nodes)
        for _ in range(FARTHEST):
            if not open_nodes:
                return False
            for a in self.graph.args[open_nodes.pop()]:
                if a == before:
                    return True
                if isinstance(a, int) and a > before and a not in seen:
                    seen.add(a)
                    open_nodes.append(a)
        return True
