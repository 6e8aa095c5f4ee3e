"""What becomes of an attempt at ordering what was granted."""

from datetime import timedelta

import pytest

from bonus.questions import payment_question
from core.domain.submission import State
from core.domain.work import Buried, Concluded, Kind, Postponed, Settlement
from retry.failure import Transient
from tests.unit.bonus.applications import an_application
from tests.unit.workers.attempts import DAY, NOW, TERMS, an_attempt, answered, kept, reasons, states
from workers.payment import pay
from workers.registries import Said
from workers.step import Ask

POSTAL = an_application(payment={"method": "postal_transfer", "iban": ""})


def a_payment(**changed):
    return an_attempt(changed.pop("sections", None), kind=Kind.PAYMENT, **({"state": State.GRANTED} | changed))


def test_a_postal_transfer_needs_nobodys_word():
    """Ordered at once."""
    done = pay(a_payment(sections=POSTAL), TERMS)

    assert isinstance(done, Settlement)
    assert [State.PAYMENT_ORDERED] == states(done)


def test_the_bank_is_asked_whose_account_it_is():
    """One question, and where it is hers the payment is ordered."""
    step = pay(a_payment(), TERMS)

    assert isinstance(step, Ask)
    assert ["account"] == [question.fact for question in step.questions]
    assert [State.PAYMENT_ORDERED] == states(answered(step))


def test_after_an_integration_it_stands_as_ordered_already():
    """The integration moved it; the bank's yes moves nothing."""
    done = answered(pay(a_payment(state=State.PAYMENT_ORDERED), TERMS))

    assert isinstance(done.end, Concluded)
    assert () == done.end.moves


@pytest.mark.parametrize("state", [State.GRANTED, State.GRANTED_IN_PART, State.PAYMENT_ORDERED])
def test_another_holder_is_a_failed_payment_and_never_touches_the_grant(state):
    """She is asked for another account; the decision stands."""
    done = answered(pay(a_payment(state=state), TERMS), account=Said.KO)

    assert isinstance(done.end, Concluded)
    assert done.end.decision is None
    assert [State.PAYMENT_FAILED] == states(done)
    assert [("account-holder-differs", "account")] == reasons(done)


@pytest.mark.parametrize("said", [Transient("status-503"), Said.NOT_KNOWN])
def test_a_silent_bank_is_asked_again(said):
    """No answer and no answer yet are the same to a payment."""
    done = answered(pay(a_payment(), TERMS), account=said)

    assert isinstance(done.end, Postponed)
    assert timedelta(seconds=2.5) == done.end.wait


def test_a_bank_silent_for_a_day_is_a_persons_matter_and_the_grant_stands():
    """Buried without a move: a granted application does not become an open one again."""
    done = answered(pay(a_payment(first_attempt_at=NOW - DAY), TERMS), account=Transient("status-503"))

    assert Buried("registry-unanswered") == done.end


def test_an_account_that_was_hers_is_not_asked_about_again():
    """The bank's yes is kept, as every answer."""
    question = payment_question(an_application())
    assert question is not None

    done = pay(a_payment(verifications=(kept(question),)), TERMS)

    assert isinstance(done, Settlement)
    assert [State.PAYMENT_ORDERED] == states(done)


@pytest.mark.parametrize(
    ("payment", "pointer"),
    [
        ({}, "/payment/method"),
        ({"method": "pigeon"}, "/payment/method"),
        ({"method": "iban", "iban": "IT00"}, "/payment/iban"),
    ],
)
def test_nothing_is_ordered_to_an_account_that_cannot_be_one(payment, pointer):
    """What she sends after a failed payment is looked at like what she filed; she is asked again."""
    done = pay(a_payment(sections=an_application(payment=payment), state=State.PAYMENT_ORDERED), TERMS)

    assert isinstance(done, Settlement)
    assert [State.PAYMENT_FAILED] == states(done)
    assert [pointer] == [about for _, about in reasons(done)]
