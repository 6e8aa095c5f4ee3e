"""Decides about second chances and remembers nothing of the work itself: values in, a value out."""
