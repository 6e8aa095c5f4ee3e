"""What may be said in a label or a log field."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring import words
from monitoring.fields import FIELDS
from monitoring.labels import CLOSED, MOST_VALUES, OTHER, Bound, Labels
from tests.unit.monitoring.people import PLANTED, is_in

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789LMNPQRSTUV"
codici_fiscali = st.tuples(
    *(st.sampled_from(DIGITS if place in {6, 7, 9, 10, 12, 13, 14} else LETTERS) for place in range(16))
).map("".join)


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("name", sorted(FIELDS))
def test_no_field_takes_a_person(name, planted):
    """Whatever a field is for, a tax code or an IBAN in it is withheld, in a list and in a table too."""
    for value in (planted, [planted], {planted: 1}, ValueError(planted)):
        assert not is_in(str(FIELDS[name](value)))


@given(codici_fiscali, st.sampled_from(["{}", "{}.", "x_{}", "code-{}", "{} {}"]), st.booleans())
def test_no_tax_code_is_a_word_a_class_or_a_template(code, around, lowered):
    """Omocodia letters and lower case hide nobody."""
    text = around.format(code, code)
    text = text.lower() if lowered else text

    for shape in (words.word, words.class_name, words.number, words.place, words.template):
        assert shape(text) is words.WITHHELD


@pytest.mark.parametrize("code", ["section.save", "stale-revision", "contact_centre", "child:1", "status-503", "none"])
def test_our_codes_are_words(code):
    """A guard that withheld them would make the lines useless."""
    assert words.word(code) == code


@pytest.mark.parametrize("name", ["OSError", "sqlalchemy.exc.DBAPIError", "status-503"])
def test_failures_are_named(name):
    """By class, or by code."""
    assert words.class_name(name) == name


def test_ids_counts_and_instants_are_said():
    """Ids lead to the row; instants are UTC, RFC 3339."""
    draft_id = uuid4()

    assert words.identifier(draft_id) == words.identifier(str(draft_id)) == str(draft_id)
    assert words.quantity(3) == 3
    assert words.quantity(0.12345678) == 0.123457
    assert words.instant(datetime(2025, 12, 9, 22, 59, 59, tzinfo=UTC)) == "2025-12-09T22:59:59Z"


@pytest.mark.parametrize("value", [3331234567, float("nan"), "3331234567", None])
def test_a_telephone_number_is_no_quantity(value):
    """Nothing we count or time is that large."""
    assert words.quantity(value) is words.WITHHELD


@pytest.mark.parametrize("label", [*sorted(CLOSED), "code", "operation", "failure"])
@pytest.mark.parametrize("planted", PLANTED)
def test_no_label_takes_a_person(label, planted):
    """It becomes `other`."""
    assert Labels().value(label, planted) == OTHER


def test_an_open_label_has_few_values():
    """A caller who invents codes makes no new series."""
    labels = Labels()
    values = {labels.value("code", f"code-{number}") for number in range(10 * MOST_VALUES)}

    assert len(values) == MOST_VALUES + 1
    assert OTHER in values


def test_what_is_bound_is_remembered_within_bounds():
    """Nor does that caller fill the memory."""
    bound = Bound(("code",), lambda value: [value], Labels())
    for number in range(10_000):
        bound(f"code-{number}")

    assert bound("code-0") is bound("code-0")
    assert len(bound._children) <= 4 * MOST_VALUES


def test_a_status_is_told_by_its_class():
    """Five values, not sixty."""
    assert Labels().value("status", 409) == "4xx"
    assert Labels().value("status", 99999) == OTHER
