"""The formulas of the network: activations, losses, optimizers, random numbers, metrics."""
