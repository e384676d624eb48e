"""Questions that people ask when two languages give different numbers, each answered by running.

What the page shows is computed by numpy, pandas and R alone. What it says of other programs, which
need not be there when the lesson is built, is shown by tests/others/test_questions.py.
"""

from __future__ import annotations

from twinprop.pictures.lesson.demos import Demo

# With these versions of the other programs the sentences were tested last.
TESTED_WITH = {"scikit-learn": "1.9.1", "PyTorch": "1.13", "reticulate": "1.28"}

QUESTIONS = (
    Demo(
        "Why do scale() and StandardScaler differ?",
        "x = np.array([1.0, 2.0, 4.0, 8.0])\nprint((x - x.mean()) / x.std())\n"
        "print((x - x.mean()) / x.std(ddof=1))",
        "x <- c(1, 2, 4, 8)\nprint(as.vector(scale(x)))",
        "R divides the sum of squares by `n - 1`, numpy and scikit-learn's `StandardScaler` by "
        "`n`. So all columns differ by one factor, `sqrt(n / (n - 1))`, which compare names; "
        "`ddof=1` gives R's.",
    ),
    Demo(
        "Why do the columns of a one-hot stand in another order?",
        "import pandas as pd\nd = pd.Series(['mid', 'low', 'high'])\nprint(pd.get_dummies(d) * 1)",
        "d <- factor(c('mid', 'low', 'high'), levels = c('low', 'mid', 'high'))\n"
        "print(unname(model.matrix(~ d - 1)[, ]))\nprint(levels(d))\n"
        "print(levels(factor(c('mid', 'low', 'high'))))",
        "Both sort the levels by the alphabet unless they are told otherwise. Whoever gives the "
        "levels in the order of their meaning has other columns, and other codes; and with an "
        "intercept R drops the first of them.",
    ),
    Demo(
        "Why is my matrix mixed up after going from one language to the other?",
        "m = np.arange(1, 7).reshape(2, 3)\nprint(m.ravel())\nprint(m.ravel(order='F'))\n"
        "print(np.arange(1, 7).reshape(2, 3, order='F'))",
        "m <- matrix(1:6, 2, 3, byrow = TRUE)\nprint(as.vector(m))\nprint(as.vector(t(m)))\n"
        "print(matrix(1:6, 2, 3))",
        "A matrix goes over whole and right: `reticulate` and `rpy2` mind the order. What was "
        "flattened does not: numpy reads row by row, R column by column. With `order='F'` or "
        "`byrow = TRUE` either does as the other.",
    ),
    Demo(
        "Why are other classes predicted where outputs are equal?",
        "p = np.array([[0.4, 0.4, 0.2]] * 6)\nprint(p.argmax(axis=1))",
        "p <- matrix(c(0.4, 0.4, 0.2), 6, 3, byrow = TRUE)\nset.seed(1)\nprint(max.col(p))\n"
        "print(max.col(p, ties.method = 'first'))\nprint(apply(p, 1, which.max))",
        "`argmax` and `which.max` take the first of equals; `max.col` draws one of them unless it "
        "is told `ties.method = 'first'`, so R differs from itself, too.",
    ),
    Demo(
        "Why does the same seed not give the same numbers?",
        "import twinprop as tp\nprint(np.random.RandomState(1).uniform(size=3))\n"
        "print(tp.random_uniform(tp.new_generator(1), 3))",
        "set.seed(1)\nprint(runif(3), digits = 8)\n"
        "print(twinprop::random_uniform(twinprop::new_generator(1), 3), digits = 8)",
        "The generator is the same, a Mersenne Twister, but a seed is turned into its state in "
        "another way. `random_uniform` of this package seeds as R does. If neither program may "
        "change, `feed` hands the numbers of one to the other.",
    ),
    Demo(
        "Why are frameworks off in the seventh digit?",
        "x = np.float32(0.1)\nprint(float(x))\nprint(np.float32(16777216) + np.float32(1))",
        "x <- readBin(writeBin(0.1, raw(), size = 4), 'double', size = 4)\nprint(x, digits = 17)",
        "They compute in `float32`, which keeps about seven digits; R has no such numbers and "
        "computes with sixteen. Compare sees it from the values and allows for it.",
    ),
    Demo(
        "Why are scikit-learn's coefficients smaller than those of glm?",
        "x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 3.0])\ny = np.array([0, 0, 1, 0, 1, 1])\n"
        "X = np.column_stack([np.ones(6), x])\nfor penalty in (0.0, 1.0):\n"
        "    P = penalty * np.diag([0.0, 1.0])\n    w = np.zeros(2)\n    for _ in range(50):\n"
        "        p = 1 / (1 + np.exp(-X @ w))\n"
        "        bend = (X.T * (p * (1 - p))) @ X + P\n"
        "        w = w + np.linalg.solve(bend, X.T @ (y - p) - P @ w)\n    print(penalty, w)",
        "x <- c(-2, -1, 0, 1, 2, 3)\ny <- c(0, 0, 1, 0, 1, 1)\n"
        "print(unname(coef(glm(y ~ x, family = binomial))), digits = 8)",
        "`LogisticRegression` adds a penalty on the weights, with `C = 1`, unless it is told "
        "`C=np.inf`, or in older versions `penalty=None`; `glm` has none. The second line on the "
        "left is what the default gives: another problem, and no factor leads from one to the "
        "other.",
    ),
    Demo(
        "Why is the loss twice as large, or a hundred times?",
        "e = np.array([1.0, -2.0, 0.5, 3.0])\nprint((e**2).sum() / 2, (e**2).sum(), (e**2).mean())",
        "e <- c(1, -2, 0.5, 3)\nprint(c(sum(e^2) / 2, sum(e^2), mean(e^2)))",
        "A half in front makes the derivative plain; a mean instead of a sum makes the learning "
        "rate independent of the number of samples. Programs choose either, and gradients and "
        "learning rates follow. Compare names the factor.",
    ),
    Demo(
        "Why is a table that was written and read no longer the same?",
        "import io, pandas as pd\nd = pd.DataFrame({'x': [1 / 3, 0.1 + 0.2]})\n"
        "again = pd.read_csv(io.StringIO(d.to_csv(index=False)))\nprint((again.x == d.x).tolist())",
        "d <- data.frame(x = c(1 / 3, 0.1 + 0.2))\npath <- tempfile(fileext = '.csv')\n"
        "write.csv(d, path, row.names = FALSE)\nprint(read.csv(path)$x == d$x)\n"
        "twinprop::write_values(d, path)\nprint(twinprop::read_values(path)$x == d$x)",
        "R's `write.csv` writes fifteen digits, of the seventeen that are needed; pandas writes "
        "as many as it takes. `write_values` loses nothing.",
    ),
    Demo(
        "Why does my test pass although one number is wrong?",
        "from twinprop.testing import assert_same\nx = np.arange(1.0, 10001.0)\n"
        "y = x * (1 + 4e-16)\ny[76] = 77.01\ntry:\n    assert_same(y, x)\n"
        "except AssertionError as error:\n    print(str(error).split(': A ')[0])",
        "x <- as.double(1:10000)\ny <- x * (1 + 4e-16)\ny[77] <- 77.01\nprint(all.equal(y, x))\n"
        "said <- tryCatch(twinprop::expect_same(y, x), error = conditionMessage,\n"
        "  expectation = conditionMessage)\nprint(strsplit(said, ' is ')[[1]][1])",
        "`all.equal` and testthat's `expect_equal` compare the mean of all differences, in which "
        "one wrong number among thousands drowns. `expect_same` and `assert_same` look at each.",
    ),
    Demo(
        "Why are my principal components turned round?",
        "x = np.array([[2.0, 1.0], [4.0, 2.5], [6.0, 4.5], [9.0, 5.0]])\n"
        "values, vectors = np.linalg.eigh(np.cov(x, rowvar=False))\n"
        "print(values.round(6))\nprint(np.abs(vectors).round(6))",
        "x <- cbind(c(2, 4, 6, 9), c(1, 2.5, 4.5, 5))\ne <- eigen(cov(x))\n"
        "print(round(e$values, 6))\nprint(round(abs(e$vectors), 6))",
        "numpy's `eigh` gives the smallest first, R's `eigen` the largest, and `components_` of "
        "scikit-learn stand in rows where `rotation` of `prcomp` has columns. The sign of a "
        "component is free, so either may be the other's negative; shown here without signs. "
        "Compare names the order, the transpose and the signs.",
    ),
    Demo(
        "Why does predict() give other numbers than predict_proba()?",
        "logit = np.array([-1.5, 0.25, 2.0])\np = 1 / (1 + np.exp(-logit))\n"
        "print(np.column_stack([1 - p, p]))\nprint((p > 0.5) * 1)",
        "logit <- c(-1.5, 0.25, 2)\nprint(plogis(logit), digits = 8)\nprint(logit)",
        'Of a logistic regression R\'s `predict` gives logits unless `type = "response"` is said; '
        "scikit-learn's `predict` gives classes, and `predict_proba` a column for each class, of "
        "which R has the second. Compare names the sigmoid, and the column.",
    ),
)
