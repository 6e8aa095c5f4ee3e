"""Bugs, planted in running programs: the verdict must find each."""
