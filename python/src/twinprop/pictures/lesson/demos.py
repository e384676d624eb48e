"""Small pieces of code run in both languages while the lesson is built, with what they print."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import NamedTuple

import numpy as np

from twinprop.engines.r_session import from_r, start_r


class Demo(NamedTuple):
    """One difference between the languages: a piece of code in each, and a sentence."""

    title: str
    python: str
    r: str
    text: str


class Shown(NamedTuple):
    """A demonstration that was run."""

    demo: Demo
    python_says: str
    r_says: str


ARRAYS = (
    Demo(
        "A matrix is filled by rows or by columns",
        "m = np.arange(1, 7).reshape(2, 3)\nprint(m)",
        "m <- matrix(1:6, 2, 3)\nprint(m)",
        "numpy fills row by row, R column by column. The same numbers in the same order make two "
        "different matrices, so the shared generator says how a matrix is filled: by rows.",
    ),
    Demo(
        "A short vector is stretched",
        "z = np.zeros((3, 2))\nb = np.array([[10.0, 20.0]])\nprint(z + b)",
        "z <- matrix(0, 3, 2)\nb <- c(10, 20)\nprint(z + b)",
        "numpy broadcasts a row over all rows. R recycles the vector down the columns, and says "
        "nothing as long as the lengths divide: here a bias for each sample, not for each unit. "
        "This is the mistake in the published R program.",
    ),
    Demo(
        "The bias, done right in R",
        "z = np.zeros((3, 2))\nb = np.array([[10.0, 20.0]])\nprint(z + b)",
        "z <- matrix(0, 3, 2)\nb <- matrix(c(10, 20), 1)\nprint(z + rep(b, each = nrow(z)))",
        "Each number of the bias is repeated for every row before it is added.",
    ),
    Demo(
        "One row of a matrix",
        "m = np.ones((2, 3))\nprint(m[0].shape, m[[0], :].shape)",
        "m <- matrix(1, 2, 3)\nprint(dim(m[1, ]))\nprint(dim(m[1, , drop = FALSE]))",
        "Both drop the dimension that has shrunk to a single row. In R `drop = FALSE` keeps it, in "
        "numpy a list for an index does; without it a batch of one sample is no matrix any more.",
    ),
    Demo(
        "Counting begins elsewhere, and minus means something else",
        "x = np.array([5, 6, 7])\nprint(x[0], x[-1])",
        "x <- c(5, 6, 7)\nprint(x[1])\nprint(x[-1])\nprint(x[0])",
        "Python counts from nought and a negative index counts from the end. R counts from one, a "
        "negative index leaves an element out, and nought silently selects nothing.",
    ),
    Demo(
        "Two kinds of product",
        "a = np.array([[1.0, 2.0], [3.0, 4.0]])\nprint(a * a)\nprint(a @ a)",
        "a <- matrix(c(1, 3, 2, 4), 2)\nprint(a * a)\nprint(a %*% a)",
        "In both languages `*` works cell by cell. The matrix product is `@` in Python and `%*%` "
        "in R; with square matrices the wrong one raises no error.",
    ),
    Demo(
        "A loop over nothing",
        "print([i for i in range(0)])",
        "print(length(1:0))\nprint(length(seq_len(0)))",
        "`1:n` counts backwards when n is nought, so a loop that should do nothing runs. "
        "`seq_len(n)` does not.",
    ),
    Demo(
        "Division of whole numbers",
        "print(7 / 2, 7 // 2, -7 // 2)",
        "print(c(7L / 2L, 7L %/% 2L, -7L %/% 2L))",
        "Here the two agree; other languages round towards nought.",
    ),
)

NUMBERS = (
    Demo(
        "Reading a number",
        'print(float("0.839396101051679").hex())',
        'cat(sprintf("%a\\n", as.numeric("0.839396101051679")))',
        "Both were given the same decimals. R's own reader multiplies and rounds more than once; "
        "Python's gives the nearest double, always. The cases are read in R by jsonlite, which "
        "is exact, and each array has a digest that both readers check.",
    ),
    Demo(
        "Writing a number",
        "x = 0.1 + 0.2\nprint(x)\nprint(float(repr(x)) == x)",
        'x <- 0.1 + 0.2\nprint(x)\ncat(format(x, digits = 15), sprintf("%.17g", x), "\\n")\n'
        "print(as.numeric(format(x, digits = 15)) == x)",
        "Python writes the shortest decimals that read back as the same double. R shows fewer by "
        "default, and what it writes to a file may read back as another number.",
    ),
    Demo(
        "Writing numbers to a file",
        "from twinprop.formulas.random_numbers import new_generator, random_uniform\n"
        "x = random_uniform(new_generator(1), 1000)\n"
        "written = [repr(float(value)) for value in x]\n"
        "print(sum(float(text) != value for text, value in zip(written, x)))",
        "x <- twinprop::random_uniform(twinprop::new_generator(1), 1000)\n"
        "file <- tempfile()\n"
        "write.csv(data.frame(x), file, row.names = FALSE)\n"
        "print(sum(read.csv(file)$x != x))\n"
        'print(sum(as.numeric(sprintf("%a", x)) != x))',
        "How many numbers read back as others. R's `write.csv` writes as many digits as it prints "
        "at most, which are too few for most doubles; `%a`, the hexadecimal form, keeps them all.",
    ),
    Demo(
        "The sum of the same numbers",
        "x = np.tile([1e16, 1.0, -1e16], 1000)\nprint(np.sum(x), sum(x.tolist()))",
        "x <- rep(c(1e16, 1, -1e16), 1000)\nprint(sum(x))\nprint(Reduce(`+`, x))",
        "R's `sum` keeps a longer accumulator where the processor has one, numpy adds in pairs, "
        "and a loop adds in order: each rounds at other places.",
    ),
    Demo(
        "A warning that only one of them gives",
        "print(1 / (1 + np.exp(np.float64(1000))))",
        "print(1 / (1 + exp(1000)))",
        "The exponential overflows to infinity, and one over infinity is the right nought. numpy "
        "warns of it, R does not.",
    ),
    Demo(
        "The same product of matrices",
        "from twinprop.formulas.random_numbers import new_generator, random_normal\n"
        "a = random_normal(new_generator(1), 4000).reshape(40, 100)\n"
        "p = a @ a.T\n"
        "print(np.count_nonzero(sum(np.outer(c, c) for c in a.T) != p))\n"
        "wide = np.column_stack([a.T, np.full(100, np.nan)])\n"
        "print(np.count_nonzero((a @ wide)[:, :40] != p))",
        "a <- matrix(twinprop::random_normal(twinprop::new_generator(1), 4000), 40, byrow = TRUE)\n"
        "p <- a %*% t(a)\n"
        "outers <- lapply(1:100, function(k) outer(a[, k], a[, k]))\n"
        "print(sum(Reduce(`+`, outers) != p))\n"
        "print(sum((a %*% cbind(t(a), NaN))[, 1:40] != p))\n"
        'before <- options(matprod = "internal")\n'
        "print(sum(a %*% t(a) != p))\n"
        "options(before)",
        "How many of its numbers change when it is computed in another way: as a sum of outer "
        "products, one after the other; beside a column of NaN, for which R takes a loop of its "
        "own; and in R with the option `matprod`, whose loop has a longer accumulator.",
    ),
    Demo(
        "How two arrays are compared",
        "import math\na = np.ones(10000)\nb = a + 1e-12\nb[0] += 1e-4\n"
        "print(np.allclose(a, b))\nprint(math.isclose(1.0, 1.5, rel_tol=1e-9, abs_tol=1.0))",
        "a <- rep(1, 10000)\nb <- a + 1e-12\nb[1] <- b[1] + 1e-4\nprint(all.equal(a, b))",
        "R's `all.equal` looks at the mean of the differences: one wrong element hides among many "
        "that are nearly right. Python's `math.isclose` is content with either of its tolerances. "
        "Compare element by element, and with one bound.",
    ),
    Demo(
        "Random numbers from the same seed",
        "print(np.random.default_rng(1).random(3))\nprint(np.random.RandomState(1).random(3))\n"
        "from twinprop.formulas.random_numbers import new_generator, random_uniform\n"
        "print(random_uniform(new_generator(1), 3))",
        "set.seed(1)\nprint(runif(3))\n"
        "print(twinprop::random_uniform(twinprop::new_generator(1), 3))",
        "A seed names another stream in each library. The shared generator gives R's stream in "
        "both languages.",
    ),
    Demo(
        "Normal numbers and an order from the same seed",
        "from twinprop.formulas.random_numbers import (\n"
        "    new_generator, random_normal, random_permutation\n)\n"
        "generator = new_generator(1)\nprint(random_normal(generator, 3))\n"
        "print(random_permutation(generator, 5) + 1)",
        "set.seed(1)\nprint(rnorm(3))\nprint(sample.int(5))",
        "R makes a normal number of two uniform ones, by the inverse of the distribution, and an "
        "order by drawing again what is out of range. The shared generator does the same.",
    ),
)


def run_demo(demo: Demo) -> Shown:
    """Run both pieces of code of a demonstration.

    Parameters
    ----------
    demo : Demo
        Code of the project's own.

    Returns
    -------
    Shown
        With what each printed, warnings included.
    """
    return Shown(demo, run_python(demo.python), run_r(demo.r))


def run_python(code: str) -> str:
    """What a piece of Python prints; warnings stand in their place."""
    printed = io.StringIO()

    def show(
        message: Warning | str, category: type[Warning], *args: object, **named: object
    ) -> None:
        printed.write(f"{category.__name__}: {message}\n")

    with warnings.catch_warnings(), contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        warnings.showwarning = show
        exec(code, {"np": np})
    return printed.getvalue().rstrip()


def run_r(code: str) -> str:
    """What a piece of R prints; its stream of random numbers is left as it was."""
    rinterface = start_r()
    rinterface.baseenv["options"](width=80)
    lines = from_r(rinterface.evalr(_R_RUNNER)(rinterface.StrSexpVector([code])))
    return lines if isinstance(lines, str) else "\n".join(lines)


_R_RUNNER = """
function(code) {
  kept <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(if (!is.null(kept)) assign(".Random.seed", kept, globalenv()))
  utils::capture.output(eval(parse(text = code), new.env(parent = globalenv())))
}
"""
