"""What everything stands on: errors, files, checks, names."""
