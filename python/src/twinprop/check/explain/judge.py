"""The verdict: right, different with the line where it begins, or not followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment, align
from twinprop.check.align.networks import (
    STEPS_LOOKED_AT,
    Training,
    find_training,
    find_trainings,
)
from twinprop.check.align.ranks import FAMILIES
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.explain.alike import find_alike_units
from twinprop.check.explain.by_loss import hold_to_loss
from twinprop.check.explain.by_text import find_by_text
from twinprop.check.explain.causes import explain_fault, find_cause
from twinprop.check.explain.cut import find_cut_numbers
from twinprop.check.explain.described import describe_fault
from twinprop.check.explain.doubt import find_doubt
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.first import first_fault, make_step_table
from twinprop.check.explain.forward import find_forward_fault
from twinprop.check.explain.gated import find_gated_fault, is_against_gates
from twinprop.check.explain.guards import find_hidden_fault
from twinprop.check.explain.halves import find_wrong_half
from twinprop.check.explain.held import hold_to_rate
from twinprop.check.explain.left_out import at_loop_of_sum
from twinprop.check.explain.means import find_rule_fault
from twinprop.check.explain.minimised import find_unlike_gradient
from twinprop.check.explain.network import describe_network
from twinprop.check.explain.networks import (
    describe_left_out,
    is_followed,
    join_answers,
    main_training,
)
from twinprop.check.explain.other_loss import find_forgotten_slope, find_slope_of_entropy
from twinprop.check.explain.own_function import at_own_function
from twinprop.check.explain.own_slopes import find_own_slopes
from twinprop.check.explain.piled import find_piled_up
from twinprop.check.explain.quantities import list_steps
from twinprop.check.explain.recycled import find_recycled_weights
from twinprop.check.explain.remarks import find_remarks
from twinprop.check.explain.renamed import at_other_name
from twinprop.check.explain.soft_labels import find_uneven_labels
from twinprop.check.explain.sparse import look_at_others
from twinprop.check.explain.table import Fault, Table
from twinprop.check.explain.turned import find_turned_output
from twinprop.check.explain.turned_update import find_turned_update
from twinprop.check.explain.twice import find_rate_twice
from twinprop.check.explain.underived import find_underived_penalty
from twinprop.check.explain.unseen import describe_unseen
from twinprop.check.explain.unused import describe_unused

UNKNOWN_RULE = (
    "Could not be followed: the gradients of all parameters are right, but the rule by which they "
    "move the parameters is none that is known here."
)
GATED = "what the condition before them asks for is none of what is known here"
GIVE_TRAINING = (
    "A program is judged by the updates that it makes: give the one in which the training runs."
)
NOTHING_MOVES = (
    "Could not be followed: every derivative of the loss is 0 and no parameter moves, as where the "
    "output is rounded, divided as a whole number, or has reached its bound."
)


def judge_recording(
    graph: Graph,
    sources: Sequence[str],
    loss: str | None = None,
    evidence: Evidence | None = None,
) -> dict[str, Any]:
    """Whether what a recorded program did is right.

    Parameters
    ----------
    graph : Graph
        A recording.
    sources : sequence of str
        The text of each of its files, for quoting lines.
    loss : str or None
        The loss that an exercise asks for; without one, or where the program cannot be followed
        with it, any that fits.
    evidence : Evidence or None
        Is filled with what the answer stands on.

    Returns
    -------
    dict
        The answer, as answer.schema.json describes it.
    """
    evidence = evidence or Evidence()
    try:
        with np.errstate(all="ignore"):
            trainings = find_trainings(graph)
            if loss in FAMILIES:
                answer = _judge_all(graph, sources, [loss], trainings, evidence)
                if answer["verdict"] != "not followed":
                    return answer
            return _judge_all(graph, sources, FAMILIES, trainings, evidence)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        answer = _empty_answer(graph)
        answer["sentence"] = (
            f"Could not be followed: the recording holds something that is not expected ({error})."
        )
        return answer


def _judge_all(
    graph: Graph,
    sources: Sequence[str],
    families: Sequence[str],
    trainings: Sequence[Training],
    evidence: Evidence,
) -> dict[str, Any]:
    """The answer to each network that is trained, as one."""
    if len(trainings) == 1:
        only = None if trainings[0] is find_training(graph) else trainings[0]
        return _judge(graph, sources, families, only, evidence)
    found = [Evidence() for _ in trainings]
    answers = [
        _judge(graph, sources, families, *each) for each in zip(trainings, found, strict=True)
    ]
    main = main_training(graph, trainings)
    kept = [
        k for k, answer in enumerate(answers) if k == main or is_followed(answer, answers[main])
    ]
    answer, worst = answers[main], 0
    if len(kept) > 1:
        answer, worst = join_answers([answers[k] for k in kept])
    left = [describe_left_out(graph, t) for k, t in enumerate(trainings) if k not in kept]
    answer["remarks"] = [*answer["remarks"], *(text for text in left if text)]
    vars(evidence).update(vars(found[kept[worst]]))
    return answer


def _judge(
    graph: Graph,
    sources: Sequence[str],
    families: Sequence[str],
    training: Training | None,
    evidence: Evidence,
) -> dict[str, Any]:
    alignment = align(graph, families, training)
    alignment = look_at_others(graph, alignment, training or find_training(graph))
    alignment = hold_to_loss(graph, hold_to_rate(graph, alignment))
    evidence.alignment = alignment
    answer = _empty_answer(graph)
    best = alignment.best
    if best is None:
        answer["sentence"] = _not_followed(graph, alignment)
        return answer
    answer["network"] = describe_network(graph, alignment)
    answer["seen"] = _seen(graph, alignment, best)
    table = make_step_table(graph, alignment, best, 0)
    hidden = _find_hidden(graph, alignment, best, table)
    if hidden is None:
        hidden = find_by_text(graph, alignment, sources)
    unknown = "" if hidden else _why_unknown(graph, alignment, best)
    if unknown:
        answer["sentence"] = unknown
        return answer
    if hidden is None and best.is_right:
        evidence.table = table
        answer["remarks"] = find_remarks(graph, alignment, best)
        return _answer_right(graph, alignment, best, table, answer)
    if hidden is not None and hidden.step:
        table = make_step_table(graph, alignment, best, hidden.step)
    found = first_fault(graph, alignment) if hidden is None else (hidden, hidden.step, table)
    told = _tell(graph, alignment, best, found)
    if isinstance(told, str):
        own = find_own_slopes(graph, alignment)
        if own is None:
            answer["sentence"] = _not_followed(graph, replace(alignment, why=told))
            return answer
        table = make_step_table(graph, alignment, best, 0)
        told = own, find_cause(graph, alignment, own, 0), 0, table
    fault, cause, s, table = told
    fault = at_other_name(table, fault, cause, sources)
    evidence.table, evidence.fault, evidence.step = table, fault, s
    answer["verdict"] = "different"
    answer["first"] = first = describe_fault(graph, fault, s, sources)
    answer["cause"] = cause
    owner = alignment.found.owner
    answer["steps"] = list_steps(graph, table, owner, best.rows[0], fault, first["name"])
    answer["sentence"] = (
        f"Different: the first difference is {first['name']} on line {first['line']}."
    )
    return answer


def _why_unknown(graph: Graph, alignment: Alignment, best: Reading) -> str:
    """Why a training without a hidden fault is neither right nor looked at further, or nothing."""
    if is_against_gates(alignment, best):
        return _not_followed(graph, replace(alignment, why=GATED))
    if best.is_right and not any(np.any(r.gradient) for rows in best.rows for r in rows):
        return NOTHING_MOVES
    if best.is_right and best.rule["name"] == "unknown":
        return UNKNOWN_RULE
    unseen = describe_unseen(graph, alignment) if best.is_right else ""
    return _not_followed(graph, replace(alignment, why=unseen)) if unseen else ""


def _tell(
    graph: Graph, alignment: Alignment, best: Reading, found: tuple[Fault, int, Table] | None
) -> tuple[Fault, dict[str, Any] | None, int, Table] | str:
    """A fault with its cause, its step and what is right there; or why none can be told."""
    if found is None:
        return alignment.why
    fault, s, table = found
    fault, cause = explain_fault(graph, alignment, fault, s)
    doubt = find_doubt(graph, alignment, fault, s, cause is not None)
    if doubt is None and cause is None and _was_right(best, fault, s):
        # A mistake in the text of a program is there from the first step on.
        doubt = f"step {s + 1} is another than those before it, and its values do not say why"
    if doubt is None and cause is None:
        fault = at_loop_of_sum(graph, table, at_own_function(graph, table, fault))
        cause = find_cause(graph, alignment, fault, s) if fault.kind else None
    return doubt or (fault, cause, s, table)


def _find_hidden(graph: Graph, alignment: Alignment, best: Reading, table: Table) -> Fault | None:
    """A fault that derivatives do not show, or that would show in all of them."""
    if is_against_gates(alignment, best):
        return find_gated_fault(graph, alignment, best)
    alike = find_cut_numbers(graph, alignment) or find_alike_units(graph, alignment)
    alike = alike or find_recycled_weights(graph, alignment)
    if alike is not None or not best.is_right:
        twice = None if best.is_fitting else find_rate_twice(graph, alignment, best)
        unlike = alike or twice or find_unlike_gradient(graph, alignment, best)
        penalty = unlike or find_underived_penalty(graph, alignment, best)
        half = penalty or find_turned_update(graph, alignment, best)
        half = half or find_uneven_labels(graph, alignment) or find_wrong_half(graph, alignment)
        half = half or find_turned_output(graph, alignment)
        piled = half or find_piled_up(graph, alignment, best)
        entropy = piled or find_slope_of_entropy(graph, alignment)
        return entropy or find_forgotten_slope(graph, alignment)
    hidden = find_hidden_fault(graph, alignment, best, table)
    if hidden is not None and hidden.kind == "wrong_sign":
        hidden = find_forward_fault(graph, alignment) or hidden
    if hidden is None and best.rule["name"] == "unknown":
        hidden = find_rule_fault(graph, alignment, best)
    return hidden


def _was_right(best: Reading, fault: Fault, s: int) -> bool:
    """Whether the parameter of a fault moved rightly before; where a rule begins, nothing shows."""
    began = sum(any(r.source is None for r in rows) for rows in best.rows[:1])
    began = began if any(r.source is not None for r in best.rows[-1]) else 0
    before = [r for rows in best.rows[began:s] for r in rows if r.k == fault.update.k]
    return any(np.any(r.gradient) for r in before)


def _empty_answer(graph: Graph) -> dict[str, Any]:
    return {
        "schema": "twinprop.check",
        "version": 1,
        "file": next(iter(graph.header.get("files", [])), ""),
        "language": graph.header.get("language", ""),
        "verdict": "not followed",
        "sentence": "",
        "network": None,
        "seen": {"steps": 0, "of": 0, "parameters": 0, "text": "no step"},
        "first": None,
        "cause": None,
        "steps": [],
        "remarks": [],
    }


def _not_followed(graph: Graph, alignment: Alignment) -> str:
    if not graph.size:
        return f"Could not be followed: no number was computed. {GIVE_TRAINING}"
    if not alignment.steps:
        text = (
            "Could not be followed: no weight is updated from itself and from a gradient that is "
            "made of it, so nothing was seen to be trained."
        )
        return f"{text} {describe_unused(graph) or GIVE_TRAINING}"
    last = alignment.steps[0].updates[-1].u
    return (
        f"Could not be followed: {len(alignment.steps[0].first)} parameters are updated (line "
        f"{graph.line(last)}), but {alignment.why or 'the way back was not understood'}."
    )


def _seen(graph: Graph, alignment: Alignment, best: Reading) -> dict[str, Any]:
    """How much was looked at, of what was read: a long training is not read to its end."""
    looked, of = len(best.rows), len(alignment.steps)
    is_whole = looked == of < STEPS_LOOKED_AT and not graph.header.get("cut")
    if looked < of:
        text = f"{looked} of the first {of} steps"
    elif of == 1:
        text = "one step"
    else:
        text = f"all {of} steps" if is_whole else f"the first {of} steps"
    return {"steps": looked, "of": of, "parameters": len(best.rows[0]), "text": text}


def _answer_right(
    graph: Graph, alignment: Alignment, best: Reading, table: Table, answer: dict[str, Any]
) -> dict[str, Any]:
    answer["verdict"] = "right"
    answer["steps"] = list_steps(graph, table, alignment.found.owner, best.rows[0])
    answer["sentence"] = (
        f"Right: every parameter moved as the derivative of the loss says, "
        f"{answer['seen']['text']} looked at."
    )
    return answer
