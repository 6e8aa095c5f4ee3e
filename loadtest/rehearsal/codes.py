"""codes: tax codes and bank accounts that could exist, made our own way: the product's checks are not asked.

Sources: D.M. 23 December 1976 (codice fiscale); ISO 13616 and ISO 7064 (IBAN); ABI, coordinate bancarie (CIN).
"""

from datetime import date

_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_MONTHS = "ABCDEHLMPRST"
_OMOCODIA = "LMNPQRSTUV"  # what takes the place of 0 to 9, from the last digit backwards
_DIGITS = (14, 13, 12, 10, 9, 7, 6)
_VOWELS = "AEIOU"


def tax_code(surname: str, first_name: str, birth: date, place: str, *, woman: bool, omocode: int = 0) -> str:
    """Return the code of a person; `place`: the four signs of her comune or country; `omocode`: digits replaced."""
    day = birth.day + (40 if woman else 0)
    start = f"{of_surname(surname)}{of_first_name(first_name)}"
    beginning = f"{start}{birth:%y}{_MONTHS[birth.month - 1]}{day:02}{place}"
    for at in _DIGITS[:omocode]:
        beginning = beginning[:at] + _OMOCODIA[int(beginning[at])] + beginning[at + 1 :]
    return beginning + _letter(beginning)


def of_surname(surname: str) -> str:
    """Return the three letters of a surname."""
    consonants, vowels = _parted(surname)
    return (consonants + vowels + "XXX")[:3]


def of_first_name(name: str) -> str:
    """Return the three letters of a first name: of four consonants or more the first, the third and the fourth."""
    consonants, vowels = _parted(name)
    if len(consonants) > 3:
        consonants = consonants[0] + consonants[2:4]
    return (consonants + vowels + "XXX")[:3]


def iban(bank: str, branch: str, account: str) -> str:
    """Return the Italian IBAN of an account: ABI and CAB of five digits, twelve signs of account."""
    basic = bank + branch + account
    basic = _letter(basic) + basic
    return f"IT{98 - _remainder(f'{basic}IT00'):02}{basic}"


def _letter(text: str) -> str:
    """The check letter; tax codes and CIN share their table."""
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in text]
    total = sum(_ODD[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(ord("A") + total % 26)


def _remainder(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text)) % 97


def _parted(name: str) -> tuple[str, str]:
    letters = [sign for sign in name.upper() if sign.isascii() and sign.isalpha()]
    consonants = "".join(sign for sign in letters if sign not in _VOWELS)
    return consonants, "".join(sign for sign in letters if sign in _VOWELS)
