"""What a recording is: parameters, steps, output and target, and every loss read into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, product

import numpy as np

from twinprop.check.align.added import find_added
from twinprop.check.align.chosen import finite_steps, main_steps, moving_steps
from twinprop.check.align.entropy import computes_entropy, means_entropy
from twinprop.check.align.gated import cut_gated
from twinprop.check.align.given import take_given
from twinprop.check.align.heads import list_heads, list_margins
from twinprop.check.align.networks import STEPS_LOOKED_AT, Training, find_training
from twinprop.check.align.nudged import find_nudged
from twinprop.check.align.objective import find_objectives, turn_likelihood
from twinprop.check.align.ranks import FAMILIES, count_good, is_partly_followed, rank_reading
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.settled import settle_factor
from twinprop.check.align.steps import View, find_meetings, look_at_step, use_meetings
from twinprop.check.align.trained import Parameters, Step
from twinprop.check.align.updates import touched_by
from twinprop.check.align.votes import is_even

FEW_STEPS = 3
STEPS_SEARCHED = 40  # for a loss that is computed now and then


@dataclass
class Alignment:
    """A recording as a training: its steps, and the reading that fits best."""

    found: Parameters
    steps: list[Step]
    views: list[View] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    why: str = ""
    asked: bool = False  # whether the loss is known from an exercise

    @property
    def best(self) -> Reading | None:
        """The reading that explains most."""
        return self.readings[0] if self.readings else None


def align(
    graph: Graph, families: Sequence[str] = FAMILIES, training: Training | None = None
) -> Alignment:
    """Find parameters, steps and outputs, and compare what parameters did with derivatives.

    Parameters
    ----------
    graph : Graph
        A recording.
    families : sequence of str
        The losses that it may be trained with.
    training : Training or None
        One of several networks that are trained; without one all that is updated.

    Returns
    -------
    Alignment
        Readings are sorted, the best first; none where the program could not be followed, then
        `why` says what was not found.
    """
    if training is not None:
        return _align(graph, families, training)
    known, asked = graph.alignments, tuple(families)
    if asked not in known:  # a port and its check ask for the same
        known[asked] = _align(graph, asked, find_training(graph))
    found: Alignment = known[asked]
    return found


@np.errstate(all="ignore")  # of quotients only those that are numbers decide
def _align(graph: Graph, families: Sequence[str], training: Training) -> Alignment:
    found, steps = training
    if not steps:
        return Alignment(found, [], why="nothing is updated from itself")
    whole = moving_steps(graph, finite_steps(graph, main_steps(graph, found, steps)))
    result = Alignment(found, whole, asked=len(families) == 1)
    chosen = whole[:STEPS_LOOKED_AT]
    touched = touched_by(graph, found.owner)
    if found.gates:
        _read_gated(graph, found, touched, chosen, result)
    else:
        _read_losses(graph, families, touched, chosen, result)
    return result


def _read_losses(
    graph: Graph,
    families: Sequence[str],
    touched: list[bool],
    chosen: list[Step],
    result: Alignment,
) -> None:
    """Read each loss into the steps, and where none fits what else they may follow."""
    found, whole = result.found, result.steps
    if _read_nudged(graph, found, touched, chosen, result):
        return
    options: list[list[View]] = []
    for choice in (0, 1):
        prepared = [prepare_step(graph, found, touched, step, choice) for step in chosen]
        if prepared and all(v is not None for v in prepared):
            options.append([v for v in prepared if v is not None])
    for views in options:
        readings = [r for f in families if (r := read_loss(graph, found, views, f))]
        readings.sort(key=rank_reading, reverse=True)
        if readings and (
            not result.readings or rank_reading(readings[0]) > rank_reading(result.readings[0])
        ):
            result.views, result.readings = views, readings
    _prefer_entropy(graph, result)
    settle_factor(graph, found, result.views, result.readings)
    if result.best is None or not result.best.is_right:
        asked = chosen if result.readings else whole[:STEPS_SEARCHED]
        _read_objective(graph, found, touched, asked, result)
    if options and (result.best is None or not result.best.is_right):
        _read_given(graph, found, options[0], result)
    if not any(r.is_right for r in result.readings):
        _read_heads(graph, found, touched, chosen, options, result)
    if not any(r.is_right for r in result.readings):
        _read_later(graph, found, families, options, result)
    if not result.readings:
        result.why = "no output meets a target"
        if options:
            result.views, result.why = options[0], "output and target do not fit one another"
        _read_added(graph, found, touched, chosen, result)


def _read_objective(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step], result: Alignment
) -> None:
    """Take the loss that the program computes itself where all parameters follow it.

    Or, where hardly any follows another loss, the first that some of them follow.
    """
    partly: list[tuple[list[View], Reading]] = []
    for views in find_objectives(graph, found, touched, steps):
        views = [turn_likelihood(graph, view) for view in views[:STEPS_LOOKED_AT]]
        reading = read_loss(graph, found, views, "own")
        if reading is None or not (min(reading.factors) > 0 or _goes_down(views, reading)):
            continue
        if sum(np.size(r.old) for r in reading.rows[0]) == 1 and not is_even(reading.factors):
            continue  # one number alone follows any loss, as that does which halves an interval
        if not reading.is_fitting:
            partly += [(views, reading)] if is_partly_followed(reading) else []
            continue
        # Where it is computed after the update it is that of all steps but the first.
        all_but_first = len(views) >= max(len(steps) - 1, FEW_STEPS)
        whole = len(views) == len(steps) or all_but_first
        whole = whole or (len(views) > 1 and not result.readings)
        whole = whole or _is_followed_once(views, reading, result)
        if whole and (reading.is_right or not result.readings):
            result.views, result.readings = views, [reading]
            return
    if partly and not any(is_partly_followed(r) for r in result.readings):
        # What goes back is made after the loss.
        result.views, reading = min(partly, key=lambda option: option[0][0].pairs[0][0])
        result.readings = [reading]


def _goes_down(views: list[View], reading: Reading) -> bool:
    """Whether a log-likelihood, which is to be climbed, is followed downwards by all parameters."""
    return reading.is_fitting and max(reading.factors) < 0 and all(v.given for v in views)


def _is_followed_once(views: list[View], reading: Reading, result: Alignment) -> bool:
    """Whether a loss that is computed in one step is followed there, and no other loss is.

    One number alone follows any loss.
    """
    if len(views) != 1 or sum(np.size(r.old) for r in reading.rows[0]) < 2:
        return False
    s = next((i for i, v in enumerate(result.views) if v.step.begin == views[0].step.begin), -1)
    return s < 0 or not any(all(other.good[s]) for other in result.readings)


def _read_given(graph: Graph, found: Parameters, views: list[View], result: Alignment) -> None:
    """Take the derivative at the output that the program has, where all parameters follow it."""
    for kind in ("", "sigmoid", "softmax", "counts"):
        given = take_given(graph, views, kind)
        reading = None if given is None else read_loss(graph, found, given, "own")
        if given is None or reading is None or not reading.is_right:
            continue
        if min(reading.factors) > 0:
            result.views, result.readings = given, [reading]
            return


def _read_heads(
    graph: Graph,
    found: Parameters,
    touched: list[bool],
    steps: list[Step],
    options: list[list[View]],
    result: Alignment,
) -> None:
    """Take a loss for each output, or one of labels -1 and 1, where all parameters follow it."""
    if result.asked:
        return
    looked = [look_at_step(graph, found, touched, step) for step in steps]
    heads = chain.from_iterable(list_heads(graph, views) for views in options)
    for views in chain(heads, list_margins(graph, looked)):
        reading = read_loss(graph, found, views, "own")
        if reading is not None and reading.is_right and min(reading.factors) > 0:
            result.views, result.readings = views, [reading]
            return


def _read_gated(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step], result: Alignment
) -> None:
    """Take what comparisons ask for that decide about updates.

    One parameter alone that is one number follows any loss.
    """
    views = cut_gated(graph, [look_at_step(graph, found, touched, step) for step in steps])
    reading = read_loss(graph, found, views, "own") if len(views) == len(steps) else None
    if reading is not None and sum(np.size(r.old) for r in reading.rows[0]) > 1:
        result.views, result.readings = views, [reading]
    else:
        result.why = "no output meets a target"


def _read_nudged(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step], result: Alignment
) -> bool:
    """Take the loss whose differences are the derivatives, where all parameters follow it."""
    views = find_nudged(graph, found, touched, steps)
    reading = read_loss(graph, found, views, "own") if views else None
    if not views or reading is None or not reading.is_right:
        return False
    result.views, result.readings = views, [reading]
    return True


def _read_added(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step], result: Alignment
) -> None:
    """Take a target that is added for one of the other sign, where all parameters follow it."""
    cuts = [] if result.views else [find_added(graph, found, touched, steps, c) for c in (0, 1)]
    for views, family in product([v for v in cuts if v], FAMILIES):
        reading = read_loss(graph, found, views, family)
        # Taken away from the target it may have been, which turns the sign of the update.
        if reading is None or not reading.is_right or len(set(np.sign(reading.factors))) > 1:
            continue
        # Labels below 0 may be those of the other class, unless the loss grows with them, too.
        added = [graph.operand(y) for view in views for _, y in view.pairs]
        if reading.factors[0] < 0 or not any(np.any(y > 0) for y in added):
            result.views, result.readings = views, [reading]
            return


def _read_later(
    graph: Graph,
    found: Parameters,
    families: Sequence[str],
    options: list[list[View]],
    result: Alignment,
) -> None:
    """Leave out the first step where all parameters follow a loss from the second on.

    A mistake in the text of a program stays, but what a rule keeps may begin as a copy.
    """
    for views, family in product((v for v in options if len(v) > FEW_STEPS), families):
        reading = read_loss(graph, found, views[1:], family)
        if reading is None or not reading.is_right or min(reading.factors) <= 0:
            continue
        if all(np.any(r.gradient) for rows in reading.rows for r in rows):
            result.views, result.readings = views[1:], [reading]
            return


def _prefer_entropy(graph: Graph, result: Alignment) -> None:
    """A program that computes a cross-entropy means it, though it moves as with squared errors.

    Not the other way round: the mean squared error is often shown of a training by cross-entropy.
    """
    best = result.best
    if best is None or best.family != "squared_error":
        return
    least = 0 if best.is_fitting else count_good(best)
    other = [r for r in result.readings if r.suits and count_good(r) >= least]
    view = result.views[0]
    if other and (computes_entropy(graph, view) or means_entropy(graph, view)):
        result.readings.remove(other[0])
        result.readings.insert(0, other[0])


def prepare_step(
    graph: Graph, found: Parameters, touched: list[bool], step: Step, choice: int
) -> View | None:
    """A step cut at its meetings, in the first or the second way; None where there is none."""
    view = look_at_step(graph, found, touched, step)
    meetings = find_meetings(graph, view)
    if choice >= len(meetings):
        return None
    use_meetings(graph, view, meetings[choice])
    return view if view.pairs else None
