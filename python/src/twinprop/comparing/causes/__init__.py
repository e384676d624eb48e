"""Why two arrays differ, from their values alone: a cause is named only if it gives the numbers."""

from twinprop.comparing.causes.encoding import find_names_of_codes
from twinprop.comparing.causes.finding import find_cause, find_loss

__all__ = ["find_cause", "find_loss", "find_names_of_codes"]
