"""Where everything accepted is: decided, with a person, in progress or withdrawn, and nowhere else."""

from collections import Counter
from dataclasses import dataclass

from loadtest.ledger import History
from loadtest.stored import Row, Stored

OUTCOMES = {"granted", "granted_in_part", "refused"}
PAYMENTS = {"payment_ordered", "payment_failed", "paid"}
DECIDED = OUTCOMES | PAYMENTS
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
    live = {row["kind"] for row in work if row["buried_at"] is None}
    if state in DECIDED:
        return NOWHERE if _waits_for_no_payment(submission, stored) else "decided"
    if state == "withdrawn":
        return WITHDRAWN
    if state == "needs_applicant" or len(live) < len(work):
        return WITH_A_PERSON
    return IN_PROGRESS if "decision" in live and state != "needs_officer" else NOWHERE


def _waits_for_no_payment(submission: Row, stored: Stored) -> bool:
    """Say whether it is granted, and neither is a payment on its way nor was one ordered in an earlier round."""
    draft_id = str(submission["draft_id"])
    if submission["state"] not in OUTCOMES - {"refused"}:
        return False
    said = [event["to_state"] or event["kind"] for event in stored.events.get(draft_id, [])]
    last = [one for one in said if one in PAYMENTS | {"payment-dropped"}][-1:]
    return last not in (["payment_ordered"], ["paid"]) and "payment" not in {
        row["kind"] for row in stored.work.get(draft_id, [])
    }
