"""The examples for pre-commit and GitHub, against what those programs themselves accept."""

import shlex
import subprocess
import sys

import pytest

pytestmark = pytest.mark.others
MAKE = "import os; os.makedirs('out', exist_ok=True); open('out/x.csv', 'w').write('x\\n{}\\n')"


@pytest.fixture
def project(tmp_path, shared_fixtures):
    """A repository with the example as its configuration, and a function that runs in it."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "twinprop"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m twinprop_command "$@"\n')
    command.chmod(0o755)
    example = (shared_fixtures / "examples" / "pre-commit-config.yaml").read_bytes()
    (tmp_path / ".pre-commit-config.yaml").write_bytes(example)
    (tmp_path / "make.py").write_text(MAKE.format("0.5"))

    def run(*words):
        return subprocess.run(
            words,
            cwd=tmp_path,
            env={
                "PATH": f"{tmp_path / 'bin'}:/usr/local/bin:/usr/bin:/bin",
                "HOME": str(tmp_path),
                "PRE_COMMIT_HOME": str(tmp_path / "cache"),
            },
            capture_output=True,
            text=True,
        )

    run("git", "init", "--quiet")
    program = f"{shlex.quote(sys.executable)} make.py"
    words = ["twinprop", "record", "--command", program, "--outputs", "out/**", "results.json"]
    done = run(*words)
    assert done.returncode == 0, done.stderr
    run("git", "add", ".pre-commit-config.yaml", "make.py", "results.json")
    return tmp_path, run


def test_pre_commit_runs_the_example_and_stops_other_results(project):
    folder, run = project
    hooks = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    done = run(*hooks)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "results are those of results.json" in done.stdout
    assert "Passed" in done.stdout
    (folder / "make.py").write_text(MAKE.format("0.75"))
    done = run(*hooks)
    assert done.returncode == 1
    assert "first at x, element 0: A 0.75, B 0.5" in " ".join(done.stdout.split())


def test_the_workflow_is_one_by_githubs_own_schema(shared_fixtures):
    example = shared_fixtures / "examples" / "reproduce.yml"
    schema = ["--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, str(example)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
