"""One network, two languages, the same numbers.

The sigmoid multilayer perceptron, function for function the twin of the R package of the same name.
Its names are those of api.json; they are loaded when the first of them is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from twinprop.face import *  # noqa: F403
else:

    def __getattr__(name: str) -> Any:
        # Numpy takes nearly all of the time that it takes to load the package.
        if name == "__all__" or not name.startswith("_"):
            face = vars(import_module("twinprop.face"))
            if name == "__all__" or name in face["__all__"]:
                return face[name]
        raise AttributeError(f"module 'twinprop' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted([*globals(), *import_module("twinprop.face").__all__])
