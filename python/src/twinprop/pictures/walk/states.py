"""What an optimizer remembers between steps, how it changes, and how it moves the parameters."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import NamedTuple

from twinprop.cases.case import Case
from twinprop.formulas.optimizers import OPTIMIZERS
from twinprop.pictures.sources import Place
from twinprop.pictures.walk.cells import AFTER
from twinprop.pictures.walk.parts import Part, Places, Step, written_part


class State(NamedTuple):
    """A state that an optimizer keeps for each parameter.

    `sign` stands before the parameter's name, {old} and {new} in the template are the state before
    and the gradient; `python` and `r` are what the code assigns it to.
    """

    key: str
    sign: str
    title: str
    text: str
    template: str
    python: str
    r: str


class Rule(NamedTuple):
    """An optimizer: its states, its powers, and how they move a parameter."""

    moved: str
    states: tuple[State, ...] = ()
    powers: tuple[str, ...] = ()


_SQUARE_TEXT = (
    "How large each gradient has been of late: a running mean of its square. Where it is large, "
    "the step becomes shorter."
)
RULES = {
    "gradient_descent": Rule("[{p}] − {rate} · [d{p}]"),
    "momentum": Rule(
        "[{p}] − {rate} · [v({p}) after]",
        (
            State(
                "velocity",
                "v",
                "Velocity",
                "Steps in the same direction add up: a share of the velocity stays, the gradient "
                "is added. Before the first step it is nought.",
                "{momentum} · [v({p})] + [d{p}]",
                "velocity",
                "velocity[[i]]",
            ),
        ),
    ),
    "rmsprop": Rule(
        "[{p}] − {rate} · [d{p}] / (sqrt([s({p}) after]) + {epsilon})",
        (
            State(
                "mean_square",
                "s",
                "Mean square",
                _SQUARE_TEXT,
                "{decay} · [s({p})] + (1 − {decay}) · ([d{p}] · [d{p}])",
                "mean_square",
                "s",
            ),
        ),
    ),
    "adam": Rule(
        "[{p}] − {rate} · ([m({p}) after] / (1 − [power_1 after])) / "
        "(sqrt([s({p}) after] / (1 − [power_2 after])) + {epsilon})",
        (
            State(
                "mean",
                "m",
                "Mean",
                "The running mean of each gradient, from nought on. It says where to go.",
                "{beta_1} · [m({p})] + (1 − {beta_1}) · [d{p}]",
                "mean",
                "m",
            ),
            State(
                "mean_square",
                "s",
                "Mean square",
                _SQUARE_TEXT,
                "{beta_2} · [s({p})] + (1 − {beta_2}) · ([d{p}] · [d{p}])",
                "mean_square",
                "s",
            ),
        ),
        ("1", "2"),
    ),
}
_POWERS_TEXT = (
    "The means began at nought, so they are too small at first. Dividing by one less these powers "
    "makes up for it; they shrink with every step."
)


def state_steps(case: Case, parameters: Sequence[str]) -> list[Step]:
    """The steps in which an optimizer renews what it remembers.

    Parameters
    ----------
    case : case
        With a training plan.
    parameters : list of str
        Names such as "W2", in the order in which they are shown.

    Returns
    -------
    list of Step
        One for each state, none for gradient descent.
    """
    rule, name = RULES[case.plan.optimizer], case.plan.optimizer
    steps = []
    for state in rule.states:
        place = Places(Place(name, state.python), Place(name, state.r))
        parts = tuple(
            written_part(f"{state.sign}({p}){AFTER}", _filled(case, state.template, p), (place,))
            for p in parameters
        )
        steps.append(Step(state.key, state.title, state.text, parts))
    if rule.powers:
        powers = tuple(_power_part(case, number) for number in rule.powers)
        steps.append(Step("powers", "Powers of β", _POWERS_TEXT, powers))
    return steps


def moved_part(case: Case, parameter: str) -> Part:
    """The part that moves a parameter."""
    name = case.plan.optimizer
    target = "return" if name == "gradient_descent" else "moved"
    place = Places(Place(name, target), Place(name, "parameters[[i]]"))
    template = _filled(case, RULES[name].moved, parameter)
    return written_part(parameter + AFTER, template, (place,))


def _power_part(case: Case, number: str) -> Part:
    place = Places(Place("adam", "(power_1, power_2)"), Place("adam", f"power_{number}"))
    template = f"[power_{number}] · {{beta_{number}}}"
    return written_part(f"power_{number}{AFTER}", _filled(case, template, ""), (place,))


def _filled(case: Case, template: str, parameter: str) -> str:
    """A template with a parameter's name, the learning rate, and the optimizer's options."""
    plan = case.plan
    options = {
        option: given.default
        for option, given in inspect.signature(OPTIMIZERS[plan.optimizer]).parameters.items()
        if isinstance(given.default, float)
    }
    options |= {**plan.options, "rate": plan.learning_rate}
    words = {option: written_number(number) for option, number in options.items()}
    return template.format(p=parameter, **words)


def written_number(number: float) -> str:
    """A number in full, as in 0.001 or 1e−8."""
    return f"{number:.15g}".replace("e-0", "e-").replace("-", "−")
