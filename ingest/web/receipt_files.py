"""Receipt files: the forms in which she takes a receipt along, and what they are called."""

from collections.abc import Mapping

from core.domain.receipt import Kind
from ingest.http.reply import Reply
from ingest.web.web import Web

FORMS: Mapping[str, bytes] = {"pagina": b"text/html", "pdf": b"application/pdf"}
TEXT = "testo"  # the form that is nothing but what was signed
#: What files are called, by what they acknowledge.
FILES: Mapping[Kind, str] = {
    Kind.SUBMISSION: "domanda",
    Kind.INTEGRATION: "integrazione",
    Kind.WITHDRAWAL: "annullamento",
    Kind.REVIEW_REQUEST: "riesame",
    Kind.NOTICES: "avvisi",
    Kind.COMPLAINT: "reclamo",
    Kind.DELETION: "cancellazione",
}


async def in_form(web: Web, name: str, receipt: str, form: str) -> Reply:
    """Return a receipt in a form of FORMS, or as its text, to be kept; as a page to print where none is named."""
    if form == TEXT:
        kept = f'attachment; filename="ricevuta-{name}.txt"'.encode()
        return Reply(200, receipt.encode(), [(b"content-disposition", kept)], b"text/plain; charset=utf-8")
    return await web.counter.receipt_forms.of(name, receipt, FORMS.get(form, FORMS["pagina"]))
