"""The forms of a receipt: JSON, page or PDF, the same signed bytes in each."""

import asyncio
from collections.abc import Callable

from ingest.http import reply
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.proof.receipt_page import ReceiptPage
from ingest.proof.receipt_pdf import ReceiptPdf
from ingest.texts import Texts

MOST_AT_ONCE = 2  # drawing a code takes tens of milliseconds of a processor


class ReceiptForms:
    """Gives a receipt in the form that was asked for."""

    def __init__(self, texts: Texts) -> None:
        self._page, self._pdf = ReceiptPage(texts), ReceiptPdf(texts)
        self._drawing = asyncio.Semaphore(MOST_AT_ONCE)

    async def of(self, number: str, receipt: str, accept: bytes | None) -> Reply:
        """Return the receipt as `Accept` prefers it, JSON where it says nothing. Errors: Refusal not-acceptable."""
        return await self._form({"number": number, "receipt": receipt}, receipt, f"ricevuta-{number}", accept)

    async def of_attempt(self, attempted_at: str, certificate: str, accept: bytes | None) -> Reply:
        """Return an attempt certificate in the same way; `attempted_at` is its instant as written."""
        body = {"attempted_at": attempted_at, "attempt_certificate": certificate}
        name = f"attestato-{attempted_at[:19].replace(':', '')}"
        return await self._form(body, certificate, name, accept)

    async def of_outage(self, incident_id: str, attestation: str, accept: bytes | None) -> Reply:
        """Return the attestation of an outage in the same way."""
        body = {"incident": incident_id, "outage_attestation": attestation}
        return await self._form(body, attestation, f"interruzione-{incident_id}", accept)

    async def _form(self, body: dict[str, str], receipt: str, name: str, accept: bytes | None) -> Reply:
        form = _preferred(accept)
        if form == "application/json":
            return reply.json(body)
        if form == "text/html":
            policy = [(b"content-security-policy", self._page.policy)]
            return await self._drawn(self._page.write, receipt, self._page.media, policy)
        kept = f'inline; filename="{name}.pdf"'.encode()
        return await self._drawn(self._pdf.write, receipt, self._pdf.media, [(b"content-disposition", kept)])

    async def _drawn(self, write: Callable[[str], bytes], receipt: str, media: bytes, headers: Headers) -> Reply:
        async with self._drawing:
            return Reply(200, await asyncio.to_thread(write, receipt), headers, media)


_FORMS = ("application/json", "text/html", "application/pdf")


def _preferred(accept: bytes | None) -> str:
    """Return the form with the highest weight (RFC 9110, section 12.5.1); of equals, the first of ours."""
    ranges = [_range(part) for part in (accept or b"*/*").decode("latin-1").lower().split(",")]
    weighed = [
        (max((weight for media, weight in ranges if _covers(media, form)), default=0.0), form) for form in _FORMS
    ]
    best = max(weight for weight, _ in weighed)
    if best <= 0:
        raise Refusal("not-acceptable")
    return next(form for weight, form in weighed if weight == best)


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip() for piece in part.split(";"))
    weight = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
    try:
        return media, float(weight)
    except ValueError:
        return media, 0.0


def _covers(media: str, form: str) -> bool:
    return media in ("*/*", form, form.split("/", maxsplit=1)[0] + "/*")
