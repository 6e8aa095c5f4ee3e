"""mother: another person with the same birth date, so that a case can be filed again and again."""

from collections.abc import Callable

# D.M. 23 December 1976: what a sign is worth at an odd place; at an even one digits and letters count from zero.
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CONSONANTS = "BCDFGLMNPRSTVZ"


def another(tax_code: str, choice: Callable[[str], str]) -> str:
    """Return a valid tax code of somebody else, born on the same day in the same place.

    `tax_code`: 16 characters, without omocodia; `choice` picks one character of a text.
    """
    beginning = "".join(choice(_CONSONANTS) for _ in range(6)) + tax_code[6:15]
    return beginning + _check_letter(beginning)


def _check_letter(beginning: str) -> str:
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in beginning]
    total = sum(_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(ord("A") + total % 26)
