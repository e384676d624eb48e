"""Many runs: records of results, and whether they are still the same."""
