"""Two files or folders compared: verdict, tolerance, first difference, and why."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

from twinprop.comparing.anything import compare_values
from twinprop.comparing.files import compare_places
from twinprop.comparing.formats.values import Values
from twinprop.comparing.matching import match_names
from twinprop.comparing.precision import Given
from twinprop.ground.errors import InputError

X = np.random.default_rng(5).normal(size=(20, 3))


def compared(a, b, given=None, **options):
    return compare_values(match_names(Values(a), Values(b), **options), given)


def test_three_levels_are_told_apart():
    assert compared({"x": X}, {"x": X}).sentence.startswith("Identical: ")
    near = compared({"x": X * (1 + 2e-16)}, {"x": X})
    assert near.comparison.verdict == "rounding"
    assert near.sentence.startswith("Normal: ")
    spoilt = X.copy()
    spoilt[4, 1] += 1e-7
    far = compared({"x": spoilt}, {"x": X})
    assert far.comparison.verdict == "different"
    assert far.sentence.startswith("Not normal: first at x, row 4, column 1: A ")
    assert far.causes == {}


def test_one_wrong_number_among_many_is_found_where_it_is():
    large = np.random.default_rng(6).normal(size=200_000)
    spoilt = large.copy()
    spoilt[123_456] += 1e-6
    found = compared({"x": spoilt}, {"x": large})
    assert found.comparison.first.index == (123_456,)
    assert found.comparison.quantities[0].max_abs_at == (123_456,)


def test_the_tolerance_follows_what_the_numbers_are_and_is_said():
    assert "float64 of unknown origin" in compared({"x": X * (1 + 1e-14)}, {"x": X}).sentence
    single = X.astype(np.float32)
    near = compared({"x": single * np.float32(1 + 2e-7)}, {"x": X})
    assert near.comparison.verdict == "rounding"
    assert "float32 against float64" in near.sentence
    written = compared({"x": X.round(5)}, {"x": X})
    assert written.comparison.verdict == "rounding"
    assert "half a unit of the last digit" in written.sentence
    assert written.causes == {"x": "A is the other one, rounded to 5 decimals"}


def test_data_of_few_digits_are_not_taken_for_rounded():
    data = np.array([5.1, 4.9, 4.7, 4.6, 5.0, 5.4, 4.4, 3.9])
    assert compared({"x": data}, {"x": data + 0.04}).comparison.verdict == "different"
    assert compared({"x": data}, {"x": data[::-1] * 1.0}).comparison.verdict == "different"
    assert compared({"x": np.arange(5)}, {"x": np.arange(5) + 1}).comparison.verdict == "different"


def test_tolerances_may_be_given():
    given = Given(0.0, 0.01)
    assert compared({"x": X + 0.009}, {"x": X}, given).comparison.verdict == "rounding"
    assert compared({"x": X + 0.011}, {"x": X}, given).comparison.verdict == "different"


def test_whole_numbers_beyond_float64_are_compared_exactly():
    a, b = np.array([2**53 + 1, 5]), np.array([2**53, 5])
    found = compared({"x": a}, {"x": b})
    assert found.comparison.verdict == "different"
    assert "A 9007199254740993, B 9007199254740992" in found.sentence
    assert compared({"x": a}, {"x": a.copy()}).comparison.verdict == "identical"


def test_integers_differ_by_one_however_large_they_are():
    numbers = np.array([10**13, 10**14, 7])
    found = compared({"id": numbers}, {"id": numbers + np.array([0, 1, 0])})
    assert found.comparison.verdict == "different"
    assert found.sentence.startswith("Not normal: first at id, element 1: A 100000000000000.0, B ")
    assert "where 0 is what rounding may do to integers" in found.sentence
    assert compared({"id": numbers}, {"id": numbers * (1 + 1e-15)}).comparison.verdict == "rounding"
    assert compared({"n": numbers}, {"n": numbers + 1}, Given(1e-9, 0)).comparison.first is not None


def test_dates_a_second_apart_differ(tmp_path):
    for side, second in (("a", "00"), ("b", "01")):
        np.save(tmp_path / f"{side}.npy", np.array([f"2020-01-01T00:00:{second}"], "M8[s]"))
    found = compare_places(tmp_path / "a.npy", tmp_path / "b.npy")
    assert found.comparison.verdict == "different"


def test_shapes_that_differ_are_named_and_a_transpose_is_seen():
    found = compared({"x": X.T}, {"x": X})
    assert found.sentence.startswith("Not normal: x is 3 x 20 in A, 20 x 3 in B.")
    assert found.sentence.endswith("Likely cause: A is B transposed.")
    found = compared({"x": X[:, :1]}, {"x": X[:, 0]})
    assert found.comparison.verdict == "identical"
    assert found.notes == ("x is 20 x 1 and 20: compared as one shape",)


def test_names_are_matched_mapped_and_ordered():
    a, b = {"u": X, "v": X + 1}, {"V": X + 1, "u": X}
    found = compared(a, b)
    assert found.comparison.verdict == "different"
    assert "perhaps v in A is V in B: --map v=V" in found.notes
    assert compared(a, b, pairs={"v": "V"}).comparison.verdict == "identical"
    both = {"u": X + 1, "v": X + 2}
    assert compared(both, {"u": X, "v": X}).comparison.first.name == "u"
    assert compared(both, {"u": X, "v": X}, order=["v"]).comparison.first.name == "v"
    with pytest.raises(InputError, match='--map names "w", which B has not'):
        compared(a, b, pairs={"v": "w"})
    with pytest.raises(InputError, match='--order names "w", which A has not'):
        compared(a, b, order=["w"])
    assert compared({"u": X}, {"v": X}).comparison.verdict == "identical"
    assert compared({"u": X, "w": X}, {"v": X}).sentence.startswith("Not comparable: ")


def test_texts_and_numbers_are_no_match():
    texts = np.array(["a", None], dtype=object)
    other = np.array(["a", "b"], dtype=object)
    assert compared({"t": texts}, {"t": texts.copy()}).comparison.verdict == "identical"
    assert (
        compared({"t": texts}, {"t": other}).sentence
        == 'Not normal: first at t, row 1: A NA, B "b".'
    )
    assert "the number 1.0" in compared({"t": texts}, {"t": np.ones(2)}).sentence


def test_rows_of_a_table_in_another_order_are_seen_in_all_columns(tmp_path):
    order = np.random.default_rng(8).permutation(30)
    rows = [f"{i},{i * 7 % 11},{['low', 'mid', 'high'][i % 3]}" for i in range(30)]
    (tmp_path / "a.csv").write_text("\n".join(["id,x,dose", *[rows[i] for i in order]]) + "\n")
    (tmp_path / "b.csv").write_text("\n".join(["id,x,dose", *rows]) + "\n")
    found = compare_places(tmp_path / "a.csv", tmp_path / "b.csv")
    assert set(found.causes) == {"id", "x", "dose"}
    assert found.causes["dose"].startswith("rows in another order: A has B's rows ")


def test_a_table_is_compared_with_a_matrix(tmp_path):
    lines = [",".join(map(repr, row)) for row in X.tolist()]
    (tmp_path / "a.csv").write_text("\n".join(["p,q,r", *lines]) + "\n")
    np.save(tmp_path / "b.npy", X)
    found = compare_places(tmp_path / "a.csv", tmp_path / "b.npy")
    assert found.comparison.verdict == "identical"
    np.save(tmp_path / "b.npy", X[:, [1, 2, 0]])
    found = compare_places(tmp_path / "b.npy", tmp_path / "a.csv")
    assert found.causes == {"values": "columns in another order: q, r, p"}


def test_folders_are_compared_file_by_file_and_not_with_a_file(tmp_path):
    for side, factor in (("a", 1.0), ("b", 2.0)):
        (tmp_path / side / "deep").mkdir(parents=True)
        np.save(tmp_path / side / "x.npy", X)
        np.savez(tmp_path / side / "deep" / "y.npz", p=X * factor)
    found = compare_places(tmp_path / "a", tmp_path / "b")
    assert found.comparison.first.name == "deep/y/p"
    with pytest.raises(InputError, match=r"is a folder, .* a file; name two files or two folders"):
        compare_places(tmp_path / "a", tmp_path / "a" / "x.npy")


def test_a_million_names_are_compared_in_seconds():
    import time

    arrays = {f"n{i}": np.array(float(i)) for i in range(1_000_000)}
    started = time.process_time()
    assert compared(arrays, dict(arrays)).comparison.verdict == "identical"
    assert time.process_time() - started < 20


def test_files_of_many_names_take_little_more_than_to_parse_them(tmp_path, record_property):
    import json
    import time

    names = {f"layer{i}/w": [i / 7, i / 3] for i in range(100_000)}
    places = [tmp_path / "a.json", tmp_path / "b.json"]
    places[0].write_text(json.dumps(names))
    names["layer777/w"][1] += 1.0
    places[1].write_text(json.dumps(names))
    started = time.process_time()
    for place in places:
        json.loads(place.read_text())
    parsed = time.process_time()
    found = compare_places(*places)
    seconds = time.process_time() - parsed
    assert found.comparison.first.name == "layer777/w"
    ratio = seconds / (parsed - started)
    said = f"10^5 names in JSON: {seconds:.1f} s of CPU, {ratio:.1f} times that of parsing alone"
    record_property("measured", said)
    assert ratio < 8


def test_memory_stays_bounded_and_time_short_for_ten_million_numbers(record_property):
    import time
    import tracemalloc

    a = np.random.default_rng(9).normal(size=(1_000_000, 10))
    b = a * (1 + 2e-16)
    started = time.process_time()
    assert compared({"x": a}, {"x": b}).comparison.verdict == "rounding"
    seconds = time.process_time() - started
    tracemalloc.start()
    compared({"x": a}, {"x": b})
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    record_property("measured", f"10^7 numbers: {seconds:.2f} s of CPU, {most:.0f} MB beside them")
    assert seconds < 3
    assert most < 40


def test_the_command_says_it_and_packs_it(compare, tmp_path):
    np.save(tmp_path / "a.npy", 2 * X)
    np.save(tmp_path / "b.npy", X)
    bundle = tmp_path / "both.zip"
    found = compare(tmp_path / "a.npy", tmp_path / "b.npy", "--bundle", bundle, "--rtol", 1e-9)
    assert found["status"] == 1
    assert found["causes"]["values"].startswith("a constant factor, 2:")
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(tmp_path / "again")
    readme = (tmp_path / "again" / "README.txt").read_text()
    command = readme.splitlines()[-1]
    assert command == "twinprop compare a.npy b.npy --rtol 1e-09"
    done = subprocess.run(
        [sys.executable, "-m", "twinprop.cli.main", *command.split()[1:]],
        cwd=tmp_path / "again",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert found["sentence"] in " ".join(done.stdout.split())
    assert found["sentence"] in (tmp_path / "again" / "answer.txt").read_text()
    first = bundle.read_bytes()
    compare(tmp_path / "a.npy", tmp_path / "b.npy", "--bundle", bundle, "--rtol", 1e-9)
    assert bundle.read_bytes() == first


def test_names_from_files_do_no_harm_in_a_terminal(tmp_path):
    for side, value in (("a", 1.0), ("b", 5.0)):
        np.savez(tmp_path / f"{side}.npz", **{"\x1b[31mred\n": np.array([value, value])})
    done = subprocess.run(
        [sys.executable, "-m", "twinprop.cli.main", "compare", "a.npz", "b.npz"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
