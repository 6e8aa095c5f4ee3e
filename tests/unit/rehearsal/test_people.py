"""People: they do not exist but could, no two are the same, and what is wrong is wrong in the ways people are."""

from datetime import date
from random import Random

import pytest
from codicefiscale import codicefiscale
from schwifty import IBAN

from bonus.checks import check_draft, check_section
from bonus.form import shape_problems
from loadtest.rehearsal.codes import iban, tax_code
from loadtest.rehearsal.mistakes import MISTAKES, spoilt, unfinished
from loadtest.rehearsal.people import SECTIONS, TooManyPeople, person

TODAY = date(2025, 11, 20)

#: What the product says of each mistake, in whichever section; the last ones it does not say beforehand.
FOUND = {
    "wrong-iban": {"iban-check"},
    "iban-from-elsewhere": {"iban-not-sepa"},
    "swapped-letters": {"cf-check"},
    "other-birthday": {"birth-date-differs-from-tax-code"},
    "italian-date": {"date-invalid"},
    "italian-amount": {"money-format"},
    "email-without-end": {"email-format"},
    "same-child-twice": {"same-child-twice"},
    "not-ticked": {"truthful-not-declared"},
    "child-without-code": {"child-tax-code-missing"},
}


def problems(contents):
    return {problem.code for name in contents for problem in check_section(name, contents[name], TODAY)}


def test_what_they_type_is_as_the_product_wants_it():
    """Two hundred people make no mistake unless they are told to."""
    for number in range(200):
        contents = person(5, number).contents

        assert tuple(contents) == SECTIONS
        assert set() == problems(contents)
        assert not check_draft(contents, TODAY)


def test_their_codes_and_accounts_are_those_of_the_published_algorithms():
    """Two libraries that are not ours say so."""
    for number in range(60):
        contents = person(5, number).contents
        for one in (contents["applicant"], *contents["children"]["children"]):
            assert codicefiscale.is_valid(one["tax_code"])
        account = contents["payment"]["iban"]
        assert not account or IBAN(account, validate_bban=True)


def test_codes_known_from_elsewhere_come_out():
    """The examples of the revenue agency's own pages and of ISO 13616's registry."""
    assert tax_code("Rossi", "Mario", date(1980, 1, 1), "H501", woman=False) == "RSSMRA80A01H501U"
    assert iban("05428", "11101", "000000123456") == "IT60X0542811101000000123456"


def test_an_omocode_replaces_digits_from_the_last_one():
    """And has a check letter of its own."""
    code = tax_code("Rossi", "Mario", date(1980, 1, 1), "H501", woman=False, omocode=1)

    assert code.startswith("RSSMRA80A01H50M")
    assert codicefiscale.is_omocode(code)
    assert codicefiscale.is_valid(code)


def test_no_two_are_the_same():
    """Nor is anybody another's omocode: name, day and place differ."""
    codes = {person(9, number).contents["applicant"]["tax_code"] for number in range(3000)}

    assert len(codes) == 3000


def test_the_same_seed_gives_the_same_people():
    """And another seed others."""
    assert person(9, 4) == person(9, 4)
    assert person(9, 4) != person(8, 4)


def test_there_are_only_so_many():
    """It is said rather than somebody made twice."""
    with pytest.raises(TooManyPeople):
        person(1, 10**9)


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_a_mistake_is_storable_and_found_for_what_it_is(name):
    """Saving never depends on validity."""
    random, found = Random(1), set()
    for number in range(20):
        typed = {section: dict(content) for section, content in person(5, number).contents.items()}
        MISTAKES[name].spoil(typed, random)
        for section, content in typed.items():
            assert not shape_problems(section, content)
            assert not shape_problems(section, unfinished(section, content, random))
        found |= problems(typed)

    assert FOUND.get(name, set()) == found


def test_as_many_are_wrong_as_was_asked():
    """Thirty in a hundred, within four standard deviations."""
    random, contents = Random(2), person(5, 0).contents
    wrong = sum(spoilt(contents, random, 0.3)[1] is not None for _ in range(2000))

    assert abs(wrong - 600) < 4 * (2000 * 0.3 * 0.7) ** 0.5
