"""Cases: read, checked and run."""
