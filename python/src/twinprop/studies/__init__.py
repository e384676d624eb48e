"""Many runs: verify, sweep, record and reproduce, digits, grid."""
