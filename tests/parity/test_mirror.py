"""The twins mirror each other: files, functions, arguments, defaults and documentation.

Python is asked by `inspect`, R by `formals` in live R and by the comments in r/R. Python's private
names (with a leading underscore) and its classes are its own; what else may differ is in ALLOWED.
"""

import importlib
import inspect
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from twinprop.arithmetic import native, strict

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON_FOLDER = REPOSITORY / "python" / "src" / "twinprop"
R_FOLDER = REPOSITORY / "r" / "R"


class Allowed(NamedTuple):
    """One difference: of a stem's function, in its name, arguments or text, with the reason."""

    stem: str
    function: str
    what: str
    reason: str


NO_TWIN = "name"
ALLOWED = [
    Allowed("errors", "input_error", NO_TWIN, "R raises a condition, Python a class InputError"),
    Allowed("errors", "quote_list", NO_TWIN, "in Python objects and lists are of different types"),
    Allowed("errors", "edit_distance", NO_TWIN, "R has it in utils::adist"),
    Allowed("network", "predict", "arguments", "R's generic has object, newdata and ..."),
    Allowed("network", "print.twinprop_network", NO_TWIN, "R's S3 method, Python's repr"),
    Allowed("array_checks", "checked_by", NO_TWIN, "a decorator, which R does not have"),
    Allowed("array_checks", "use_checked", NO_TWIN, "checked_by does it in Python"),
    Allowed("array_checks", "of_numbers", NO_TWIN, "a decorator, which R does not have"),
    Allowed("array_checks", "check_numbers", NO_TWIN, "in place of of_numbers"),
    Allowed("optimizers", "check_move", NO_TWIN, "private in Python"),
    Allowed("network", "draw_network", "arguments", "R's ... is Python's **options"),
    Allowed("training", "train", "arguments", "R's ... is Python's **options"),
    Allowed("training", "update_network", NO_TWIN, "R has it in the loop, where it copies nothing"),
    Allowed("grid_search", "key_of_field", NO_TWIN, "dicts and lists have one way in Python"),
    Allowed("training", "optional_generator", NO_TWIN, "an expression in Python"),
    Allowed("training", "or_else", NO_TWIN, "an expression in Python"),
    Allowed("training", "step_name", NO_TWIN, "part of batches in Python"),
    Allowed("backpropagation", "add_penalty", NO_TWIN, "a loop in Python"),
    Allowed("backpropagation", "apply_mask", NO_TWIN, "an expression in Python"),
    Allowed("training", "set_alphas", NO_TWIN, "the part of update_network that few networks need"),
    Allowed("activations", "new_activation", NO_TWIN, "private in Python"),
    Allowed("activations_slopes", "in_every_row", NO_TWIN, "numpy repeats rows by itself"),
    Allowed("case_layers", "read_numbers", NO_TWIN, "a comprehension in Python"),
    Allowed("training", "batches", NO_TWIN, "an iterator, which R does not have"),
    Allowed("training", "batch_rows", NO_TWIN, "in place of the iterator batches"),
    Allowed("training", "record_step", NO_TWIN, "adds to a dict; a list of R is never changed"),
    Allowed("training", "step_trace", NO_TWIN, "returns what record_step adds"),
    Allowed("training", "record_parameters", NO_TWIN, "adds to a dict"),
    Allowed("training", "parameter_trace", NO_TWIN, "returns what record_parameters adds"),
    Allowed("training", "predict.twinprop_training", NO_TWIN, "R's S3 method"),
    Allowed("training", "print.twinprop_training", NO_TWIN, "R's S3 method, Python's repr"),
    Allowed("training", "summary.twinprop_training", NO_TWIN, "R's S3 method"),
    Allowed("training", "print.summary.twinprop_training", NO_TWIN, "R's S3 method"),
    Allowed("errors", "name_distances", NO_TWIN, "in place of edit_distance"),
    Allowed("json_faults", "one_character", NO_TWIN, "R reads bytes, for speed; Python characters"),
    Allowed("files", "begins_with", NO_TWIN, "bytes.startswith does it in Python"),
    Allowed("files", "is_beginning", NO_TWIN, "Python's decoder tells the bad byte"),
    Allowed("files", "is_special", NO_TWIN, "os.path.isfile does it in Python"),
    Allowed("files", "read_stream", NO_TWIN, "Python reads pipes and files alike"),
    Allowed("files", "write_into", NO_TWIN, "Python's write tells of a full disk"),
    Allowed("files", "fill_and_rename", NO_TWIN, "private in Python"),
    Allowed("files", "system_reason", NO_TWIN, "Python's exceptions have it"),
    Allowed("files", "reason_in", NO_TWIN, "Python's exceptions have it"),
    Allowed("files", "check_unique", NO_TWIN, "Python's parser tells of a key standing twice"),
    Allowed("files", "signed_zeros", NO_TWIN, "Python's parser tells of -0"),
    Allowed("files", "make_folder", NO_TWIN, "for pages and models, which the harness writes"),
    Allowed("files", "fill_whole", NO_TWIN, "for pictures, which R draws on its own devices"),
    Allowed("case_checks", "is_text", NO_TWIN, "isinstance does it in Python"),
    Allowed("case_checks", "value_or", NO_TWIN, "dict.get does it in Python"),
    Allowed("case_data", "divide_by", NO_TWIN, "a function inside prepare_data in R"),
    Allowed("case_data", "is_absolute", NO_TWIN, "pathlib does it in Python"),
    Allowed("case_csv", "parse_cell", NO_TWIN, "R parses all cells at once, which is quicker"),
    Allowed("case_csv", "parse_numbers", NO_TWIN, "in place of parse_cell"),
    Allowed("case_csv", "json_numbers", NO_TWIN, "R reads numbers by a parser of JSON"),
    Allowed("case_data", "check_rows", "text", "R counts from 1"),
    Allowed("random_numbers", "as241_polynomial", NO_TWIN, "private in Python"),
    Allowed("random_numbers", "with_stream", NO_TWIN, "R's generator is global and put back"),
    Allowed("random_numbers", "check_generator_seed", NO_TWIN, "private in Python"),
    Allowed("random_numbers", "check_draw_count", NO_TWIN, "private in Python"),
    Allowed("random_numbers", "is_whole_number", NO_TWIN, "private in Python"),
    Allowed("plot", "plot_network", NO_TWIN, "in R a method of plot"),
    Allowed("plot", "plot_training", NO_TWIN, "in R a method of plot"),
    Allowed("plot", "plot.twinprop_network", NO_TWIN, "in Python plot_network"),
    Allowed("plot", "plot.twinprop_training", NO_TWIN, "in Python plot_training"),
    Allowed("plot", "start_plot", NO_TWIN, "matplotlib does it with its axes"),
    Allowed("plot", "draw_weight", NO_TWIN, "private in Python"),
    Allowed("plot", "draw_units", NO_TWIN, "within plot_network in Python"),
    Allowed("native", "matmul", "arguments", "R's own %*%, for speed"),
    Allowed("native", "matmul", "text", "R's own %*%, for speed"),
    Allowed("training", "bind_optimizer", NO_TWIN, "functools.partial does it in Python"),
    Allowed("training", "suit_size", NO_TWIN, "only R's own BLAS is slow at large crossprod"),
    Allowed("native", "crossprod", "arguments", "R's own function, for speed"),
    Allowed("native", "crossprod", "text", "R's own function, for speed"),
    Allowed("native", "tcrossprod", "arguments", "R's own function, for speed"),
    Allowed("native", "tcrossprod", "text", "R's own function, for speed"),
]
# R alone has the other end of the bridge, the writer of traces and what happens on loading.
R_ALONE = {"bridge", "traces", "fixtures"}
# Arithmetic is compared operation by operation.
ARITHMETIC = {"arithmetic_common", "arithmetic_native"} | {
    f"arithmetic_strict{part}" for part in ("", "_constants", "_exp", "_log", "_sums")
}
STEMS = ["arithmetic", *sorted(path.stem for path in PYTHON_FOLDER.glob("[a-z]*.py"))]
TABLES = [
    ("activations", "ACTIVATIONS", "activation_functions"),
    ("losses", "LOSSES", "losses"),
    ("losses", "REDUCTIONS", "reductions"),
    ("initializers", "INITIALIZERS", "initializers"),
    ("optimizers", "OPTIMIZERS", "optimizers"),
    ("cases", "NETWORK_KEYS", "network_keys"),
    ("case_layers", "OPTIONS", "distribution_options"),
    ("optimizers", "OPTIMIZER_OPTIONS", "optimizer_options"),
    ("data", "SCALINGS", "scalings"),
]
R_WORDS = {
    "float64": "double",
    "int": "integer",
    "str": "character",
    "bool": "logical",
    "None": "NULL",
    "True": "TRUE",
    "False": "FALSE",
}


