"""The report of a rehearsal: one page for people, and the same as JSON."""

from loadtest.report.page import write

__all__ = ["write"]
