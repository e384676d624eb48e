"""Whether what a program did is right, and if not, on which line it begins and why."""
