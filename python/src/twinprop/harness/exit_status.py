"""The exit status of a command, the same for all."""

AGREE = 0
DIFFER = 1
BAD_INPUT = 2  # or a missing part
INTERRUPTED = 130  # as a shell has it: 128 and the number of the signal
