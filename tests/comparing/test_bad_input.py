"""Bad input: both languages refuse the same files, unread where they may hold code, and say why."""

import gzip
import pickle
import zipfile

import h5py
import numpy as np
import pytest
import safetensors.numpy

from twinprop.comparing.formats import is_na, read_values, reading
from twinprop.ground.errors import InputError

pytestmark = pytest.mark.whole


class Trap:
    """What a pickle would run."""

    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was read')",)


def pickled(path, r):
    path.write_bytes(pickle.dumps(Trap()))


def of_objects(path, r):
    np.savez(path, x=np.array([Trap()], dtype=object))


def one_object(path, r):
    np.save(path, np.array([Trap()], dtype=object))


def saved_by_r(code):
    return lambda path, r: r.evaluate(f"saveRDS({code}, '{path}')")


def text(content):
    return lambda path, r: path.write_text(content, encoding="utf-8")


def twice(path, r):
    np.save(path.with_name("a.npy"), np.zeros(2))
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(path.with_name("a.npy"), "a.npy")
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.write(path.with_name("a.npy"), "a.npy")


CODE = "holds code or an environment of R"
PICKLE = (
    "may hold code, so it is not read; save the numbers alone, as npz or json, of PyTorch as "
    "safetensors"
)
OBJECTS = "holds an array of Python objects, which may hold code, so it is not read; save numbers"
# A file's name, how it is made, and what both languages say of it.
REFUSED = {
    "a pickle": ("x.pkl", pickled, PICKLE),
    "a pickle of joblib": ("x.joblib", pickled, PICKLE),
    "a pickle called npy": ("x.npy", pickled, PICKLE),
    "a pickle called csv": ("x.csv", pickled, PICKLE),
    "a pickle called rds": ("x.rds", pickled, PICKLE),
    "objects in npz": ("x.npz", of_objects, OBJECTS),
    "objects in npy": ("x.npy", one_object, OBJECTS),
    "a function": ("x.rds", saved_by_r("function() 1"), CODE),
    "a call": ("x.rds", saved_by_r("quote(stop())"), CODE),
    "an environment": ("x.rds", saved_by_r("list(a = 1, e = new.env())"), CODE),
    "a model": ("x.rds", saved_by_r("lm(dist ~ speed, cars)"), CODE),
    "a promise": (
        "x.rds",
        saved_by_r("(function(a) { environment() })(stop('it was run'))"),
        CODE,
    ),
    "columns twice": ("x.csv", text("a,a\n1,2\n"), 'has the column "a" twice; keep one'),
    "keys twice": ("x.json", text('{"a": [1], "a": [2]}'), 'has the key "a" twice; keep one'),
    "keys twice, deep": ("x.json", text('{"b": [{"a": 1, "a": 2}]}'), 'the key "a" twice; keep'),
    "names that meet": ("x.json", text('{"a/b": [1], "a": {"b": [2]}}'), 'name "a/b" twice; keep'),
    "members twice": ("x.npz", twice, 'has the name "a" twice; keep one'),
    "names twice in R": ("x.rds", saved_by_r("list(a = 1, a = 2)"), 'has the name "a" twice; keep'),
    "a longest sequence": ("x.rds", saved_by_r("1:1e15"), "GiB, more than half of the memory ("),
    "a workbook": ("x.xlsx", text("PK"), "; save the sheet as csv"),
    "no file": ("none.csv", lambda path, r: None, "none.csv cannot be read ("),
    "an empty table": ("x.csv", text(""), "is empty; wanted a table with names of columns"),
    "a ragged array": ("x.json", text('{"x": [[1, 2], 3]}'), "is ragged; wanted rows of one"),
    "mixed kinds": ("x.json", text('{"x": [1, "a"]}'), "among numbers; wanted one kind in an"),
    "nested too deep": ("x.json", text("[" * 30 + "]" * 30), "nested 30 brackets deep; wanted at"),
}


@pytest.fixture
def said_by_r(r):
    """What R says of a file that it refuses."""
    code = "tryCatch({{ twinprop::read_values('{}'); 'it was read' }}, error = conditionMessage)"
    return lambda path: r.evaluate(code.format(path))


