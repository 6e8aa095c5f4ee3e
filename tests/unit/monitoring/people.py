"""People who must not be found: made-up tax codes and IBANs, in the shapes in which they turn up."""

CODICE_FISCALE = "RSSMRA85T50H501Z"
OMOCODIA = "RSSMRAURTRLHRLMZ"  # every digit replaced by its letter
IBAN = "IT60X0542811101000000123456"
PLANTED = (
    CODICE_FISCALE,
    CODICE_FISCALE.lower(),
    "RSS MRA 85T50 H501Z",
    OMOCODIA,
    f"{{'tax_code': '{CODICE_FISCALE}'}}",
    f"duplicate key (person)=({CODICE_FISCALE}) already exists",
    IBAN,
    "IT60 X054 2811 1010 0000 0123 456",
    "it60-x0542811101000000123456",
)


def is_in(text: str) -> bool:
    """Say whether one of the planted people is in `text`, however it is cased or spaced."""
    bare = "".join(character for character in text.upper() if character.isalnum())
    return any(person in bare for person in (CODICE_FISCALE, OMOCODIA, IBAN))
