"""Texts: complete, in plain Italian, and with codes that stay."""

import re

import pytest

from bonus.codes import CHECK_PROBLEMS, FLAGS, PROBLEMS, REASONS
from bonus.form import SECTIONS
from bonus.programme import PROGRAMMES
from core.domain.complaint import NAME
from core.domain.incident import OURS, Effect, Function
from core.domain.receipt import Kind
from core.domain.submission import State
from core.domain.window import Window
from ingest import texts
from ingest.texts import ProblemText
from workers.reasons import REASONS as WAITING

TEXTS = texts.load()


@pytest.mark.parametrize("problem", TEXTS.problems.values(), ids=lambda problem: problem.code)
def test_a_problem_is_complete(problem: ProblemText):
    """Codes in kebab case, sentences that end, words a machine can rely on."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.code)
    assert re.fullmatch(r"[A-F]\d\d", problem.reference)
    assert 400 <= problem.status < 600
    assert {problem.saved, problem.right_preserved} <= {"yes", "no", "unknown"}
    for sentence in (problem.detail, problem.safe, problem.action, problem.right):
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
    assert not problem.title.endswith(".")


def test_references_are_read_out_without_mistake():
    """No two problems share one."""
    references = [problem.reference for problem in TEXTS.problems.values()]

    assert len(set(references)) == len(references)


def test_what_may_have_been_saved_may_be_sent_again():
    """Where we do not know, only a repeat settles it, and it does no harm."""
    assert all(problem.safe_to_retry for problem in TEXTS.problems.values() if problem.saved == "unknown")


def test_every_refusal_for_now_may_be_sent_again():
    """408, 429 and 503 are about the moment, not about the request."""
    assert all(p.safe_to_retry for p in TEXTS.problems.values() if p.status in (408, 429, 503))


def test_every_state_of_a_submission_has_its_words():
    """Word, line of the timeline and sentence, and none for a state that does not exist."""
    assert TEXTS.submission_states.keys() == set(State)
    for text in (*TEXTS.submission_states.values(), *TEXTS.draft_states.values()):
        assert text.word
        assert text.label
        assert text.sentence.endswith(".")


def test_the_words_of_a_state_are_those_of_the_design():
    """What people hear at the office and read on the page is one word."""
    words = {state: TEXTS.submission_states[state].word for state in State}

    assert words["accepted"] == "acquisita"
    assert words["in_review"] == "in istruttoria"
    assert words["granted_in_part"] == "accolta in parte"
    assert words["needs_officer"] == "in evidenza alla sede"
    assert words["withdrawn"] == "annullata"


def test_an_unknown_fault_still_gets_a_sentence():
    """A code of a newer form than the catalogue's is not shown bare."""
    assert TEXTS.fault("brand-new") == "Controlla questo punto."
    assert TEXTS.fault("unknown-field") == "Questo campo non è previsto."


def test_every_code_of_the_benefit_can_be_read():
    """What the checks find and what the rules decide is never a bare code on a page."""
    assert PROBLEMS <= TEXTS.fields.keys() | {code for code, text in TEXTS.problems.items() if text.fault}
    assert REASONS | FLAGS <= TEXTS.reasons.keys()


def test_every_reason_to_wait_can_be_read():
    """The codes of the work loop, an officer's rulings, and any problem a submission may wait for."""
    assert WAITING | {"ruled-ok", "ruled-ko", "review-looked-at"} | CHECK_PROBLEMS <= TEXTS.reasons.keys()
    assert WAITING <= TEXTS.remedies.keys()


def test_sentences_are_sentences():
    """They begin and end as such."""
    for sentence in (*TEXTS.fields.values(), *TEXTS.reasons.values(), *TEXTS.remedies.values()):
        assert sentence[0].isupper(), sentence
        assert sentence.endswith((".", "?")), sentence


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("child:0", "il figlio numero 1"),
        ("work:2", "il rapporto di lavoro numero 3"),
        ("identity", "i tuoi dati anagrafici"),
        ("/children/0/birth_date", "/children/0/birth_date"),
    ],
)
def test_a_fact_is_called_by_its_name(fact: str, said: str):
    """Counted from one, as people do."""
    assert TEXTS.about(fact) == said


def test_whatever_a_receipt_may_name_has_its_word():
    """Sections, programmes, windows, late reasons and kinds."""
    words = TEXTS.words

    assert words["section"].keys() == {*SECTIONS, NAME}
    assert words["programme"].keys() >= PROGRAMMES.keys()
    assert words["window"].keys() == set(Window)
    assert words["receipt_kind"].keys() == set(Kind)
    assert words["outage_function"].keys() == set(Function)
    assert words["outage_effect"].keys() == set(Effect)


def test_what_an_outage_counts_is_every_fault_of_ours():
    """A problem that is answered with 5xx, and no other."""
    assert {code for code, problem in TEXTS.problems.items() if problem.status >= 500} == OURS
