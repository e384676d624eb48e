"""Pages of what check and port say."""
