"""notice: one attempt at telling somebody by letter; whatever comes of it moves no application."""

import orjson

from core.domain.mail_address import mail_address
from core.domain.notice import COMPLAINT, Fate, topic_of
from core.domain.work import Attempt, Buried, Concluded, Postponed, Settlement
from retry.decision import GiveUp, decide
from retry.failure import Failure, Permanent
from workers.letters.letter import About, letter_about
from workers.step import Send, Step, settled
from workers.terms import Terms

UNSENT = "notice-unsent"  # why a notice is buried that no mail server took in all its patience


def tell(attempt: Attempt, terms: Terms) -> Step:
    """Say what telling needs next: a letter to send, or nothing, where it is not wanted or has no address."""
    topic = topic_of(attempt.key.cause)
    if topic != COMPLAINT and not attempt.notices:
        return settled(attempt, _ended(Fate.UNWANTED))
    to = mail_address(terms.office if topic == COMPLAINT else _typed(attempt))
    if to is None:
        return settled(attempt, _ended(Fate.NO_ADDRESS))
    about = About(topic, attempt.key, attempt.number, attempt.trial)
    letter = letter_about(about, to, attempt.language, attempt.now, terms.pages)

    def then(failure: Failure | None) -> Settlement:
        return settled(attempt, _ended(Fate.SENT) if failure is None else _unsent(attempt, failure, terms))

    return Send(letter, then)


def _typed(attempt: Attempt) -> object:
    """Return what she typed as her address in the application she filed, or corrected since."""
    applicant = attempt.contents.get("applicant")
    return orjson.loads(applicant).get("email") if applicant is not None else None


def _ended(fate: Fate) -> Concluded:
    return Concluded((), fate=fate)


def _unsent(attempt: Attempt, failure: Failure, terms: Terms) -> Postponed | Concluded | Buried:
    """A server that is away moves the due time; an address that it refuses for good ends it, and her page says so."""
    if isinstance(failure, Permanent):
        return _ended(Fate.UNDELIVERABLE)
    tries, first = attempt.number_of_tries, attempt.first_attempt_at
    verdict = decide(tries, first, failure, terms.letters, attempt.now, terms.random)
    if isinstance(verdict, GiveUp):
        return Buried(UNSENT)
    return Postponed(verdict.at - attempt.now, failure.code, counts=verdict.counts)
