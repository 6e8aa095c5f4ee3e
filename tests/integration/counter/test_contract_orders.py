"""The order of verdicts: of everything wrong with a request, the first in line answers."""

from itertools import product
from uuid import uuid4

import httpx
import pytest

from tests.integration.counter.running import TYPED, Draft

A, B, C, D = ({"employment": f"{letter}.00"} for letter in (1, 2, 3, 4))

BODIES = {
    "text": (b"{}", "text/plain"),
    "huge": (b'{"employment": "%b"}' % (b"9" * 70_000), "application/json"),
    "broken": (b"{", "application/json"),
    "misshapen": (b'{"salary": "1"}', "application/json"),
    "A": A,
    "B": B,
    "C": C,
    "D": D,
}
TOKENS = ("none", "forged", "other's", "own")
SECTIONS = ("spese", "income")
SEEN = {
    "nothing": {},
    "weak": {"if-match": 'W/"3"'},
    "both": {"if-match": '"3"', "if-none-match": "*"},
    "never saved": {"if-none-match": "*"},
    "revision 1": {"if-match": '"1"'},
    "revision 2": {"if-match": '"2"'},
    "revision 3": {"if-match": '"3"'},
    "revision 9": {"if-match": '"9"'},
}
BASE = {"never saved": 0, "revision 1": 1, "revision 2": 2, "revision 3": 3, "revision 9": 9}
AFTER = {0: "A", 1: "B", 2: "C"}  # what the revision after the one named holds


def verdict_on_a_save(body, token, section, seen, *, sealed):
    """The contract's own words, as a table of contents."""
    if body in ("text", "huge", "broken"):
        return {"text": (415, "unsupported-media-type"), "huge": (413, "too-large"), "broken": (400, "malformed-json")}[
            body
        ]
    if token in ("none", "forged"):
        return (401, "token-missing" if token == "none" else "token-invalid")
    if token == "other's" or section == "spese":
        return (404, "not-found")
    if seen in ("nothing", "weak", "both"):
        return (428, "precondition-missing") if seen == "nothing" else (400, "precondition-malformed")
    if body == "misshapen":
        return (422, "unknown-field")
    base = BASE[seen]
    if body == "C" or AFTER.get(base) == body:
        return (200, "ABC".index(body) + 1)
    if sealed:
        return (409, "sealed")
    return (200, 4) if base == 3 else (412, "stale-revision")


class Drafts:
    """Drafts whose income section was saved three times: A, B, C; used up before their rate limit is."""

    def __init__(self, counter, *, sealed):
        self.counter, self.sealed, self.uses = counter, sealed, 0
        self.other = counter.start_draft()
        self.draft = None

    def next(self, *, fresh):
        if self.draft is None or fresh or self.uses >= 80:
            self.draft, self.uses = self._made(), 0
        self.uses += 1
        return self.draft

    def spend(self):
        self.draft = None

    def _made(self) -> Draft:
        draft = self.counter.start_draft()
        self.other = self.counter.start_draft()
        for base, content in enumerate((A, B, C)):
            assert 200 == self.counter.save(draft, "income", content, base).status_code
        if self.sealed:
            someone = {"applicant": {"tax_code": None}}
            for section, content in (TYPED | someone).items():
                if section != "income":
                    assert 200 == self.counter.save(draft, section, content).status_code
            assert 202 == self.counter.file(draft, dict.fromkeys(TYPED, 1) | {"income": 3}).status_code
        return draft


def save(counter, draft, other, body, token, section, seen):
    """Send one save, however wrong."""
    content, media = BODIES[body] if isinstance(BODIES[body], tuple) else (None, None)
    opened = {
        "none": {},
        "forged": {"authorization": "Bearer " + "A" * 72},
        "other's": other.headers,
        "own": draft.headers,
    }
    headers = opened[token] | SEEN[seen] | ({"content-type": media} if media else {})
    return counter.client.put(
        f"{draft.path}/sections/{section}", headers=headers, content=content, json=None if media else BODIES[body]
    )


def told(answer: httpx.Response):
    """What an answer comes down to: its status, and the revision or the problem's code."""
    body = answer.json()
    return (answer.status_code, body["revision"] if answer.status_code == 200 else body["code"])


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
def test_of_all_that_is_wrong_with_a_save_the_first_in_line_answers(counter, sealed):
    """Every combination of body, token, section and precondition, on an open and on a sealed draft."""
    drafts = Drafts(counter, sealed=sealed)

    for case in product(BODIES, TOKENS, SECTIONS, SEEN):
        expected = verdict_on_a_save(*case, sealed=sealed)
        answer = save(counter, drafts.next(fresh=False), drafts.other, *case)
        assert (case, expected) == (case, told(answer))
        if expected == (200, 4):
            drafts.spend()


def test_a_repeat_is_answered_with_the_very_same_receipt(counter, draft):
    """The revision's own 200, also when it is stale by now."""
    first = counter.save(draft, "income", A)
    second = counter.save(draft, "income", B, 1)
    third = counter.save(draft, "income", C, 2)

    assert first.content == counter.save(draft, "income", A).content
    assert second.content == counter.save(draft, "income", B, 1).content
    assert third.content == counter.save(draft, "income", C, 2).content
    assert '"1"' == counter.save(draft, "income", A).headers["etag"]


