"""Take numpy's wheel for Pyodide out of the archive that carries it, by the hash in Pyodide's lock.

    python take_numpy.py PYODIDE_LOCK ARCHIVE FOLDER

That build of numpy lies on no package index of its own, but another project's archive has it among
its files. Only that file is taken, and only if it is the one that Pyodide's lock names.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path


def main(lock: str, archive: str, folder: str) -> None:
    """Write the wheel into the folder, or end with a sentence."""
    entry = json.loads(Path(lock).read_text(encoding="utf-8"))["packages"]["numpy"]
    with zipfile.ZipFile(archive) as files:
        names = [name for name in files.namelist() if name.endswith("/" + entry["file_name"])]
        wheel = files.read(names[0]) if names else b""
    if hashlib.sha256(wheel).hexdigest() != entry["sha256"]:
        sys.exit(f"{archive} does not have the {entry['file_name']} of {lock}")
    (Path(folder) / entry["file_name"]).write_bytes(wheel)


if __name__ == "__main__":
    main(*sys.argv[1:])
