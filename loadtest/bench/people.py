"""People who do not exist: as many different tax codes as are wanted, each with its right check letter."""

# D.M. 23 December 1976: what a sign is worth at an odd place; at an even one digits and letters count from zero.
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CONSONANTS = "BCDFGHLMNPQRSTVZ"  # sixteen
_BORN = "80A43H501"  # 3 January 1980, a woman, in Rome

MOST = len(_CONSONANTS) ** 6


def tax_code(number: int) -> str:
    """Return the code of person `number`, 0 to MOST - 1."""
    letters = "".join(_CONSONANTS[number >> 4 * place & 15] for place in range(6))
    beginning = letters + _BORN
    return beginning + _check_letter(beginning)


def _check_letter(beginning: str) -> str:
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in beginning]
    total = sum(_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(ord("A") + total % 26)
