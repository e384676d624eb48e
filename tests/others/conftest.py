"""Other programs need not be there: their tests are collected where they are asked for."""

import os
import shutil
import subprocess
import sys

import pytest


def pytest_ignore_collect(collection_path, config):
    return None if config.option.markexpr == "others" else True


def has_torch(python):
    program = shutil.which(python) or python
    try:
        done = subprocess.run([program, "-c", "import torch"], capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture(scope="session")
def torch_python():
    """The Python that has PyTorch: the one that is named, this one, or the system's."""
    named = os.environ.get("TORCH_PYTHON")
    found = filter(has_torch, [named] if named else [sys.executable, "/usr/bin/python3"])
    python = next(found, None)
    missing = "PyTorch is missing; make test-others installs it, or says how"
    assert python is not None, missing
    return python
