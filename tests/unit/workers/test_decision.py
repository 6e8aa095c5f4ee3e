"""What becomes of an attempt at a decision, whatever the registries say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.submission import State
from core.domain.work import Buried, Concluded, Postponed, Settlement, Verdict
from retry.failure import BreakerOpen, BudgetEmpty, Permanent, Throttled, Transient
from tests.unit.bonus.applications import a_child, an_application
from tests.unit.workers.attempts import (
    DAY,
    NOW,
    PROGRAMME,
    TERMS,
    an_attempt,
    answered,
    asked_about,
    kept,
    reasons,
    ruled,
    states,
)
from workers.decision import Case, Unverified, _decided, decide, judge
from workers.registries import Said
from workers.step import Ask

GRANTED_WAY = [State.IN_REVIEW, State.GRANTED]
FOSTER = an_application(children=[a_child("2018-05-01"), a_child("2021-03-03", link="foster")])


def settle(attempt: Any, **said: Any) -> Settlement:
    step = decide(attempt, TERMS)
    return step if isinstance(step, Settlement) else answered(step, **said)


def test_every_fact_is_asked_about_at_once():
    """Who she is, her children and her work: one question each, together."""
    step = decide(an_attempt(), TERMS)

    assert isinstance(step, Ask)
    assert ["tax_code", "identity", "child:0", "child:1", "work:0"] == [each.fact for each in step.questions]


def test_all_that_holds_is_decided_by_the_rules():
    """Twelve months at forty euro, through the review, with every answer written down."""
    done = settle(an_attempt())

    assert isinstance(done.end, Concluded)
    assert done.end.decision is not None
    assert GRANTED_WAY == states(done)
    assert (State.GRANTED, 48_000, 12) == (
        done.end.decision.outcome,
        done.end.decision.amount_cents,
        sum(month.due for month in done.end.decision.months),
    )
    assert 5 == len(done.verifications)


def test_not_being_entitled_is_a_decision_with_reasons():
    """One child only: refused, each month with its reason; nobody is sent away to correct anything."""
    done = settle(an_attempt(an_application(children=["2018-05-01"])))

    assert isinstance(done.end, Concluded)
    assert done.end.decision is not None
    assert State.REFUSED is done.end.decision.outcome
    assert all(month.reasons for month in done.end.decision.months)


def test_errors_go_back_before_anybody_is_asked():
    """A mistyped IBAN is hers to correct: pointer and code, and no registry hears of it."""
    wrong = an_application(payment={"method": "iban", "iban": "IT60X0542811101000000123457"})
    done = decide(an_attempt(wrong), TERMS)

    assert isinstance(done, Settlement)
    assert [State.IN_REVIEW, State.NEEDS_APPLICANT] == states(done)
    assert [("iban-check", "/payment/iban")] == reasons(done)


def test_warnings_hold_nothing_up():
    """No way to reach her is odd, and no reason to wait."""
    sections = an_application()
    sections["applicant"] |= {"email": "", "phone": ""}

    assert GRANTED_WAY == states(settle(an_attempt(sections)))


def test_today_is_the_day_of_the_filing():
    """A birth after the filing is an error however late it is looked at."""
    unborn = an_application(children=["2018-05-01", "2025-11-25"])
    done = decide(an_attempt(unborn, civil_now=NOW + 10 * DAY), TERMS)

    assert isinstance(done, Settlement)
    assert ("birth-in-future", "/children/children/1/birth_date") in reasons(done)


def test_a_contradiction_is_told_by_its_fact_and_never_refused():
    """ko: integration requested, naming what the registry says otherwise."""
    done = settle(an_attempt(), child_1=Said.KO, work_0=Said.KO)

    assert [State.IN_REVIEW, State.NEEDS_APPLICANT] == states(done)
    assert [("registry-contradicts", "child:1"), ("registry-contradicts", "work:0")] == reasons(done)
    assert {"child:1", "work:0"} == {each.fact for each in done.verifications if each.verdict is Verdict.KO}


def test_a_contradiction_comes_before_anything_that_is_still_open():
    """She can begin to correct while another registry is silent."""
    done = settle(an_attempt(), child_0=Said.KO, work_0=Said.NOT_KNOWN, identity=Transient("status-503"))

    assert State.NEEDS_APPLICANT is states(done)[-1]


def test_not_known_yet_suspends_until_tomorrow():
    """Absent is not no: asked again in a day, patience from anew."""
    done = settle(an_attempt(), work_0=Said.NOT_KNOWN)

    assert Postponed is type(done.end)
    assert isinstance(done.end, Postponed)
    assert (DAY, "not-known", True) == (done.end.wait, done.end.failure, done.end.anew)
    assert [State.IN_REVIEW, State.SUSPENDED] == states(done)
    assert [("not-known-yet", "work:0")] == reasons(done)
    assert 4 == len(done.verifications), "what was answered is kept"


def test_a_suspended_one_that_is_still_not_known_does_not_move():
    """The timeline says once that she waits; the next check is kept beside it."""
    done = settle(an_attempt(state=State.SUSPENDED), work_0=Said.NOT_KNOWN)

    assert [] == states(done)
    assert isinstance(done.end, Postponed)


@pytest.mark.parametrize(("day", "end"), [(20, Postponed), (21, Buried)])
def test_not_known_ends_with_the_20th_of_the_month_after_the_last_month_of_work(day, end):
    """Civil time decides; the 20th itself still waits. Work declared to the end of August is due by 20 September."""
    sections = an_application(
        work=[{"category": "employee_permanent", "start": "2025-01-01", "end": "2025-08-31", "suspensions": []}]
    )
    civil_now = NOW.replace(month=9, day=day, hour=21, minute=59)  # 23:59 in Rome
    done = settle(an_attempt(sections, civil_now=civil_now, state=State.SUSPENDED), work_0=Said.NOT_KNOWN)

    assert isinstance(done.end, end)
    if end is Buried:
        assert "not-known-by-deadline" == done.end.reason
        assert [State.NEEDS_OFFICER] == states(done)
        assert [("not-known-by-deadline", "work:0")] == reasons(done)


@pytest.mark.parametrize(("waited", "end"), [(DAY - timedelta(seconds=1), Postponed), (DAY, Buried)])
def test_not_known_without_a_date_waits_no_longer_than_any_other(waited, end):
    """The register of births owes an answer within the ordinary patience."""
    attempt = an_attempt(first_attempt_at=NOW - waited)

    done = settle(attempt, child_0=Said.NOT_KNOWN)

    assert isinstance(done.end, end)
    assert not getattr(done.end, "anew", False)


def test_an_unanswered_question_is_tried_again_and_the_answers_are_kept():
    """503 from one registry: four answers written, half of five seconds to wait."""
    done = settle(an_attempt(), work_0=Transient("status-503"))

    assert isinstance(done.end, Postponed)
    assert (timedelta(seconds=2.5), "transient:status-503", True) == (done.end.wait, done.end.failure, done.end.counts)
    assert [State.IN_REVIEW] == states(done)
    assert {"tax_code", "identity", "child:0", "child:1"} == {each.fact for each in done.verifications}


def test_what_was_answered_is_not_asked_again():
    """The next attempt asks only the silent one."""
    known = tuple(kept(question) for fact, question in asked_about().items() if fact != "work:0")
    step = decide(an_attempt(verifications=known), TERMS)

    assert isinstance(step, Ask)
    assert ["work:0"] == [question.fact for question in step.questions]
    assert GRANTED_WAY == states(answered(step))


def test_where_everything_is_known_nobody_is_asked():
    """A replay after a crash between the last answer and the decision."""
    known = tuple(kept(question) for question in asked_about().values())

    assert isinstance(decide(an_attempt(verifications=known), TERMS), Settlement)


def test_an_answer_to_another_question_is_no_answer():
    """She corrected a birth date: that child is asked about again, the other is not."""
    known = tuple(kept(question) for question in asked_about().values())
    corrected = an_application(children=["2018-05-02", "2021-03-03"])
    step = decide(an_attempt(corrected, verifications=known), TERMS)

    assert isinstance(step, Ask)
    assert ["child:0"] == [question.fact for question in step.questions]


def test_a_contradiction_from_before_this_work_is_asked_again():
    """She had the register corrected and said so: the registry may say otherwise now."""
    question = asked_about()["identity"]
    old = kept(question, Verdict.KO, answered_at=NOW - DAY)
    step = decide(an_attempt(verifications=(old,)), TERMS)

    assert isinstance(step, Ask)
    assert "identity" in [each.fact for each in step.questions]


def test_a_contradiction_of_this_work_stands():
    """A retry because of another registry does not ask again what has been said."""
    known = [kept(question) for question in asked_about().values()]
    known[1] = replace(known[1], verdict=Verdict.KO)
    done = decide(an_attempt(verifications=tuple(known)), TERMS)

    assert isinstance(done, Settlement)
    assert [("registry-contradicts", "identity")] == reasons(done)


@pytest.mark.parametrize("registry_said", [None, Verdict.KO])
def test_an_officers_ruling_wins(registry_said):
    """What a person has seen on paper holds, whatever the registry says of it, or does not."""
    question = asked_about()["child:0"]
    ruling = kept(question, registry="officer", source="officer")
    said = (kept(question, registry_said),) if registry_said else ()
    step = decide(an_attempt(verifications=(*said, ruling)), TERMS)

    assert isinstance(step, Ask)
    assert "child:0" not in [each.fact for each in step.questions]
    assert GRANTED_WAY == states(answered(step))


@pytest.mark.parametrize("failure", [BreakerOpen("left-alone"), BudgetEmpty("retries-used-up")])
def test_a_question_that_was_held_back_uses_up_nothing(failure):
    """Neither an attempt nor a move: nothing happened."""
    done = settle(an_attempt(first_attempt_at=NOW - 3 * DAY), work_0=failure)

    assert isinstance(done.end, Postponed)
    assert not done.end.counts
    assert () == done.end.moves


def test_one_that_counts_makes_the_attempt_count():
    """One registry was asked and failed, another was left alone: the later of both times."""
    done = settle(
        an_attempt(), identity=Throttled("status-429", timedelta(minutes=2)), work_0=BreakerOpen("left-alone")
    )

    assert isinstance(done.end, Postponed)
    assert done.end.counts
    assert "throttled:status-429" == done.end.failure
    assert timedelta(minutes=2) == done.end.wait


def test_the_end_of_patience_is_a_persons_list():
    """A day without an answer: to the office, naming the fact; never refused."""
    done = settle(an_attempt(first_attempt_at=NOW - DAY, state=State.IN_REVIEW), work_0=Transient("no-answer-in-time"))

    assert Buried("registry-unanswered", done.end.moves) == done.end
    assert [State.NEEDS_OFFICER] == states(done)
    assert [("registry-unanswered", "work:0")] == reasons(done)


def test_a_question_the_registry_refuses_is_not_asked_for_a_day():
    """400: asking again changes nothing, so a person looks, under that name."""
    done = settle(an_attempt(), identity=Permanent("question-refused"))

    assert "question-refused" == done.end.reason  # type: ignore[union-attr]
    assert [("registry-unanswered", "identity")] == reasons(done)


def test_a_flag_is_ruled_on_by_an_officer():
    """A second child in plain foster care decides the outcome: to the office with the flag's name."""
    done = settle(an_attempt(FOSTER))

    assert Buried("flag:plain-foster-care", done.end.moves) == done.end
    assert [State.IN_REVIEW, State.NEEDS_OFFICER] == states(done)
    assert [("plain-foster-care", None)] == reasons(done)


