"""Pairs made by real programs that are right, or differ for no cause that is named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from twinprop.comparing.anything import compare_values
from twinprop.comparing.formats.values import Values
from twinprop.comparing.matching import match_names
from twinprop.engines.r_functions import RFunctions

SEEDS = range(1, 9)


def newton(x, y, penalty=0.0):
    """Logistic regression by Newton's steps, as glm does it, with an L2 penalty."""
    design = np.column_stack([np.ones(len(x)), x])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (y - p) - penalty * weights
        bend = (design.T * (p * (1 - p))) @ design + penalty * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def right_pairs(found):
    """R against numpy, pandas and scipy, which compute the same."""
    x, y, frame = found["x"], found["y"], pd.DataFrame(found["x"])
    design = np.column_stack([np.ones(len(x)), x])
    least = np.linalg.lstsq(design, y, rcond=None)[0]
    left = y - design @ least
    spread = np.linalg.inv(design.T @ design) * (left @ left) / (len(y) - 5)
    return {
        "lm": (found["lm"], least),
        "lm by equations": (found["lm"], np.linalg.solve(design.T @ design, design.T @ y)),
        "se": (found["se"], np.sqrt(np.diag(spread))),
        "cor": (found["cor"], np.corrcoef(x, rowvar=False)),
        "spearman": (found["spearman"], frame.corr("spearman").to_numpy()),
        "kendall": (found["kendall"], frame.corr("kendall").to_numpy()),
        "cov": (found["cov"], frame.cov().to_numpy()),
        "quantile": (found["q7"], np.quantile(x, [0.1, 0.35, 0.8], axis=0)),
        "svd": (found["d"], np.linalg.svd(x, compute_uv=False)),
        "inverse": (found["inverse"], np.linalg.inv(x.T @ x)),
        "distance": (found["distance"], np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=2))),
        "ranks": (found["ranks"], pd.Series(found["count"]).rank().to_numpy()),
    }


def other_pairs(found):
    """Two ways that differ, and not by one of the causes that are named."""
    x, y, count = found["x"], found["y"], pd.Series(found["count"])
    series, frame = pd.Series(y), pd.DataFrame(x)
    return {
        "glm and a penalty": (newton(x, found["class"], 1.0), found["glm"]),
        "two penalties": (newton(x, found["class"], 1.0), newton(x, found["class"], 0.1)),
        "logit and probit": (found["glm"], found["probit"]),
        "logit and poisson": (found["glm"], found["poisson"]),
        "quantiles of other types": (found["q6"], found["q7"]),
        "two nets": (found["net"], found["net_other"]),
        "weights of two nets": (found["weights"], found["weights_other"]),
        "spearman and pearson": (found["spearman"], found["cor"]),
        "kendall and pearson": (found["kendall"], found["cor"]),
        "ties": (found["ranks"], found["ranks_min"]),
        "mad and iqr": (found["mad"], found["iqr"]),
        "rolling": (series.rolling(3).mean().to_numpy(), series.rolling(4).mean().to_numpy()),
        "ewm": (series.ewm(3).mean().to_numpy(), series.ewm(3, adjust=False).mean().to_numpy()),
        "density": (found["density"], scipy.stats.gaussian_kde(y)(np.linspace(-3, 3, 32))),
        "one wrong": (np.where(np.arange(len(y)) == 7, y + 0.01, y), y),
        "noise": (x + 1e-5 * np.sin(37 * x), x),
        "counts": (found["count"], np.roll(count.to_numpy(), 5)[::-1] + (np.arange(len(y)) % 2)),
        "another sample": (frame.sample(frac=1, replace=True, random_state=1).to_numpy(), x),
        "clipped": (np.clip(x, -1, 1), x),
        "winsorised": (scipy.stats.mstats.winsorize(y, 0.1).data, y),
        "smooth": (found["smooth"], series.rolling(9, 1, center=True).mean().to_numpy()),
        "residuals": (y - x @ found["lm_without"], y - y.mean()),
    }


@pytest.fixture(scope="module")
def computed(r):
    """What R computes from each seed."""
    code = Path(__file__).with_name("innocent.R").read_text(encoding="utf-8")
    return [r.evaluate(f"local({{ f <- {code}\nf({seed}) }})") for seed in SEEDS]


def answer(pair):
    a, b = (np.asarray(one, dtype=float) for one in pair)
    return compare_values(match_names(Values({"x": a}), Values({"x": b})))


def test_right_pairs_are_called_normal_and_not_explained(computed):
    pairs = [(name, pair) for found in computed for name, pair in right_pairs(found).items()]
    for name, pair in pairs:
        said = answer(pair)
        assert said.comparison.verdict in ("identical", "rounding"), (name, said.sentence)
        assert said.causes == {}, name


def test_pairs_that_differ_for_another_reason_are_not_explained(computed):
    pairs = [(name, pair) for found in computed for name, pair in other_pairs(found).items()]
    for name, pair in pairs:
        said = answer(pair)
        assert said.comparison.verdict == "different", name
        assert said.causes == {}, (name, said.causes)


def test_r_calls_the_same_pairs_normal_and_explains_none_either(computed):
    judge = RFunctions("twinprop").first_difference
    for found in computed:
        for of in (right_pairs, other_pairs):
            for name, pair in of(found).items():
                a, b = (np.asarray(one, dtype=float) for one in pair)
                said = judge(a, b, None, None)
                assert (said is None) == (of is right_pairs), (name, said)
                assert "likely cause" not in str(said), (name, said)


def test_there_are_two_hundred_pairs(computed, record_property):
    count = sum(len(of(found)) for found in computed for of in (right_pairs, other_pairs))
    record_property(
        "measured", f"innocent pairs of real programs: {count}, none explained by either language"
    )
    assert count >= 200
