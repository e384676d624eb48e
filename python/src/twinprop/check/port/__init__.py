"""Two programs: what they are, and the first pair of quantities that differs."""
