"""The contract: every operation of the counter, and the document that describes it."""

from dataclasses import dataclass
from typing import Any

import orjson

from ingest import attempts, complaints, drafts, given_receipts, notices, outages, proofs, sections, submissions
from ingest import health as health_endpoints
from ingest.counter import Counter
from ingest.door import Endpoint
from ingest.emergency import entries
from ingest.http.call import Call
from ingest.http.reply import Reply
from ingest.openapi import about_drafts, about_letters, about_proofs, about_submissions
from ingest.openapi.document import Described
from ingest.openapi.document import document as described
from ingest.openapi.told import Told
from ingest.texts import Texts


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the contract. `name` is its name in series and lines; `told` what its callers read about it."""

    method: str
    path: str
    name: str
    endpoint: Endpoint
    told: Told


_DRAFT = "/v1/drafts/{draft_id}"
_ATTEMPT = _DRAFT + "/attempts/{attempted_at}"
_REGISTER = _DRAFT + "/register-entries"
_SECTION = _DRAFT + "/sections/{section}"
_SUBMISSION = "/v1/submissions/{number}"
_OF_DRAFTS, _OF_SUBMISSIONS, _OF_PROOFS, _OF_LETTERS = about_drafts, about_submissions, about_proofs, about_letters

OPERATIONS = (
    Operation("POST", "/v1/drafts", "draft.start", drafts.start, _OF_DRAFTS.START),
    Operation("GET", _DRAFT, "draft.read", drafts.read, _OF_DRAFTS.READ_DRAFT),
    Operation("DELETE", _DRAFT, "draft.delete", drafts.delete, _OF_DRAFTS.DELETE),
    Operation("GET", _DRAFT + "/export", "draft.export", drafts.export, _OF_DRAFTS.EXPORT),
    Operation("GET", _DRAFT + "/attempts", "draft.attempts", attempts.read, _OF_DRAFTS.ATTEMPTS),
    Operation("GET", _DRAFT + "/receipts", "draft.receipts", given_receipts.read, _OF_DRAFTS.RECEIPTS),
    Operation("GET", _REGISTER, "draft.register", entries.read, _OF_DRAFTS.REGISTER_ENTRIES),
    Operation("GET", _ATTEMPT, "draft.attempt", attempts.read_one, _OF_DRAFTS.ATTEMPT),
    Operation("PUT", _SECTION, "section.save", sections.save, _OF_DRAFTS.SAVE),
    Operation("GET", _SECTION, "section.read", sections.read, _OF_DRAFTS.READ_SECTION),
    Operation("GET", _SECTION + "/revisions", "section.revisions", sections.revisions, _OF_DRAFTS.REVISIONS),
    Operation("POST", _DRAFT + "/submission", "submission.file", submissions.file, _OF_SUBMISSIONS.FILE),
    Operation("GET", _SUBMISSION, "submission.read", submissions.read, _OF_SUBMISSIONS.READ_SUBMISSION),
    Operation("GET", _SUBMISSION + "/outcome", "submission.outcome", submissions.outcome, _OF_SUBMISSIONS.OUTCOME),
    Operation("GET", _SUBMISSION + "/receipt", "submission.receipt", submissions.receipt, _OF_SUBMISSIONS.RECEIPT),
    Operation(
        "POST", _SUBMISSION + "/integrations", "submission.integrate", submissions.integrate, _OF_SUBMISSIONS.INTEGRATE
    ),
    Operation(
        "POST", _SUBMISSION + "/withdrawal", "submission.withdraw", submissions.withdraw, _OF_SUBMISSIONS.WITHDRAW
    ),
    Operation("POST", _SUBMISSION + "/review-request", "submission.reopen", submissions.reopen, _OF_SUBMISSIONS.REOPEN),
    Operation("GET", _SUBMISSION + "/notices", "submission.notices", notices.read, _OF_LETTERS.NOTICES),
    Operation("PUT", _SUBMISSION + "/notices", "submission.switch_notices", notices.switch, _OF_LETTERS.SWITCH_NOTICES),
    Operation("POST", _DRAFT + "/complaints", "draft.complain", complaints.write, _OF_LETTERS.COMPLAIN),
    Operation("GET", "/v1/outages/{incident}", "outage.read", outages.read, _OF_PROOFS.OUTAGE),
    Operation("GET", "/v1/receipt-keys", "receipt.keys", proofs.keys, _OF_PROOFS.KEYS),
    Operation("POST", "/v1/receipt-verifications", "receipt.verify", proofs.verify, _OF_PROOFS.VERIFY),
)


def operations(ready: Endpoint, status: Endpoint, texts: Texts, public_url: str | None = None) -> tuple[Operation, ...]:
    """Return every operation: those of the benefit, those that say how this process is, and the document itself.

    `public_url` is where callers reach the counter; None where nobody said so.
    """
    published = _Published()
    everything = (
        *OPERATIONS,
        Operation("GET", "/livez", "livez", health_endpoints.alive, _OF_PROOFS.ALIVE),
        Operation("GET", "/readyz", "readyz", ready, _OF_PROOFS.READY),
        Operation("GET", "/status", "status", status, _OF_PROOFS.STATUS),
        Operation("GET", "/v1/openapi.json", "openapi", published.read, _OF_PROOFS.DOCUMENT),
        Operation("GET", "/openapi.json", "openapi.unversioned", published.read, _OF_PROOFS.UNVERSIONED),
    )
    published.written = orjson.dumps(document(everything, texts, public_url))
    return everything


class _Published:
    """The document, written once and served as it is."""

    written = b""

    async def read(self, _: Counter, __: Call) -> Reply:
        """GET /v1/openapi.json: this contract."""
        return Reply(200, self.written, [(b"cache-control", b"public, max-age=300")])


def document(told: tuple[Operation, ...], texts: Texts, public_url: str | None = None) -> dict[str, Any]:
    """Return the OpenAPI document of these operations."""
    return described((Described(one.method, one.path, one.name, one.told) for one in told), texts, public_url)
