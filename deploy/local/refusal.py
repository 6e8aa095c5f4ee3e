"""A refusal to start: one line that says what is wrong and which setting mends it."""


class CannotStart(Exception):
    """The stack cannot be started; the message is for the person at the terminal."""


class Interrupted(Exception):
    """Somebody asked to stop before everything had started."""
