"""Somebody's own implementation, checked step by step against the twins."""
