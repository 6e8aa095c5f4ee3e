"""Where everything accepted is: decided, with a person, in progress or withdrawn, and nowhere else."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loadtest import entries
from loadtest.ledger import History
from loadtest.stored import Row, Stored

OUTCOMES = {"granted", "granted_in_part", "refused"}
PAYMENTS = {"payment_ordered", "payment_failed", "paid"}
DECIDED = OUTCOMES | PAYMENTS
LONGEST = timedelta(hours=24, minutes=5)  # until a live row of work must be due, and how long a state may last
IN_PROGRESS, WITH_A_PERSON, WITHDRAWN, NOWHERE = "in progress", "with a person", "withdrawn", "nowhere"


@dataclass(frozen=True, slots=True)
class Balance:
    """`accepted`: acknowledged, by the client's log; `with_a_person`: on an officer's list, or the applicant's turn."""

    accepted: int
    decided: int
    with_a_person: int
    in_progress: int
    withdrawn: int

    @property
    def holds(self) -> bool:
        """Say whether nothing is missing."""
        return self.accepted == self.decided + self.with_a_person + self.in_progress + self.withdrawn


def balance(history: History, stored: Stored) -> Balance:
    """Return where every acknowledged submission is."""
    accepted = {heard.said["number"] for _, heard in history.acked("submission")}
    accepted |= {number for _, _, number in entries.filed(history, stored)}
    rows = (row for rows in stored.submissions.values() for row in rows)
    where = Counter(place_of(row, stored) for row in rows if row["number"] in accepted)
    return Balance(
        accepted=len(accepted),
        decided=where["decided"],
        with_a_person=where[WITH_A_PERSON],
        in_progress=where[IN_PROGRESS],
        withdrawn=where[WITHDRAWN],
    )


def place_of(submission: Row, stored: Stored) -> str:
    """Return where a submission is; nowhere, where nothing will move it and nobody is asked to."""
    state, work = submission["state"], stored.work.get(str(submission["draft_id"]), [])
    live = {row["kind"] for row in work if row["buried_at"] is None and not _out_of_sight(row, stored)}
    if state in DECIDED:
        return NOWHERE if _waits_for_no_payment(submission, stored) else "decided"
    if state == "withdrawn":
        return WITHDRAWN
    if state == "needs_applicant" or any(row["buried_at"] is not None for row in work):
        return WITH_A_PERSON
    return IN_PROGRESS if "decision" in live and state != "needs_officer" else NOWHERE


def _out_of_sight(work: Row, stored: Stored) -> bool:
    """Say whether a row of work is due so late, held so long or so overdue that it cannot be on its way."""
    on_its_way = max(_aware(work["due_at"]), _aware(work["lease_until"] or work["due_at"]))
    return not stored.at - LONGEST < on_its_way < stored.at + LONGEST


def _aware(instant: datetime) -> datetime:
    """An instant that never comes is read as a naive one."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _waits_for_no_payment(submission: Row, stored: Stored) -> bool:
    """Say whether it is granted, and neither is a payment on its way nor was one ordered in an earlier round."""
    draft_id = str(submission["draft_id"])
    if submission["state"] not in OUTCOMES - {"refused"}:
        return False
    said = [event["to_state"] or event["kind"] for event in stored.events.get(draft_id, [])]
    last = [one for one in said if one in PAYMENTS | {"payment-dropped"}][-1:]
    return last not in (["payment_ordered"], ["paid"]) and "payment" not in {
        row["kind"]
        for row in stored.work.get(draft_id, [])
        if row["buried_at"] is not None or not _out_of_sight(row, stored)
    }
