"""The report of verify: one page."""
