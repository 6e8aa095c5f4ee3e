"""Notices and complaints at the counter."""

import asyncio
from uuid import uuid4

import asyncpg
import httpx

from core.domain.complaint import MOST_COMPLAINTS
from core.domain.notice import MOST_SWITCHED


def filed(counter, language=None, **applicant):
    draft = counter.start_draft()
    answer = counter.file(draft, counter.fill(draft, applicant=applicant), language=language)
    assert answer.status_code == 202, answer.text
    return draft, f"/v1/submissions/{answer.json()['number']}/notices"


def complain(counter, draft, text="Non funzionava niente.", key=None) -> httpx.Response:
    headers = draft.headers | {"idempotency-key": key or str(uuid4())}
    return counter.client.post(f"{draft.path}/complaints", json={"text": text}, headers=headers)


def rows(counter, statement, *values):
    async def run():
        connection = await asyncpg.connect(counter.database_url)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    return asyncio.run(run())


def test_one_who_gave_an_address_is_told_of_her_filing(counter):
    """By a notice and its row of work, written with the filing itself."""
    draft, path = filed(counter, email="maria@example.it", tax_code="")
    told = counter.client.get(path, headers=draft.headers).json()

    assert {"wanted": True, "sent_here": True}.items() <= told.items()
    assert [("accepted", "on-its-way")] == [(one["topic"], one["fate"]) for one in told["notices"]]
    made = rows(counter, "SELECT kind, cause FROM work WHERE draft_id = $1::text::uuid ORDER BY kind", draft.draft_id)
    assert [("decision", "filing-1"), ("notice", "accepted-1")] == made


def test_without_an_address_there_is_nobody_to_tell(counter):
    """Nor where what is typed is none."""
    for typed in ("", "maria@", "a@b.it, c@d.it"):
        draft, path = filed(counter, email=typed, tax_code="")
        told = counter.client.get(path, headers=draft.headers).json()
        assert (False, []) == (told["wanted"], told["notices"])


def test_notices_are_hers_to_refuse(counter):
    """Off and on, as often as she likes; nobody else's."""
    draft, path = filed(counter, email="maria@example.it", tax_code="")
    stranger = counter.start_draft()

    said = [
        counter.client.put(path, json={"wanted": word}, headers=draft.headers).json()["wanted"]
        for word in (False, False, True)
    ]

    assert [False, False, True] == said
    assert 404 == counter.client.put(path, json={"wanted": False}, headers=stranger.headers).status_code
    assert 422 == counter.client.put(path, json={"wanted": "no"}, headers=draft.headers).status_code
    assert counter.client.get(path, headers=draft.headers).json()["wanted"]


def test_letters_are_in_the_language_she_filed_in_until_she_says_another(counter):
    """What a browser sends counts, Italian where it is none of ours; a repeat of the filing changes nothing."""
    in_these = [filed(counter, language, tax_code="") for language in (None, "de-AT,de;q=0.9,en;q=0.8", "ru, pl")]

    said = [counter.client.get(path, headers=draft.headers).json()["language"] for draft, path in in_these]
    draft, path = in_these[1]
    switched = [
        counter.client.put(path, json=word, headers=draft.headers)
        for word in ({"wanted": True, "language": "sl"}, {"wanted": False}, {"wanted": True, "language": "xx"})
    ]

    assert ["it", "de", "it"] == said
    assert ["sl", "sl"] == [answer.json()["language"] for answer in switched[:2]]
    assert 422 == switched[2].status_code
    export = counter.client.get(f"{draft.path}/export", headers=draft.headers).json()
    assert "sl" == export["submission"]["language"]


def stated(counter, receipt):
    checked = counter.client.post("/v1/receipt-verifications", json={"receipt": receipt}).json()
    assert checked["valid"]
    return checked["receipt"]


def test_her_word_on_letters_gets_a_receipt_and_its_repeat_the_same(counter):
    """It says what she wants from now on."""
    draft, path = filed(counter, email="maria@example.it", tax_code="")

    off, again, on = (
        counter.client.put(path, json=word, headers=draft.headers).json()["receipt"]
        for word in ({"wanted": False}, {"wanted": False}, {"wanted": True, "language": "fr"})
    )

    assert off == again
    assert ["none", "fr"] == [stated(counter, one)["letters"] for one in (off, on)]
    assert {"notices"} == {stated(counter, one)["kind"] for one in (off, on)}


