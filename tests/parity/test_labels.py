"""Statements of the network carry labels, by which a walk finds them: the same in both twins."""

import re

# Code, and behind it a name of a quantity and which of its statements it is, as in "# e, last".
LABEL = re.compile(r"^ +[^ #].* # ([A-Za-z]+(?:, [a-z]+)?)$", re.MULTILINE)


def labels(path):
    return sorted(LABEL.findall(path.read_text()))


def test_both_twins_have_the_same_labels_each_once(repository):
    python = labels(repository / "python/src/twinprop/network/passes.py")
    r = labels(repository / "r/R/network_passes.R")
    assert python
    assert python == r
    assert len(set(python)) == len(python)
