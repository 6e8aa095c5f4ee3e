"""Bad forms as data: what a page is sent that no browser would send, and how it must be answered."""

from typing import NamedTuple


class Posted(NamedTuple):
    """A form at a page's address, beside the proof that it is of a page of ours."""

    name: str
    address: str
    fields: str
    status: int


class Asked(NamedTuple):
    """A page's address."""

    name: str
    address: str
    status: int


_WORK, _CHILDREN, _MONTHS = "/domanda/lavoro", "/domanda/figli", "/domanda/dichiarazioni"

#: 200: the page again, with what was typed in it; 303: saved, and on to the next.
FORMS = (
    Posted("a month as a superscript", _MONTHS, "requested_months=%C2%B2", 303),
    Posted("a month in Arabic digits", _MONTHS, "requested_months=%D9%A3", 303),
    Posted("a month with two signs", _MONTHS, "requested_months=--5", 303),
    Posted("a month of 5,000 digits", _MONTHS, "requested_months=" + "9" * 5_000, 303),
    Posted("active months as a superscript", _WORK, "periods/0/active_months=%C2%B2", 303),
    Posted("a card numbered by a superscript", _CHILDREN, "children/%C2%B2/first_name=a", 303),
    Posted("a card below nothing", _CHILDREN, "children/-1/first_name=a", 303),
    Posted("a card beyond all", _CHILDREN, "children/99999999999/first_name=a", 303),
    Posted("a card without a number", _CHILDREN, "children//first_name=a", 303),
    Posted("taking away a superscript", _CHILDREN, "azione=togli%3Achildren/%C2%B2", 303),
    Posted("taking away card 9 x 5,000", _CHILDREN, "azione=togli%3Achildren/" + "9" * 5_000, 303),
    Posted("taking away what is no list", _CHILDREN, "azione=togli%3Achildren/0/first_name/0", 400),
    Posted("adding to nothing", _CHILDREN, "azione=aggiungi%3A", 422),
    Posted("adding to what nobody knows", _CHILDREN, "azione=aggiungi%3Asalary", 422),
    Posted("NUL in a name", "/domanda/richiedente", "first_name=%00", 422),
    Posted("a surrogate in a name", "/domanda/richiedente", "first_name=%ED%A0%80", 400),
    Posted("a byte that is no UTF-8", "/domanda/richiedente", "first_name=%FF", 400),
    Posted("4,000 fields", "/domanda/richiedente", "a=1&" * 4_000, 400),
    Posted("2,500 jobs", _WORK, "&".join(f"periods/{job}/x=" for job in range(2_500)), 400),
    Posted("2,000 pauses of a job", _WORK, "&".join(f"periods/0/suspensions/{one}/x=" for one in range(2_000)), 400),
    Posted("2,500 jobs for the checker", "/controlla", "&".join(f"periods/{job}/x=" for job in range(2_500)), 400),
    Posted("no such step", "/domanda/%00", "a=1", 404),
    Posted("no such act", "/domanda/chiedi/%00", "a=1", 404),
    Posted("a code of one character repeated", "/riprendi", "codice=" + "%C2%B2" * 12, 422),
    Posted("a token of NULs", "/riprendi", "codice=" + "%00" * 72, 422),
)

PAGES = (
    Asked("2,000 parameters", "/riprendi?" + "a=&" * 2_000, 400),
    Asked("2,000 parameters of a step", f"{_WORK}?" + "a=&" * 2_000, 400),
    Asked("2,000 parameters of a language", "/lingua/de?" + "a=&" * 2_000, 400),
    Asked("a line end in a way back", "/lingua/de?da=%0d%0aSet-Cookie:x", 303),
    Asked("another site as the way back", "/lingua/de?da=//evil.example", 303),
    Asked("bytes that are no UTF-8", f"{_WORK}?annulla=%FF%ED%A0%80", 200),
    Asked("a language nobody speaks", "/lingua/%00", 404),
    Asked("a form of a receipt nobody knows", "/domanda/ricevuta/%00", 404),
    Asked("a path out of the assets", "/statico/..%2f..%2fcore%2fsettings.py", 404),
)
