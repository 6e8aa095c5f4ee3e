"""The contract: every operation of the counter, and the OpenAPI document that describes it."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ingest import drafts, proofs, sections, submissions
from ingest import health as health_endpoints
from ingest.door import Endpoint

INFO: dict[str, Any] = {"title": "Approdo", "version": "1.0.0"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the contract. `name` is its name in series and lines."""

    method: str
    path: str
    name: str
    endpoint: Endpoint
    summary: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def documented(self) -> dict[str, Any]:
        """Return what FastAPI needs to describe it."""
        return {"operation_id": self.name.replace(".", "_"), "summary": self.summary, **self.extra}


_DRAFT = "/v1/drafts/{draft_id}"
_SECTION = _DRAFT + "/sections/{section}"
_SUBMISSION = "/v1/submissions/{number}"

OPERATIONS = (
    Operation("POST", "/v1/drafts", "draft.start", drafts.start),
    Operation("GET", _DRAFT, "draft.read", drafts.read),
    Operation("DELETE", _DRAFT, "draft.delete", drafts.delete),
    Operation("GET", _DRAFT + "/export", "draft.export", drafts.export),
    Operation("PUT", _SECTION, "section.save", sections.save),
    Operation("GET", _SECTION, "section.read", sections.read),
    Operation("GET", _SECTION + "/revisions", "section.revisions", sections.revisions),
    Operation("POST", _DRAFT + "/submission", "submission.file", submissions.file),
    Operation("GET", _SUBMISSION, "submission.read", submissions.read),
    Operation("GET", _SUBMISSION + "/outcome", "submission.outcome", submissions.outcome),
    Operation("GET", _SUBMISSION + "/receipt", "submission.receipt", submissions.receipt),
    Operation("POST", _SUBMISSION + "/integrations", "submission.integrate", submissions.integrate),
    Operation("POST", _SUBMISSION + "/withdrawal", "submission.withdraw", submissions.withdraw),
    Operation("POST", _SUBMISSION + "/review-request", "submission.reopen", submissions.reopen),
    Operation("GET", "/v1/receipt-keys", "receipt.keys", proofs.keys),
    Operation("POST", "/v1/receipt-verifications", "receipt.verify", proofs.verify),
)


def health(ready: Endpoint, status: Endpoint) -> tuple[Operation, ...]:
    """Return the operations that say how this process is."""
    return (
        Operation("GET", "/livez", "livez", health_endpoints.alive),
        Operation("GET", "/readyz", "readyz", ready),
        Operation("GET", "/status", "status", status),
    )


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document."""
    return get_openapi(**INFO, routes=app.routes)