def test_of_her_words_on_letters_the_latest_are_kept(counter):
    """A loop fills no ledger, and her word still counts."""
    draft, path = filed(counter, email="maria@example.it", tax_code="")

    for turn in range(MOST_SWITCHED + 3):
        counter.client.put(path, json={"wanted": bool(turn % 2)}, headers=draft.headers)

    given = counter.client.get(f"{draft.path}/receipts", headers=draft.headers).json()["receipts"]
    assert ["submission", *["notices"] * MOST_SWITCHED] == [one["kind"] for one in given]
    assert not counter.client.get(path, headers=draft.headers).json()["wanted"]


def test_every_receipt_can_be_had_again(counter):
    """Of the filing and of what she did since, in order, as they were given out; by nobody else."""
    draft, path = filed(counter, email="maria@example.it", tax_code="")
    submission = path.removesuffix("/notices")
    answers = [
        counter.client.put(path, json={"wanted": False}, headers=draft.headers),
        complain(counter, draft),
        counter.client.post(f"{submission}/withdrawal", headers=draft.headers),
    ]
    stranger = counter.start_draft()

    given = counter.client.get(f"{draft.path}/receipts", headers=draft.headers).json()["receipts"]

    assert ["submission", "notices", "complaint", "withdrawal"] == [one["kind"] for one in given]
    assert [answer.json()["receipt"] for answer in answers] == [one["receipt"] for one in given[1:]]
    assert all(one["kind"] == stated(counter, one["receipt"])["kind"] for one in given)
    assert [] == counter.client.get(f"{stranger.path}/receipts", headers=stranger.headers).json()["receipts"]
    assert 404 == counter.client.get(f"{draft.path}/receipts", headers=stranger.headers).status_code


def test_the_receipt_of_a_deletion_outlives_the_draft(counter):
    """What it proves is that nothing else is there."""
    draft = counter.start_draft()
    deleted = counter.client.delete(draft.path, headers=draft.headers).json()

    (given,) = counter.client.get(f"{draft.path}/receipts", headers=draft.headers).json()["receipts"]

    assert ("deletion", deleted["receipt"]) == (given["kind"], given["receipt"])


def test_a_complaint_is_kept_with_a_receipt_and_the_office_is_told(counter):
    """Also from a draft that was never filed: that may be what it is about."""
    draft = counter.start_draft()
    answer = complain(counter, draft)
    receipt = answer.json()["receipt"]

    assert 201 == answer.status_code
    checked = counter.client.post("/v1/receipt-verifications", json={"receipt": receipt}).json()
    assert (True, "complaint", str(draft.draft_id)) == (
        checked["valid"],
        checked["receipt"]["kind"],
        checked["receipt"]["draft_id"],
    )
    assert [("notice", "complaint-1")] == rows(
        counter, "SELECT kind, cause FROM work WHERE draft_id = $1::text::uuid", draft.draft_id
    )


def test_a_complaint_sent_twice_is_one(counter):
    """The same key and words get the same answer; other words under it none."""
    draft, key = counter.start_draft(), str(uuid4())

    first, again, other = (complain(counter, draft, text, key) for text in ("Uno.", "Uno.", "Due."))

    assert first.content == again.content
    assert 422 == other.status_code
    assert [(1,)] == rows(counter, "SELECT number FROM complaint WHERE draft_id = $1::text::uuid", draft.draft_id)


def test_one_draft_complains_only_so_often(counter):
    """A loop fills no ledger."""
    draft = counter.start_draft()

    answers = [complain(counter, draft).status_code for _ in range(MOST_COMPLAINTS + 1)]

    assert [201] * MOST_COMPLAINTS + [409] == answers


def test_words_that_no_keyboard_types_are_refused(counter):
    """Empty, too long, with control characters: 422, and nothing is kept."""
    draft = counter.start_draft()

    assert [422] * 3 == [complain(counter, draft, text).status_code for text in ("", "x" * 4001, "a\x00b")]
    assert [] == rows(counter, "SELECT number FROM complaint WHERE draft_id = $1::text::uuid", draft.draft_id)
