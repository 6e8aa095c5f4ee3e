"""The receipt as a tagged PDF: what a screen reader reads is what the eye sees, in the same order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

from fpdf import FPDF
from fpdf.prefs import ViewerPreferences

from ingest.proof import receipt_code
from ingest.proof.receipt_check import claims_of
from ingest.proof.receipt_words import Claims, ReceiptWords, in_words
from ingest.texts import Texts

CODE_MM = 80


class ReceiptPdf:
    """Writes receipts as PDF; one receipt is one file, byte for byte."""

    media = b"application/pdf"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._words = texts.words["receipt_page"]

    def write(self, receipt: str) -> bytes:
        """Return the PDF of a receipt of ours. Takes tens of milliseconds: not on the event loop."""
        claims = claims_of(receipt)
        said = in_words(claims, self._texts)
        sheet = _Sheet(f"{said.title} {said.number or ''}".strip(), self._words["service"], _made_at(claims))
        sheet.set_keywords(receipt)  # so that a program finds it in the file (ingest.verify_receipt)
        self._say(sheet, said)
        self._prove(sheet, receipt)
        return bytes(sheet.output())

    def _say(self, sheet: "_Sheet", said: ReceiptWords) -> None:
        sheet.tell("P", self._words["service"], 11, bold=True)
        sheet.tell("H1", said.title, 20, bold=True)
        if said.trial:
            sheet.tell("P", f"{self._words['trial']}. {self._words['trial_text']}", 13, bold=True)
        if said.number:
            sheet.tell("P", self._words["number"], 11)
            sheet.tell("P", said.number, 32, bold=True, family="Courier")
        for label, value in said.lines:
            sheet.tell("P", f"{label}: {value}", 11)
        for note in said.notes:
            sheet.tell("P", note, 11)
        if said.sections:
            sheet.tell("H2", self._words["sections"], 14, bold=True)
        for one in said.sections:
            revision, digest = self._words["revision"].lower(), self._words["digest"].lower()
            sheet.tell("P", f"{one.name}, {revision} {one.revision}, {digest} {one.digest}", 8)

    def _prove(self, sheet: "_Sheet", receipt: str) -> None:
        sheet.tell("H2", self._words["proof"], 14, bold=True)
        sheet.tell("P", self._words["proof_text"], 11)
        codes = receipt_code.codes(receipt)
        for part, code in enumerate(codes, start=1):
            sheet.show(receipt_code.as_png(code), self._words["code"])
            if len(codes) > 1:
                sheet.tell("P", self._words["code_part"].format(part=part, parts=len(codes)), 9)
        sheet.tell("P", receipt, 7, family="Courier")


class _Sheet(FPDF):
    """An A4 document in Italian whose every line is tagged."""

    def __init__(self, title: str, author: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.set_lang("it")
        self.set_title(title)
        self.set_author(author)
        self.set_creation_date(made_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_margin(18)
        self.add_page()

    def tell(self, tag: str, text: str, points: int, *, bold: bool = False, family: str = "Helvetica") -> None:
        """Write one paragraph or heading."""
        self.set_font(family, "B" if bold else "", points)
        written = text.encode("latin-1", "replace").decode("latin-1")  # the standard fonts know no more
        self._make_room(self._height(written))
        with self._tagged(tag):
            self.multi_cell(0, self.font_size * 1.35, written, new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(1.2)

    def show(self, picture: bytes, description: str) -> None:
        """Place a picture with the words that stand for it."""
        self._make_room(CODE_MM)
        with self._tagged("Figure", description):
            self.image(BytesIO(picture), w=CODE_MM, h=CODE_MM)
        self.ln(1.2)

    def _height(self, text: str) -> float:
        height = self.multi_cell(0, self.font_size * 1.35, text, align="L", dry_run=True, output="HEIGHT")
        assert isinstance(height, float)
        return height

    def _make_room(self, height: float) -> None:
        """A tag must not run over a page's end."""
        if self.will_page_break(height):
            self.add_page()

    @contextmanager
    def _tagged(self, tag: str, description: str | None = None) -> Iterator[None]:
        """Mark content as fpdf2 does for its own figures, with the tag it really is (ISO 32000-1, 14.7)."""
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{tag}", mcid=mcid, alt_text=description)
        self._out(f"/{tag} <</MCID {mcid}>> BDC")
        yield
        self._out("EMC")


def _made_at(claims: Claims) -> datetime:
    """The instant of the receipt itself, so that the file is the same whenever it is asked for."""
    return datetime.fromisoformat(
        str(claims.get("filed_at") or claims.get("saved_at") or claims.get("attempted_at") or claims["ended_at"])
    )
