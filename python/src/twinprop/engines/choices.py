"""What can be chosen of who runs a case; without loading anything that runs one."""

from collections.abc import Mapping

LANGUAGES = ("python", "r")
ARITHMETICS = {"python": ("native", "strict", "exact"), "r": ("native", "strict")}
# Who can run a language, the usual one first.
ENGINES = {"python": ("python", "pyodide"), "r": ("rpy2", "rscript", "webr")}
ABOUT_ENGINES = {
    "python": "Python itself",
    "pyodide": "Python as WebAssembly",
    "rpy2": "R in this process",
    "rscript": "R by Rscript",
    "webr": "R as WebAssembly",
}
Engines = Mapping[str, str]  # by language
USUAL: Engines = {language: names[0] for language, names in ENGINES.items()}
EXACT_SECONDS = 60.0
