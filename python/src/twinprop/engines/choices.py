"""What can be chosen of who runs a case; without loading anything that runs one."""

from collections.abc import Mapping

LANGUAGES = ("python", "r")
ARITHMETICS = {"python": ("native", "strict", "exact"), "r": ("native", "strict")}
# Who can run a language, the usual one first.
ENGINES = {
    "python": ("python", "pyodide", "python-aarch64"),
    "r": ("rpy2", "rscript", "webr", "r-aarch64"),
}
ABOUT_ENGINES = {
    "python": "Python itself",
    "pyodide": "Python as WebAssembly",
    "rpy2": "R in this process",
    "rscript": "R by Rscript",
    "webr": "R as WebAssembly",
    "python-aarch64": "Python for aarch64, by QEMU",
    "r-aarch64": "R for aarch64, by QEMU",
}
Engines = Mapping[str, str]  # by language
USUAL: Engines = {language: names[0] for language, names in ENGINES.items()}
EXACT_SECONDS = 60.0
