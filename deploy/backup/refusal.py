"""A refusal: one line that says why a backup cannot be taken or restored, and what to do."""


class CannotBackUp(Exception):
    """It cannot be done; the message is for the person at the terminal."""
