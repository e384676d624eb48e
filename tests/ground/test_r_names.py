"""R's half is one room for its names: a second definition would take the first one's place."""

from __future__ import annotations

import re
from collections import Counter

DEFINED = re.compile(r"^([A-Za-z.][\w.]*) <- ", re.MULTILINE)


def test_no_name_of_r_is_defined_twice(repository):
    files = sorted((repository / "r" / "R").glob("*.R"))
    names = [name for file in files for name in DEFINED.findall(file.read_text(encoding="utf-8"))]
    assert len(names) > 1000
    assert [name for name, times in Counter(names).items() if times > 1] == []
