"""The offline verifier: an exit code, a reason, and what the receipt says."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from core.domain.receipt import Kind, SealedSection, SectionReceipt, SubmissionReceipt, canonical, digest, instant
from ingest import texts
from ingest.proof.receipt_page import ReceiptPage
from ingest.proof.receipt_pdf import ReceiptPdf
from ingest.proof.receipts import Receipts
from ingest.verify_receipt import KEYS_BESIDE, main

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
DRAFT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
CHILDREN = {"children": [{"first_name": "Zoë", "birth_date": "2018-05-01"}]}
DIGEST = digest(DRAFT, "children", canonical(CHILDREN))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path: Path, receipts: Receipts) -> Path:
    """A folder as somebody would have it: receipts, the published keys, the content."""
    section = receipts.sign(SectionReceipt(DRAFT, "children", 2, DIGEST, NOW))
    sealed = {"children": SealedSection(2, DIGEST), "work": SealedSection(1, b"\x01" * 32)}
    filing = SubmissionReceipt(
        DRAFT, NOW, trial=False, number="XVP5KW5R", sections=sealed, arrived_at=NOW, window="ordinary"
    )
    wrapped = "\n".join(section[start : start + 64] for start in range(0, len(section), 64))
    (tmp_path / "section.txt").write_text(wrapped + "\n")
    (tmp_path / "filing.json").write_text(json.dumps({"number": "XVP5KW5R", "receipt": receipts.sign(filing)}))
    (tmp_path / "content.json").write_text(json.dumps(CHILDREN, indent=2))
    (tmp_path / KEYS_BESIDE).write_text(json.dumps(receipts.key_set()))
    return tmp_path


def test_a_valid_receipt_exits_with_zero(place: Path, capsys: pytest.CaptureFixture[str]):
    """As text wrapped over lines, with the keys found beside it."""
    assert main([str(place / "section.txt")]) == 0

    said = capsys.readouterr().out
    assert said.startswith("authentic: ")
    assert f"Figli, 2: {DIGEST.hex()}" in said


def test_an_answer_of_the_service_is_read_too(place: Path, capsys: pytest.CaptureFixture[str]):
    """The receipt is found in it, and said in words with the time of Rome."""
    assert main([str(place / "filing.json"), "--keys", str(place / KEYS_BESIDE)]) == 0

    said = capsys.readouterr().out
    assert "Numero della domanda: XVP5 KW5R" in said
    assert "Arrivata: 20 novembre 2025, ore 09:00:00 (ora di Roma, UTC+1)" in said


@pytest.mark.parametrize("field", ["number", "arrived_at", "filed_at"])
def test_an_edited_answer_around_an_untouched_receipt_exits_with_one(
    place: Path, field: str, receipts: Receipts, capsys: pytest.CaptureFixture[str]
):
    """Only the receipt is signed: what was written around it is compared, and what differs is named."""
    answer = an_answer(receipts)
    (place / "answer.json").write_text(json.dumps(answer))
    (place / "edited.json").write_text(json.dumps(answer | {field: "XVP5KW5S"}))

    assert main([str(place / "answer.json")]) == 0
    said = capsys.readouterr().out
    assert "Uguali a quelli della ricevuta: number, arrived_at, filed_at\n" in said
    assert "non si possono controllare: state\n" in said

    assert main([str(place / "edited.json")]) == 1
    said = capsys.readouterr().out
    assert said.startswith("answer-differs: ")
    assert f"Diversi: {field}\n" in said
    assert "Numero della domanda: XVP5 KW5R" in said, "what the receipt itself says"


def an_answer(receipts: Receipts) -> dict[str, str]:
    filing = SubmissionReceipt(DRAFT, NOW, trial=False, number="XVP5KW5R", arrived_at=NOW)
    at = instant(NOW)
    stated = {"number": "XVP5KW5R", "arrived_at": at, "filed_at": at, "state": "accepted"}
    return stated | {"receipt": receipts.sign(filing)}


def test_the_act_of_an_answer_is_compared_with_its_instant(place: Path, receipts: Receipts):
    """An answer says `at`, its receipt `filed_at`."""
    act = SubmissionReceipt(DRAFT, NOW, trial=False, kind=Kind.WITHDRAWAL, number="XVP5KW5R")
    for at, exit_code in ((instant(NOW), 0), ("2025-11-19T08:00:00.000000Z", 1)):
        (place / "act.json").write_text(json.dumps({"at": at, "receipt": receipts.sign(act)}))
        assert main([str(place / "act.json"), "--keys", str(place / KEYS_BESIDE)]) == exit_code


def test_a_content_beside_its_receipt_is_compared(place: Path, receipts: Receipts):
    """As in what she takes along: each revision with its content and its receipt."""
    receipt = receipts.sign(SectionReceipt(DRAFT, "children", 2, DIGEST, NOW))
    for name, content in (("own", CHILDREN), ("other", {"children": []}), ("none", 1.5)):
        (place / name).write_text(json.dumps({"revision": 2, "content": content, "receipt": receipt}))

    assert [0, 1, 1] == [main([str(place / name)]) for name in ("own", "other", "none")]


def test_each_receipt_of_an_export_is_checked(place: Path, receipts: Receipts, capsys: pytest.CaptureFixture[str]):
    """However deep it lies in what she takes along; one that is wrong is enough."""
    receipt = receipts.sign(SectionReceipt(DRAFT, "children", 2, DIGEST, NOW))
    revision = {"revision": 2, "content": CHILDREN, "receipt": receipt}
    export = {"sections": {"children": {"revisions": [revision]}}, "submission": an_answer(receipts)}
    (place / "export.json").write_text(json.dumps(export))

    assert main([str(place / "export.json")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Il file contiene 2 ricevute.")
    assert said.count("authentic: ") == 2

    revision["content"] = {"children": []}
    (place / "export.json").write_text(json.dumps(export))
    assert main([str(place / "export.json")]) == 1
    assert "Diversi: content\n" in capsys.readouterr().out


def test_of_several_receipts_none_is_held_against_a_content(
    place: Path, receipts: Receipts, capsys: pytest.CaptureFixture[str]
):
    """It could not be told which."""
    (place / "both.json").write_text(json.dumps([an_answer(receipts), an_answer(receipts)]))

    assert main([str(place / "both.json"), "--content", str(place / "content.json")]) == 2

    assert "--content" in capsys.readouterr().err


def test_a_page_and_a_pdf_are_read_for_the_receipt_they_carry(
    place: Path, receipts: Receipts, capsys: pytest.CaptureFixture[str]
):
    """What she saved or printed; the words around it are not signed, and that is said."""
    receipt, words = an_answer(receipts)["receipt"], texts.load()
    (place / "receipt.html").write_bytes(ReceiptPage(words).write(receipt))
    (place / "receipt.pdf").write_bytes(ReceiptPdf(words).write(receipt))
    (place / "edited.html").write_bytes(ReceiptPage(words).write(receipt).replace(receipt.encode(), b"X" * 200))

    for name in ("receipt.html", "receipt.pdf"):
        assert main([str(place / name)]) == 0
        said = capsys.readouterr().out
        assert "vale solo quello che dice la ricevuta" in said
        assert "Numero della domanda: XVP5 KW5R" in said
    assert main([str(place / "edited.html")]) == 1


def test_the_keys_folder_serves_as_keys(place: Path, folder: Path):
    """On the machine of the service itself."""
    assert main([str(place / "section.txt"), "--keys", str(folder)]) == 0


def test_a_receipt_that_is_not_valid_exits_with_one(place: Path, capsys: pytest.CaptureFixture[str]):
    """With its reason."""
    cut = (place / "section.txt").read_text()[:-10]
    (place / "cut.txt").write_text(cut)

    assert main([str(place / "cut.txt")]) == 1

    assert capsys.readouterr().out.startswith("truncated: ")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"receipt": 7}', b"\xff\xfe\x00", b"[" * 50_000, b'"a.b.c"'])
def test_a_file_that_holds_no_receipt_exits_with_one(place: Path, content: bytes, capsys: pytest.CaptureFixture[str]):
    """Whatever is in it."""
    (place / "other").write_bytes(content)

    assert main([str(place / "other")]) == 1

    assert capsys.readouterr().out.startswith("not-a-receipt: ")


def test_the_content_of_a_section_is_compared(place: Path, capsys: pytest.CaptureFixture[str]):
    """However it is spelt: only its canonical form counts."""
    assert main([str(place / "section.txt"), "--content", str(place / "content.json")]) == 0

    assert "Il contenuto mostrato è proprio quello della ricevuta." in capsys.readouterr().out


def test_another_content_exits_with_one(place: Path, capsys: pytest.CaptureFixture[str]):
    """The receipt is authentic, and not of this content."""
    other = json.dumps({"children": []})
    (place / "content.json").write_text(other)

    assert main([str(place / "section.txt"), "--content", str(place / "content.json")]) == 1

    assert capsys.readouterr().out.startswith("content-differs: ")


def test_a_filing_is_compared_section_by_section(place: Path, capsys: pytest.CaptureFixture[str]):
    """The answer that reads a section back says itself which one it is."""
    (place / "read.json").write_text(json.dumps({"section": "children", "revision": 2, "content": CHILDREN}))
    filing = str(place / "filing.json")

    assert main([filing, "--content", str(place / "read.json")]) == 0
    assert main([filing, "--content", str(place / "content.json"), "--section", "children"]) == 0
    assert main([filing, "--content", str(place / "content.json"), "--section", "work"]) == 1
    assert main([filing, "--content", str(place / "content.json"), "--section", "income"]) == 1
    assert main([filing, "--content", str(place / "content.json")]) == 2
    assert "--section" in capsys.readouterr().err


def test_without_keys_it_cannot_be_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Exit code 2 and what to give; never a verdict."""
    (place / KEYS_BESIDE).unlink()
    monkeypatch.setenv("APPRODO_KEYS", str(place / "nowhere"))

    assert main([str(place / "section.txt")]) == 2

    captured = capsys.readouterr()
    assert (captured.out, "--keys" in captured.err) == ("", True)


