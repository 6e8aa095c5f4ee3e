"""Crash points: every place where a process waits is a place where it may die."""
