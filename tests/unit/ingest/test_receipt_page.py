"""The receipt as a page and as a PDF: the same facts, the same bytes, readable by everybody."""

import re
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from uuid import UUID

import pytest

from core.domain.receipt import (
    AttemptCertificate,
    Kind,
    OutageAttestation,
    SealedSection,
    SectionReceipt,
    SubmissionReceipt,
)
from ingest.proof import receipt_code
from ingest.proof.receipt_page import ReceiptPage
from ingest.proof.receipt_pdf import ReceiptPdf
from ingest.proof.receipt_words import in_words, rome_time
from ingest.proof.receipts import Receipts
from ingest.texts import Texts

DRAFT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
NOW = datetime(2025, 12, 9, 22, 59, 59, 999_000, UTC)
SECTIONS = ("applicant", "children", "work", "income", "payment", "declarations", "attachments")
FILING = SubmissionReceipt(
    DRAFT,
    NOW,
    trial=True,
    number="XVP5KW5R",
    programme="bonus-mamme-2025",
    sections={name: SealedSection(2, sha256(name.encode()).digest()) for name in SECTIONS},
    arrived_at=NOW,
    window="late",
    late_reason="supplementary",
)
OTHERS = [
    SectionReceipt(DRAFT, "children", 3, b"\x01" * 32, NOW),
    SubmissionReceipt(DRAFT, NOW, trial=False, kind=Kind.WITHDRAWAL, number="XVP5KW5R", first_filed_at=NOW),
    SubmissionReceipt(DRAFT, NOW, trial=False, kind=Kind.DELETION),
    AttemptCertificate(DRAFT, "submission", "store-unavailable", NOW),
    OutageAttestation("9f86d081", "all", NOW, NOW, 17, "no-term"),
]


class Outline(HTMLParser):
    """Collects what a page holds: its elements, their attributes, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(receipts: Receipts, italian: Texts) -> Outline:
    """The page of a filing."""
    return Outline(ReceiptPage(italian).write(receipts.sign(FILING)))


def test_the_page_says_what_the_receipt_says(page: Outline):
    """Number large and in groups, both instants in the time of Rome, every section, and that it is a trial."""
    for said in (
        "XVP5 KW5R",
        "L. 241/1990",
        "9 dicembre 2025, ore 23:59:59 (ora di Roma, UTC+1)",
        "Nuovo bonus mamme 2025",
        "Domanda integrativa: chiede mesi non chiesti prima",
        "Dichiarazioni",
        sha256(b"work").hexdigest(),
        "PROVA",
    ):
        assert said in page.text


def test_the_page_holds_the_receipts_own_bytes(page: Outline, receipts: Receipts):
    """To be copied and verified."""
    assert receipts.sign(FILING) in page.text


def test_the_page_needs_nothing_and_allows_nothing(receipts: Receipts, italian: Texts):
    """No script, no other file, no style attribute; its policy names the hash of its one style."""
    writer = ReceiptPage(italian)

    written = writer.write(receipts.sign(FILING))

    page = Outline(written)
    assert not {"script", "link", "img", "iframe", "form"} & {tag for tag, _ in page.elements}
    assert not {"style", "onclick", "onload"} & {name for _, attributes in page.elements for name in attributes}
    style = re.search(rb"<style>(.*?)</style>", written, re.S)
    assert style
    assert b"'sha256-" + b64encode(sha256(style[1]).digest()) + b"'" in writer.policy
    assert b"default-src 'none'" in writer.policy


def test_the_page_can_be_read_by_a_screen_reader(page: Outline):
    """A language, a title, one main heading, headed columns and rows, and words for the picture."""
    tags = [tag for tag, _ in page.elements]

    assert ("html", {"lang": "it"}) in page.elements
    assert (tags.count("h1"), tags.count("main"), tags.count("title"), tags.count("caption")) == (1, 1, 1, 1)
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.elements if tag == "th")
    assert all(attributes.get("aria-label") for _, attributes in page.elements if attributes.get("role") == "img")


@pytest.mark.parametrize("receipt", OTHERS, ids=lambda receipt: receipt.claims()["kind"])
def test_every_kind_of_receipt_has_its_page_and_its_pdf(
    receipt: SectionReceipt | SubmissionReceipt | AttemptCertificate, receipts: Receipts, italian: Texts
):
    """What does not apply is not there."""
    signed = receipts.sign(receipt)

    page = Outline(ReceiptPage(italian).write(signed))

    title = italian.words["receipt_kind"][str(receipt.claims()["kind"])]
    assert title in page.text
    assert "None" not in page.text
    assert ReceiptPdf(italian).write(signed).startswith(b"%PDF-")


def test_a_certificate_says_on_its_page_that_it_is_no_filing(receipts: Receipts, italian: Texts):
    """And neither does the receipt of a save say what a filing's says."""
    attempt = AttemptCertificate(DRAFT, "submission", "internal-error", NOW, incident="9f86d081")
    certificate, save = (Outline(ReceiptPage(italian).write(receipts.sign(one))).text for one in (attempt, OTHERS[0]))

    assert "Non è una domanda presentata" in certificate
    assert "9f86d081" in certificate
    assert "L. 241/1990" not in certificate + save


