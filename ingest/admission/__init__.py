"""Admission: who is let in, and when, and who is told to come again; decided before any work."""
