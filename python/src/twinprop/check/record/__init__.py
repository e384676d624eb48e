"""Watching a Python program: every value that its expressions make, the program unchanged.

This folder runs in the process of the program that is watched, by whichever Python that has: it
needs the standard library alone, of Python 3.8 or later, and looks at numpy only where the program
has imported it.
"""