@pytest.mark.parametrize("damaged", ["{}", "[1]", "", '{"keys":[{"crv":"Ed25519","kid":"k","x":"AA"}]}'])
def test_with_keys_that_are_none_it_cannot_be_told(place: Path, damaged: str):
    """A damaged key set says nothing about the receipt."""
    (place / KEYS_BESIDE).write_text(damaged)

    assert main([str(place / "section.txt")]) == 2


def test_a_missing_file_cannot_be_told(place: Path):
    """One line, exit code 2."""
    assert main([str(place / "nothing.txt"), "--keys", str(place / KEYS_BESIDE)]) == 2


def test_content_that_no_section_can_hold_cannot_be_told(place: Path):
    """A float has no canonical form here."""
    (place / "content.json").write_text('{"a": 1.5}')

    assert main([str(place / "section.txt"), "--content", str(place / "content.json")]) == 2


def test_it_stands_alone(place: Path):
    """It runs by its command without the web framework, the database or the network's libraries."""
    code = (
        "import sys; from ingest.verify_receipt import main; exit_code = main(sys.argv[1:]);"
        "print(sorted({'fastapi', 'starlette', 'uvicorn', 'sqlalchemy', 'asyncpg', 'httpx'} & set(sys.modules)));"
        "sys.exit(exit_code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(place / "section.txt")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "[]", "")