class Text(NamedTuple):
    """What the documentation of a function says, with R's words."""

    about: str
    arguments: dict[str, str]
    value: str


def fold(text):
    return " ".join(text.split())


def in_r_words(text):
    pattern = rf"(?<![\w.])({'|'.join(R_WORDS)})\b"
    return fold(re.sub(pattern, lambda word: R_WORDS[word.group()], text))


def typed(block):
    """Entries "name : type" or "type" with indented text below, as {name: "type. text"}."""
    entries = {}
    for entry in re.split(r"\n(?=\S)", block.strip("\n")):
        head, _, text = entry.partition("\n")
        name, _, kind = head.rpartition(" : ")
        kind = "" if kind == "" else f"{kind}. "
        entries[name.lstrip("*")] = in_r_words(kind + text)
    return entries


def python_text(function):
    parts = re.split(r"\n\n(\w+)\n-+\n", "\n" + inspect.getdoc(function))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    arguments = typed(sections["Parameters"]) if "Parameters" in sections else {}
    value = typed(sections["Returns"])[""] if "Returns" in sections else ""
    return Text(in_r_words(parts[0]), arguments, value)


def r_text(comment):
    parts = re.split(r"\n@(\w+)", re.sub(r"\\([{}%\\])", r"\1", comment))
    about, arguments, value = fold(parts[0]), {}, ""
    for tag, text in zip(parts[1::2], parts[2::2], strict=True):
        if tag == "param":
            name, _, said = text.strip().partition(" ")
            arguments[name] = fold(said)
        if tag == "return":
            value = fold(text)
    return Text(about, {n.replace("...", "options"): t for n, t in arguments.items()}, value)


