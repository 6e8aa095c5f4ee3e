"""Verify a receipt offline: `python -m ingest.verify_receipt FILE --keys JWKS [--content FILE]`.

FILE is the text of a receipt, or an answer of the service that holds one. Only the receipt is signed: what an answer
says beside it is compared with what the receipt states, and what the receipt does not state is named. Exit code: 0 it
is valid and nothing beside it says otherwise, 1 it is not, 2 it cannot be told (no keys, no file).
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.receipt import NotCanonical, canonical, digest
from core.settings import SettingsError, load
from ingest import texts
from ingest.proof.key_files import KeyFault, Purpose, kept
from ingest.proof.receipt_check import Checked, Reason, check, public_keys
from ingest.proof.receipt_words import in_words
from ingest.proof.receipts import SigningKey
from ingest.texts import Texts

VALID, NOT_VALID, CANNOT_TELL = 0, 1, 2
ANSWER_DIFFERS = "answer-differs"  # the receipt is ours, and the answer that holds it says something else
SIGNED_ELSEWHERE = {"at": "filed_at"}  # what an answer calls otherwise than the receipt
RECEIPTS = ("receipt", "attempt_certificate", "outage_attestation")  # where an answer holds the receipt itself
KEYS_BESIDE = "receipt-keys.json"  # the name under which the keys of /v1/receipt-keys are looked for beside FILE


class CannotTell(Exception):
    """Something is missing that is needed to judge the receipt; the message says what."""


def main(arguments: list[str]) -> int:
    """Verify one receipt, print the reason and what the receipt says, and return the exit code."""
    options = _options(arguments)
    words = texts.load()
    try:
        shown = _shown(options.file)
        checked = check(_receipt(shown), _keys(options.keys, options.file, words).get)
        if checked.valid and options.content:
            checked = _with_content(checked, _json(options.content), options.section, words)
    except CannotTell as missing:
        sys.stderr.write(f"{words.words['receipt_verifier']['cannot_tell']}: {missing}\n")
        return CANNOT_TELL
    beside = _beside(shown, checked)
    sys.stdout.write(_told(checked, words, beside, content=options.content is not None))
    return VALID if checked.valid and not beside.differing else NOT_VALID


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ingest.verify_receipt", description="Verify a receipt offline.")
    parser.add_argument("file", type=Path, metavar="FILE", help="a receipt, or an answer of the service that holds it")
    parser.add_argument("--keys", type=Path, help=f"JWK set of the service, or its keys folder (or {KEYS_BESIDE})")
    parser.add_argument("--content", type=Path, help="what was saved: a section, or an answer of the service with it")
    parser.add_argument("--section", help="which section --content is, where the receipt covers several")
    return parser.parse_args(arguments)


def _shown(path: Path) -> object:
    """A receipt may have been wrapped over several lines; what is no JSON is one."""
    text = _text(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return "".join(text.split())


def _receipt(shown: object) -> str:
    """An answer holds it under one of two names."""
    receipt = next((shown[name] for name in RECEIPTS if shown.get(name)), "") if isinstance(shown, dict) else shown
    return receipt if isinstance(receipt, str) else ""


@dataclass(frozen=True, slots=True)
class Beside:
    """The fields of an answer beside its receipt, by what the receipt says of them."""

    agreeing: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()


def _beside(shown: object, checked: Checked) -> Beside:
    """Compare an answer with the authentic receipt it holds; a bare receipt has nothing beside it."""
    if not checked.valid or not isinstance(shown, dict):
        return Beside()
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for name, value in shown.items():
        if name not in RECEIPTS:
            found[_agrees(name, value, checked.claims)].append(name)
    return Beside(tuple(found[True]), tuple(found[False]), tuple(found[None]))


def _agrees(name: str, value: object, claims: Mapping[str, object]) -> bool | None:
    """Say whether a field is what the receipt states; None where it states nothing about it."""
    if name == "content" and "section" in claims:
        return _digest(claims, str(claims["section"]), value) == claims["digest"]
    stated = SIGNED_ELSEWHERE.get(name, name)
    return value == claims[stated] if stated in claims else None


def _digest(claims: Mapping[str, object], section: str, content: object) -> str | None:
    try:
        return digest(UUID(str(claims["draft_id"])), section, canonical(content)).hex()
    except NotCanonical:
        return None


def _keys(given: Path | None, receipt: Path, words: Texts) -> Mapping[str, Ed25519PublicKey]:
    place = given or _keys_at_hand(receipt)
    if place is None:
        raise CannotTell(words.words["receipt_verifier"]["no_keys"])
    try:
        if place.is_dir():
            keys = (SigningKey.of(secret) for secret in kept(place) if secret.purpose is Purpose.RECEIPTS)
            return {key.kid: key.public for key in keys}
        return public_keys(_json(place))
    except (KeyFault, ValueError) as error:
        raise CannotTell(f"{place}: {error}") from None


def _keys_at_hand(receipt: Path) -> Path | None:
    beside = receipt.parent / KEYS_BESIDE
    if beside.exists():
        return beside
    try:
        folder = load().place.keys_folder
    except SettingsError:
        return None
    return folder if folder.is_dir() else None


def _with_content(checked: Checked, shown: object, section: str | None, words: Texts) -> Checked:
    """Compare the digest of what is shown with the one the receipt states."""
    said = words.words["receipt_verifier"]
    if isinstance(shown, dict) and isinstance(shown.get("content"), dict):  # an answer of the service
        section, shown = section or shown.get("section"), shown["content"]
    section, stated = _stated(checked.claims, section)
    if section is None:
        raise CannotTell(said["no_section"])
    ours = _digest(checked.claims, section, shown)
    if ours is None:
        raise CannotTell(said["not_content"])
    return checked if ours == stated else Checked(Reason.CONTENT_DIFFERS, checked.claims)


def _stated(claims: Mapping[str, object], section: str | None) -> tuple[str | None, object]:
    """The section that is compared, and the digest the receipt states for it."""
    if "section" in claims:
        return str(claims["section"]), claims["digest"]
    sections = claims.get("sections")
    if section is None or not isinstance(sections, Mapping):
        return None, None
    return section, sections[section]["digest"] if section in sections else None


def _told(checked: Checked, words: Texts, beside: Beside, *, content: bool) -> str:
    said = words.words["receipt_verifier"]
    lines = [f"{checked.reason}: {words.words['receipt_check'][checked.reason]}"]
    if beside.differing:
        lines = [f"{ANSWER_DIFFERS}: {said['answer_differs'].format(fields=', '.join(beside.differing))}"]
    if beside.agreeing:
        lines.append(said["answer_agrees"].format(fields=", ".join(beside.agreeing)))
    if beside.unsigned:
        lines.append(said["not_signed"].format(fields=", ".join(beside.unsigned)))
    if checked.valid and content:
        lines.append(said["content_agrees"])
    if checked.claims:
        receipt = in_words(checked.claims, words)
        lines += ["", receipt.title + (f" ({words.words['receipt_page']['trial']})" if receipt.trial else "")]
        lines += [f"{words.words['receipt_page']['number']}: {receipt.number}"] if receipt.number else []
        lines += [f"{label}: {value}" for label, value in receipt.lines]
        lines += [f"{one.name}, {one.revision}: {one.digest}" for one in receipt.sections]
    return "\n".join(lines) + "\n"


def _json(path: Path) -> object:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError):
        raise CannotTell(f"{path}: JSON?") from None


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise CannotTell(f"{path}: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