def test_a_stale_save_is_told_the_current_revision_and_its_copy_is_kept(counter, draft):
    """412 names what is there now; the copy is listed among those not taken."""
    counter.save(draft, "income", A)
    counter.save(draft, "income", B, 1)

    stale = counter.save(draft, "income", D, 1)
    never = counter.save(draft, "work", {"periods": []}, 4)
    history = counter.client.get(f"{draft.path}/sections/income/revisions", headers=draft.headers).json()

    assert (412, 2, '"2"') == (stale.status_code, stale.json()["current_revision"], stale.headers["etag"])
    assert (412, None) == (never.status_code, never.json()["current_revision"])
    assert "etag" not in never.headers
    assert [A, B] == [past["content"] for past in history["revisions"]]
    assert [(1, D)] == [(copy["base_revision"], copy["content"]) for copy in history["not_taken"]]


FAULTS = ("missing", "declarations", "changed", "filed")
CODES = {
    "missing": (422, "section-missing"),
    "declarations": (422, "declarations-not-given"),
    "changed": (409, "section-changed"),
    "filed": (409, "already-filed"),
}
TAX_CODES = ("RSSMRA85T50A562W", "RSSMRA85T10A562S", "MRTMTT25D09F205Z", "RSSMRA85T10A56NH", "MRTMTT25D09F20RU")


def prepared(counter, faults, tax_code):
    """A draft with these faults, and the revisions to name."""
    draft = counter.start_draft()
    given = {"truthful": "declarations" not in faults, "requested_months": [1], "privacy_notice": "2025-10-28"}
    revisions = counter.fill(draft, applicant={"tax_code": tax_code}, declarations=given)
    if "changed" in faults:
        assert 200 == counter.save(draft, "payment", {"method": ""}, 1).status_code
    if "missing" in faults:
        del revisions["income"]
    return draft, revisions


@pytest.mark.parametrize("flags", list(product([False, True], repeat=4)))
def test_of_all_that_is_wrong_with_a_filing_the_first_in_line_answers(counter, flags):
    """Every combination of a missing section, declarations, a newer revision and a person who has filed."""
    faults = [fault for fault, wrong in zip(FAULTS, flags, strict=True) if wrong]
    tax_code = TAX_CODES[0] if "filed" in faults else None
    if tax_code:
        counter.file(*prepared(counter, (), tax_code))  # the first of these files, all others find her claim

    draft, revisions = prepared(counter, faults, tax_code)
    answer = counter.file(draft, revisions)

    expected = CODES[faults[0]] if faults else (202, None)
    assert expected == (answer.status_code, answer.json().get("code"))
    assert (answer.status_code == 202) == (
        counter.client.get(draft.path, headers=draft.headers).json()["state"] == "sealed"
    )


@pytest.mark.parametrize(
    ("key", "token", "expected"),
    [
        (None, "none", (400, "idempotency-key-missing")),
        (None, "own", (400, "idempotency-key-missing")),
        ("uno", "none", (400, "idempotency-key-malformed")),
        ("uno", "other's", (400, "idempotency-key-malformed")),
        ("good", "none", (401, "token-missing")),
        ("good", "forged", (401, "token-invalid")),
        ("good", "other's", (404, "not-found")),
    ],
)
def test_a_filing_is_asked_for_its_key_before_its_token(counter, draft, key, token, expected):
    """400 key, then 401 and 404, before anything of the draft is looked at."""
    other = counter.start_draft()
    opened = {"none": {}, "forged": {"authorization": "Bearer x"}, "other's": other.headers, "own": draft.headers}
    named = {} if key is None else {"idempotency-key": str(uuid4()) if key == "good" else key}

    answer = counter.client.post(f"{draft.path}/submission", json={"sections": {}}, headers=opened[token] | named)

    assert expected == (answer.status_code, answer.json()["code"])


def test_a_known_key_is_answered_before_the_seal(counter):
    """Same key: the exact answer, or reused. Another key: the first answer as 200, or already sealed."""
    draft, revisions = prepared(counter, (), None)
    key, others = str(uuid4()), {**revisions, "income": 2}

    first = counter.file(draft, revisions, key)
    again = counter.file(draft, revisions, key)
    reused = counter.file(draft, others, key)
    another = counter.file(draft, revisions)
    different = counter.file(draft, others)

    assert 202 == first.status_code
    assert (202, first.content, first.headers["location"]) == (
        again.status_code,
        again.content,
        again.headers["location"],
    )
    assert (422, "idempotency-key-reused") == (reused.status_code, reused.json()["code"])
    assert (200, first.content) == (another.status_code, another.content)
    assert (409, "already-sealed") == (different.status_code, different.json()["code"])
    assert first.headers["location"] == another.headers["location"] == f"/v1/submissions/{first.json()['number']}"


def test_only_an_acceptance_is_remembered(counter):
    """A key whose request was refused is free: with what was missing, it files."""
    draft, revisions = prepared(counter, ("changed",), None)
    key = str(uuid4())

    refused = counter.file(draft, revisions, key)
    filed = counter.file(draft, revisions | {"payment": 2}, key)

    assert (409, 202) == (refused.status_code, filed.status_code)


def test_two_drafts_may_use_one_key(counter):
    """A key belongs to its draft: nobody meets another's answer."""
    key = str(uuid4())
    answers = [counter.file(*prepared(counter, (), None), key=key) for _ in range(2)]

    assert [202, 202] == [answer.status_code for answer in answers]
    assert answers[0].json()["number"] != answers[1].json()["number"]
