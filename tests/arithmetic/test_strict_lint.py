"""Strict arithmetic uses nothing whose result could differ between machines.

A program that reads the programs: Python through its syntax tree, R through its own parser. What
is not on the lists of allowed calls is refused, whether or not it would do harm.
"""

import ast
import subprocess
from decimal import Decimal
from fractions import Fraction

import pytest

from twinprop.engines.r_library import find_rscript

PYTHON = "python/src/twinprop/arithmetic"
PYTHON_FILES = ["common", "strict", "strict_blocks", "strict_exp", "strict_log", "strict_sums"]
R_FILES = ["common", "strict", "strict_exp", "strict_log", "strict_sums"]

NUMPY_CALLS = {
    *("add", "subtract", "multiply", "divide", "negative", "sqrt", "abs", "floor", "right_shift"),
    *("minimum", "maximum", "clip", "where", "searchsorted"),
    *(
        "array",
        "asarray",
        "ascontiguousarray",
        "arange",
        "dtype",
        "empty",
        "zeros",
        "ones",
        "errstate",
    ),
}
NUMPY_NAMES = {"dtype", "float64", "intp", "inf", "nan", "ndarray"}
METHODS = {"all", "any", "astype", "copy", "items", "reshape", "take"}
BUILTINS = {"InputError", "float", "map", "max", "min", "range", "type"}
BUILTINS |= {"as_numbers", "check_shape", "refuse", "show_shape"}  # before anything is computed
PYTHON_SIGNS = {ast.MatMult: "@", ast.Pow: "**"}

R_CALLS = {
    *("abs", "floor", "sqrt", "which", "findInterval", "is.na", "anyNA", "all", "min", "max"),
    *(
        "as.vector",
        "as.double",
        "as.integer",
        "c",
        "integer",
        "list",
        "matrix",
        "numeric",
        "rbind",
        "rep",
    ),
    *("rep.int", "seq_len", "dim", "length", "names", "ncol", "nrow", "is.matrix", "t.default"),
    *("delayedAssign", "function", "identical", "input_error", "is.double", "paste", "return"),
    *("as_numbers", "check_shape", "refuse", "show_shape", "strict_constants"),
}


def exact_in_binary(text):
    """Whether a literal is a double as it stands, so that no reader can be wrong about it."""
    if text.lower().startswith("0x"):
        return True
    value = Decimal(text)
    return Fraction(float(value)) == Fraction(value)


