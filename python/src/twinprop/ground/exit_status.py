"""The exit status of a command, the same for all."""

AGREE = 0
DIFFER = 1
BAD_INPUT = 2  # or a missing part
# As a shell has them: 128 and the number of the signal.
INTERRUPTED = 130
UNREAD = 141  # whoever read the output stopped before its end
