"""What can be chosen of who runs a case; without loading anything that runs one."""

LANGUAGES = ("python", "r")
ARITHMETICS = {"python": ("native", "strict", "exact"), "r": ("native", "strict")}
BRIDGES = ("rpy2", "process")
EXACT_SECONDS = 60.0
