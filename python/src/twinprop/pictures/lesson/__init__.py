"""The pages for teaching."""
