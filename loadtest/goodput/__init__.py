"""Goodput: what still comes through when ten times too many people come, and how soon all is well again."""
