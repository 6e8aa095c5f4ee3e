"""What the register says of a save or a filing by what it holds of its draft; the rest is judged at import."""

from dataclasses import replace
from uuid import UUID

import pytest

from core.domain import errors
from core.domain.draft import MOST_BYTES, MOST_REVISIONS, SectionSave
from core.domain.receipt import canonical
from core.domain.register import REASONS, Entry, Operation, Outcome, filing_asked, judge_filing, judge_save
from core.domain.submission import Filing
from tests.fakes.entries import AT, an_entry

DRAFT, KEY, OTHER_KEY = UUID(int=1), UUID(int=2), UUID(int=3)


class Rules:
    """Rules of filing that want two sections, of which one declares."""

    required = ("income", "declarations")

    def declared(self, content: bytes) -> bool:
        return content == b"yes"


def entry(number: int, section: str | None = "income", base: int | None = None, typed: bytes = b"1") -> Entry:
    return an_entry(number, draft_id=DRAFT, section=section, base=base, digest=typed * 32, content=typed)


def filed(number: int, key: UUID = KEY, print_: bytes = b"f") -> Entry:
    return replace(entry(number, None, typed=print_), operation=Operation.SUBMISSION, key=key)


def save(base: int | None, typed: bytes, section: str = "income") -> SectionSave:
    return SectionSave(DRAFT, section, base, typed, typed * 32, "receipts-1")


def filing(key: UUID = KEY, print_: bytes = b"f", **sections: int) -> Filing:
    named = sections or {"income": 2, "declarations": 1}
    return Filing(DRAFT, key, print_ * 32, named, AT, Rules())  # type: ignore[arg-type]


def taken(one: Entry) -> Entry:
    return replace(one, outcome=Outcome.TAKEN, content=b"")


def test_what_the_register_knows_nothing_of_is_entered():
    """Whatever it names: only the ledger knows whether that is current."""
    assert judge_save(save(7, b"x"), []) is None
    assert judge_save(save(None, b"x", "work"), [entry(1)]) is None


def test_one_tab_types_on():
    """Each save builds on the revision it was told."""
    assert judge_save(save(1, b"2"), [entry(1)]) is None


@pytest.mark.parametrize("latest", [entry(2, base=1, typed=b"2"), taken(entry(2, base=1, typed=b"2"))])
def test_a_repeat_gets_its_own_entry(latest):
    """As long as it waits, and after it was brought in."""
    assert judge_save(save(1, b"2"), [entry(1), latest]) is latest


def test_an_older_repeat_gets_the_entry_that_answered_it():
    """The one right after the revision it names."""
    first = entry(1)

    assert judge_save(save(None, b"1"), [first, entry(2, base=1, typed=b"2")]) is first


@pytest.mark.parametrize("base", [None, 2])
def test_a_second_tab_is_told_what_is_current(base):
    """And what that is: the entry that waits, as the revision it will be."""
    refused = judge_save(save(base, b"other"), [entry(1)])

    assert isinstance(refused, errors.StaleRevision)
    assert refused.current is not None
    assert (1, b"1" * 32) == (refused.current.revision, refused.current.digest)


def test_once_it_is_brought_in_the_ledger_is_asked():
    """What was taken no longer speaks against a save; the ledger may have gone further."""
    assert judge_save(save(5, b"x"), [taken(entry(1))]) is None


def test_what_was_not_taken_answers_nobody():
    """Nor what was taken back."""
    for outcome in (Outcome.NOT_TAKEN, Outcome.VOID):
        assert judge_save(save(None, b"1"), [replace(entry(1), outcome=outcome)]) is None


def test_a_draft_that_waits_to_be_filed_takes_no_more():
    """But a repeat of what was saved before it is still answered."""
    first = entry(1)

    assert isinstance(judge_save(save(1, b"2"), [first, filed(2)]), errors.DraftSealed)
    assert judge_save(save(None, b"1"), [first, filed(2)]) is first


def test_the_limits_of_a_draft_hold_without_the_ledger():
    """As many revisions, and as many bytes, as one may have."""
    assert isinstance(judge_save(save(MOST_REVISIONS, b"x"), []), errors.RevisionLimit)
    large = replace(entry(1), content=b"x" * MOST_BYTES)
    assert isinstance(judge_save(save(None, b"y", "work"), [large]), errors.DraftFull)


def test_a_filing_is_entered_when_it_names_what_waits():
    """The revisions that the entries will be."""
    waits = [entry(1, base=1), entry(2, "declarations", typed=b"yes")]

    assert judge_filing(filing(), waits) is None
    assert judge_filing(filing(), []) is None


def test_a_filing_that_names_something_older_is_told():
    """It never seals past what was acknowledged."""
    refused = judge_filing(filing(), [entry(1, base=4)])

    assert isinstance(refused, errors.SectionChanged)
    assert ("income",) == refused.sections


def test_a_filing_without_what_it_needs_is_told():
    """Sections, and the declarations where the register has them."""
    missing = judge_filing(filing(income=1), [])

    assert isinstance(missing, errors.SectionsMissing)
    assert ("declarations",) == missing.sections
    waits = [entry(1, "declarations", typed=b"no")]
    assert isinstance(judge_filing(filing(), waits), errors.DeclarationsMissing)


def test_the_same_filing_gets_the_same_entry():
    """Under its key, or under another."""
    waits = filed(3)

    assert judge_filing(filing(), [waits]) is waits
    assert judge_filing(filing(OTHER_KEY), [waits]) is waits


def test_another_filing_is_refused():
    """Under a key that was used, or of a draft that waits to be filed."""
    assert isinstance(judge_filing(filing(print_=b"o"), [filed(3)]), errors.KeyReused)
    assert isinstance(judge_filing(filing(OTHER_KEY, b"o"), [filed(3)]), errors.AlreadySealed)


def test_a_filing_the_ledger_has_taken_is_answered_by_the_ledger():
    """Its number is there, and nowhere else."""
    assert isinstance(judge_filing(filing(), [taken(filed(3))]), errors.StoreUnavailable)


def test_every_refusal_of_a_save_or_a_filing_has_a_reason():
    """So that no import ends without one."""
    kinds = {kind for kind in errors.Refused.__subclasses__() if kind not in (errors.MoveNotAllowed,)}

    assert kinds == REASONS.keys()


@pytest.mark.parametrize("language", ["it", "de"])
def test_an_entry_of_a_filing_keeps_what_it_names_and_in_which_language(language):
    """Also one that was entered before anybody asked for a language: it was in Italian."""
    named = {"applicant": 3, "income": 1}
    entered = replace(filed(1), content=canonical(filing_asked(named, language)))

    assert (named, language) == (entered.named, entered.language)
    assert (named, "it") == ((old := replace(entered, content=canonical(named))).named, old.language)
    assert {} == taken(entered).named
