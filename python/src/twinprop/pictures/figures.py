"""Pictures by matplotlib as SVG that takes the colours and the font of the page it stands in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from markupsafe import Markup

from twinprop.network import plot

# Stand-ins: matplotlib needs colours, the page replaces them by its own, light or dark.
INK, MUTED, LINE, PYTHON, R, NOISE, GOOD, PAPER = (
    "#010203",
    "#010204",
    "#010205",
    "#010206",
    "#010207",
    "#010208",
    "#010209",
    "#01020a",
)
_PAGE_COLOURS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    PYTHON: "var(--python)",
    R: "var(--r)",
    NOISE: "var(--warn)",
    GOOD: "var(--input)",
    PAPER: "var(--paper)",
    # The colours of plot_network.
    plot.POSITIVE: "var(--python)",
    plot.NEGATIVE: "var(--r)",
    plot.UNIT: "var(--paper)",
    "#000000": "var(--ink)",
}
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 8,
}


class Picture(NamedTuple):
    """A picture for a page: its SVG, what it says to those who do not see it, and its caption."""

    svg: Markup
    caption: str


@contextmanager
def drawing(name: str, width: float, height: float) -> Iterator[tuple[Any, list[Markup]]]:
    """A figure to draw into; afterwards the list holds its SVG.

    Parameters
    ----------
    name : str
        Makes the ids inside the SVG differ from those of other pictures on the page.
    width, height : float
        Inches.

    Yields
    ------
    tuple of Figure and list
        An empty figure, and where the SVG will be.
    """
    import matplotlib
    from matplotlib.figure import Figure

    finished: list[Markup] = []
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height))
        yield figure, finished
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    finished.append(_for_page(stream.getvalue()))


def named(svg: Markup, text: str) -> Markup:
    """An SVG with a text alternative."""
    opening = Markup('<svg role="img" aria-label="{}" ').format(text)
    return opening + Markup(str(svg).removeprefix("<svg "))


def _for_page(svg: str) -> Markup:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<style.*?</style>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    for stand_in, colour in _PAGE_COLOURS.items():
        svg = svg.replace(stand_in, colour)
    # The page's own font; texts keep their size.
    svg = re.sub(r"font: (?:(bold|700) )?([\d.]+px) [^;\"]*", _font, svg)
    svg = svg.replace(' version="1.1"', "", 1)
    svg = re.sub(r"\b(x|y|d|cx|cy)=\"([^\"]*)\"", _shorter, svg)
    return Markup(re.sub(r"\n\s*", "\n", svg))


def _font(found: re.Match[str]) -> str:
    return f"font: {'bold ' if found[1] else ''}{found[2]} var(--sans)"


def _shorter(found: re.Match[str]) -> str:
    """Coordinates of two decimals are fine enough for a screen and for paper."""
    return f'{found[1]}="' + re.sub(r"(\.\d\d)\d+", r"\1", found[2]) + '"'
