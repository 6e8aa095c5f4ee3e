"""Verify receipts offline: `python -m ingest.verify_receipt FILE --keys JWKS [--content FILE]`.

FILE is the text of a receipt, or a file of the service that holds some: an answer, an export, a saved page, a PDF. Only
receipts are signed: what an answer says beside one is compared with what the receipt states, and what the receipt does
not state is named. Exit code: 0 each is valid and nothing beside it says otherwise, 1 it is not, 2 it cannot be told
(no keys, no file).
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.settings import SettingsError, load
from ingest import texts
from ingest.proof import shown
from ingest.proof.key_files import KeyFault, Purpose, kept
from ingest.proof.receipt_check import Checked, Reason, check, public_keys
from ingest.proof.receipt_words import in_words
from ingest.proof.receipts import SigningKey
from ingest.proof.shown import Beside, Shown
from ingest.texts import Texts

VALID, NOT_VALID, CANNOT_TELL = 0, 1, 2
ANSWER_DIFFERS = "answer-differs"  # the receipt is ours, and the answer that holds it says something else
KEYS_BESIDE = "receipt-keys.json"  # the name under which the keys of /v1/receipt-keys are looked for beside FILE


class CannotTell(Exception):
    """Something is missing that is needed to judge the receipt; the message says what."""


def main(arguments: list[str]) -> int:
    """Verify what is shown, print of each receipt the reason and what it says, and return the exit code."""
    options = _options(arguments)
    words = texts.load()
    said = words.words["receipt_verifier"]
    try:
        found = shown.read(_text(options.file))
        keys = _keys(options.keys, options.file, words)
        if options.content and len(found) > 1:
            raise CannotTell(said["one_only"])
        verdicts = [_verdict(one, keys, options, words) for one in found]
    except CannotTell as missing:
        sys.stderr.write(f"{said['cannot_tell']}: {missing}\n")
        return CANNOT_TELL
    told = [said["several"].format(count=len(found)) + "\n"] if len(found) > 1 else []
    sys.stdout.write("\n".join(told + [text for _, text in verdicts]))
    return VALID if all(valid for valid, _ in verdicts) else NOT_VALID


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ingest.verify_receipt", description="Verify receipts offline.")
    parser.add_argument("file", type=Path, metavar="FILE", help="a receipt, or a file of the service that holds some")
    parser.add_argument("--keys", type=Path, help=f"JWK set of the service, or its keys folder (or {KEYS_BESIDE})")
    parser.add_argument("--content", type=Path, help="what was saved: a section, or an answer of the service with it")
    parser.add_argument("--section", help="which section --content is, where the receipt covers several")
    return parser.parse_args(arguments)


def _verdict(
    one: Shown, keys: Mapping[str, Ed25519PublicKey], options: argparse.Namespace, words: Texts
) -> tuple[bool, str]:
    """Return whether a receipt is valid and nothing beside it says otherwise, and what to tell of it."""
    checked = check(one.receipt, keys.get)
    if checked.valid and options.content:
        checked = _with_content(checked, _json(options.content), options.section, words)
    beside = shown.compared(one.beside, checked.claims) if checked.valid else Beside()
    told = _told(checked, words, beside, on_a_page=one.on_a_page, content=options.content is not None)
    return checked.valid and not beside.differing, told


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


def _with_content(checked: Checked, typed: object, section: str | None, words: Texts) -> Checked:
    """Compare the digest of what is shown with the one the receipt states."""
    said = words.words["receipt_verifier"]
    if isinstance(typed, dict) and isinstance(typed.get("content"), dict):  # an answer of the service
        section, typed = section or typed.get("section"), typed["content"]
    section, stated = _stated(checked.claims, section)
    if section is None:
        raise CannotTell(said["no_section"])
    ours = shown.digest_of(checked.claims, section, typed)
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


def _told(checked: Checked, words: Texts, beside: Beside, *, on_a_page: bool, content: bool) -> str:
    said = words.words["receipt_verifier"]
    lines = [f"{checked.reason}: {words.words['receipt_check'][checked.reason]}"]
    if beside.differing:
        lines = [f"{ANSWER_DIFFERS}: {said['answer_differs'].format(fields=', '.join(beside.differing))}"]
    if beside.agreeing:
        lines.append(said["answer_agrees"].format(fields=", ".join(beside.agreeing)))
    if beside.unsigned:
        lines.append(said["not_signed"].format(fields=", ".join(beside.unsigned)))
    if checked.valid and on_a_page:
        lines.append(said["only_the_receipt"])
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
