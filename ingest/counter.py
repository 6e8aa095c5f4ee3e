"""The counter: what its endpoints work with, put together once at the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from bonus.programme import PROGRAMMES, Programme
from core.clock import ROME, Clock
from core.hooks import Observe
from core.storage.attempts import AttemptLog
from core.storage.civil_time import CivilTime
from core.storage.complaints import Complaints
from core.storage.drafts import Drafts
from core.storage.estimate import Estimates
from core.storage.incidents import Outages
from core.storage.notices import NoticeBook
from core.storage.receipts import GivenReceipts
from core.storage.register import RegisterImports
from core.storage.submissions import Submissions
from ingest.admission.admission import Admission
from ingest.emergency.register import Register
from ingest.http.call import Call
from ingest.http.refusal import Refusal
from ingest.numbers import Numbers
from ingest.person import People
from ingest.proof.certificates import Certificates
from ingest.proof.receipt_forms import ReceiptForms
from ingest.proof.receipts import Receipts
from ingest.texts import Texts
from ingest.tokens import Token, Tokens


@dataclass(frozen=True, slots=True)
class Counter:
    """Everything an endpoint may use; nothing of it is made by an endpoint."""

    drafts: Drafts
    submissions: Submissions
    estimates: Estimates
    attempts: AttemptLog
    civil: CivilTime
    outages: Outages
    register: Register
    correlations: RegisterImports
    receipts: Receipts
    certificates: Certificates
    receipt_forms: ReceiptForms
    tokens: Tokens
    numbers: Numbers
    people: People
    draft_secret: bytes  # from which the ids of keyed drafts are drawn
    texts: Texts
    clock: Clock
    observe: Observe
    admission: Admission
    body_bytes: int
    notices: NoticeBook
    complaints: Complaints
    given_receipts: GivenReceipts
    sends_letters: bool = False
    programmes: Mapping[str, Programme] = field(default_factory=lambda: PROGRAMMES)

    def caller(self, call: Call) -> Token:
        """Return whose call this is, counted against its draft's rate.

        Errors: Refusal bad-request (400) where two callers are named, token-missing, TokenInvalid (401),
        too-many-requests (429).
        """
        scheme, _, credentials = (call.only(b"authorization") or b"").partition(b" ")
        if scheme.lower() != b"bearer":
            raise Refusal("token-missing")
        known = call.seat.token if call.seat else None  # read at the entrance
        token = known or self.tokens.read(credentials.strip())
        self.admission.admit(call, token.draft_id)
        return token

    def owner_of(self, call: Call) -> UUID:
        """Return the draft of a call to `/v1/drafts/{draft_id}/…`, if the token opens it.

        Errors: as `caller`; Refusal not-found (404), the same for another's draft and for none at all.
        """
        token = self.caller(call)
        if str(token.draft_id) != call.path["draft_id"].lower():
            raise Refusal("not-found")
        return token.draft_id


def in_rome(at: datetime) -> date:
    """Return the day on which an instant falls for the people this is for."""
    return at.astimezone(ROME).date()
