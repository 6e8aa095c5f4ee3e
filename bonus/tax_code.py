"""Codice fiscale: the sixteen characters, their check letter and omocodia.

Source: D.M. 23 December 1976 (check letter, and the letters that take the place of digits when two people would
share a code). A code carries two digits of a year, never the century: it is a hint about a birth date, no proof.
"""

import re
from datetime import date

from bonus.check_letter import check_letter

_MONTHS = "ABCDEHLMPRST"
_PLAIN = str.maketrans("LMNPQRSTUV", "0123456789")
_looks_right = re.compile(
    r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPR-T][0-7LMNPQRST][0-9LMNPQRSTUV][A-MZ][0-9LMNPQRSTUV]{3}[A-Z]"
).fullmatch


def read_tax_code(typed: str) -> str | None:
    """Return the code in capitals and without spaces, or None when no such code can exist.

    Right form, a day its month can have, and the check letter. Omocodia letters are taken and kept: they tell two
    people apart. Whether the code was ever issued is for the revenue agency to say.
    """
    compact = typed if len(typed) == 16 else "".join(typed.split())
    code = compact.upper() if compact.isascii() else ""
    if _looks_right(code) and code[15] == check_letter(code[:15]) and _is_a_day(*birth_hint(code)):
        return code
    return None


def birth_hint(code: str) -> tuple[int, int, int]:
    """Return (year of the century 0..99, month 1..12, day) as a code of the right form carries them.

    Forty is taken off the day of a woman, and omocodia letters are read as the digits they stand for.
    """
    digits = code[6:8] + code[9:11]
    if not digits.isdigit():
        digits = digits.translate(_PLAIN)
    day = int(digits[2:])
    return int(digits[:2]), _MONTHS.index(code[8]) + 1, day - 40 if day > 40 else day


def agrees_with_birth(code: str, birth: date) -> bool:
    """Say whether a code read by `read_tax_code` fits a birth date of any century."""
    return birth_hint(code) == (birth.year % 100, birth.month, birth.day)


def _is_a_day(year: int, month: int, day: int) -> bool:
    """Say whether the day exists in some century; only 2000, among the years ending in 00, was a leap year."""
    if month == 2:
        return 1 <= day <= (28 if year % 4 else 29)
    return 1 <= day <= (30 if month in {4, 6, 9, 11} else 31)
