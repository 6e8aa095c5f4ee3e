"""The bench: our counter and workers beside the usual way, in one run on one machine."""
