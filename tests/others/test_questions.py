"""What the lesson's page of questions says of other programs, which it does not run itself."""

import re
import subprocess

import numpy as np
import pytest

from twinprop.pictures.lesson.demos import run_demo
from twinprop.pictures.lesson.questions import QUESTIONS, TESTED_WITH

pytestmark = pytest.mark.others


@pytest.fixture(scope="module")
def shown():
    """The numbers that Python and R print for a question, by a part of its title."""

    def find(part):
        (demo,) = (demo for demo in QUESTIONS if part in demo.title)
        said = run_demo(demo)
        return tuple(
            [list(map(float, re.findall(r"-?\d+\.\d*(?:e-?\d+)?", line))) for line in lines]
            for lines in (said.python_says.splitlines(), said.r_says.splitlines())
        )

    return find


def test_the_pinned_version_is_the_one_that_the_page_names():
    import sklearn

    assert sklearn.__version__ == TESTED_WITH["scikit-learn"]


def test_the_scaler_divides_by_n(shown):
    from sklearn.preprocessing import StandardScaler

    x = np.array([[1.0], [2.0], [4.0], [8.0]])
    python, _ = shown("StandardScaler")
    assert np.allclose(StandardScaler().fit_transform(x).ravel(), python[0], atol=1e-8)


def test_one_hot_columns_follow_the_alphabet():
    from sklearn.preprocessing import LabelEncoder, OneHotEncoder

    words = np.array(["mid", "low", "high"])
    assert OneHotEncoder().fit(words[:, None]).categories_[0].tolist() == ["high", "low", "mid"]
    assert LabelEncoder().fit(words).classes_.tolist() == ["high", "low", "mid"]


def test_logistic_regression_has_a_penalty_unless_it_is_told(shown):
    from sklearn.linear_model import LogisticRegression

    x = np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0], [3.0]])
    y = np.array([0, 0, 1, 0, 1, 1])
    without, default = shown("coefficients smaller")[0]
    for model, wanted in (
        (LogisticRegression(tol=1e-10), default),
        (LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000), without),
    ):
        model.fit(x, y)
        found = [*model.intercept_, *model.coef_[0]]
        assert np.allclose(found, wanted[1:], rtol=1e-5)


def test_components_stand_in_rows_with_the_largest_first(r):
    from sklearn.decomposition import PCA

    x = np.array([[2.0, 1.0], [4.0, 2.5], [6.0, 4.5], [9.0, 5.0]])
    found = PCA().fit(x)
    rotation = r.call("call_for_python", r.evaluate("function(x) unname(prcomp(x)$rotation)"), x)
    assert np.allclose(np.abs(found.components_), np.abs(rotation.T))
    assert found.explained_variance_[0] > found.explained_variance_[1]


def test_predict_gives_classes_and_predict_proba_a_column_for_each():
    from sklearn.linear_model import LogisticRegression

    x = np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0], [3.0]])
    model = LogisticRegression().fit(x, [0, 0, 1, 0, 1, 1])
    logit = model.intercept_ + x[:, 0] * model.coef_[0, 0]
    assert set(model.predict(x)) == {0, 1}
    assert np.allclose(model.predict_proba(x)[:, 1], 1 / (1 + np.exp(-logit)))


def test_pytorch_computes_in_float32(shown, torch_python, record_property):
    code = (
        "import torch; print(torch.__version__.partition('+')[0]); "
        "print(repr(torch.tensor(0.1).item()))"
    )
    done = subprocess.run([torch_python, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    version, tenth = done.stdout.split()
    record_property("measured", f"questions with PyTorch {version}")
    assert float(tenth) == shown("seventh digit")[0][0][0]


def test_reticulate_minds_the_order_of_a_matrix_and_not_of_what_was_flattened(record_property):
    code = """
    library(reticulate)
    np <- import("numpy", convert = FALSE)
    m <- matrix(1:6, 2, 3, byrow = TRUE)
    there <- r_to_py(m)
    cat(as.character(packageVersion("reticulate")), "\\n")
    cat(identical(py_to_r(there), m), "\\n")
    cat(py_to_r(there$ravel()), "\\n")
    cat(as.vector(m), "\\n")
    """
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    version, same, there, here = done.stdout.splitlines()
    record_property("measured", f"questions with reticulate {version}")
    assert same.strip() == "TRUE"
    assert there.split() == ["1", "2", "3", "4", "5", "6"]
    assert here.split() == ["1", "4", "2", "5", "3", "6"]
