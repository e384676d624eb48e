"""How to install what is missing: in a checkout by make, for the package alone by hand."""

from __future__ import annotations

from pathlib import Path

R_ITSELF = "R"
# What the package can do without, by its own or its module's name, and the extra that brings it.
EXTRAS = {
    **dict.fromkeys(("click", "jsonschema", "pandas", "rich"), "harness"),
    **dict.fromkeys(("rpy2", "rpy2-rinterface"), "r"),
    **dict.fromkeys(("flint", "python-flint"), "exact"),
    **dict.fromkeys(("jinja2", "markupsafe", "matplotlib"), "pictures"),
    **dict.fromkeys(("dask", "distributed"), "cluster"),
    **dict.fromkeys(("pyarrow", "rdata", "safetensors", "h5py", "scipy"), "formats"),
}


def how_to_install(name: str, language: str = "R") -> str:
    """The end of a sentence about a missing part.

    Parameters
    ----------
    name : str
        Of a package, or "R" for R itself; in Python of the module.
    language : str
        "R" or "Python", whose package it is.

    Returns
    -------
    str
        Such as "`make setup` installs it".

    Examples
    --------
    >>> how_to_install("R")
    '`make setup` installs it'
    """
    if in_checkout():
        return "`make setup` installs it"
    if language == "Python":
        wanted = f"'twinprop[{EXTRAS[name]}]'" if name in EXTRAS else name
        return f"`pip install {wanted}` installs it"
    if name == R_ITSELF:
        return "install R 4.2 or later, from your system's packages or cran.r-project.org"
    if name == "twinprop":
        return "`R CMD INSTALL r` in a checkout of twinprop installs it"
    return f'`install.packages("{name}")` in R installs it'


def missing_module(name: str) -> str:
    """The sentence about a Python package that is not there.

    Parameters
    ----------
    name : str
        Of the module that was to be imported, with or without what is inside of it.

    Returns
    -------
    str
        With the command that installs it.

    Examples
    --------
    >>> missing_module("flint")
    'this needs the Python package flint, which is not installed; `make setup` installs it'
    """
    package = name.partition(".")[0]
    how = how_to_install(package, "Python")
    return f"this needs the Python package {package}, which is not installed; {how}"


def in_checkout() -> bool:
    """Whether this package is part of a checkout, where there is `make setup`."""
    return any((folder / ".setup" / "run").exists() for folder in Path(__file__).resolve().parents)
