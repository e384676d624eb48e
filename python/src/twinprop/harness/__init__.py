"""What tells whether two runs are the same: engines, comparison, command line."""
