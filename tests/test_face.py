"""The one face of both languages, api.json, and what it costs to load the package."""

import json
import re
import resource
import subprocess
import sys

import pytest

import twinprop
from twinprop.engines.installing import EXTRAS

HEAVY = ["numpy", "pandas", "rpy2", "matplotlib", "jsonschema", "flint", "click", "rich", "jinja2"]


@pytest.fixture(scope="module")
def api(repository):
    return json.loads((repository / "python/src/twinprop/api.json").read_text())


def run_python(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_python_has_the_names_of_the_list(api):
    assert sorted(twinprop.__all__) == sorted([*api["both"], *api["python"]])
    assert all(hasattr(twinprop, name) for name in twinprop.__all__)
    assert set(twinprop.__all__) <= set(dir(twinprop))


def test_r_exports_the_names_of_the_list(api, repository):
    exported = re.findall(r"^export\((.*)\)$", (repository / "r/NAMESPACE").read_text(), re.M)
    assert sorted(exported) == sorted([*api["both"], *api["r"]])


def test_an_unknown_name_is_an_error_as_of_any_module():
    with pytest.raises(AttributeError, match="module 'twinprop' has no attribute 'sigmod'"):
        _ = twinprop.sigmod


def test_nothing_heavy_is_loaded_before_it_is_used():
    found = run_python(f"import sys, twinprop; print([m for m in {HEAVY} if m in sys.modules])")
    assert found.stdout == "[]\n"


def test_the_network_needs_numpy_alone():
    program = (
        "import sys\n"
        f"for name in {HEAVY[1:]}: sys.modules[name] = None\n"
        "import twinprop as tp\n"
        "network = tp.draw_network(2, [1], ['sigmoid'])\n"
        "tp.train(network, [[0.0, 1.0]], [[1.0]], tp.new_plan(epochs=2))\n"
        "tp.run_case, tp.read_case, tp.grid_search, tp.note"
    )
    found = run_python(program)
    assert (found.returncode, found.stderr) == (0, "")


def test_the_package_is_loaded_in_less_than_150_milliseconds():
    def seconds():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run_python("import twinprop").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Of the processor, which other work on this machine does not lengthen as much.
    assert min(seconds() for _ in range(5)) < 0.15


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("click", ["--help"]),
        ("flint", ["run", "xor-2-2-1", "--language", "python", "--arithmetic", "exact"]),
        ("matplotlib", ["activations", "{folder}/a.png"]),
    ],
)
def test_a_command_without_its_package_says_how_to_install_it(module, command, tmp_path):
    words = [word.replace("{folder}", str(tmp_path)) for word in command]
    program = (
        f"import sys; sys.modules[{module!r}] = None; sys.argv[1:] = {words!r}\n"
        "import twinprop_command; twinprop_command.main()"
    )
    found = run_python(program)
    assert found.returncode == 2
    assert found.stderr == (
        f"twinprop: this needs the Python package {module}, which is not installed; "
        "`make setup` installs it\n"
    )


def test_every_extra_is_named_in_the_project_file(repository):
    text = (repository / "python/pyproject.toml").read_text()
    for extra in set(EXTRAS.values()):
        assert f"\n{extra} = [" in text