def said_by_python(path):
    with pytest.raises(InputError) as caught:
        read_values(path)
    return str(caught.value)


@pytest.mark.parametrize("name", REFUSED)
def test_both_languages_refuse_in_the_same_words(name, said_by_r, r, tmp_path):
    file, make, words = REFUSED[name]
    path = tmp_path / file
    make(path, r)
    for said in (said_by_python(path), said_by_r(path)):
        assert words in said
        assert str(path) in said
        assert "\n" not in said


def bomb_npz(path):
    np.savez_compressed(path, x=np.zeros(2**21))


def bomb_rds(path):
    path.write_bytes(gzip.compress(b"X\n" + bytes(2**25)))


def bomb_csv(path):
    path.write_bytes(gzip.compress(b"1\n" * 2**23))


def bomb_h5(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.zeros(2**21), compression="gzip")


@pytest.mark.parametrize(
    ("file", "make"),
    [("x.npz", bomb_npz), ("x.rds", bomb_rds), ("x.csv.gz", bomb_csv), ("x.h5", bomb_h5)],
)
def test_r_refuses_a_bomb_before_it_is_unpacked(file, make, r, tmp_path):
    make(tmp_path / file)
    assert (tmp_path / file).stat().st_size < 2**20
    said = r.evaluate(
        "local({ old <- twinprop:::present_memory\n"
        "on.exit(assignInNamespace('present_memory', old, 'twinprop'))\n"
        "assignInNamespace('present_memory', function() 2^24, 'twinprop')\n"
        f"tryCatch(twinprop::read_values('{tmp_path / file}'), error = conditionMessage) }})"
    )
    assert said.startswith(f"{tmp_path / file} unpacks to ")
    assert said.endswith("GiB, more than half of the memory (0.0 GiB); compare parts of it")


WHOLE = {
    "x.npz": lambda path, x: np.savez(path, x=x),
    "x.npy": lambda path, x: np.save(path, x),
    "x.safetensors": lambda path, x: safetensors.numpy.save_file({"x": x}, path),
    "x.json": lambda path, x: path.write_text(f'{{"x": {x.tolist()}}}'),
    "x.json.gz": lambda path, x: path.write_bytes(gzip.compress(f'{{"x": {x.tolist()}}}'.encode())),
    "x.csv": lambda path, x: path.write_text("a,b\n" + "0.125,0.25\n" * 500),
    "x.h5": lambda path, x: h5py.File(path, "w").create_dataset("x", data=x).file.close(),
}


@pytest.mark.parametrize("file", [*WHOLE, "x.rds"])
def test_both_languages_refuse_half_a_file(file, said_by_r, r, tmp_path):
    path = tmp_path / file
    if file == "x.rds":
        r.evaluate(f"saveRDS(list(x = sqrt(1:1000)), '{path}')")
    else:
        WHOLE[file](path, np.sqrt(np.arange(1000.0)))
    assert said_by_r(path) == "it was read"
    whole = path.read_bytes()
    # Of a table a cut between two rows is not to be seen.
    for share in (0.02, 0.501, 0.97) if file != "x.csv" else (0.501,):
        path.write_bytes(whole[: int(len(whole) * share)])
        for said in (said_by_python(path), said_by_r(path)):
            assert said.startswith(str(path))
            assert "\n" not in said


def test_r_says_that_a_folder_is_none_of_its_files(said_by_r, tmp_path):
    (tmp_path / "run.json").mkdir()
    said = said_by_r(tmp_path / "run.json")
    assert said == f"{tmp_path}/run.json is a folder; wanted a file of numbers"


