"""What a label or a log field may hold: the shapes allowed, and the people who must not be in them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

WITHHELD = "[withheld]"

Shape = Callable[[object], object]

# A word is made of short parts, so sixteen letters and digits in a row (a codice fiscale) or an IBAN never are one.
_WORD = re.compile(r"[a-z][a-z0-9]{0,14}(?:[._:-][a-z0-9]{1,15}){0,9}")
_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}(?:\.[A-Za-z_][A-Za-z0-9_]{0,59}){0,6}")
_NUMBER = re.compile(r"[A-Z0-9]{4,8}(?:-[A-Z0-9]{2,8})?")
_PLACE = re.compile(r"[A-Za-z0-9_./<>-]{1,120}:[0-9]{1,6}(?: [A-Za-z0-9_.<>]{1,80})?")
_INCIDENT = re.compile(r"[0-9a-f]{8}")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
_DIGIT = "[0-9LMNPQRSTUV]"  # a digit, or the letter that stands for it in an omocodia
_PERSON = re.compile(
    rf"(?<![A-Z0-9])[A-Z]{{3}}[ -]?[A-Z]{{3}}[ -]?{_DIGIT}{{2}}[A-Z]{_DIGIT}{{2}}[ -]?"
    rf"[A-Z]{_DIGIT}{{3}}[A-Z](?![A-Z0-9])"
    r"|[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]"
    r"|[A-Z]{2}[0-9]{2}[ -]?[A-Z](?:[ -]?[A-Z0-9]){10,29}",
    re.IGNORECASE,
)


def names_a_person(text: str) -> bool:
    """Say whether `text` holds what looks like a codice fiscale (omocodia included) or an IBAN, in either case."""
    return _PERSON.search(text) is not None


def word(value: object) -> object:
    """Admit a code of ours: lower case parts joined by dashes, underscores, dots."""
    return _matching(_WORD, value)


def class_name(value: object) -> object:
    """Admit the name of a class, or a code: a failure is named by either."""
    return _matching(_CLASS, value) if word(value) is WITHHELD else value


def number(value: object) -> object:
    """Admit the short reference of a submission."""
    return _matching(_NUMBER, value)


def place(value: object) -> object:
    """Admit a place in the code: path, line and function."""
    return _matching(_PLACE, value)


def incident(value: object) -> object:
    """Admit the code of an incident, which a caller reads out to us."""
    return _matching(_INCIDENT, value)


def sqlstate(value: object) -> object:
    """Admit a PostgreSQL error class."""
    return _matching(_SQLSTATE, value)


def identifier(value: object) -> object:
    """Admit a UUID."""
    if isinstance(value, UUID):
        return str(value)
    try:
        return str(UUID(value)) if isinstance(value, str) else WITHHELD
    except ValueError:
        return WITHHELD


def quantity(value: object) -> object:
    """Admit a count, a duration or a flag, and nothing long enough to be a telephone number."""
    if isinstance(value, float):
        value = round(value, 6)
    return value if isinstance(value, int | float) and -1e9 < value < 1e9 else WITHHELD


def instant(value: object) -> object:
    """Admit an instant; it is said in UTC, RFC 3339."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return WITHHELD


def template(value: object) -> object:
    """Admit a library's message before anything is filled in."""
    return value if isinstance(value, str) and len(value) <= 200 and not names_a_person(value) else WITHHELD


def each(shape: Shape) -> Shape:
    """Admit a short sequence whose items all have `shape`; a misshapen item alone is withheld."""

    def every(value: object) -> object:
        return [shape(item) for item in value[:20]] if isinstance(value, list | tuple) else WITHHELD

    return every


def counts(value: object) -> object:
    """Admit a small table of words and quantities."""
    if not isinstance(value, dict):
        return WITHHELD
    return {str(word(key)): quantity(item) for key, item in list(value.items())[:20]}


def _matching(pattern: re.Pattern[str], value: object) -> object:
    admitted = isinstance(value, str) and pattern.fullmatch(value) and not names_a_person(value)
    return str(value) if admitted else WITHHELD
