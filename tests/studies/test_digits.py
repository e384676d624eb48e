"""Digits at full width: the file's reading, and a small run of the whole command."""

import json
import re

import numpy as np
import pytest

from twinprop.cli.main import run_command_line
from twinprop.formulas.random_numbers import new_generator, random_uniform
from twinprop.ground.errors import InputError
from twinprop.studies.digits_csv import HEADER, read_digits
from twinprop.studies.grid import describe_grid, parse_grid, scores_agree


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """300 images in ten classes: noise, and a bright row for the class."""
    pixels = np.floor(random_uniform(new_generator(1), 300 * 784, 0, 60)).reshape(300, 784)
    labels = np.arange(300) % 10
    for row, label in enumerate(labels):
        pixels[row, 28 * label : 28 * label + 28] += 190
    path = tmp_path_factory.mktemp("digits") / "train.csv"
    table = np.column_stack([labels, pixels]).astype(int)
    np.savetxt(path, table, "%d", ",", header=",".join(HEADER), comments="")
    return path


def test_pixels_and_labels_are_read_as_they_stand(images):
    pixels, labels = read_digits(images)
    assert pixels.shape == (300, 784)
    assert labels.tolist() == [i % 10 for i in range(300)]
    assert pixels[3, 28 * 3] >= 190


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
        ),
        lambda text: re.sub("pixel([0-9]+)", lambda found: f"pixel{int(found[1]) + 1}", text),
        lambda text: text + "\n\r\n",
        lambda text: text.rstrip("\n"),
    ],
    ids=[
        "CRLF",
        "byte order mark",
        "quoted",
        "pixels from 1",
        "blank last lines",
        "no last line end",
    ],
)
def test_a_file_of_another_program_is_read_as_the_same_images(images, tmp_path, rewrite):
    path = tmp_path / "other.csv"
    path.write_bytes(rewrite(images.read_text()).encode())
    for found, expected in zip(read_digits(path), read_digits(images), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_blank_line_between_images_is_refused_and_so_is_a_quoted_fault(images, tmp_path):
    lines = images.read_text().splitlines()
    path = tmp_path / "bad.csv"
    path.write_text("\n".join([*lines[:9], "", *lines[9:]]))
    with pytest.raises(InputError, match="line 10 has 1 column; wanted 785"):
        read_digits(path)
    path.write_text("\n".join([*lines[:2], f'"3","300",{",".join(lines[2].split(",")[2:])}']))
    with pytest.raises(InputError, match='line 3, column pixel0 is "300"; wanted a whole'):
        read_digits(path)


@pytest.mark.parametrize(
    ("line", "change", "sentence"),
    [
        (2, lambda c: c[:-1], "line 2 has 784 columns; wanted 785"),
        (3, lambda c: [*c, "0"], "line 3 has 786 columns; wanted 785"),
        (4, lambda c: ["", *c[1:]], "line 4, column label is empty; wanted a whole number 0 to 9"),
        (5, lambda c: ["10", *c[1:]], 'line 5, column label is "10"; wanted a whole number 0 to 9'),
        (6, lambda c: [*c[:-1], "256"], 'line 6, column pixel783 is "256"; wanted'),
        (7, lambda c: [*c[:2], "-1", *c[3:]], 'line 7, column pixel1 is "-1"; wanted'),
        (8, lambda c: [*c[:2], "1.5", *c[3:]], 'line 8, column pixel1 is "1.5"; wanted'),
        (9, lambda c: [*c[:2], "white", *c[3:]], 'line 9, column pixel1 is "white"; wanted'),
        (10, lambda c: [""], "line 10 has 1 column; wanted 785"),
        (1, lambda c: ["digit", *c[1:]], 'line 1, column 1 is "digit"; wanted label'),
        (1, lambda c: c[:-1], "line 1 has 784 columns; wanted 785"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(images, tmp_path, line, change, sentence):
    lines = images.read_text().splitlines()
    lines[line - 1] = ",".join(change(lines[line - 1].split(",")))
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as refused:
        read_digits(path)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("PK\x03\x04", "is a zip archive, as a workbook of Excel is; wanted a CSV file, exported"),
        ("", "is empty"),
        (",".join(HEADER) + "\n", "is without images"),
    ],
)
def test_a_file_without_images_is_refused(tmp_path, text, sentence):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=sentence):
        read_digits(path)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_digits(tmp_path / "none.csv")


@pytest.mark.usefixtures("r")
def test_both_languages_classify_alike(images, tmp_path, capsys):
    arguments = ["digits", "--csv", str(images), "--epochs", "30", "--out", str(tmp_path / "out")]
    assert run_command_line([*arguments, "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["different"] == 0
    assert found["accuracy"]["python"] == found["accuracy"]["r"] > 0.9
    assert (found["images"], found["held_out"]) == (300, 90)
    assert (tmp_path / "out" / "confusion.png").stat().st_size > 1000
    assert (tmp_path / "out" / "model.json").exists()


@pytest.mark.usefixtures("r")
def test_a_grid_is_searched_in_both_languages(shared_fixtures, capsys):
    case = str(shared_fixtures / "cases" / "logistic-3-1.json")
    arguments = ["grid", case, "--folds", "2", "--vary", "training.epochs=5,50"]
    assert run_command_line([*arguments, "--vary", "training.optimizer.name=adam,momentum"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[0].split()[:2] == ["training.epochs", "training.optimizer.name"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["training.epochs"], '"training.epochs" is no field with values; wanted FIELD=A,B'),
        (["training.epochs= "], '"training.epochs= " is no field with values; wanted FIELD=A,B'),
        (["a=1", "a=2"], "a is given twice; give all its values at once, FIELD=A,B"),
    ],
)
def test_a_field_without_values_or_given_twice_is_refused(values, sentence):
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        parse_grid(values)


@pytest.mark.usefixtures("r")
def test_a_grid_of_a_regression_agrees_in_both_arithmetics(shared_fixtures, capsys):
    # R squared is no count: its last digits are of native rounding, and of no concern.
    case = str(shared_fixtures / "cases" / "regression-wine.json")
    varied = ["--vary", "training.epochs=2,3", "--vary", "training.batch_size=16"]
    for arithmetic in ("native", "strict"):
        arguments = ["grid", case, "--folds", "2", "--arithmetic", arithmetic, *varied]
        assert run_command_line(arguments) == 0
        assert capsys.readouterr().out.count("yes") == 2


def test_scores_that_differ_by_more_than_rounding_do_not_agree():
    row = {"point": {}, "python": [0.5, 0.75], "r": [0.5, 0.75 + 1e-9]}
    assert not scores_agree(row, "native")
    assert scores_agree(row | {"r": [0.5, 0.75 + 1e-15]}, "native")
    assert not scores_agree(row | {"r": [0.5, 0.75 + 1e-15]}, "strict")
    diverged = {"point": {"a": 1}, "python": [np.nan, 0.5], "r": [np.nan, 0.5]}
    assert scores_agree(diverged, "native")
    assert "diverged" in describe_grid([diverged])


@pytest.mark.usefixtures("r")
def test_all_activations_are_drawn_and_agree(tmp_path, capsys):
    assert run_command_line(["activations", str(tmp_path / "activations.png")]) == 0
    assert (tmp_path / "activations.png").stat().st_size > 1000
    assert float(capsys.readouterr().out.split()[-1]) < 1e-14