def test_both_languages_say_what_becomes_of_complex_numbers_and_dates(r, tmp_path):
    days = np.array(["2020-01-01", "NaT"], "M8[D]")
    times = np.array(["2020-01-01T00:00:00.123456789"], "M8[ns]")
    arrays = {
        "z": np.array([[1 + 2j, -0.5j]]), "w": np.complex64([1 + 2j]), "d": days, "n": times,
        "m": np.array([1500, 2], "m8[ms]"), "t": np.array(["größe", "", "low"]),
        "u": np.uint16([65535]), "v": np.uint32([2**31, 2**32 - 1]),
    }  # fmt: skip
    np.savez(tmp_path / "x.npz", **arrays)
    ours = read_values(tmp_path / "x.npz")
    names = ["z.real", "z.imag", "w.real", "w.imag", "d", "n", "m", "t", "u", "v"]
    theirs, said = read_and_hear(r, tmp_path / "x.npz")
    assert list(ours.arrays) == list(theirs) == names
    for name in (one for one in names if one != "t"):
        theirs_array = np.asarray(theirs[name], dtype=float).reshape(ours.arrays[name].shape)
        assert np.array_equal(ours.arrays[name], theirs_array, equal_nan=True), name
    assert ours.arrays["t"].tolist() == theirs["t"]
    assert is_na(ours.arrays["d"]).tolist() == is_na(np.asarray(theirs["d"])).tolist()
    assert sorted(said) == sorted(ours.notes)
    r.evaluate(f"saveRDS(list(z = 1i, d = as.Date('2020-01-01')), '{tmp_path}/x.rds')")
    _, said = read_and_hear(r, tmp_path / "x.rds")
    assert sorted(said) == sorted(read_values(tmp_path / "x.rds").notes)


def read_and_hear(r, path):
    """What R reads, and its messages."""
    found = r.evaluate(
        "local({ said <- character(0)\n"
        "keep <- function(m) { said <<- c(said, sub('\\n$', '', conditionMessage(m)))\n"
        "  invokeRestart('muffleMessage') }\n"
        f"read <- withCallingHandlers(twinprop::read_values('{path}'), message = keep)\n"
        "list(read = read, said = said) })"
    )
    said = found["said"]
    return found["read"], [said] if isinstance(said, str) else list(said)


def test_r_compares_complex_numbers_dates_and_turned_shapes_as_what_they_are(r):
    code = (
        "local({{ said <- tryCatch({{ twinprop::expect_same({}, {}); '' }}, "
        "expectation = conditionMessage, error = conditionMessage)\nstrsplit(said, '\\n')[[1]] }})"
    )

    def said(a, b):
        return "\n".join(np.atleast_1d(r.evaluate(code.format(a, b))))

    assert said("c(1+2i, 3i)", "c(1+2i, 3i)") == ""
    assert said("c(1+2i, 3i)", "c(1+2i, 4i)").startswith("the imaginary part of the value[2] is 3")
    assert said("as.Date('2020-01-01')", "as.Date('2020-01-02')").startswith(
        "the value[1] is 18262 (2020-01-01), expected 18263 (2020-01-02)"
    )
    assert said("t(matrix(sin(1:60), 20))", "matrix(sin(1:60), 20)").startswith(
        "the value is 3 x 20; expected 20 x 3\nlikely cause: A is B transposed"
    )


def test_r_reads_many_names_and_finds_the_one_that_differs_in_seconds(r, tmp_path):
    count = 50_000
    entries = (f'"layer{i}/w": [{i / 7!r}, {i / 3!r}]' for i in range(count))
    (tmp_path / "x.json").write_text("{" + ", ".join(entries) + "}")
    found = r.evaluate(
        f"local({{ took <- system.time({{ a <- twinprop::read_values('{tmp_path}/x.json')\n"
        "b <- a; b[[777]][[2]] <- 0.5\n"
        "said <- tryCatch(twinprop::expect_same(a, b), expectation = conditionMessage,\n"
        "  error = conditionMessage) })[['elapsed']]\n"
        "list(count = length(a), said = said, took = took) })"
    )
    assert found["count"] == count
    assert found["said"].startswith("$layer776/w[2] is 258.66666666666669, expected 0.5; 1 of 2")
    # What is the same is left out of the files that repeat it.
    assert len(read_values(found["said"].split()[-2]).arrays) == 1
    # A hundred times less than by a function call for each number.
    assert found["took"] < 60


def test_a_folder_of_more_files_than_anybody_means_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_FILES", 4)
    for place in ("a", "b/c", "b/d"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "x.txt").write_text("1")
    with pytest.raises(InputError, match="holds more than 4 files; name a part of it"):
        read_values(tmp_path)
