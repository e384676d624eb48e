"""A program that is a link to a file elsewhere, with another name, runs where the link stands."""

import json
from pathlib import Path

import pytest

from twinprop.cli.main import run_command_line

FOLDER = Path(__file__).resolve().parents[2] / "shared_fixtures" / "scripts"


@pytest.mark.parametrize("name", ["published.R", "article.py"])
@pytest.mark.parametrize("is_relative", [True, False])
def test_a_link_is_run_and_its_lines_are_shown(is_relative, name, tmp_path, capsys):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    source = (
        (FOLDER / name)
        .read_text(encoding="utf-8")
        .replace("d_hiddenlayer.sum(axis=0, keepdims=True)", "d_hiddenlayer.sum()")
    )
    (tmp_path / "a" / name).write_text(source, encoding="utf-8")
    link = tmp_path / "b" / f"their{Path(name).suffix}"
    link.symlink_to(Path("..", "a", name) if is_relative else tmp_path / "a" / name)
    assert run_command_line(["check", str(link), "--trust", "--json", "-"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["file"] == link.name
    assert answer["first"]["source"] in source


def test_what_lies_beside_the_link_is_read(tmp_path, capsys):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    text = (FOLDER / "article.py").read_text(encoding="utf-8")
    text = text.replace("lr = 0.1", 'lr = float(open("rate.txt").read())')
    (tmp_path / "a" / "net.py").write_text(text, encoding="utf-8")
    (tmp_path / "b" / "rate.txt").write_text("0.2", encoding="utf-8")
    (tmp_path / "b" / "mine.py").symlink_to(tmp_path / "a" / "net.py")
    assert (
        run_command_line(["check", str(tmp_path / "b" / "mine.py"), "--trust", "--json", "-"]) == 0
    )
    assert "rate 0.2" in json.loads(capsys.readouterr().out)["network"]["sentence"]
