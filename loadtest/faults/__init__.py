"""Faults: every row of the matrix done to real processes under load, each ending in a verdict of its own."""
