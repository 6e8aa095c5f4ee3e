"""Decides about second chances and remembers nothing."""
