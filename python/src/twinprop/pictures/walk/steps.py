"""The steps of one epoch, drawn from a run in written arithmetic: what is shown, and from what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from twinprop.arithmetic.writing import Piece, Writer
from twinprop.arithmetic.written import Written, made_within
from twinprop.cases.case import Case
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.losses import LOSSES
from twinprop.pictures import numbers
from twinprop.pictures.quantities import AFTER, symbol, to_formula, to_layout
from twinprop.pictures.sources import Label

# What an optimizer remembers: its sign, its title, and what is said about it.
STATES = {
    "velocity": (
        "v",
        "Velocity",
        "Steps in the same direction add up: a share of the velocity stays, the gradient is added. "
        "Before the first step it is nought.",
    ),
    "mean": (
        "m",
        "Mean",
        "The running mean of each gradient, from nought on. It says where to go.",
    ),
    "mean_square": (
        "s",
        "Mean square",
        "How large each gradient has been of late: a running mean of its square. Where it is "
        "large, the step becomes shorter.",
    ),
}
_POWERS_TEXT = (
    "The means began at nought, so they are too small at first. Dividing by one less these powers "
    "makes up for it; they shrink with every step."
)
_DATA_TEXT = "Each row of x is a sample, each row of y the answer wanted for it."
_PARAMETERS_TEXT = (
    "W holds a column of weights for each unit of a layer, b one bias for each unit. "
    "These are the values with which this epoch starts."
)
_OUTPUT_TEXT = (
    "The loss is one number for all samples; the error is how it moves when an output moves. The "
    "article's E is the same number with the other sign, target minus output."
)
_PAIR_TEXT = (
    "The loss is one number for all samples. Activation and loss are a pair here: what they "
    "contribute together is a difference, without a detour over error and slope."
)
_SLOPE_TEXT = "How much each activation moves when its weighted input moves: the derivative."
_GRADIENT_TEXT = (
    "The gradient of a weight is the sum, over the samples, of what came in times the delta that "
    "came back. "
)
_WEIGHTS_TEXT = "Each weight takes a small step against its gradient."
_BIASES_TEXT = (
    "A bias has one for its input, so its gradient is the sum of a column of deltas: one bias for "
    "each unit, never one for each sample."
)
_ALPHAS_TEXT = "The slope for negative inputs is learned too, one for each unit."
_MOVED_TEXT = "The step is made of what the optimizer remembers."
_UPDATES = (
    ("W", "weights", "Update of the weights", _GRADIENT_TEXT + _WEIGHTS_TEXT),
    ("b", "biases", "Update of the biases", _BIASES_TEXT),
    ("alpha", "alphas", "Update of the learned slopes", _ALPHAS_TEXT),
)


@dataclass(frozen=True)
class Part:
    """One computed quantity of a step.

    `layout` is the formula with matrices in it: names in brackets, and signs between them. `cells`
    gives the pieces of a cell's sum, `places` are labels of statements and names of functions.
    """

    name: str
    formula: str
    layout: tuple[str, ...]
    cells: Callable[[int, int], list[Piece]]
    places: tuple[Label | str, ...]


@dataclass(frozen=True)
class Step:
    """One step of an epoch; the first two have no parts, they show what is given."""

    key: str
    title: str
    text: str
    parts: tuple[Part, ...] = ()
    given: tuple[str, ...] = ()


def epoch_steps(case: Case, made: Mapping[str, Written]) -> list[Step]:
    """The steps of an epoch in order; twelve for two layers.

    Parameters
    ----------
    case : case
        Of read_case.
    made : dict of Written
        Every quantity of the step, as written arithmetic made it.

    Returns
    -------
    list of Step
        Given quantities first, then forward, backward, update. Where the optimizer remembers
        something, the gradients and what it remembers have steps of their own before the update.
        Without a training plan the gradients alone.
    """
    return list(_Epoch(case, made).steps())


class _Epoch:
    """The steps of one epoch; layers are counted from 1."""

    def __init__(self, case: Case, made: Mapping[str, Written]) -> None:
        self._made = made
        self._loss = case.plan.loss
        self._activations = [layer.activation for layer in case.network]
        self._depth = len(self._activations)
        self._optimizer = case.plan.optimizer if case.plan.epochs else None
        self._writer = Writer(numbers.MOST_TERMS)

    def steps(self) -> Iterator[Step]:
        layers = range(1, self._depth + 1)
        names = (f"{kind}{layer}" for layer in layers for kind in ("W", "b", "alpha"))
        given = tuple(name for name in names if name in self._made)
        yield Step("data", "Samples and targets", _DATA_TEXT, given=("x", "y"))
        yield Step("parameters", "Weights and biases", _PARAMETERS_TEXT, given=given)
        for layer in layers:
            yield from self._forward(layer)
        yield from self._output()
        for layer in reversed(layers[:-1]):
            yield self._error(layer)
            yield self._delta(layer)
        yield from self._updates()

    def _part(self, name: str, said: str, *places: Label | str) -> Part:
        """A part; `said` is what makes it, where the formula is too much to put matrices in."""
        matrix = self._made[name]
        pieces = self._writer.formula(matrix)
        inside = (inner for inner in made_within(matrix) if inner is matrix or not inner.name)
        operations = {inner.operation for inner in inside}
        evaluated = [f"native_{op}" for op in ("sigmoid", "tanh", "row_max") if op in operations]
        return Part(
            name,
            f"{symbol(name)} {'←' if name.endswith(AFTER) else '='} {to_formula(pieces)}",
            to_layout(pieces, said),
            partial(self._writer.cell, matrix),
            (*places, *evaluated),
        )

    def _where(self, layer: int) -> str:
        """What a layer is called in a sentence."""
        if layer == self._depth:
            return "the output layer"
        return "the hidden layer" if self._depth == 2 else f"hidden layer {layer}"

    def _forward(self, layer: int) -> Iterator[Step]:
        z, a, where = f"z{layer}", f"a{layer}", self._where(layer)
        text = (
            f"Each unit of {where} weighs what comes in: a row times a column, and the unit's bias."
        )
        weighted = self._part(z, "", Label("z"))
        active, active_text = self._active(layer)
        if layer < self._depth:
            yield Step(z, f"Weighted input of {where}", text, (weighted,))
            yield Step(a, f"Activation of {where}", active_text, tuple(active))
        else:
            yield Step(a, "Output", f"{text} {active_text}", (weighted, *active))

    def _active(self, layer: int) -> tuple[list[Part], str]:
        """The parts that make a layer's activation, softmax's largest of each row first."""
        name = self._activations[layer - 1]
        activation, said = ACTIVATIONS[name], name.replace("_", " ")
        applied = "each number alone" if activation.elementwise else "each row"
        text = f"The activation of {self._where(layer)}, {said}, is applied to {applied}."
        largest, dropped = f"largest{layer}", f"dropped{layer}"
        parts = [self._part(largest, "")] if largest in self._made else []
        drawn = ["rrelu_slopes"] if f"drawn{layer}" in self._made else []
        functions = activation.value.__name__, *drawn
        parts.append(self._part(f"a{layer}", said, Label("a"), *functions))
        if drawn:
            text += " The slopes below nought are drawn anew in each step."
        if dropped in self._made:
            text += " Dropout then takes some away; a mask from the shared generator says which."
            parts.append(self._part(dropped, "", Label("dropped"), "dropout_mask"))
        return parts, text

    def _output(self) -> Iterator[Step]:
        """From the loss to the delta of the output; where they are paired, that comes at once."""
        depth, rule = self._depth, LOSSES[self._loss]
        e, delta, said = f"e{depth}", f"delta{depth}", self._loss.replace("_", " ")
        paired = e not in self._made
        value, label = (rule.value_of_z, "loss, paired") if paired else (rule.value, "loss")
        penalty = ["l2_penalty"] if self._penalised() else []
        loss = self._part("loss", said, Label(label), value.__name__, *penalty)
        if paired:
            said = f"{said} with {self._activations[-1]}"
            made = self._part(delta, said, Label("delta, paired"), rule.delta.__name__)
            yield Step(delta, "Delta at the output", _PAIR_TEXT, (loss, made))
        else:
            made = self._part(e, f"{said}′", Label("e, last"), rule.grad.__name__)
            yield Step(e, "Error at the output", _OUTPUT_TEXT, (loss, made))
        slopes = [self._slope(n) for n in range(depth, 0, -1) if f"slope{n}" in self._made]
        if slopes:
            yield Step("slopes", "Slopes", _SLOPE_TEXT, tuple(slopes))
        if not paired:
            yield self._delta(depth)

    def _penalised(self) -> bool:
        return any(one.name == "W1" for one in made_within(self._made["loss"]))

    def _slope(self, layer: int) -> Part:
        name = self._activations[layer - 1]
        said = f"{name.replace('_', ' ')}′"
        return self._part(f"slope{layer}", said, Label("slope"), ACTIVATIONS[name].grad.__name__)

    def _delta(self, layer: int) -> Step:
        delta, where, name = f"delta{layer}", self._where(layer), self._activations[layer - 1]
        if f"slope{layer}" in self._made:
            text = f"Error times slope, cell by cell: what an input of {where} does to the loss."
            part = self._part(delta, "", Label("delta"))
        else:
            text = f"Each output of {name} depends on its whole row, and so does its slope."
            grad = ACTIVATIONS[name].grad.__name__
            part = self._part(delta, f"{name}′", Label("delta, rows"), grad)
        return Step(delta, f"Delta of {where}", text, (part,))

    def _error(self, layer: int) -> Step:
        e, where = f"e{layer}", self._where(layer)
        text = (
            f"The error travels back through the weights: each unit of {where} is charged with "
            "what it gave to the layer above. The weights are those from before the update."
        )
        masked = [Label("e, dropped")] if f"mask{layer}" in self._made else []
        return Step(e, f"Error at {where}", text, (self._part(e, "", Label("e"), *masked),))

    def _updates(self) -> Iterator[Step]:
        """Gradients, what the optimizer remembers, and the moved parameters, last layer first."""
        gradients: dict[str, list[Part]] = {"W": [], "b": [], "alpha": []}
        penalty = [Label("dW, penalty")] if self._penalised() else []
        for layer in range(self._depth, 0, -1):
            gradients["W"].append(self._part(f"dW{layer}", "", Label("dW"), *penalty))
            gradients["b"].append(self._part(f"db{layer}", "", Label("db")))
            if f"dalpha{layer}" in self._made:
                place = Label("dalpha"), "prelu_alpha_grad"
                gradients["alpha"].append(self._part(f"dalpha{layer}", "slopes", *place))
        everything = tuple(part for parts in gradients.values() for part in parts)
        remembered = list(self._states([part.name[1:] for part in everything]))
        if remembered or self._optimizer is None:
            text = f"{_GRADIENT_TEXT}{_BIASES_TEXT}"
            yield Step("gradients", "Gradients", text, everything)
        yield from remembered
        for kind, key, title, text in _UPDATES if self._optimizer else ():
            parts: list[Part] = []
            for part in gradients[kind]:
                parts += [*([] if remembered else [part]), self._moved(part.name[1:], "p")]
            if parts:
                yield Step(key, title, _MOVED_TEXT if remembered else text, tuple(parts))

    def _moved(self, name: str, label: str) -> Part:
        return self._part(name + AFTER, "", Label(label, self._optimizer or ""))

    def _states(self, parameters: Sequence[str]) -> Iterator[Step]:
        """What the optimizer remembers, how it is renewed."""
        for key, (sign, title, text) in STATES.items():
            if f"{sign}(W1)" in self._made:
                parts = tuple(self._moved(f"{sign}({p})", sign) for p in parameters)
                yield Step(key, title, text, parts)
        if "power_1" in self._made:
            powers = tuple(self._moved(f"power_{n}", f"power_{n}") for n in (1, 2))
            yield Step("powers", "Powers of β", _POWERS_TEXT, powers)
