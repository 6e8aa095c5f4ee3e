"""The synthetic applicant: somebody who cannot exist, whose application asks everything and is due nothing.

Her codes are of a birthplace that is nobody's: no register lists Z998. Registries that are not stand-ins must agree to
confirm what they are asked about it. Her children are over ten, so the rules refuse every month: nothing is ever paid,
no total moves, and no claim of hers stays.
"""

from collections.abc import Mapping
from typing import Any

from bonus.check_letter import check_letter
from bonus.programme import BONUS_MAMME_2025

PLACE = "Z998"  # a cadastral code that is assigned to nobody
CONSONANTS = "BCDFGLMNPRSTVZ"
EXPECTED = "refused"


def is_synthetic(tax_code: str) -> bool:
    """Say whether a code is of the birthplace that is nobody's."""
    return tax_code.strip().upper()[11:15] == PLACE


def application(number: int) -> dict[str, Mapping[str, Any]]:
    """Return the sections of the application of the synthetic applicant with this number: each another person."""
    return {
        "applicant": {
            "tax_code": _code(number, "83D46"),
            "first_name": "Sonda",
            "last_name": "Approdo",
            "birth_date": "1983-04-06",
        },
        "children": {
            "children": [
                {"tax_code": _code(number, day), "first_name": name, "birth_date": born, "link": "natural"}
                for name, born, day in (("Prima", "2012-05-01", "12E41"), ("Seconda", "2014-12-31", "14T71"))
            ]
        },
        "work": {"periods": [{"category": "employee_permanent", "start": "2019-09-01"}]},
        "income": {"employment": "20000.00", "self_employment": "0.00"},
        "payment": {"method": "postal_transfer"},
        "declarations": {
            "requested_months": list(range(1, 13)),
            "truthful": True,
            "privacy_notice": BONUS_MAMME_2025.privacy_notice,
        },
    }


def _code(number: int, day: str) -> str:
    letters = ""
    for _ in range(6):
        number, place = divmod(number, len(CONSONANTS))
        letters += CONSONANTS[place]
    return letters + day + PLACE + check_letter(letters + day + PLACE)
