"""Numbers compared: read from anywhere, judged element by element, and explained."""
