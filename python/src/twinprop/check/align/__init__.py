"""What a recorded program did: its parameters, steps, outputs and loss, by how values are made."""
