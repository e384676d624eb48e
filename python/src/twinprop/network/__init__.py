"""The network: layers, forward, backward, training."""
