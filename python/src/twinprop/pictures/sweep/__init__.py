"""What a sweep found, as a page: shares and power, and what the bounds follow from."""
