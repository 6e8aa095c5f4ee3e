"""Each step of the form x each part that can be restarted under it."""
