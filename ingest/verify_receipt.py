"""Verify a receipt offline: `python -m ingest.verify_receipt FILE --keys JWKS [--content FILE]`.

FILE is the text of a receipt, or an answer of the service that holds one. Exit code: 0 it is valid, 1 it is not,
2 it cannot be told (no keys, no file).
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.receipt import NotCanonical, canonical, digest
from core.settings import SettingsError, load
from ingest import texts
from ingest.key_files import KeyFault, Purpose, kept
from ingest.receipt_check import Checked, Reason, check, public_keys
from ingest.receipt_words import in_words
from ingest.receipts import SigningKey
from ingest.texts import Texts

VALID, NOT_VALID, CANNOT_TELL = 0, 1, 2
KEYS_BESIDE = "receipt-keys.json"  # the name under which the keys of /v1/receipt-keys are looked for beside FILE


class CannotTell(Exception):
    """Something is missing that is needed to judge the receipt; the message says what."""


def main(arguments: list[str]) -> int:
    """Verify one receipt, print the reason and what the receipt says, and return the exit code."""
    options = _options(arguments)
    words = texts.load()
    try:
        checked = check(_receipt(options.file), _keys(options.keys, options.file, words).get)
        if checked.valid and options.content:
            checked = _with_content(checked, _json(options.content), options.section, words)
    except CannotTell as missing:
        sys.stderr.write(f"{words.words['receipt_verifier']['cannot_tell']}: {missing}\n")
        return CANNOT_TELL
    sys.stdout.write(_told(checked, words, content=options.content is not None))
    return VALID if checked.valid else NOT_VALID


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ingest.verify_receipt", description="Verify a receipt offline.")
    parser.add_argument("file", type=Path, metavar="FILE", help="a receipt, or an answer of the service that holds it")
    parser.add_argument("--keys", type=Path, help=f"JWK set of the service, or its keys folder (or {KEYS_BESIDE})")
    parser.add_argument("--content", type=Path, help="what was saved: a section, or an answer of the service with it")
    parser.add_argument("--section", help="which section --content is, where the receipt covers several")
    return parser.parse_args(arguments)


def _receipt(path: Path) -> str:
    """A receipt may have been wrapped over several lines; an answer holds it under one of two names."""
    text = _text(path)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "".join(text.split())
    receipt = value.get("receipt") or value.get("attempt_certificate") if isinstance(value, dict) else value
    return receipt if isinstance(receipt, str) else ""


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
    try:
        ours = digest(UUID(str(checked.claims["draft_id"])), section, canonical(shown)).hex()
    except NotCanonical as error:
        raise CannotTell(f"{said['not_content']} ({error})") from None
    return checked if ours == stated else Checked(Reason.CONTENT_DIFFERS, checked.claims)


def _stated(claims: Mapping[str, object], section: str | None) -> tuple[str | None, object]:
    """The section that is compared, and the digest the receipt states for it."""
    if "section" in claims:
        return str(claims["section"]), claims["digest"]
    sections = claims.get("sections")
    if section is None or not isinstance(sections, Mapping):
        return None, None
    return section, sections[section]["digest"] if section in sections else None


def _told(checked: Checked, words: Texts, *, content: bool) -> str:
    lines = [f"{checked.reason}: {words.words['receipt_check'][checked.reason]}"]
    if checked.valid and content:
        lines.append(words.words["receipt_verifier"]["content_agrees"])
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
