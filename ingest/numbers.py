"""Numbers of submissions: a sequence, enciphered so that neither the next number nor how many there are can be told."""

from collections.abc import Callable
from hashlib import blake2s

from core.domain import number

ROUNDS = 10  # as many as NIST SP 800-38G asks of its Feistel mode FF1
_HALF = 0xFFFF  # the network permutes 32 bits, a little more than there are numbers


class NumbersUsedUp(OverflowError):
    """The sequence has passed the last number of eight characters."""


class Numbers:
    """Turns sequence values into numbers and back; a permutation, so no number is ever given twice."""

    def __init__(self, key: bytes) -> None:
        self._rounds = [blake2s(bytes([step]), key=key, digest_size=2) for step in range(ROUNDS)]

    def number(self, sequence: int) -> str:
        """Return the number of a sequence value, from 0 to 3.4 thousand million. Errors: NumbersUsedUp."""
        if not 0 <= sequence < number.PLACES:
            raise NumbersUsedUp
        return number.written(_walked(self._enciphered, sequence))

    def sequence(self, typed: str) -> int:
        """Return the sequence value of a number as someone typed it. Errors: number.NotANumber."""
        return _walked(self._deciphered, number.read(typed))

    def _enciphered(self, value: int) -> int:
        left, right = value >> 16, value & _HALF
        for step in range(ROUNDS):
            left, right = right, left ^ self._mixed(step, right)
        return left << 16 | right

    def _deciphered(self, value: int) -> int:
        left, right = value >> 16, value & _HALF
        for step in reversed(range(ROUNDS)):
            left, right = right ^ self._mixed(step, left), left
        return left << 16 | right

    def _mixed(self, step: int, half: int) -> int:
        mix = self._rounds[step].copy()
        mix.update(half.to_bytes(2, "big"))
        return int.from_bytes(mix.digest(), "big")


def _walked(permute: Callable[[int], int], value: int) -> int:
    """Cycle walking: permute 32 bits again until the result is one of the places, which keeps it a permutation."""
    value = permute(value)
    while value >= number.PLACES:
        value = permute(value)
    return value
