"""How much of a program is recorded."""

MOST_NODES = 60_000
MOST_VALUES = 24_000_000  # numbers in the file
LARGEST_ARRAY = 2_000_000  # of a larger one no numbers are kept
LONGEST_LIST = 20_000
# How often one parameter was updated is enough in a recording of at least so many nodes.
Enough = tuple[tuple[int, int], ...]
ENOUGH: Enough = ((60, 5_000), (24, 12_000), (8, 24_000))
MOST_NAMES_OF_A_LIST = 200
MOST_PRINTED = 500
LONGEST_WATCH = 10.0  # seconds of processor time
# What was seen is written after so many seconds, twice, four times as many and so on, while it has
# no more numbers than this: the program may be ended before enough was seen.
FIRST_WRITTEN = 1.0
MOST_WRITTEN_EARLY = 500_000
MOST_RESTARTS = 20  # while data are prepared
# After a training another one may follow: how often, and for how many nodes, that is waited for.
MOST_RETURNS = 6
NODES_UNTIL_TRAINING = 5_000
STEPS_OF_A_TRAINING = 3  # after which is seen whether it has lines of its own