def test_the_list_names_every_flag():
    """Whoever opens the list sees on what to rule, before opening the application."""
    children = [a_child("2012-05-01"), a_child("2015-01-01", link="foster")]

    done = settle(an_attempt(an_application(children=children)))

    assert "flag:birthday-on-1-january+plain-foster-care" == done.end.reason  # type: ignore[union-attr]
    assert [("birthday-on-1-january", None), ("plain-foster-care", None)] == reasons(done)


@pytest.mark.parametrize(("holds", "outcome"), [(Verdict.OK, State.GRANTED), (Verdict.KO, State.REFUSED)])
def test_after_a_ruling_on_the_flag_the_rules_decide(holds, outcome):
    """The officer rules on the flag, not on the money."""
    ruling = ruled("flag:plain-foster-care", holds)

    assert [outcome] == states(settle(an_attempt(FOSTER, state=State.IN_REVIEW, verifications=(ruling,))))


def test_a_ruling_does_not_outlive_what_it_was_about():
    """After an integration of any section the officer looks again."""
    attempt = an_attempt(FOSTER, verifications=(ruled("flag:plain-foster-care"),))
    integrated = replace(attempt, sections={**attempt.sections, "children": 2})

    assert isinstance(settle(attempt).end, Concluded)
    assert isinstance(settle(integrated).end, Buried)


