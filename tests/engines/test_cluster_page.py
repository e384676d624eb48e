"""The page about clusters says what dask and twinprop understand."""

import re
import shlex

import click
import pytest
import yaml
from distributed.cli.dask_scheduler import main as scheduler
from distributed.cli.dask_worker import main as worker

from twinprop.cli.main import cli

COMMANDS = {"scheduler": scheduler, "worker": worker}


@pytest.fixture(scope="module")
def blocks(shared_fixtures):
    """The pieces of code of the page, by their language."""
    page = (shared_fixtures / "examples" / "cluster.md").read_text(encoding="utf-8")
    return re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)


def words_after(program, words):
    """What a command is given, and None where it is another."""
    for i, word in enumerate(words):
        if word.rpartition("/")[2] == program:
            return words[i + 1 :]
    return None


def test_every_command_has_options_that_its_program_has(blocks):
    lines = [line for kind, text in blocks if kind == "sh" for line in text.splitlines()]
    lines = [line.replace("'", "") for line in lines]
    dask = [found for line in lines if (found := words_after("dask", shlex.split(line)))]
    ours = [shlex.split(line)[1:] for line in lines if line.startswith("twinprop ")]
    documents = [one for kind, text in blocks if kind == "yaml" for one in yaml.safe_load_all(text)]
    containers = [
        one
        for document in documents
        if document["kind"] == "Deployment"
        for one in document["spec"]["template"]["spec"]["containers"]
    ]
    dask += [words_after("dask", one["command"]) for one in containers]
    assert (len(dask), len(ours)) == (5, 2)
    for name, *rest in dask:
        with COMMANDS[name].make_context(name, [*rest]) as context:
            assert name == "scheduler" or context.params["nthreads"] == 1
    above = click.Context(cli, **cli.context_settings)  # a command keeps what it inherits from it
    for name, *rest in ours:
        with cli.commands[name].make_context(name, [*rest], parent=above) as context:
            assert context.params["scheduler"]


def test_the_script_for_slurm_is_a_program(blocks):
    (script,) = (text for kind, text in blocks if kind == "python")
    compile(script, "cluster.md", "exec")
