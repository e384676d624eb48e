"""Mistakes to plant, those of gradient descent on all samples and those of other plans."""

from plants import backward, forward, optimizers, softmax, structure, update

PLANTS = [*forward.PLANTS, *backward.PLANTS, *update.PLANTS, *structure.PLANTS]
PLAN_PLANTS = optimizers.PLANTS
SOFTMAX_PLANTS = softmax.PLANTS
