"""Pages as one file each: template, style and script in it, nothing fetched from anywhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from twinprop.pictures.formulas import to_mathml
from twinprop.pictures.highlighting import highlight
from twinprop.pictures.numbers import MOST_COLUMNS, MOST_ROWS, number_beside, short_number


def render_page(template: str, **values: Any) -> str:
    """A page from a template; every text among the values is escaped.

    Parameters
    ----------
    template : str
        Name of a file in the folder of templates.
    **values : object
        What the template names.

    Returns
    -------
    str
        HTML.
    """
    return _environment().get_template(template).render(**values)


def read_asset(name: str) -> Markup:
    """A style or script of the project's own, to be put into a page as it is."""
    return Markup(files("twinprop.pictures").joinpath("templates", name).read_text("utf-8"))


@cache
def _environment() -> Environment:
    # Not by the ending of a file's name: everything here becomes HTML.
    environment = Environment(
        loader=PackageLoader("twinprop.pictures", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["mathml"] = to_mathml
    environment.filters["short"] = short_number
    environment.filters["beside"] = number_beside
    environment.filters["code"] = highlight
    environment.filters["fill"] = lambda text, values: text.format(**values)
    environment.globals["asset"] = read_asset
    environment.globals.update(most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    return environment