def test_months_asked_before_are_not_paid_twice():
    """A supplementary application: what the live one asked for answers already-requested."""
    earlier = b'{"requested_months":[1,2,3,4,5,6,7,8,9],"truthful":true}'
    done = settle(an_attempt(supplementary=True, earlier_declarations=(earlier,)))

    assert isinstance(done.end, Concluded)
    assert done.end.decision is not None
    assert [10, 11, 12] == [month.month for month in done.end.decision.months if month.due]
    assert ("already-requested",) == done.end.decision.months[0].reasons


@pytest.mark.parametrize("state", [State.ACCEPTED, State.SUSPENDED, State.REOPENED])
def test_a_decision_passes_through_the_review(state):
    """suspended -> refused does not exist."""
    refused = settle(an_attempt(an_application(children=["2018-05-01"]), state=state))

    assert [State.IN_REVIEW, State.REFUSED] == states(refused)


@pytest.mark.parametrize("missing", [None, Said.KO, Said.NOT_KNOWN, Transient("status-503")])
def test_a_decision_with_an_unanswered_question_is_impossible(missing):
    """Even if the order of the verdicts were wrong one day, a guard stands right before the rules."""
    case = Case(an_attempt(), PROGRAMME, an_application(), list(asked_about().values()), TERMS)

    with pytest.raises(Unverified):
        _decided(case, dict.fromkeys(asked_about(), Said.OK) | {"work:0": missing})


def test_what_is_not_heard_of_at_all_is_never_decided():
    """A fact missing from what is known is not a fact that holds."""
    case = Case(an_attempt(), PROGRAMME, an_application(), list(asked_about().values()), TERMS)

    with pytest.raises(Unverified):
        judge(case, {fact: Said.OK for fact in asked_about() if fact != "child:1"})
