"""How much of a program is recorded."""

MOST_NODES = 60_000
MOST_VALUES = 24_000_000  # numbers in the file
LARGEST_ARRAY = 2_000_000  # of a larger one no numbers are kept
LONGEST_LIST = 20_000
ENOUGH_STEPS = 60  # updates of one parameter ...
ENOUGH_NODES = 3_000  # ... in a recording of at least this size
MOST_NAMES_OF_A_LIST = 200
MOST_PRINTED = 500
LONGEST_WATCH = 20.0  # seconds
