"""The receipt as a page to print, complete in itself: no script, no other file, nothing fetched."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ingest.proof import receipt_code
from ingest.proof.receipt_check import claims_of
from ingest.proof.receipt_words import in_words
from ingest.texts import Texts

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Code:
    """One QR code on the page, with a line below it where there are several."""

    drawing: Markup
    caption: str


class ReceiptPage:
    """Writes receipts as HTML."""

    media = b"text/html; charset=utf-8"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        loader = FileSystemLoader(_TEMPLATES)
        self._template = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self._css = (_TEMPLATES / "receipt.css").read_text("utf-8")
        style = b64encode(sha256(self._css.encode()).digest()).decode()
        #: The Content-Security-Policy the page must be sent with: its own style, and nothing else.
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        ).encode()

    def write(self, receipt: str) -> bytes:
        """Return the page of a receipt of ours. Drawing its code takes tens of milliseconds: not on the event loop."""
        claims = claims_of(receipt)
        words = self._texts.words["receipt_page"]
        page = self._template.get_template("receipt.html").render(
            receipt=in_words(claims, self._texts),
            codes=_codes(receipt, words["code_part"]),
            proof=receipt,
            words=words,
            css=Markup(self._css),  # noqa: S704 - our own file, and it holds no "<"
        )
        return page.encode()


def _codes(receipt: str, caption: str) -> list[Code]:
    drawn = receipt_code.codes(receipt)
    captions = [caption.format(part=part, parts=len(drawn)) for part in range(1, len(drawn) + 1)]
    return [
        Code(Markup(receipt_code.as_svg(code)), text if len(drawn) > 1 else "")  # noqa: S704 - drawn by us
        for code, text in zip(drawn, captions, strict=True)
    ]