def python_violations(source):
    """What a strict Python file should not contain, by line."""
    tree = ast.parse(source)
    local = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    local |= {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("twinprop.arith")
        for name in node.names
    } | {"function"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and not is_allowed_call(node.func, local):
            found.append((node.lineno, ast.unparse(node.func)))
        elif isinstance(node, ast.Attribute) and is_numpy(node.value):
            if node.attr not in NUMPY_CALLS | NUMPY_NAMES:
                found.append((node.lineno, ast.unparse(node)))
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in PYTHON_SIGNS:
            found.append((node.lineno, PYTHON_SIGNS[type(node.op)]))
        elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            text = ast.get_source_segment(source, node)
            if not isinstance(node.value, bool) and not exact_in_binary(text):
                found.append((node.lineno, text))
        elif isinstance(node, ast.Import) and [name.name for name in node.names] != ["numpy"]:
            found.append((node.lineno, ast.unparse(node)))
    return found


def is_numpy(node):
    return isinstance(node, ast.Name) and node.id == "np"


def is_allowed_call(function, local):
    if isinstance(function, ast.Name):
        return function.id in local | BUILTINS
    return isinstance(function, ast.Attribute) and (
        function.attr in (NUMPY_CALLS if is_numpy(function.value) else METHODS)
    )


def r_tokens(paths):
    """File, line, kind and text of each token of R files, from R's own parser."""
    program = (
        "for (path in commandArgs(TRUE)) { d <- getParseData(parse(path, keep.source = TRUE)); "
        "d <- d[d$terminal, ]; cat(paste(path, d$line1, d$token, gsub('\\n', ' ', d$text), "
        "sep = '\\t'), sep = '\\n') }"
    )
    done = subprocess.run(
        [find_rscript(), "--vanilla", "-e", program, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def r_violations(tokens):
    """What strict R files should not contain, by line."""
    local = {
        text
        for (_, _, kind, text), (*_, arrow), (*_, word) in zip(
            tokens, tokens[1:], tokens[2:], strict=False
        )
        if kind == "SYMBOL" and arrow == "<-" and word == "function"
    } | {"left", "right", "term"}
    found = []
    for _, line, kind, text in tokens:
        number = text.rstrip("L")
        if (
            (kind == "SYMBOL_FUNCTION_CALL" and text not in R_CALLS | local)
            or (kind == "SPECIAL" and text != "%/%")
            or text in ("^", "**")
            or (kind == "NUM_CONST" and number[:1].isdigit() and not exact_in_binary(number))
        ):
            found.append((int(line), text))
    return found


@pytest.mark.parametrize("stem", PYTHON_FILES)
def test_strict_python_uses_exact_operations_only(repository, stem):
    assert python_violations((repository / PYTHON / f"{stem}.py").read_text()) == []


@pytest.mark.whole
def test_strict_r_uses_exact_operations_only(repository):
    paths = [repository / f"r/R/arithmetic_{stem}.R" for stem in R_FILES]
    assert r_violations(r_tokens(paths)) == []


def test_every_strict_file_is_read(repository):
    names = {path.stem for path in (repository / PYTHON).glob("strict*.py")}
    assert names == {*PYTHON_FILES, "strict_constants"} - {"common"}
    names = {path.stem for path in (repository / "r/R").glob("arithmetic_strict*.R")}
    assert names == {f"arithmetic_{stem}" for stem in (*R_FILES, "strict_constants")} - {
        "arithmetic_common"
    }


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ("a @ b", "@"),
        ("a @= b", "@"),
        ("x ** 2", "**"),
        ("pow(x, 2)", "pow"),
        ("sum(x)", "sum"),
        ("x.sum()", "x.sum"),
        ("x.mean()", "x.mean"),
        ("x.dot(y)", "x.dot"),
        ("np.sum(x)", "np.sum"),
        ("np.dot(x, y)", "np.dot"),
        ("np.einsum('i,i', x, y)", "np.einsum"),
        ("np.add.reduce(x)", "np.add.reduce"),
        ("np.cumsum(x)", "np.cumsum"),
        ("np.exp(x)", "np.exp"),
        ("f = np.log", "np.log"),
        ("np.tanh(x)", "np.tanh"),
        ("x * 0.1", "0.1"),
        ("x + 1e-3", "1e-3"),
        ("import math", "import math"),
    ],
)
def test_planted_python_is_found(planted, named):
    assert named in [text for _, text in python_violations(f"import numpy as np\n{planted}\n")]


PLANTED_R = {
    "a %*% b": "%*%",
    "a %o% b": "%o%",
    "x^2": "^",
    "sum(x)": "sum",
    "mean(x)": "mean",
    "colSums(x)": "colSums",
    "cumsum(x)": "cumsum",
    "crossprod(x)": "crossprod",
    "outer(x, y)": "outer",
    "Reduce(f, x)": "Reduce",
    "exp(x)": "exp",
    "base::log(x)": "log",
    "tanh(x)": "tanh",
    "x * 0.1": "0.1",
    "x + 1e-3": "1e-3",
}


@pytest.fixture(scope="module")
def planted_tokens(tmp_path_factory):
    """The tokens of a function with each, by what was planted; R is started once."""
    folder = tmp_path_factory.mktemp("planted")
    paths = {planted: folder / f"{i}.R" for i, planted in enumerate(PLANTED_R)}
    for planted, path in paths.items():
        path.write_text(f"strict_planted <- function(x, y) {{\n  {planted}\n}}\n")
    tokens = r_tokens(paths.values())
    return {planted: [t for t in tokens if t[0] == str(path)] for planted, path in paths.items()}


@pytest.mark.whole
@pytest.mark.parametrize("planted", PLANTED_R)
def test_planted_r_is_found(planted_tokens, planted):
    assert r_violations(planted_tokens[planted]) == [(2, PLANTED_R[planted])]


@pytest.mark.whole
def test_literals_that_are_exact_in_binary_are_left_alone(tmp_path):
    python = "x = 0.5 + 1.4140625 * 745.5 - 134217729.0 + 18014398509481984.0"
    assert python_violations(python) == []
    path = tmp_path / "exact.R"
    path.write_text("x <- 0.5 + 1.4140625 * 745.5 - 134217729 + 0x1p-3 + 3L\n")
    assert r_violations(r_tokens([path])) == []
