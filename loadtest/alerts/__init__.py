"""Alerts rehearsed: faults one by one, on the real thing, and who heard of what."""
