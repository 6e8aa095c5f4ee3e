"""The whole beside a hundred lines that say what it does: whatever is asked in whatever order, they agree."""
