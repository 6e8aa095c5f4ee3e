"""The synthetic applicant: a valid application of nobody, which asks everything and is due nothing."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bonus.assessment import assess
from bonus.checks import all_problems
from bonus.programme import BONUS_MAMME_2025
from bonus.questions import questions
from bonus.synthetic import CONSONANTS, EXPECTED, application, is_synthetic
from bonus.tax_code import read_tax_code
from core.clock import ROME

NOW = datetime(2025, 11, 20, 9, tzinfo=ROME)


@given(st.integers(0, len(CONSONANTS) ** 6 - 1))
def test_every_code_is_valid_and_nobodys(number):
    """Hers and her children's."""
    sections = application(number)
    codes = [sections["applicant"]["tax_code"], *(one["tax_code"] for one in sections["children"]["children"])]

    assert codes == [read_tax_code(code) for code in codes]
    assert all(map(is_synthetic, codes))
    assert 3 == len(set(codes))


def test_each_is_somebody_else():
    """One after the other, for more than two months of minutes."""
    codes = {application(number)["applicant"]["tax_code"] for number in range(100_000)}

    assert 100_000 == len(codes)


def test_nothing_in_it_seems_wrong_and_nothing_is_due():
    """No flag, every question of the rules, no month; and no address, so that nobody is written to."""
    sections = application(7)
    assessment = assess(BONUS_MAMME_2025, sections, NOW, supplementary=False, already_requested=frozenset(), rulings={})

    assert ["contact-missing"] == [one.code for one in all_problems(sections, date(2025, 11, 20))]
    assert (EXPECTED, 0, set()) == (assessment.outcome, assessment.amount_cents, set(assessment.flags))
    assert {"revenue", "anpr", "labour"} == {one.registry for one in questions(BONUS_MAMME_2025, sections)}


def test_a_mother_is_none():
    """Whatever she was born as."""
    assert not is_synthetic("RSSMRA85T50A562W")
    assert is_synthetic(" bcdbbb83d46z998x ")