def r_functions(stem):
    """The functions of a file of R and the text of the comment above each."""
    source = (R_FOLDER / f"{stem}.R").read_text()
    found = re.findall(r"((?:^#.*\n)*)^([\w.]+) <- function\(", source, re.MULTILINE)
    return {
        name.removesuffix(".twinprop_network") if name.startswith("predict.") else name: r_text(
            "\n" + re.sub(r"^#'? ?", "", comment, flags=re.MULTILINE)
        )
        for comment, name in found
    }


def python_functions(module):
    return {
        name: function
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    }


def allowed(stem, what):
    return {entry.function for entry in ALLOWED if (entry.stem, entry.what) == (stem, what)}


def module_of(stem):
    return importlib.import_module(f"twinprop.{stem}")


def r_signature(r, name):
    """Names and defaults of the arguments of a function of R; a default as code and as value."""
    code = f"""{{
      namespace <- asNamespace("twinprop")
      lapply(formals(args(eval(quote({name}), namespace))), function(default) {{
        if (identical(default, quote(expr = ))) return(list(code = ""))
        code <- paste(deparse(default), collapse = " ")
        list(code = code, value = if (code == "native") NULL else eval(default, namespace))
      }})
    }}"""
    return r.evaluate(code) or {}


def check_signature(function, found, what):
    parameters = inspect.signature(function).parameters
    assert list(parameters) == list(found), f"arguments of {what}"
    for name, parameter in parameters.items():
        default, theirs = parameter.default, found[name]
        if default is inspect.Parameter.empty:
            assert theirs["code"] == "", f"{what}: {name} has a default in R only"
        elif default is native:
            assert theirs["code"] == "native", f"default of {name} in {what}"
        else:
            assert theirs["code"] != "", f"{what}: {name} has a default in Python only"
            assert theirs.get("value") == default, f"default of {name} in {what}"