def test_the_pdf_is_the_same_file_whenever_it_is_asked_for(receipts: Receipts, italian: Texts):
    """It is dated with the filing, not with the download."""
    signed = receipts.sign(FILING)

    assert ReceiptPdf(italian).write(signed) == ReceiptPdf(italian).write(signed)


def test_the_pdf_is_tagged(receipts: Receipts, italian: Texts):
    """Italian, titled, headings and paragraphs in order, and words for the picture."""
    pdf = ReceiptPdf(italian).write(receipts.sign(FILING))

    assert b"/Lang (it)" in pdf
    assert b"/Marked true" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert pdf.count(b"/S /H1") == 1
    assert pdf.count(b"/S /Figure") == 1
    assert b"/Alt " in pdf
    assert pdf.count(b"/S /P") > 10


def test_no_text_of_the_pdf_stands_outside_a_tag(receipts: Receipts, italian: Texts):
    """A screen reader would pass over it."""
    pdf = ReceiptPdf(italian).write(receipts.sign(FILING))
    drawn = b"\n".join(zlib.decompress(found) for found in re.findall(rb"stream\n(x.*?)\nendstream", pdf, re.S)[:2])

    outside = re.sub(rb"/\w+ <</MCID \d+>> BDC.*?EMC", b"", drawn, flags=re.S)

    assert b"Tj" in drawn
    assert b"Tj" not in outside
    assert b" Do" not in outside


def test_every_text_is_written_in_letters_the_pdf_has(italian: Texts):
    """Its fonts know Latin-1 and no more. What people type stands in no receipt: only its digest does."""
    said = [text for words in italian.words.values() for text in words.values()]
    said += [problem.title for problem in italian.problems.values()]

    assert [] == [text for text in said if max(map(ord, text)) > 0xFF]


def test_the_codes_hold_the_receipt(receipts: Receipts):
    """One code where it fits, else as few as needed; joined in order they are the receipt."""
    signed = receipts.sign(FILING)

    assert receipt_code.parts(signed) == [signed]
    assert [len(part) for part in receipt_code.parts(signed * 3)] == [len(signed)] * 3
    assert "".join(receipt_code.parts("x" * 4_001)) == "x" * 4_001
    assert receipt_code.codes(signed)[0].version <= 31


def test_several_codes_say_their_order(receipts: Receipts, italian: Texts):
    """A receipt longer than one code says which part is which."""
    long = {f"section-{number:02}": SealedSection(2, b"\x01" * 32) for number in range(20)}
    signed = receipts.sign(SubmissionReceipt(DRAFT, NOW, trial=False, sections=long))

    page = Outline(ReceiptPage(italian).write(signed))

    assert "Parte 1 di 2" in page.text
    assert ReceiptPdf(italian).write(signed).count(b"/S /Figure") == 2


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2025, 7, 1, 10, 0, tzinfo=UTC), "1º luglio 2025, ore 12:00:00 (ora di Roma, UTC+2)"),
        (datetime(2025, 12, 9, 23, 0, tzinfo=UTC), "10 dicembre 2025, ore 00:00:00 (ora di Roma, UTC+1)"),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "26 ottobre 2025, ore 02:30:00 (ora di Roma, UTC+2)"),
        (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), "26 ottobre 2025, ore 02:30:00 (ora di Roma, UTC+1)"),
    ],
)
def test_instants_are_said_in_the_time_of_rome(at: datetime, said: str, italian: Texts):
    """With the offset, so that the hour that comes twice in October is told apart."""
    assert rome_time(at, italian) == said


def test_a_section_unknown_to_the_words_is_still_listed(italian: Texts):
    """Under its own name."""
    words = in_words(
        SubmissionReceipt(DRAFT, NOW, trial=False, sections={"new": SealedSection(1, b"")}).claims(), italian
    )

    assert [section.name for section in words.sections] == ["new"]
