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

import twinprop
from twinprop.arithmetic import native, strict
from twinprop.formulas.constraints import constraints
from twinprop.network.checks import CHECKS

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
    Allowed("ground.errors", "input_error", NO_TWIN, "a condition in R, a class in Python"),
    Allowed("ground.errors", "quote_list", NO_TWIN, "one function in Python"),
    Allowed("ground.errors", "edit_distance", NO_TWIN, "R has it in utils::adist"),
    Allowed("network.passes", "predict", "arguments", "R's generic has object, newdata and ..."),
    Allowed(
        "network.checks", "check_predict", NO_TWIN, "R's predict finds the network by its class"
    ),
    Allowed("network.layers", "print.twinprop_network", NO_TWIN, "R's S3 method, Python's repr"),
    Allowed("formulas.constraints", "put_checks", NO_TWIN, "twinprop.face does it in Python"),
    Allowed("network.layers", "draw_network", "arguments", "R's ... is Python's **options"),
    Allowed("network.plan", "new_plan", "arguments", "R's ... is Python's **options"),
    Allowed("network.training", "set_parameters", NO_TWIN, "in the loop of R, for speed"),
    Allowed("network.training", "recorded_network", NO_TWIN, "for what compares traces"),
    Allowed("cases.grid_search", "key_of_field", NO_TWIN, "dicts and lists have one way in Python"),
    Allowed("network.training", "optional_generator", NO_TWIN, "an expression in Python"),
    Allowed("network.training", "step_name", NO_TWIN, "part of batches in Python"),
    Allowed("formulas.activations", "new_activation", NO_TWIN, "a NamedTuple in Python"),
    Allowed("formulas.losses", "new_loss", NO_TWIN, "a NamedTuple in Python"),
    Allowed("formulas.activations", "in_every_row", NO_TWIN, "numpy repeats rows by itself"),
    Allowed("cases.layers", "read_numbers", NO_TWIN, "a comprehension in Python"),
    Allowed("network.training", "batches", NO_TWIN, "an iterator, which R does not have"),
    Allowed("network.training", "batch_rows", NO_TWIN, "in place of the iterator batches"),
    Allowed("network.training", "record_step", NO_TWIN, "adds to a dict"),
    Allowed("network.training", "step_trace", NO_TWIN, "returns what record_step adds"),
    Allowed("network.training", "record_parameters", NO_TWIN, "adds to a dict"),
    Allowed("network.training", "parameter_trace", NO_TWIN, "returns what record_parameters adds"),
    Allowed("network.training", "predict.twinprop_training", NO_TWIN, "R's S3 method"),
    Allowed("network.training", "print.twinprop_training", NO_TWIN, "R's S3 method, Python's repr"),
    Allowed("network.training", "summary.twinprop_training", NO_TWIN, "R's S3 method"),
    Allowed("network.training", "print.summary.twinprop_training", NO_TWIN, "R's S3 method"),
    Allowed("ground.errors", "visible_bytes", NO_TWIN, "iconv does it in R"),
    Allowed("ground.errors", "name_distances", NO_TWIN, "in place of edit_distance"),
    Allowed("ground.json_faults", "one_character", NO_TWIN, "R reads bytes, for speed"),
    Allowed("ground.json_faults", "next_state", NO_TWIN, "in R of all pieces at once, for speed"),
    Allowed("ground.json_faults", "states_after", NO_TWIN, "in place of next_state"),
    Allowed("ground.json_faults", "innermost_brackets", NO_TWIN, "part of states_after"),
    Allowed("ground.files", "begins_with", NO_TWIN, "bytes.startswith does it in Python"),
    Allowed("ground.files", "is_beginning", NO_TWIN, "Python's decoder tells the bad byte"),
    Allowed("ground.files", "is_special", NO_TWIN, "os.path.isfile does it in Python"),
    Allowed("ground.files", "read_stream", NO_TWIN, "Python reads pipes and files alike"),
    Allowed("ground.files", "write_into", NO_TWIN, "Python's write tells of a full disk"),
    Allowed("ground.files", "fill_and_rename", NO_TWIN, "private in Python"),
    Allowed("ground.files", "system_reason", NO_TWIN, "Python's exceptions have it"),
    Allowed("ground.files", "reason_in", NO_TWIN, "Python's exceptions have it"),
    Allowed("ground.files", "check_unique", NO_TWIN, "Python's parser tells of it"),
    Allowed("ground.files", "signed_zeros", NO_TWIN, "Python's parser tells of -0"),
    Allowed("ground.files", "make_folder", NO_TWIN, "for pages and models"),
    Allowed("ground.files", "fill_whole", NO_TWIN, "for pictures of matplotlib"),
    Allowed("ground.case_checks", "is_text", NO_TWIN, "isinstance does it in Python"),
    Allowed("ground.case_checks", "value_or", NO_TWIN, "dict.get does it in Python"),
    Allowed("cases.data", "divide_by", NO_TWIN, "a function inside prepare_data in R"),
    Allowed("cases.data", "is_absolute", NO_TWIN, "pathlib does it in Python"),
    Allowed("cases.csv", "parse_cell", NO_TWIN, "R parses all cells at once, which is quicker"),
    Allowed("cases.csv", "parse_numbers", NO_TWIN, "in place of parse_cell"),
    Allowed("cases.csv", "json_numbers", NO_TWIN, "R reads numbers by a parser of JSON"),
    Allowed("cases.data", "check_rows", "text", "R counts from 1"),
    Allowed("formulas.random_numbers", "as241_polynomial", NO_TWIN, "private in Python"),
    Allowed("formulas.random_numbers", "with_stream", NO_TWIN, "R's generator is global"),
    Allowed("formulas.random_numbers", "check_generator_seed", NO_TWIN, "private in Python"),
    Allowed("formulas.random_numbers", "check_draw_count", NO_TWIN, "private in Python"),
    Allowed("formulas.random_numbers", "is_whole_number", NO_TWIN, "private in Python"),
    Allowed("network.plot", "plot_network", NO_TWIN, "in R a method of plot"),
    Allowed("network.plot", "plot_training", NO_TWIN, "in R a method of plot"),
    Allowed("network.plot", "plot.twinprop_network", NO_TWIN, "in Python plot_network"),
    Allowed("network.plot", "plot.twinprop_training", NO_TWIN, "in Python plot_training"),
    Allowed("network.plot", "start_plot", NO_TWIN, "matplotlib does it with its axes"),
    Allowed("network.plot", "draw_weight", NO_TWIN, "private in Python"),
    Allowed("network.plot", "draw_units", NO_TWIN, "within plot_network in Python"),
    Allowed("native", "matmul", "arguments", "R's own %*%, for speed"),
    Allowed("native", "matmul", "text", "R's own %*%, for speed"),
    Allowed("network.training", "bind_optimizer", NO_TWIN, "functools.partial does it in Python"),
    Allowed("network.training", "suit_size", NO_TWIN, "only R's own BLAS is slow there"),
    Allowed("native", "crossprod", "arguments", "R's own function, for speed"),
    Allowed("native", "crossprod", "text", "R's own function, for speed"),
    Allowed("native", "tcrossprod", "arguments", "R's own function, for speed"),
    Allowed("native", "tcrossprod", "text", "R's own function, for speed"),
]
# R alone has the other end of the bridge, its own form of traces, and what is made of
# other files when the package is built; that of the walls is compared by the answers of check.
R_ALONE = {"engines_beside", "engines_bridge", "engines_sandbox", "cases_traces", "ground_json"}
R_ALONE |= {"zzz"}
# Python alone has what the comparison needs.
PYTHON_ALONE = {"ground.array", "ground.exit_status", "ground.folders", "ground.names"}
PYTHON_ALONE |= {"formulas.words"}  # roxygen fills in what stands once
PYTHON_ALONE |= {
    f"cases.{stem}"
    for stem in ("input_digest", "paths", "random_cases", "random_everything", "traces")
}
# Arithmetic is compared operation by operation.
ARITHMETIC = {"arithmetic_common", "arithmetic_native"} | {
    f"arithmetic_strict{part}" for part in ("", "_constants", "_exp", "_log", "_sums")
}
TWIN_FLOORS = ("ground", "formulas", "network", "cases")
MODULES = {
    f"{floor}.{path.stem}"
    for floor in TWIN_FLOORS
    for path in PYTHON_FOLDER.glob(f"{floor}/[a-z]*.py")
}
STEMS = ["arithmetic", *sorted(MODULES - PYTHON_ALONE)]
TABLES = [
    ("formulas.activations", "ACTIVATIONS", "activation_functions"),
    ("formulas.losses", "LOSSES", "losses"),
    ("formulas.losses", "REDUCTIONS", "reductions"),
    ("formulas.initializers", "INITIALIZERS", "initializers"),
    ("formulas.optimizers", "OPTIMIZERS", "optimizers"),
    ("cases.case", "NETWORK_KEYS", "network_keys"),
    ("cases.layers", "OPTIONS", "distribution_options"),
    ("formulas.optimizers", "OPTIMIZER_OPTIONS", "optimizer_options"),
    ("formulas.data", "SCALINGS", "scalings"),
]
CONSTRAINED = {*constraints(), *CHECKS}  # users see them behind checks, with the words of files
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


