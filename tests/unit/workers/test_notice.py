"""What becomes of an attempt at telling somebody by letter, and what the letter says."""

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core.domain.mail_address import mail_address
from core.domain.notice import COMPLAINT, TOLD, Fate, cause_of, topic_of
from core.domain.submission import State
from core.domain.work import Buried, Concluded, Kind, Postponed, Settlement, WorkKey
from core.pages.languages import NAMES
from retry.failure import BreakerOpen, Permanent, Transient
from tests.unit.bonus.applications import an_application
from tests.unit.workers.attempts import NOW, TERMS, an_attempt
from workers.letters.letter import About, letter_about
from workers.letters.words import known
from workers.notice import UNSENT, tell
from workers.step import Send

STATES = Path(__file__).parents[3] / "ingest/texts/it/states.toml"
HERS = "maria@example.it"
MOTHER = an_application()["applicant"] | {"first_name": "Zbigniewa", "email": HERS}


def a_notice(topic="granted", **changed):
    applicant = MOTHER | changed.pop("applicant", {})
    made = an_attempt(an_application(applicant=applicant), **({"notices": True} | changed))
    return replace(made, key=WorkKey(made.key.draft_id, Kind.NOTICE, cause_of(topic, 3)))


def ended(settlement):
    assert isinstance(settlement, Settlement)
    assert isinstance(settlement.end, Concluded)
    assert () == settlement.end.moves
    return settlement.end.fate


def test_a_letter_goes_to_the_address_she_filed_with():
    """And once it is accepted, it is done."""
    step = tell(a_notice(), TERMS)

    assert isinstance(step, Send)
    assert HERS == step.letter.to
    assert Fate.SENT is ended(step.then(None))


def test_one_who_switched_notices_off_gets_none():
    """Also where it was written before."""
    assert Fate.UNWANTED is ended(tell(a_notice(notices=False), TERMS))


@pytest.mark.parametrize(
    "typed", ["", None, "maria", "maria@example", "a@b.it, c@d.it", "a@b.it\nBcc: x@y.it", "è@b.it"]
)
def test_nothing_is_sent_where_no_address_is_typed(typed):
    """Never on a guess, and never to two."""
    assert Fate.NO_ADDRESS is ended(tell(a_notice(applicant={"email": typed}), TERMS))


def test_a_server_that_is_away_moves_the_due_time():
    """Nothing else: no application waits for a letter."""
    end = tell(a_notice(), TERMS).then(Transient("mail-server-away")).end

    assert isinstance(end, Postponed)
    assert (True, (), "transient:mail-server-away") == (end.counts, end.moves, end.failure)


def test_a_letter_held_back_uses_up_no_try():
    """A breaker that is open says nothing about this letter."""
    end = tell(a_notice(), TERMS).then(BreakerOpen("breaker", timedelta(seconds=5))).end

    assert isinstance(end, Postponed)
    assert not end.counts


def test_an_address_refused_for_good_ends_it():
    """Her page says so; nobody tries again."""
    assert Fate.UNDELIVERABLE is ended(tell(a_notice(), TERMS).then(Permanent("address-refused")))


def test_after_five_days_a_person_looks():
    """Not after one, as with registries: mail waits longer."""
    waits = Transient("mail-server-away")
    after = {
        days: tell(a_notice(first_attempt_at=NOW - timedelta(days=days)), TERMS).then(waits).end for days in (2, 6)
    }

    assert isinstance(after[2], Postponed)
    assert Buried(UNSENT) == after[6]


@pytest.mark.parametrize("topic", sorted(TOLD))
def test_a_letter_says_no_more_than_it_must(topic):
    """The number, what happened, where to read on: no name, no code, nothing she typed."""
    letter = tell(a_notice(topic, number="N2345678"), TERMS).letter
    said = bytes(letter.message("approdo@approdo.example")).decode() + letter.text

    assert "N234-5678" in said or "N234 5678" in said
    for typed in (MOTHER["first_name"], MOTHER["last_name"], MOTHER["tax_code"], str(UUID(int=0))[:8]):
        assert typed not in said


@pytest.mark.parametrize("topic", sorted(TOLD))
def test_letters_use_the_words_of_her_page(topic):
    """What she reads there is called the same here, where it has a name of its own."""
    words = tomllib.loads(STATES.read_text("utf-8"))["submission"][topic]
    same = {State.GRANTED, State.GRANTED_IN_PART, State.WITHDRAWN, State.NEEDS_APPLICANT}

    assert topic not in same or known()[topic]["subject"].lower() == words["label"].lower()


def test_every_topic_has_its_words():
    """And no words are left over."""
    assert {*TOLD, COMPLAINT, "every"} == known().keys()


def test_a_try_and_its_repeat_are_one_letter():
    """By the name it has in a mail server's eyes; another topic has another."""
    key = WorkKey(UUID(int=7), Kind.NOTICE, "granted-3")
    granted = About("granted", key, "N2345678")
    first, again = (letter_about(granted, HERS, "it", NOW, "https://x.example") for _ in range(2))
    paid = About("paid", key._replace(cause="paid-5"), "N2345678")
    other = letter_about(paid, HERS, "it", NOW, "https://x.example")

    assert first == again
    assert first.name != other.name
    assert re.fullmatch(r"[0-9a-f]{32}", first.name)


def test_the_office_is_told_of_a_complaint_where_it_has_an_address():
    """Also of somebody who wants no letters herself."""
    terms = replace(TERMS, office="reclami@sede.example")
    complaint = a_notice(COMPLAINT, notices=False)

    assert "reclami@sede.example" == tell(complaint, terms).letter.to
    assert Fate.NO_ADDRESS is ended(tell(complaint, TERMS))


@pytest.mark.parametrize("language", NAMES)
def test_a_letter_is_in_the_language_she_is_written_to_in(language):
    """All of it, the subject too; and it says so to what reads it out."""
    letter = tell(a_notice(language=language), TERMS).letter
    message = letter.message("approdo@approdo.example")
    italian = tell(a_notice(), TERMS).letter

    assert language == message["Content-Language"]
    same = set(letter.text.splitlines()) & set(italian.text.splitlines())
    assert same <= {"", f"{TERMS.pages}/riprendi?torna=stato"} or language == "it"
    assert (letter.subject == italian.subject) == (language == "it")


def test_the_office_is_written_to_in_italian():
    """Whatever the language of her who complains."""
    terms = replace(TERMS, office="reclami@sede.example")

    assert "it" == tell(a_notice(COMPLAINT, language="sl"), terms).letter.language


def test_a_letter_about_a_trial_says_so():
    """As the pages and the receipts do; any other says nothing of it."""
    trial, real = (tell(a_notice(trial=trial), TERMS).letter.text for trial in (True, False))

    assert "PROVA" in trial
    assert "PROVA" not in real


def test_a_cause_tells_its_topic():
    """Topics with a line between their words too."""
    assert "granted_in_part" == topic_of(cause_of("granted_in_part", 12))


@pytest.mark.parametrize("typed", ["maria@example.it", " m.r+x@posta.example.it ", "a@b-c.museum"])
def test_an_address_is_taken_as_typed(typed):
    """Without the blanks around it."""
    assert typed.strip() == mail_address(typed)


@pytest.mark.parametrize(
    "typed", [7, "a" * 65 + "@b.it", "a@-b.it", "a@b..it", ".a@b.it", "a@b.1", "<a@b.it>", "a b@c.it"]
)
def test_what_looks_like_no_address_is_none(typed):
    """Whatever a mail server would make of it."""
    assert mail_address(typed) is None
