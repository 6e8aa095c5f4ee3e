"""IBAN: form by country, check digits, and the Italian CIN.

Sources: ISO 13616 and ISO 7064 (mod 97-10); the SWIFT registry for the form of each country; the European Payments
Council's list of SEPA countries as it stood in October 2025. The CIN is the check letter of Italy and San Marino.
"""

import re
from enum import Enum, auto

from bonus.check_letter import check_letter

#: How the account part is made, by country: n digits, a capitals, c either, each with its length.
SEPA = {
    "AD": "8n12c", "AL": "8n16c", "AT": "16n", "BE": "12n", "BG": "4a6n8c", "CH": "5n12c", "CY": "8n16c",
    "CZ": "20n", "DE": "18n", "DK": "14n", "EE": "16n", "ES": "20n", "FI": "14n", "FR": "10n11c2n", "GB": "4a14n",
    "GI": "4a15c", "GR": "7n16c", "HR": "17n", "HU": "24n", "IE": "4a14n", "IS": "22n", "IT": "1a10n12c",
    "LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c", "MC": "10n11c2n", "MD": "20c", "ME": "18n",
    "MK": "3n10c2n", "MT": "4a5n18c", "NL": "4a10n", "NO": "11n", "PL": "24n", "PT": "21n", "RO": "4a16c",
    "SE": "20n", "SI": "15n", "SK": "20n", "SM": "1a10n12c", "VA": "18n",
}  # fmt: skip
_SIGNS = {"n": "[0-9]", "a": "[A-Z]", "c": "[0-9A-Z]"}
_WITH_CIN = {"IT", "SM"}
_NUMBERS = str.maketrans({chr(ord("A") + place): str(10 + place) for place in range(26)})


def _form_of(account: str) -> re.Pattern[str]:
    parts = re.findall(r"(\d+)([nac])", account)
    return re.compile("[A-Z]{2}[0-9]{2}" + "".join(f"{_SIGNS[kind]}{{{length}}}" for length, kind in parts))


_FORMS = {country: _form_of(account) for country, account in SEPA.items()}


class Flaw(Enum):
    """What is wrong with an IBAN."""

    MISTYPED = auto()  # length, signs, check digits or CIN
    NOT_SEPA = auto()  # a country INPS does not pay to


def read_iban(typed: str) -> str | Flaw:
    """Return the IBAN in capitals and without spaces, or its flaw.

    Whether the account exists and is hers is for the bank to say, after filing.
    """
    compact = "".join(typed.split())
    iban = compact.upper() if compact.isascii() else ""
    country = iban[:2]
    if country not in _FORMS:
        return Flaw.NOT_SEPA if re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{8,30}", iban) else Flaw.MISTYPED
    if not _FORMS[country].fullmatch(iban) or iban[2:4] != check_digits(country, iban[4:]):
        return Flaw.MISTYPED
    if country in _WITH_CIN and iban[4] != check_letter(iban[5:]):
        return Flaw.MISTYPED
    return iban


def check_digits(country: str, account: str) -> str:
    """Return the two check digits, 02 to 98, of an account part in a country (ISO 7064, mod 97-10)."""
    return f"{98 - int(f'{account}{country}00'.translate(_NUMBERS)) % 97:02d}"
