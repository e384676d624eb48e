"""Where R and the project's own library of R packages are, and R's environment variables."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from twinprop.engines.installing import how_to_install
from twinprop.ground.errors import MissingPart
from twinprop.ground.folders import find_own_folder

LIBRARY_NAME = ".r-library"
LIBRARY_VARIABLE = "TWINPROP_R_LIBRARY"

# Messages in English and text as UTF-8, whatever the caller's locale: under LC_ALL=C R could not
# open a file with an accent in its name. Numbers have a decimal point either way.
R_PACKAGES = "datasets,utils,grDevices,graphics,stats,methods"
UTF8_LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


def find_r_library() -> Path | None:
    """The project's library of R packages: that of TWINPROP_R_LIBRARY or the checkout's own.

    Returns
    -------
    Path or None
        None where there is none; R then looks in its usual places only.
    """
    return find_own_folder(LIBRARY_VARIABLE, LIBRARY_NAME)


def find_rscript() -> str:
    """The path of Rscript, that of R_HOME first, so that both bridges run the same R.

    Returns
    -------
    str
        Its path.
    """
    home = os.environ.get("R_HOME")
    found = shutil.which("Rscript", path=os.path.join(home, "bin")) if home else None
    found = found or shutil.which("Rscript")
    if found is None:
        raise MissingPart(f"R is not installed (no Rscript found); {how_to_install('R')}")
    return found


def r_variables() -> dict[str, str]:
    """Environment variables with which R is started.

    Returns
    -------
    dict of str
        The project's library comes before those of R_LIBS. Profiles of the user and the site are
        left out, for what they load or print is no part of a reproducible run, and R loads the
        packages that it loads by itself.
    """
    library = find_r_library()
    folders = [str(library)] if library else []
    folders += [os.environ["R_LIBS"]] if os.environ.get("R_LIBS") else []
    variables = {"LC_ALL": UTF8_LOCALE, "LANGUAGE": "en", "R_DEFAULT_PACKAGES": R_PACKAGES}
    if folders:
        variables["R_LIBS"] = os.pathsep.join(folders)
    for name in ("R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER"):
        variables[name] = os.devnull
    return variables
