"""The matrix of bad input, row by row: who sends it, or why nobody does. `make inputs` prints it.

The numbers are those of the specification, which leaves some out. A row is held by cases of bad_input.py, by name, or
by tests, as `file::test`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tests.integration.counter import bad_input

ROOT: Final = Path(__file__).resolve().parents[3]
CASES: Final = frozenset(
    [one.name for one in (*bad_input.BODIES, *bad_input.HEADERS, *bad_input.EDGES, *bad_input.STARTS)]
    + [name for name, *_ in bad_input.TYPED]
    + [path for _, path, *_ in bad_input.PATHS]
)
COUNTER, ORDERS, UNIT = "tests/integration/counter/test_bad_input.py", "test_contract_orders.py", "tests/unit"
IN_ORDER: Final = f"tests/integration/counter/{ORDERS}::test_of_all_that_is_wrong_with_a_"
FILINGS: Final = "tests/integration/storage/test_filings.py"


class Row(NamedTuple):
    """One row: what comes in, and who holds what must be answered; nobody: a later capability."""

    number: int
    what: str
    held_by: tuple[str, ...]


def _row(number: int, what: str, *held_by: str) -> Row:
    return Row(number, what, held_by)


ROWS: Final = (
    _row(1, "more than 64 kB, announced", "more than 64 kB, announced", "10 MB, announced and sent"),
    _row(2, "more than 64 kB, in chunks", "more than 64 kB in chunks", "chunks without end"),
    _row(3, "1 MB of headers", "1 MB of headers", "headers without end"),
    _row(4, "a path of 70 kB", "a path of 70 kB", "a path of 1 MB", "a path of 9 kB"),
    _row(
        6,
        "length and chunks",
        "length and chunks (smuggling)",
        "chunks and length (smuggling)",
        "another encoding in chunks",
    ),
    _row(7, "two lengths, a negative one", "two lengths", "a negative length", "a length with a sign"),
    _row(8, "CR or NUL in a header", "CR in a header", "NUL in a header"),
    _row(9, "unknown method, wrong method", "a method nobody knows", "/v1/drafts/{draft_id}"),
    _row(10, "another type of content", "no Content-Type", "text/plain", "a form"),
    _row(12, "compressed", "gzip", f"{COUNTER}::test_a_compressed_body_is_told_to_come_uncompressed"),
    _row(13, "shorter than its length", f"{COUNTER}::test_a_request_cut_short_leaves_nothing"),
    _row(15, "an empty body", "empty"),
    _row(16, "cut short, or something behind it", "a brace", "something behind it"),
    _row(17, "no object at the top", "a text at the top", "a list at the top", "null at the top"),
    _row(18, "one key twice", "one key twice", "one key twice, escaped", "one key twice, composed and not"),
    _row(19, "NaN, Infinity", "NaN", "Infinity"),
    _row(21, "1e400", "1e400"),
    _row(22, "an integer of 5,000 digits", "an integer of 5,000 digits"),
    _row(24, "too deep", "30,000 lists in one another", "nine levels"),
    _row(26, "too many keys", "300 keys"),
    _row(28, "no UTF-8", "a byte that is no UTF-8", "half an emoji"),
    _row(29, "NUL, escaped", "NUL, escaped"),
    _row(30, "a raw control character", "a raw NUL in a text", "a raw line end in a text"),
    _row(32, "a lone surrogate", "a lone surrogate, escaped"),
    _row(33, "an unknown field", "a field nobody knows"),
    _row(34, "another type for an integer", "a text for an integer", "1.0 for an integer", "true for an integer"),
    _row(35, "money as a number", "money as a number"),
    _row(36, "a text too long", "501 characters"),
    _row(37, "only spaces, spaces around", "only spaces", "spaces around"),
    _row(39, "accents, composed or not", f"{COUNTER}::test_accents_are_one_however_they_were_typed"),
    _row(40, "real names", "real names", "a long name"),
    _row(41, "markup, SQL, templates", "markup", "tests/journeys/web/test_hostile.py::test_what_is_typed_into"),
    _row(42, "a formula", "a formula"),
    _row(43, "a tax code that is none", "a wrong check letter", "fifteen characters"),
    _row(44, "a tax code in lower case, omocodia", f"{UNIT}/bonus/test_checks.py::test_a_tax_code_in_small_letters"),
    _row(46, "another birth date than the tax code's", "another birth date than the tax code's"),
    _row(
        47,
        "the same child twice, the mother",
        "the same child twice",
        f"{UNIT}/bonus/test_checks.py::test_a_child_that",
    ),
    _row(48, "a wrong IBAN", "a wrong IBAN", f"{UNIT}/bonus/test_checks.py::test_an_iban_that_cannot_be_paid_to"),
    _row(49, "dates that are none", "29 February 2025", "the year 0001", "a birth to come", "a date as a number"),
    _row(51, "month 13, twice, none", "month 13, months twice", "no month"),
    _row(52, "an id that is none", "/v1/drafts/%00", "/v1/drafts/%ff", "/v1/drafts/.."),
    _row(54, "another's draft id in the body", "another's draft id"),
    _row(55, "a filing without its key", f"{COUNTER}::test_a_key_that_is_no_uuid_is_refused"),
    _row(56, "a key malformed, long, twice", f"{COUNTER}::test_a_key_that_is_no_uuid_is_refused"),
    _row(58, "one key at once", f"{FILINGS}::test_five_filings_at_once_make_one_submission"),
    _row(59, "one key, two people", f"tests/integration/counter/{ORDERS}::test_two_drafts_may_use_one_key"),
    _row(
        60, "one key, long after", f"tests/integration/counter/{ORDERS}::test_a_known_key_is_answered_before_the_seal"
    ),
    _row(62, "no precondition", "no precondition"),
    _row(63, "a stale one", f"tests/integration/counter/{ORDERS}::test_a_stale_save_is_told_the_current_revision"),
    _row(64, "a weak, a malformed one, an asterisk", "a weak tag", "no quotes", "an asterisk in If-Match"),
    _row(66, "a save after the filing", f"{IN_ORDER}save_the_first_in_line_answers"),
    _row(67, "a filing of other revisions", f"{FILINGS}::test_what_is_named_must_be_what_is_there"),
    _row(69, "no token, one that is none", "no token", "a made-up token"),
    _row(70, "tokens of an identity provider"),
    _row(71, "a form of somebody else", "tests/journeys/web/test_strangers.py::test_a_form_of_somebody_else"),
    _row(72, "mandates of a patronato"),
    _row(73, "too often", f"{COUNTER}::test_a_draft_that_asks_too_often_is_told_when_to_come_back"),
    _row(74, "many behind one address", f"{UNIT}/ingest/test_rate_limits.py::test_drafts_do_not_share_their_rates"),
    _row(76, "forged receipts", f"{COUNTER}::test_forged_receipts_are_called_so"),
    _row(79, "too many cookies, foreign ones", "20 kB of cookies", f"{UNIT}/ingest/test_session.py::test_a_cookie"),
    _row(80, "an error nobody foresaw", f"{UNIT}/ingest/test_door.py::test_an_error_nobody_foresaw_is_a_problem"),
)


def missing(row: Row) -> Iterator[str]:
    """Yield whoever is named and not there."""
    for name in row.held_by:
        path, _, test = name.partition("::")
        there = (
            name in CASES if not test else bool(re.search(rf"^(async )?def {test}", (ROOT / path).read_text(), re.M))
        )
        if not there:
            yield f"{row.number}: {name}"


def told(row: Row) -> str:
    """Return a row in a line."""
    return (
        f"{row.number:>4}  {'; '.join(row.held_by) if row.held_by else 'not built: a later capability':<60}  {row.what}"
    )


if __name__ == "__main__":
    sys.stdout.write("".join(f"{told(row)}\n" for row in ROWS))
