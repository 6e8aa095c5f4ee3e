"""The hook through which core and retry state facts; monitoring turns them into lines and series."""

from typing import Protocol


class Observe(Protocol):
    """Take note of one fact.

    `fact` is `noun.past_verb`; `fields` are ids, counts and seconds, never anything that identifies a person.
    A listener never raises: whoever states a fact does not look after those who listen.
    """

    def __call__(self, fact: str, /, **fields: object) -> None: ...


def nobody(fact: str, /, **fields: object) -> None:
    """Listen to nothing; the default where no listener is given."""
