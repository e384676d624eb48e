"""Call a function of a Python file with arguments from a JSON file; for expect_same_as_python."""

import json
import os
import runpy
import sys

import numpy as np

SPECIAL = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}


def read(entry):
    """An array, a number or a text from its shape and values."""
    shape = entry["shape"]
    values = [np.nan if one is None else SPECIAL.get(one, one) for one in entry["values"]]
    if any(isinstance(one, str) for one in values):
        return values[0] if len(values) == 1 else values
    array = np.array(values).reshape(shape)
    return array[0].item() if shape == [1] else array


def arguments(document):
    """By place and by name; parts of a table or list are one dict."""
    found = {}
    for name, entry in document.items():
        place, _, called = name.partition(":")
        called, _, part = called.partition("/")
        # A list without a name of its own begins with its place alone.
        key = (int(place), called)
        if part:
            found.setdefault(key, {})[part] = read(entry)
        else:
            found[key] = read(entry)
    args = [value for (place, name), value in sorted(found.items(), key=lambda e: e[0]) if not name]
    named = {name: value for (place, name), value in found.items() if name}
    return ([] if "0:" in document else args), named


def write(value):
    """Shape and values of a result, with every digit."""
    array = np.asarray(value)
    if array.dtype.kind in "iub":
        flat = array.ravel().tolist()
    elif array.dtype.kind == "f":
        flat = [x if np.isfinite(x) else str(x) for x in array.astype(float).ravel().tolist()]
    elif array.dtype.kind in "UT":
        flat = array.ravel().tolist()
    else:
        raise SystemExit(f"it returned {type(value).__name__}; wanted numbers or texts")
    return {"shape": list(array.shape), "values": flat}


def main():
    """Call, and write what it returned."""
    file, name, source, target = sys.argv[1:]
    sys.path.insert(0, os.path.dirname(file))
    with open(source, encoding="utf-8") as text:
        args, named = arguments(json.load(text))
    scope = runpy.run_path(file)
    if name not in scope:
        raise SystemExit(f"{file} has no {name}")
    value = scope[name](*args, **named)
    if isinstance(value, dict):
        document = {str(key): write(each) for key, each in value.items()}
    elif hasattr(value, "columns") and hasattr(value, "to_dict"):
        document = {str(key): write(value[key].to_numpy()) for key in value.columns}
    else:
        document = {"values": write(value)}
    with open(target + ".new", "w", encoding="utf-8") as text:
        json.dump(document, text)
    os.replace(target + ".new", target)


main()
