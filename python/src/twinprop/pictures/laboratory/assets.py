"""What the page of the laboratory is made of beside itself: all of it comes from its own host."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from twinprop.engines.runtimes.runtime import HOW_TO_INSTALL, find_assets, find_library, find_numpy
from twinprop.ground.errors import MissingPart
from twinprop.ground.files import fill_whole, make_folder
from twinprop.pictures.laboratory.packing import pack_python, pack_r

EDITOR = ("@codemirror/commands", "@codemirror/lang-python", "@codemirror/language",
          "@codemirror/state", "@codemirror/view", "codemirror-lang-r")  # fmt: skip
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json",
           "python_stdlib.zip")  # fmt: skip
WEBR = ("webr.js", "webr-worker.js", "R.js", "R.wasm", "libRblas.so", "libRlapack.so")
# Of R's own files what no program needs: its manual, its fonts and maps of the world.
_NOT_NEEDED = ("help.", "doc.", "fonts", "proj", "gdal")


class Assets:
    """Where the runtimes and the editor are taken from."""

    def __init__(self) -> None:
        self.modules = find_assets() / "node_modules"
        self.numpy = Path(find_numpy(find_assets()))
        self.editor = {name: self.entry(name) for name in self.with_needed(EDITOR)}

    def entry(self, name: str) -> Path:
        """The file with which a package of the editor begins, as an ES module."""
        described = self.describe(name)
        exports = described.get("exports") or {}
        own = exports.get(".", exports)
        return self.modules / name / (own.get("import") or described["module"])

    def describe(self, name: str) -> dict[str, Any]:
        """The description of a package."""
        path = self.modules / name / "package.json"
        if not path.is_file():
            raise MissingPart(f"the package {name} of npm is not there; {HOW_TO_INSTALL}")
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def with_needed(self, names: tuple[str, ...]) -> list[str]:
        """Packages and all that they are made of."""
        found: list[str] = []
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.append(name)
                waiting += self.describe(name).get("dependencies", {})
        return sorted(found)

    def versions(self) -> dict[str, str]:
        """Of both runtimes."""
        return {name: str(self.describe(name)["version"]) for name in ("pyodide", "webr")}


def editor_file(name: str) -> str:
    """The name of a package's file in the page's folder."""
    return f"codemirror/{name.removeprefix('@').replace('/', '-')}.js"


def write_assets(folder: Path, assets: Assets, texts: Mapping[str, str]) -> int:
    """Write all that the page loads.

    Parameters
    ----------
    folder : Path
        Of these files alone.
    assets : Assets
        Where they come from.
    texts : dict of str
        Further files, by name.

    Returns
    -------
    int
        How many bytes a browser fetches at first: all but most of R's own files.
    """
    own = Path(str(files("twinprop.pictures.laboratory"))) / "web"
    copied = dict(_copied(assets, own))
    missing = next((source for source in copied.values() if not source.is_file()), None)
    if missing is not None:
        raise MissingPart(f"{missing} is missing; {HOW_TO_INSTALL}")
    made = {
        "twinprop-python.zip": pack_python(),
        "twinprop-r.tar.gz": pack_r(Path(find_library()), (own / "laboratory.R").read_bytes()),
        **{name: text.encode("utf-8") for name, text in texts.items()},
    }
    for name, source in copied.items():
        _put(folder / name, partial(shutil.copyfile, source))
    for name, content in made.items():
        _put(folder / name, partial(_write_bytes, content))
    fetched = [name for name in (*copied, *made) if "/vfs/" not in name]
    return sum((folder / name).stat().st_size for name in fetched)


def _write_bytes(content: bytes, path: str) -> None:
    Path(path).write_bytes(content)


def _put(place: Path, fill: Callable[[str], object]) -> None:
    make_folder(place.parent)
    fill_whole(place, fill)


def _copied(assets: Assets, own: Path) -> Iterator[tuple[str, Path]]:
    """Each file that is taken as it is: its name in the folder, and where it lies."""
    for path in sorted(own.iterdir()):
        if path.suffix != ".R":
            yield path.name, path
    texts = Path(str(files("twinprop.pictures"))) / "texts"
    for path in sorted(texts.glob("*.json")):
        yield f"texts/{path.name}", path
    for name, path in assets.editor.items():
        yield editor_file(name), path
    yield "numpy.whl", assets.numpy
    for name in PYODIDE:
        yield f"pyodide/{name}", assets.modules / "pyodide" / name
    webr = assets.modules / "webr" / "dist"
    for name in WEBR:
        yield f"webr/{name}", webr / name
    for path in sorted((webr / "vfs").rglob("*")):
        if path.is_file() and not _is_needless(path.relative_to(webr / "vfs")):
            yield f"webr/{path.relative_to(webr).as_posix()}", path


def _is_needless(path: Path) -> bool:
    return any(part.startswith(_NOT_NEEDED) for part in path.parts)