@pytest.mark.parametrize("stem", STEMS)
def test_both_languages_have_the_same_functions(stem):
    ours, theirs = set(python_functions(module_of(stem))), set(r_functions(stem))
    assert ours ^ theirs == allowed(stem, NO_TWIN)


def test_both_languages_have_the_same_files():
    # What belongs to check or compare is compared by its answers (tests/check, tests/comparing).
    by_answers = ("check_", "comparing_")
    theirs = {path.stem for path in R_FOLDER.glob("*.R") if not path.stem.startswith(by_answers)}
    assert theirs - R_ALONE - ARITHMETIC == set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_functions_have_the_same_arguments_and_defaults(stem, r):
    skipped = allowed(stem, NO_TWIN) | allowed(stem, "arguments")
    for name, function in python_functions(module_of(stem)).items():
        if name not in skipped:
            check_signature(function, r_signature(r, name), name)


@pytest.mark.parametrize("stem", STEMS)
def test_functions_have_the_same_documentation(stem):
    skipped = allowed(stem, NO_TWIN) | allowed(stem, "text")
    theirs = r_functions(stem)
    for name, function in python_functions(module_of(stem)).items():
        if name in skipped:
            continue
        ours = python_text(function)
        assert ours.about != "", name
        assert theirs[name].about == ours.about, name
        assert theirs[name].value == ours.value, name
        if name not in allowed(stem, "arguments") or name in ("draw_network", "train"):
            assert theirs[name].arguments == ours.arguments, name
            assert list(theirs[name].arguments) == list(ours.arguments), name


def test_what_r_calls_otherwise_is_as_its_generics_demand(r):
    draw = r_signature(r, "draw_network")
    assert [*draw][:-1] == [*inspect.signature(module_of("network").draw_network).parameters][:-1]
    assert [*draw][-1] == "..."
    train = r_signature(r, "train")
    assert [*train][:-1] == [*inspect.signature(module_of("training").train).parameters][:-1]
    assert [*train][-1] == "..."
    predict = r_signature(r, "predict.twinprop_network")
    assert list(predict) == ["object", "newdata", "arithmetic", "..."]


@pytest.mark.parametrize(("stem", "ours", "theirs"), TABLES)
def test_tables_have_the_same_names_in_the_same_order(stem, ours, theirs, r):
    table = getattr(module_of(stem), ours)
    names = f"(function(x) as.list(if (is.list(x)) names(x) else x))(twinprop:::{theirs})"
    assert list(table) == r.evaluate(names)


def operations(arithmetic):
    return {name: getattr(arithmetic, name) for name in arithmetic.__all__ if name != "self_test"}


@pytest.mark.parametrize(("name", "arithmetic"), [("native", native), ("strict", strict)])
def test_both_arithmetics_have_the_same_operations_and_arguments(name, arithmetic, r):
    ours = operations(arithmetic)
    assert set(ours) == set(r.evaluate(f"as.list(names(twinprop::{name}))"))
    for operation, function in ours.items():
        if operation not in allowed(name, "arguments"):
            found = r_signature(r, f"{name}[['{operation}']]")
            check_signature(function, found, f"{name}.{operation}")


@pytest.mark.parametrize(("name", "arithmetic"), [("native", native), ("strict", strict)])
def test_both_arithmetics_have_the_same_documentation(name, arithmetic):
    theirs = {}
    for stem in ARITHMETIC:
        theirs |= r_functions(stem)
    for operation, function in operations(arithmetic).items():
        if operation not in allowed(name, "text"):
            shared = f"common_{operation}"
            found = theirs[shared if shared in theirs else f"{name}_{operation}"]
            assert found == python_text(function), f"{name}.{operation}"
    assert theirs["strict_self_test"] == python_text(strict.self_test)


def test_every_allowed_difference_exists():
    for stem, function, what, _ in ALLOWED:
        if stem == "native":
            assert f"native_{function}" not in r_functions("arithmetic_native"), function
            continue
        ours, theirs = python_functions(module_of(stem)), r_functions(stem)
        assert function in {**ours, **theirs}, function
        if what == NO_TWIN:
            assert (function in ours) != (function in theirs), function
        if what == "text":
            assert python_text(ours[function]) != theirs[function], function
