"""Answers in the forms that teachers' systems read."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

Answers = Sequence[Mapping[str, Any]]
VERDICTS = ("right", "different", "not followed")
LONGEST_NAME = 200  # bytes; a file system takes 255
COLUMNS = ("file", "verdict", "name", "line", "cause", "sentence", "seconds")
# What would give the right values away to a learner.
_VALUES = ("right", "ratio", "right_shape")


def hide_values(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer for the learner, which says where to look and not what is right.

    Parameters
    ----------
    answer : dict
        As check gives it.

    Returns
    -------
    dict
        The answer without right values, corrected lines and evidence in numbers.
    """
    hidden = dict(answer)
    first, cause = answer.get("first"), answer.get("cause")
    if first:
        hidden["first"] = {**first, **{key: None for key in _VALUES if key in first}}
        line = f" on line {first['line']}" if first.get("line") else ""
        hidden["sentence"] = f"Different: look at {first.get('name') or 'what is computed'}{line}."
    if cause:
        hidden["cause"] = {**cause, "evidence": None, "corrected": None}
    if answer.get("networks"):
        hidden["networks"] = [hide_values(network) for network in answer["networks"]]
    if answer.get("lines"):
        hidden["lines"] = [_without_right(line) for line in answer["lines"]]
    return hidden


def _without_right(line: Mapping[str, Any]) -> dict[str, Any]:
    none = {"right": None, "right_shape": None}
    return {**line, "values": [{**value, **none} for value in line["values"]]}


def file_names(answers: Answers) -> list[str]:
    """A name for a file of each program, in which its path is seen and which no other one has.

    Parameters
    ----------
    answers : sequence of dict
        Of a class.

    Returns
    -------
    list of str
        `a_b.py` of a/b.py; where a_b.py is there as well, both end in a sign of their own.
    """
    plain = [answer["file"].replace("/", "_") for answer in answers]
    taken = Counter(name.casefold() for name in plain)
    return [
        name
        if taken[name.casefold()] == 1 and len(name.encode()) <= LONGEST_NAME
        else _marked(answer, name)
        for name, answer in zip(plain, answers, strict=True)
    ]


def _marked(answer: Mapping[str, Any], name: str) -> str:
    sign = hashlib.sha256(str(answer["file"]).encode()).hexdigest()[:8]
    return f"{name[-LONGEST_NAME // 4 :]}-{sign}"


def one_line(answer: Mapping[str, Any]) -> str:
    """An answer in one line, as a class's table has it."""
    first, cause = answer.get("first") or {}, answer.get("cause") or {}
    parts = [str(answer["verdict"])]
    if answer["verdict"] == "different":
        line = f"line {first['line']}: " if first.get("line") else ""
        parts.append(line + str(first.get("name") or answer.get("sentence")))
        parts += [f"[{cause['id']}]"] if cause.get("id") else []
    elif answer["verdict"] != "right":
        parts.append(str(answer.get("sentence")))
    return "  ".join(parts)


def as_csv(answers: Answers) -> str:
    """A table with one line for each program."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for answer in answers:
        first, cause = answer.get("first") or {}, answer.get("cause") or {}
        values = {**answer, "name": first.get("name"), "line": first.get("line")}
        values["cause"] = cause.get("id")
        writer.writerow([_cell(values.get(column)) for column in COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A cell that no table program takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")):
        return f"'{value}"
    return value


def as_junit(answers: Answers) -> str:
    """The format of JUnit, which most servers of continuous integration show."""
    counts = {verdict: sum(a["verdict"] == verdict for a in answers) for verdict in VERDICTS}
    suite = ElementTree.Element(
        "testsuite",
        name="twinprop check",
        tests=str(len(answers)),
        failures=str(counts["different"]),
        errors=str(counts["not followed"]),
        time=f"{sum(a.get('seconds') or 0 for a in answers):.3f}",
    )
    for answer in answers:
        seconds = f"{answer.get('seconds') or 0:.3f}"
        case = ElementTree.SubElement(
            suite, "testcase", classname="check", name=_xml(answer["file"]), time=seconds
        )
        if answer["verdict"] != "right":
            tag = "failure" if answer["verdict"] == "different" else "error"
            problem = ElementTree.SubElement(case, tag, message=_xml(one_line(answer)))
            problem.text = _xml(explain(answer))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: Any) -> str:
    """A text without the characters that XML cannot have."""
    return "".join(c for c in str(text) if c in "\n\t" or (c.isprintable() and c < "\ud800") or
                   (c.isprintable() and c > "\udfff"))  # fmt: skip


def explain(answer: Mapping[str, Any]) -> str:
    """What a learner reads: the sentence, the line and the cause."""
    first, cause = answer.get("first") or {}, answer.get("cause") or {}
    lines = [str(answer.get("sentence") or one_line(answer))]
    if first.get("source"):
        lines.append(f"  line {first['line']}: {first['source']}")
    if cause.get("text"):
        lines.append(f"  Likely cause: {cause['text']}")
    if cause.get("corrected"):
        lines.append(f"  Corrected: {cause['corrected']}")
    lines += [f"  {text}" for text in answer.get("exercise") or ()]
    return "\n".join([*lines, *(str(r) for r in answer.get("remarks") or ())])


def as_gradescope(answer: Mapping[str, Any]) -> str:
    """The results.json of an autograder of Gradescope, for one program."""
    right = answer["verdict"] == "right"
    test = {
        "name": "twinprop check",
        "score": float(right),
        "max_score": 1.0,
        "status": "passed" if right else "failed",
        "output": explain(answer),
        "visibility": "visible",
    }
    document = {
        "score": float(right),
        "execution_time": round(float(answer.get("seconds") or 0)),
        "output": one_line(answer),
        "tests": [test],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def as_prairielearn(answer: Mapping[str, Any]) -> str:
    """The results.json of an external grader of PrairieLearn, for one program.

    What could not be followed is not gradable, so that nobody loses an attempt by it.
    """
    right = answer["verdict"] == "right"
    document = {
        "gradable": answer["verdict"] != "not followed",
        "score": float(right),
        "message": one_line(answer),
        "output": explain(answer),
        "tests": [
            {
                "name": "twinprop check",
                "points": int(right),
                "max_points": 1,
                "output": explain(answer),
            }
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