def in_r(stem):
    """The stem of R's file: the folder is its prefix."""
    return stem.replace(".", "_")


def r_functions(stem):
    """The functions of a file of R and the text of the comment above each.

    As in roxygen, words that it has not are those of the topic that it names.
    """
    source = (R_FOLDER / f"{in_r(stem)}.R").read_text()
    blocks = re.findall(r"((?:^#.*\n)*)^(?:([\w.]+) <- function\(|NULL$)", source, re.MULTILINE)
    found = {}
    for comment, name in blocks:
        comment = "\n" + re.sub(r"^#'? ?", "", comment, flags=re.MULTILINE)
        if topic := re.search(r"\n@name (\w+)", comment):
            name = f"topic {topic[1]}"
        text = r_text(comment)
        for tag, other in re.findall(r"\n@(inheritParams|inherit|rdname) (\w+)", comment):
            there = found[other if tag == "rdname" else f"topic {other}"]
            text = text._replace(
                arguments=there.arguments | text.arguments, value=text.value or there.value
            )
        found[name] = text
    return {
        name.removesuffix(".twinprop_network") if name.startswith("predict.") else name: text
        for name, text in found.items()
        if not name.startswith("topic ")
    }


def python_functions(module):
    """The functions of a file; a formula as users see it, with its words."""
    return {
        name: getattr(twinprop, name) if name in CONSTRAINED else function
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
    assert theirs - R_ALONE - ARITHMETIC == {in_r(stem) for stem in STEMS}


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
        if name in allowed(stem, "arguments") - {"draw_network", "new_plan"}:
            continue
        if name in CONSTRAINED:  # what a file says once is more than what each has
            shown = {argument: theirs[name].arguments[argument] for argument in ours.arguments}
            assert shown == ours.arguments, name
        else:
            assert theirs[name].arguments == ours.arguments, name
            assert list(theirs[name].arguments) == list(ours.arguments), name


def test_what_r_calls_otherwise_is_as_its_generics_demand(r):
    draw = r_signature(r, "draw_network")
    assert [*draw][:-1] == [
        *inspect.signature(module_of("network.layers").draw_network).parameters
    ][:-1]
    assert [*draw][-1] == "..."
    plan = r_signature(r, "new_plan")
    assert [*plan][:-1] == [*inspect.signature(module_of("network.plan").new_plan).parameters][:-1]
    assert [*plan][-1] == "..."
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
