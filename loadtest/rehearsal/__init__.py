"""The rehearsal: launch day before launch day, on a stack of its own, with faults."""
