"""Files of the R package share one space of names: a second definition replaces the first."""

import re
from collections import Counter


def test_no_name_is_defined_in_two_places(repository):
    texts = [path.read_text(encoding="utf-8") for path in (repository / "r" / "R").glob("*.R")]
    names = [name for text in texts for name in re.findall(r"^([\w.]+) <- ", text, re.MULTILINE)]
    assert len(names) > 500
    assert [name for name, times in Counter(names).items() if times > 1] == []
