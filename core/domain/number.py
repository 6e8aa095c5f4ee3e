"""The number of a submission as people write it, read it out and mistype it."""

ALPHABET = "23456789ACEFHKMNPRTVWXY"  # 23 characters, a prime, of which no two look alike
LENGTH = 8  # seven characters and a check character
PLACES = len(ALPHABET) ** (LENGTH - 1)  # how many numbers there are

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_MEANT = str.maketrans("ZSBGU", "2586V")  # letters we never write are read as what they were mistaken for
_BETWEEN = str.maketrans("", "", " -./\t\u00a0\u2010\u2011\u2013")  # what people put between groups


class NotANumber(ValueError):
    """This is not a number of ours, or one character of it is wrong."""


def written(value: int) -> str:
    """Return the eight characters for a value from 0 to PLACES - 1."""
    characters = ""
    for _ in range(LENGTH - 1):
        value, digit = divmod(value, len(ALPHABET))
        characters = ALPHABET[digit] + characters
    return characters + _check_character(characters)


def read(text: str) -> int:
    """Return the value of a number as someone typed it: lower case, spaces and dashes do no harm.

    Every wrong character and every two neighbours exchanged are noticed: the weights of the check sum differ and its
    modulus is a prime.
    Errors: NotANumber.
    """
    characters = normalised(text)
    value = 0
    for character in characters[:-1]:
        value = value * len(ALPHABET) + _VALUE[character]
    return value


def normalised(text: str) -> str:
    """Return a typed number the way we write it. Errors: NotANumber."""
    characters = text.translate(_BETWEEN).upper().translate(_MEANT)
    if len(characters) != LENGTH or not _VALUE.keys() >= set(characters):
        raise NotANumber
    if _check_character(characters[:-1]) != characters[-1]:
        raise NotANumber
    return characters


def grouped(number: str) -> str:
    """Return a number in two groups, easier to read out."""
    return f"{number[:4]} {number[4:]}"


def _check_character(characters: str) -> str:
    weighted = sum(weight * _VALUE[character] for weight, character in enumerate(characters, start=2))
    return ALPHABET[-weighted % len(ALPHABET)]  # so that the sum with the check character, of weight 1, is zero
