"""The page of the laboratory, and the folder beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from twinprop.pictures.laboratory.assets import Assets, editor_file, write_assets

FOLDER = "laboratory"
MEMORY_MB = 800  # measured in Chromium, both workers and the page


def laboratory_values(folder: Path, exercises: dict[str, Any]) -> dict[str, Any]:
    """Write the folder of the laboratory; what its page says.

    Parameters
    ----------
    folder : Path
        That of the lesson.
    exercises : dict
        What the page offers: `programs`, as list_programs gives them, and `asked`, their network.

    Returns
    -------
    dict
        The values of the template.
    """
    assets = Assets()
    texts = {
        "exercises.json": json.dumps(exercises, ensure_ascii=False),
        "LICENCES.txt": _licences(assets),
    }
    size = write_assets(folder / FOLDER, assets, texts)
    import_map = _import_map(assets)
    return {
        "folder": FOLDER,
        "import_map": Markup(import_map),
        "policy": _policy(import_map),
        "texts": read_texts("en"),
        "size": round(size / 1e6),
        "memory": MEMORY_MB,
        "versions": assets.versions(),
    }


def read_texts(language: str) -> dict[str, str]:
    """The texts of the laboratory in a language."""
    path = files("twinprop.pictures").joinpath("texts", f"{language}.json")
    return dict(json.loads(path.read_text("utf-8"))["laboratory"])


def _import_map(assets: Assets) -> str:
    """Which file a name in the editor's modules stands for."""
    imports = {name: f"./{FOLDER}/{editor_file(name)}" for name in assets.editor}
    return json.dumps({"imports": imports}, indent=1)


def _policy(import_map: str) -> str:
    """What the page may load: of its own host alone, and of scripts in it only the import map."""
    digest = base64.b64encode(hashlib.sha256(import_map.encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'self'; script-src 'self' 'sha256-{digest}' 'wasm-unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
    )


def _licences(assets: Assets) -> str:
    """The licences of what lies in the folder, as far as the packages bring them."""
    parts = []
    for name in ("webr", "pyodide", *assets.editor):
        described = assets.describe(name)
        texts = sorted((assets.modules / name).glob("LICEN[CS]E*"))
        parts.append("\n".join([
            f"== {name} {described['version']}: {described.get('license', 'see below')}",
            str((described.get("repository") or {}).get("url", "")),
            *(path.read_text(encoding="utf-8").strip() for path in texts),
        ]))  # fmt: skip
    return "\n\n".join(parts) + "\n"
