"""No name stands twice in a file of words, where the later one would hide the earlier."""

import json

import pytest


def once(pairs):
    keys = [key for key, _ in pairs]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []
    return dict(pairs)


@pytest.mark.parametrize(
    "file", ["check/knowledge.json", "pictures/texts/en.json", "pictures/texts/zh.json"]
)
def test_no_key_stands_twice(repository, file):
    text = (repository / "python/src/twinprop" / file).read_text(encoding="utf-8")
    json.loads(text, object_pairs_hook=once)


def test_no_edit_or_function_is_listed_twice(repository):
    # A cause may have several edits, but none of them twice.
    text = (repository / "python/src/twinprop/check/knowledge.json").read_text(encoding="utf-8")
    known = json.loads(text)
    for entries in (known["edits"], known["mistaken_activations"]):
        written = [json.dumps(entry, sort_keys=True) for entry in entries]
        assert len(set(written)) == len(written)
    ids = [entry["id"] for entry in known["mistaken_activations"]]
    assert len(set(ids)) == len(ids)
